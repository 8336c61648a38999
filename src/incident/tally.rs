//! Counts the movements that were taken: some hundred at a time, since then the tables that they are counted in are fetched
//! once for all of them, not once for each between what else is done about an event.

use std::{hint::black_box, time::Duration};

use super::{
    IncidentWatch,
    counts::{Counts, RecentCounts},
    movement::{Comeback, Movement, MovementKind},
    users::{Restart, Users},
};
use crate::presence::Moment;

/// So many are counted at a time, if nobody looks sooner.
const TOGETHER: u64 = 512;

/// The places in the tables are fetched for so many of them at once.
const AT_ONCE: usize = 64;

impl IncidentWatch {
    /// Take a movement, to count it soon.
    #[inline]
    pub(super) fn take_movement(&mut self, movement: Movement) {
        self.movements.push(movement);
        if self.movements.count_all() - self.tallied >= TOGETHER {
            self.tally();
        }
    }

    /// Count what was taken since this was done last, in order.
    pub(super) fn tally(&mut self) {
        let all = self.movements.count_all();
        for first in (self.tallied..all).step_by(AT_ONCE) {
            self.tally_some(first);
        }
        self.tallied = all;
    }

    fn tally_some(&mut self, first: u64) {
        // To wait for one place of the tables after the other takes longer than for all of them at once.
        let next = self.movements.since(first).take(AT_ONCE);
        black_box(
            next.map(|(_, movement)| self.users.fetch(movement.user, movement.channel)).fold(0, u64::wrapping_add),
        );
        for (number, movement) in self.movements.since_mut(first).take(AT_ONCE) {
            let at = movement.counted_at(number);
            match movement.kind {
                MovementKind::Joined | MovementKind::Again => {
                    count_join(&mut self.users, &mut self.counts, movement, at);
                }
                MovementKind::Left | MovementKind::TimedOut => {
                    self.users.depart(movement.user, movement.channel, movement.kind, movement.at);
                    let timed_out = u32::from(movement.kind == MovementKind::TimedOut);
                    self.counts.count(at, |counts| {
                        counts.timed_out += timed_out;
                        counts.left += 1 - timed_out;
                    });
                }
                // These were counted when they came.
                MovementKind::Up | MovementKind::Down => {}
            }
        }
    }
}

fn count_join(users: &mut Users, counts: &mut RecentCounts, movement: &mut Movement, at: Moment) {
    let Movement { user, channel, kind, spread, .. } = *movement;
    let again = kind == MovementKind::Again;
    let slack = Duration::from_secs(u64::from(spread));
    let returned = users.join(user, channel, movement.at, again, slack);
    let more = Counts {
        joined: u32::from(!again),
        unheard: u32::from(again && spread > 0),
        back: u32::from(returned.back),
        cycled: u32::from(returned.cycled),
        moved: u32::from(returned.moved),
        flapped: returned.flapped,
        restarted: u32::from(returned.restart == Restart::First),
        restarted_again: u32::from(returned.restart == Restart::Again),
        ..Counts::default()
    };
    counts.count(at, |counts| *counts += more);
    movement.comeback = match returned.restart {
        _ if returned.back => Comeback::First,
        _ if returned.cycled => Comeback::Once,
        Restart::No => Comeback::No,
        Restart::First | Restart::Again => Comeback::Late,
    };
}
