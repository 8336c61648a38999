//! A short memory of who departed from where, in a table of fixed size.

use std::time::Duration;

use super::movement::MovementKind;
use crate::presence::Moment;

/// Users who are looked for in one place of the table. The one not heard of for longest makes room.
const WAYS: usize = 4;

/// The smallest and the largest table.
const LEAST: usize = 1 << 10;
const MOST: usize = 1 << 18;

/// A join this long after the departure is that of a user who is back.
const BACK: Duration = Duration::from_secs(20);

/// A join elsewhere this long after the leave is a move.
const MOVE: Duration = Duration::from_secs(5);

/// A user flaps who is back this soon after a leave, or after a timeout.
const FLAP: Duration = Duration::from_secs(5);
const FLAP_TIMEOUT: Duration = Duration::from_secs(10);

/// Cycles that are further apart are not the same trouble.
const CYCLE: Duration = Duration::from_secs(60);

/// A user who came back so often flaps, and one who did so very often counts for three.
const CYCLES: u8 = 3;
const MANY_CYCLES: u8 = 8;

/// What a join is, given what its user did before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Return {
    /// The user is back on the channel, for the first time lately.
    pub back: bool,
    /// The user is back once more.
    pub cycled: bool,
    /// The user came from another channel.
    pub moved: bool,
    /// How much the user flaps beyond what was counted in the last minute.
    pub flapped: u32,
}

/// A user on one channel.
#[derive(Debug, Clone, Copy)]
struct Slot {
    /// The hash of the user and the channel.
    pair: u64,
    /// When the user last departed from it or flapped on it.
    at: Moment,
    /// When flapping was last told.
    told: Moment,
    /// Whether the user is away, and how that came.
    away: Option<MovementKind>,
    /// How often the user came back lately, each time at once.
    cycles: u8,
}

const FREE: Slot = Slot { pair: 0, at: Moment::from_micros(0), told: Moment::from_micros(0), away: None, cycles: 0 };

/// The channel that a user left last.
#[derive(Debug, Clone, Copy, Default)]
struct LastLeave {
    user: u64,
    at: Moment,
    channel: u32,
}

/// Who departed lately.
#[derive(Debug, Clone)]
pub(super) struct Users {
    slots: Vec<Slot>,
    leaves: Vec<LastLeave>,
}

impl Default for Users {
    fn default() -> Self {
        Self { slots: vec![FREE; LEAST], leaves: vec![LastLeave::default(); LEAST] }
    }
}

/// The user on the channel.
const fn pair(user: u64, channel: u32) -> u64 {
    user ^ (channel as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Users {
    /// Make room for those who may depart of so many.
    pub fn fit(&mut self, names: usize) {
        let wanted = names.next_power_of_two().clamp(LEAST, MOST);
        if wanted > self.slots.len() {
            let old = std::mem::replace(&mut self.slots, vec![FREE; wanted]);
            for slot in old.into_iter().filter(|slot| slot.pair != 0) {
                *self.find_slot(slot.pair) = slot;
            }
            let old = std::mem::replace(&mut self.leaves, vec![LastLeave::default(); wanted]);
            for leave in old.into_iter().filter(|leave| leave.user != 0) {
                *self.find_leave(leave.user) = leave;
            }
        }
    }

    /// The bytes of a copy.
    pub const fn weigh(&self) -> usize {
        self.slots.len() * size_of::<Slot>()
    }

    /// Forget where everybody was; channels are numbered differently from now on.
    pub fn clear(&mut self) {
        self.slots.fill(FREE);
        self.leaves.fill(LastLeave::default());
    }

    /// The slot of this user on this channel: theirs, or the one to replace.
    fn find_slot(&mut self, pair: u64) -> &mut Slot {
        let sets = self.slots.len() / WAYS;
        #[expect(clippy::cast_possible_truncation, reason = "the lower bits are as good as any")]
        let first = (pair as usize % sets) * WAYS;
        let set = &mut self.slots[first..first + WAYS];
        let known = set.iter().position(|slot| slot.pair == pair);
        let oldest = || set.iter().enumerate().min_by_key(|(_, slot)| slot.at).map_or(0, |(place, _)| place);
        let place = known.unwrap_or_else(oldest);
        &mut set[place]
    }

    /// The place for what this user left last: that of the latest one of those who share it.
    fn find_leave(&mut self, user: u64) -> &mut LastLeave {
        #[expect(clippy::cast_possible_truncation, reason = "the lower bits are as good as any")]
        let place = user as usize % self.leaves.len();
        &mut self.leaves[place]
    }

    /// A user departed. Slots of others are taken over with nothing of theirs.
    pub fn depart(&mut self, user: u64, channel: u32, kind: MovementKind, at: Moment) {
        let pair = pair(user, channel);
        let slot = self.find_slot(pair);
        if slot.pair != pair || at.since(slot.at) > CYCLE {
            *slot = Slot { pair, told: if slot.pair == pair { slot.told } else { FREE.told }, ..FREE };
        }
        (slot.at, slot.away) = (at, Some(kind));
        if kind == MovementKind::Left {
            *self.find_leave(user) = LastLeave { user, at, channel };
        }
    }

    /// A user joined; `again`: while present. `slack`: an interval tells of it, so much later.
    pub fn join(&mut self, user: u64, channel: u32, at: Moment, again: bool, slack: Duration) -> Return {
        if again {
            self.depart(user, channel, MovementKind::Again, at);
        }
        let pair = pair(user, channel);
        let slot = self.find_slot(pair);
        let away = at.since(slot.at);
        let Some(kind) = slot.away.filter(|_| slot.pair == pair && away <= BACK) else {
            if slot.pair == pair {
                (slot.away, slot.cycles) = (None, 0);
            }
            return Return { moved: self.take_move(user, channel, at, slack), ..Return::default() };
        };
        slot.away = None;
        let (first, told) = (slot.cycles == 0, slot.told);
        let quick = away <= slack + if kind == MovementKind::TimedOut { FLAP_TIMEOUT } else { FLAP };
        if !quick {
            slot.cycles = 0;
            return Return { back: first, cycled: !first, ..Return::default() };
        }
        slot.cycles = slot.cycles.saturating_add(1);
        let fresh = at.since(told) > Duration::from_secs(60);
        let flapped = match slot.cycles {
            MANY_CYCLES => 2,
            cycles if cycles >= CYCLES && fresh => {
                slot.told = at;
                if cycles > MANY_CYCLES { 3 } else { 1 }
            }
            _ => 0,
        };
        Return { back: first, cycled: !first, moved: false, flapped }
    }

    /// Whether a user who joined comes from another channel, which counts once.
    fn take_move(&mut self, user: u64, channel: u32, at: Moment, slack: Duration) -> bool {
        let leave = self.find_leave(user);
        let moved = leave.user == user && leave.channel != channel && at.since(leave.at) <= MOVE + slack;
        if moved {
            *leave = LastLeave::default();
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::from_micros(seconds * 1_000_000 + 1_000_000_000)
    }

    #[test]
    fn a_third_quick_return_is_flapping_and_a_late_one_is_not() {
        let mut users = Users::default();
        let mut cycle = |second: u64, away: u64| {
            users.depart(7, 1, MovementKind::Left, at(second));
            users.join(7, 1, at(second + away), false, Duration::ZERO)
        };
        assert_eq!(cycle(0, 1), Return { back: true, ..Return::default() });
        assert_eq!(cycle(3, 1), Return { cycled: true, ..Return::default() });
        assert_eq!(cycle(6, 2), Return { cycled: true, flapped: 1, ..Return::default() });
        assert_eq!(cycle(9, 2), Return { cycled: true, ..Return::default() }, "told already");
        assert_eq!(cycle(300, 15), Return { back: true, ..Return::default() });
        assert_eq!(cycle(900, 200), Return::default());
    }

    #[test]
    fn who_visits_other_channels_in_between_does_not_flap() {
        let mut users = Users::default();
        for round in 0..20 {
            let second = round * 14;
            users.depart(7, 1, MovementKind::Left, at(second));
            users.join(7, 2, at(second + 2), false, Duration::ZERO);
            users.depart(7, 2, MovementKind::Left, at(second + 7));
            let back = users.join(7, 1, at(second + 9), false, Duration::ZERO);
            assert_eq!(back.flapped, 0, "{round}");
        }
    }

    #[test]
    fn who_is_back_on_each_of_several_channels_has_not_moved() {
        let mut users = Users::default();
        (1..4).for_each(|channel| users.depart(7, channel, MovementKind::Left, at(0)));
        for channel in 1..4 {
            let back = users.join(7, channel, at(2), false, Duration::ZERO);
            assert_eq!(back, Return { back: true, ..Return::default() });
        }
    }

    #[test]
    fn who_joins_elsewhere_right_after_a_leave_has_moved() {
        let mut users = Users::default();
        users.depart(7, 1, MovementKind::Left, at(0));
        assert_eq!(users.join(7, 2, at(1), false, Duration::ZERO), Return { moved: true, ..Return::default() });
        users.depart(8, 1, MovementKind::TimedOut, at(0));
        assert_eq!(users.join(8, 2, at(1), false, Duration::ZERO), Return::default());
        assert_eq!(users.join(9, 2, at(1), false, Duration::ZERO), Return::default());
    }

    #[test]
    fn the_table_is_bounded_and_grows_with_the_world() {
        let mut users = Users::default();
        for user in 1..100_000_u64 {
            users.depart(user.wrapping_mul(0x9e37_79b9_7f4a_7c15), 1, MovementKind::Left, at(user / 100));
        }
        assert_eq!(users.slots.len(), LEAST);
        users.fit(100_000);
        assert_eq!((users.slots.len(), users.leaves.len()), (131_072, 131_072));
        users.fit(usize::MAX >> 2);
        assert_eq!(users.slots.len(), MOST);
    }
}
