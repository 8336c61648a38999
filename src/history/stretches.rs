//! The stretches of a recording: one of them at a time is in memory.

use super::{
    budget::Stretch,
    history::{History, HistoryListener},
};
use crate::presence::Moment;

impl<T: HistoryListener> History<T> {
    /// Whether it is a recording, and not the last while of a world that goes on.
    pub const fn is_recording(&self) -> bool {
        self.source.is_some()
    }

    /// The stretches of a recording; none of what is in memory as a whole.
    pub(super) fn stretches(&self) -> &[Stretch] {
        self.source.as_ref().map_or(&[], |source| source.stretches())
    }

    /// Make sure that what leads to an instant is in memory. Returns whether it is, as far as it is kept at all.
    pub(super) fn load_at(&mut self, at: Moment) -> bool {
        let after = self.stretches().partition_point(|stretch| stretch.begin <= at);
        self.load(after.checked_sub(1))
    }

    /// Make sure that the item with this number is in memory. Returns whether it is, as far as it is kept at all.
    pub(super) fn load_item(&mut self, number: u64) -> bool {
        let place = self.find_stretch(number);
        self.load(place)
    }

    /// The stretch with this item; the last one for those to come.
    pub(super) fn find_stretch(&self, number: u64) -> Option<usize> {
        self.stretches().partition_point(|stretch| stretch.first <= number).checked_sub(1)
    }

    fn load(&mut self, place: Option<usize>) -> bool {
        let Some(mut source) = self.source.take() else { return true };
        let is_there = place.is_some() && self.loaded == place;
        let loaded = place.filter(|_| !is_there).and_then(|place| source.load(place));
        if let Some(loaded) = loaded {
            *self = loaded;
            self.loaded = place;
        }
        self.source = Some(source);
        place.is_some() && self.loaded == place
    }

    /// Whether an instant is so near behind a position that going on leads there sooner than beginning anew.
    pub fn is_near(&self, position: u64, at: Moment) -> bool {
        let next = self.find_stretch(position).and_then(|place| self.stretches().get(place + 2));
        next.is_none_or(|next| at < next.begin)
    }
}
