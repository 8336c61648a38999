//! Going over to the world of another keyset.

use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, Sender};

use super::recording::{end_before, record_next};
use crate::{
    engine::{Engine, Io},
    presence::Subscription,
    recorder::Recording,
    ui::{Action, Keysets, Tone, Ui, UiEvent},
    world::World,
};

/// Makes the world of another keyset beside the one on the screen: a request goes in, a world or the reason why
/// there is none comes out. One at a time.
pub struct Switcher {
    /// Where effects go.
    pub ask: Sender<WantedKeyset>,
    /// What came of them; a reason is safe to show.
    pub ready: Receiver<Result<NextWorld, String>>,
}

/// A keyset that is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedKeyset {
    /// Its name in the configuration.
    pub name: Arc<str>,
    /// What is watched now: for a keyset that does not say what to watch.
    pub watching: Vec<Subscription>,
}

/// What the screen goes over to.
pub struct NextWorld {
    /// What lies beyond its world.
    pub io: Io,
    /// What is known of it.
    pub world: World,
    /// The keysets that one can go over to from there.
    pub keysets: Keysets,
}

/// Wait for the next world that is ready; for ever, if nobody makes any.
pub(super) async fn wait_for_world(switcher: &mut Option<Switcher>) -> Result<NextWorld, String> {
    if let Some(switcher) = switcher
        && let Some(next) = switcher.ready.recv().await
    {
        return next;
    }
    *switcher = None;
    std::future::pending().await
}

/// Leave wherever we are in the old world, and go on in the new one, looked at in the same way.
pub(super) async fn switch_world(
    mut old: Engine<Ui>,
    next: NextWorld,
    recording: &mut Option<Recording>,
) -> Engine<Ui> {
    old.take_message(UiEvent::Act(Action::Quit));
    let clock = old.clock();
    let mut ui = std::mem::take(&mut old.watcher.listener);
    ui.go_over(next.keysets);
    let mut engine = Engine::new(next.io, next.world, ui);
    engine.admit_visits(old.end_visits());
    engine.watcher.observer = old.watcher.observer.take();
    engine.watcher.translator = old.watcher.translator.as_ref().map(|translator| translator.copy());
    let before = record_next(&mut engine, recording);
    let finished = Box::pin(old.finish()).await.map(|mut left| left.close_keeper(clock.now()));
    let recorded = end_before(before).await.map_or_else(String::new, |sentence| format!("; {sentence}"));
    match finished {
        Ok(()) => engine.say(Tone::Good, &format!("this is the other keyset{recorded}")),
        // The new world is there all the same.
        Err(report) => engine.say(Tone::Bad, &format!("{report}{recorded}")),
    }
    engine
}
