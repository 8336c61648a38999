//! All that a person looks at, and how.

use super::{Dialog, Effect, EventLog, Focus, Keysets, OccupantList, Paused, StatusMessage, THEMES, Tone};
use crate::{
    alerts::WatchList,
    doctor::Doctor,
    presence::{Moment, Prices},
};

/// All that a person looks at, and how.
#[derive(Debug)]
pub struct Ui {
    /// What happened.
    pub log: EventLog,
    /// Which occupants are listed, and how.
    pub occupants: OccupantList,
    /// Where the person is.
    pub focus: Focus,
    /// What the person is told about what they asked for.
    pub status: Option<StatusMessage>,
    /// Whom and what somebody wants to be told about.
    pub alerts: WatchList,
    /// What is wrong.
    pub doctor: Doctor,
    /// What requests cost, if anybody said.
    pub prices: Option<Prices>,
    /// The keysets that one can go over to.
    pub keysets: Keysets,
    /// What lies over the panes and takes the keys.
    pub dialog: Option<Dialog>,
    /// The theme that is worn, one of [`THEMES`].
    pub theme: &'static str,
    /// The mouse is ours, rather than the terminal's.
    pub mouse: bool,
    /// The file that an export found to be there already.
    pub(super) exists: Option<String>,
    /// What is wanted of the terminal; whoever runs the loop takes it.
    pub effects: Vec<Effect>,
    /// That the picture is held still.
    pub(super) paused: Option<Paused>,
    /// We are on the way out.
    pub quitting: bool,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            log: EventLog::default(),
            occupants: OccupantList::default(),
            focus: Focus::default(),
            status: None,
            alerts: WatchList::default(),
            doctor: Doctor::default(),
            prices: None,
            keysets: Keysets::default(),
            dialog: None,
            theme: THEMES[0],
            mouse: true,
            exists: None,
            effects: Vec::new(),
            paused: None,
            quitting: false,
        }
    }
}

impl Ui {
    /// The log that is shown, to be gone about in.
    pub(super) fn shown_log(&mut self) -> &mut EventLog {
        self.paused.as_mut().map_or(&mut self.log, |paused| &mut paused.log)
    }

    /// Look at another world from here on, arranged as before, with the same on the watch list.
    pub fn go_over(&mut self, keysets: Keysets) {
        let before = std::mem::take(self);
        *self = Self {
            theme: before.theme,
            mouse: before.mouse,
            focus: Focus { zoom: before.focus.zoom, shares: before.focus.shares, ..Focus::default() },
            occupants: before.occupants.clone_for_new_world(),
            alerts: before.alerts.clone_for_new_world(),
            prices: before.prices,
            log: before.log.clone_empty(),
            keysets,
            ..Self::default()
        };
    }

    /// Say something to the person.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>, now: Moment) {
        self.status = Some(StatusMessage::new(tone, text, now));
    }

    /// Whether keys are text, because something is being typed.
    pub fn is_typing(&self) -> bool {
        self.dialog.as_ref().is_some_and(Dialog::takes_text)
    }
}
