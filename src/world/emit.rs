//! Passes entries to the listener.

use std::sync::Arc;

use super::{Entry, Listener, Note, World};
use crate::presence::Channel;

impl World {
    /// Pass an entry to the listener.
    pub(super) fn emit_entry(&mut self, entry: Entry, out: &mut dyn Listener) {
        self.symptoms.note_entry(&entry);
        out.take_entry(self, &Arc::new(entry));
    }

    /// Pass a note about the watching itself to the listener.
    pub(super) fn emit_note(&mut self, channel: Option<Channel>, note: Note, out: &mut dyn Listener) {
        self.emit_entry(Entry::from_note(channel, note, self.now), out);
    }
}
