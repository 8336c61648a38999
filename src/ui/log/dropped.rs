//! Entries that were dropped and are freed together: each of them left the caches long before, and to wait for the memory
//! of one after the other takes most of the time that the log takes.

use std::{hint::black_box, sync::Arc};

use crate::world::Entry;

/// So many are freed together.
const TOGETHER: usize = 64;

/// Or as soon as they weigh so much.
const MOST_BYTES: usize = 1 << 20;

/// Entries that are no longer in the log and not freed yet. A clone has none.
#[derive(Debug, Default)]
pub(super) struct DroppedEntries {
    entries: Vec<Arc<Entry>>,
    bytes: usize,
}

impl Clone for DroppedEntries {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl DroppedEntries {
    /// Drop an entry of this weight.
    pub fn add(&mut self, entry: Arc<Entry>, bytes: usize) {
        self.entries.push(entry);
        self.bytes += bytes;
        if self.entries.len() >= TOGETHER || self.bytes >= MOST_BYTES {
            self.free();
        }
    }

    fn free(&mut self) {
        // Nothing is done with what is read, so that the processor reads many at a time.
        for entry in &self.entries {
            black_box(Arc::strong_count(entry));
        }
        for event in self.entries.iter().filter_map(|entry| entry.event.as_ref()) {
            black_box(Arc::strong_count(event));
        }
        self.entries.clear();
        self.bytes = 0;
    }
}
