//! What the loop needs beside screen, keyboard and world.

use std::io;

use tokio::sync::{mpsc, watch};

use super::{
    notifier::{Notifier, NotifyWays},
    switching::Switcher,
};
use crate::{engine::Visit, presence::Channel, recorder::Recording, terminal::TerminalEvent};

/// What sends bytes to the terminal that draw nothing.
pub type Send = Box<dyn Fn(&[u8]) -> io::Result<()> + std::marker::Send>;

/// What the loop needs beside screen, keyboard and world.
pub struct Services {
    /// Takes the mouse, or gives it back to the terminal.
    pub mouse: fn(bool),
    /// Stops the program as a shell does, and returns when somebody has continued it, or at once with
    /// the reason why not.
    pub suspend: fn() -> TerminalEvent,
    /// Sends bytes to the terminal that draw nothing.
    pub send: Send,
    /// Tells aloud what the watch list has to tell.
    pub notifier: Notifier,
    /// Whether the terminal has not yet taken the last frame; the next one waits for that.
    pub writing: watch::Receiver<bool>,
    /// Makes the worlds of other keysets, if there are any.
    pub switcher: Option<Switcher>,
    /// What records, if anything can be recorded.
    pub recording: Option<Recording>,
    /// Who looks at the world from outside, if somebody does.
    pub visits: Option<mpsc::Receiver<Visit>>,
    /// Where channels come from that are watched besides, if somebody tells of any. Another keyset has others.
    pub found: Option<mpsc::Receiver<Vec<Channel>>>,
}

impl Default for Services {
    /// Without a terminal: no effect is performed, and nothing is shown.
    fn default() -> Self {
        Self {
            mouse: |_| (),
            suspend: || TerminalEvent::Redraw,
            send: Box::new(|_| Ok(())),
            notifier: Notifier::new(NotifyWays { bell: false, title: false, osc: None }, None, |_: &[u8]| ()),
            writing: watch::channel(false).1,
            switcher: None,
            recording: None,
            visits: None,
            found: None,
        }
    }
}
