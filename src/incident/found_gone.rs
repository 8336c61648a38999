//! Those whom a here now does not list any more where the next interval is to tell that they have gone. It does not if they
//! are back by then: then it tells that they came, or an event does.

use std::{hash::BuildHasher, time::Duration};

use super::{
    IncidentWatch,
    listen::{When, place_number},
    memory::FOUND_GONE,
};
use crate::{
    presence::UserId,
    world::{Departure, World},
};

impl IncidentWatch {
    /// Note whom a here now found gone from a channel, by its place, of those who were there when its last interval came.
    pub(super) fn note_found_gone(&mut self, world: &World, place: usize, departed: &[Departure]) {
        let memory = self.channels.get(place).filter(|memory| memory.names);
        let Some(last) = memory.map(|memory| memory.interval) else { return };
        let now = world.now();
        let since = Duration::from_secs(now.seconds().saturating_sub(last));
        // The channel may have been summed up until a moment ago.
        if since > FOUND_GONE {
            return;
        }
        let began = world.clock.now(now).minus(since);
        for gone in departed.iter().filter(|gone| gone.was.as_ref().is_some_and(|was| was.was_here_at(began))) {
            let user = self.hasher.hash_one(gone.user.as_str());
            self.found_gone.note(user, place_number(place), now);
        }
    }

    /// Whether somebody who joins had been found gone, of which nothing told. Then the join is told as that of somebody who
    /// was there before the last interval, and had left since.
    pub(super) fn was_found_gone(&mut self, user: &UserId, place: usize, when: &mut When) -> bool {
        if self.found_gone.is_empty() {
            return false;
        }
        let found = self.found_gone.take(self.hasher.hash_one(user.as_str()), place_number(place), when.at);
        if found && when.spread <= 1 {
            let last = self.channels.get(place).map_or(0, |memory| memory.interval);
            when.spread = when.at.seconds().saturating_sub(last).clamp(1, FOUND_GONE.as_secs()) + 1;
        }
        found
    }

    /// Somebody who was found gone had gone, as is told now.
    pub(super) fn forget_found_gone(&mut self, user: u64, channel: u32) {
        if !self.found_gone.is_empty() {
            self.found_gone.forget(user, channel);
        }
    }
}
