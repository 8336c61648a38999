//! Whether the selection goes by itself, while nobody touches a key.

use crate::presence::{Channel, Moment};

/// Whether the selection goes by itself, and where it went.
#[derive(Debug, Default)]
pub struct Follow {
    /// What a person chose, if anything.
    pub(super) chosen: Option<bool>,
    /// When a person did something last.
    pub(super) touched: Option<Moment>,
    /// When the channels were looked at last.
    pub(super) looked: Option<Moment>,
    /// The channel it went to by itself, and when.
    pub(super) went_to: Option<(Channel, Moment)>,
}

impl Follow {
    /// The change is that of so many seconds.
    pub const RECENT: u64 = 30;

    /// The same choice, for another world.
    pub(super) fn clone_for_new_world(&self) -> Self {
        Self { chosen: self.chosen, ..Self::default() }
    }

    /// A person did something: the selection stays for a while.
    pub(super) const fn hold(&mut self, now: Moment) {
        self.touched = Some(now);
    }
}
