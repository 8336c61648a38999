//! The picture that an engine keeps.

use crate::{
    engine::Engine,
    ui::{Screen, Tone, Ui, UiEvent},
};

impl Engine<Ui> {
    /// What is drawn.
    pub(super) fn screen(&self) -> Screen<'_> {
        self.watcher.listener.screen(&self.watcher.world)
    }

    /// Let the picture take in what a person did, or how that ended.
    pub(super) fn take_message(&mut self, msg: UiEvent) {
        self.update(|watcher, now| watcher.take_ui_event(msg, now));
    }

    /// Tell the person something in the footer.
    pub(super) fn say(&mut self, tone: Tone, text: &str) {
        let now = self.now();
        self.watcher.listener.say(tone, text, now);
    }
}
