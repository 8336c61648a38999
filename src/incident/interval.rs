//! What an interval tells: it names those who came and those who went by how it ended for them, whatever they did meanwhile.

use std::{collections::HashSet, hash::BuildHasher, time::Duration};

use super::{
    IncidentWatch,
    listen::{When, place_number},
    movement::MovementKind,
};
use crate::{
    presence::{Roster, UserId},
    world::Departure,
};

impl IncidentWatch {
    /// Count what an interval tells of a channel, by its place: who joined, left and timed out. `told`: the occupancy that
    /// was told before, and whether by an interval, and the one that it tells.
    pub(super) fn take_interval(
        &mut self,
        (place, roster): (usize, &Roster),
        (told, by_interval): (Option<(u64, u64)>, bool),
        [joined, left, timed_out]: [&[UserId]; 3],
        departed: &[Departure],
        mut when: When,
    ) {
        let number = place_number(place);
        let began = when.published.minus(Duration::from_secs(when.spread));
        let mut came = 0;
        for user in joined {
            // Who was there before it joined again: they left within it, which it does not tell. A here now may have listed
            // the others sooner than the interval does.
            let was_here = roster.get(user).is_some_and(|known| known.was_here_at(began));
            let again = was_here || self.was_found_gone(user, place, &mut when);
            came += u64::from(!again);
            self.count_join(user, number, again, when);
        }
        // Who came and went within the interval is told as gone. More are there than that leaves.
        let went = (left.len() + timed_out.len()) as u64;
        let mut visits =
            told.filter(|_| by_interval).map_or(0, |(before, after)| (after + went).saturating_sub(before + came));
        let gone: HashSet<&UserId> = departed.iter().filter(|_| visits > 0).map(|gone| &gone.user).collect();
        for (users, kind) in [(left, MovementKind::Left), (timed_out, MovementKind::TimedOut)] {
            for user in users {
                if visits > 0 && !gone.contains(user) {
                    visits -= 1;
                    self.count_visit(user, number, kind, when);
                } else {
                    self.count_departure(user, number, kind, when);
                }
            }
        }
        if joined.is_empty()
            && left.is_empty()
            && (by_interval || timed_out.is_empty())
            && let Some((before, after)) = told
        {
            // Beside those who timed out, which some services name, nobody is named.
            self.count_unnamed(place, before.saturating_sub(timed_out.len() as u64), after, when);
        }
    }
}

impl IncidentWatch {
    /// Count somebody who came and went within one interval, if it is somebody who had been there a short while before.
    fn count_visit(&mut self, user: &UserId, channel: u32, kind: MovementKind, when: When) {
        self.tally();
        let hash = self.hasher.hash_one(user.as_str());
        let returned = self.users.join(hash, channel, when.at, false, Duration::from_secs(when.spread));
        self.users.depart(hash, channel, kind, when.at);
        if returned.back || returned.cycled {
            self.counts.count(when.at, |counts| {
                counts.joined += 1;
                counts.back += u32::from(returned.back);
                counts.cycled += u32::from(returned.cycled);
                counts.flapped += returned.flapped;
                counts.left += u32::from(kind == MovementKind::Left);
                counts.timed_out += u32::from(kind == MovementKind::TimedOut);
            });
        }
    }
}
