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

/// Who is back within this time after a leave may have been restarted, and was so before if the last time was not longer
/// ago than this.
const RESTART: Duration = Duration::from_secs(60);
const RESTARTED_BEFORE: Duration = Duration::from_secs(600);

/// A user who came back so often flaps, and one who did so very often counts for three.
const CYCLES: u64 = 3;
const MANY_CYCLES: u64 = 8;

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
    /// Whether the user left it within the minute before.
    pub restart: Restart,
}

/// Whether a user who joins left the same channel within the minute before, and was back likewise in the minutes before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Restart {
    #[default]
    No,
    First,
    Again,
}

/// A user on one channel, in the quarter of a cache line: fetching it is what takes most of the time.
#[derive(Debug, Clone, Copy)]
struct Slot {
    /// The hash of the user and the channel.
    pair: u64,
    /// When the user last departed from it, in microseconds since 1970, and below that what is known besides.
    packed: u64,
}

/// The bits of a slot: how often the user came back lately, each time at once; whether the user is away, and how that
/// came; whether flapping was told; whether the user was back within a minute; and above these the time.
const CYCLES_BITS: u64 = 0b1111;
const AWAY: u32 = 4;
const TOLD: u64 = 1 << 6;
const RESTARTED: u64 = 1 << 7;
const TIME: u32 = 8;

const FREE: Slot = Slot { pair: 0, packed: 0 };

impl Slot {
    const fn at(self) -> Moment {
        Moment::from_micros(self.packed >> TIME)
    }

    /// Whether the user is away, and how that came.
    const fn away(self) -> Option<MovementKind> {
        match self.packed >> AWAY & 0b11 {
            0 => None,
            1 => Some(MovementKind::Left),
            2 => Some(MovementKind::TimedOut),
            _ => Some(MovementKind::Again),
        }
    }

    const fn cycles(self) -> u64 {
        self.packed & CYCLES_BITS
    }

    const fn is_told(self) -> bool {
        self.packed & TOLD != 0
    }

    /// The user departed. What was known of another user, or long ago, is nothing any more.
    fn note_departure(&mut self, pair: u64, kind: MovementKind, at: Moment) {
        if self.pair != pair {
            *self = Self { pair, ..FREE };
        } else if at.since(self.at()) > RESTARTED_BEFORE {
            self.packed &= TOLD;
        } else if at.since(self.at()) > CYCLE {
            self.packed &= TOLD | RESTARTED;
        }
        let away = match kind {
            MovementKind::Left => 1,
            MovementKind::TimedOut => 2,
            _ => 3,
        };
        self.packed = at.micros() << TIME | self.packed & (RESTARTED | TOLD | CYCLES_BITS) | away << AWAY;
    }

    /// The user is here again. `slack`: an interval tells of it, which does not tell of a leave right before.
    fn note_restart(&mut self, away: Duration, slack: Duration) -> Restart {
        let kind = self.away();
        let left = kind == Some(MovementKind::Left) || kind == Some(MovementKind::Again) && !slack.is_zero();
        if !left || away > RESTART {
            return Restart::No;
        }
        let again = self.packed & RESTARTED != 0;
        self.packed |= RESTARTED;
        if again { Restart::Again } else { Restart::First }
    }

    /// The user is here, and came back at once so often lately.
    const fn come(&mut self, cycles: u64) {
        let cycles = if cycles > CYCLES_BITS { CYCLES_BITS } else { cycles };
        self.packed = self.packed & !(CYCLES_BITS | 0b11 << AWAY) | cycles;
    }
}

/// Users who are looked for in one place of the table, in one cache line.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Set([Slot; WAYS]);

/// The channel that a user left last.
#[derive(Debug, Clone, Copy, Default)]
struct LastLeave {
    user: u64,
    at: Moment,
    channel: u32,
}

/// Who departed lately. The tables hold a power of two each.
#[derive(Debug, Clone)]
pub(super) struct Users {
    sets: Vec<Set>,
    /// When flapping was last told of who is in a slot, if it was.
    told: Vec<[Moment; WAYS]>,
    leaves: Vec<LastLeave>,
}

impl Default for Users {
    fn default() -> Self {
        Self::with_room(LEAST)
    }
}

/// The user on the channel.
const fn pair(user: u64, channel: u32) -> u64 {
    user ^ (channel as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Users {
    fn with_room(users: usize) -> Self {
        Self {
            sets: vec![Set([FREE; WAYS]); users / WAYS],
            told: vec![[Moment::default(); WAYS]; users / WAYS],
            leaves: vec![LastLeave::default(); users],
        }
    }

    /// Make room for those who may depart of so many.
    pub fn fit(&mut self, names: usize) {
        let wanted = names.next_power_of_two().clamp(LEAST, MOST);
        if wanted <= self.leaves.len() {
            return;
        }
        let old = std::mem::replace(self, Self::with_room(wanted));
        for (set, told) in old.sets.into_iter().zip(old.told) {
            for (slot, told) in set.0.into_iter().zip(told).filter(|(slot, _)| slot.pair != 0) {
                let (set, way) = self.find_slot(slot.pair);
                (self.sets[set].0[way], self.told[set][way]) = (slot, told);
            }
        }
        for leave in old.leaves.into_iter().filter(|leave| leave.user != 0) {
            *self.find_leave(leave.user) = leave;
        }
    }

    /// The bytes of a copy.
    pub const fn weigh(&self) -> usize {
        self.sets.len() * (size_of::<Set>() + WAYS * size_of::<Moment>()) + self.leaves.len() * size_of::<LastLeave>()
    }

    /// Forget where everybody was; channels are numbered differently from now on.
    pub fn clear(&mut self) {
        self.sets.fill(Set([FREE; WAYS]));
        self.leaves.fill(LastLeave::default());
    }

    /// The set and the slot in it of this user on this channel: theirs, or the one to replace.
    fn find_slot(&self, pair: u64) -> (usize, usize) {
        #[expect(clippy::cast_possible_truncation, reason = "the lower bits are as good as any")]
        let place = pair as usize & (self.sets.len() - 1);
        let set = &self.sets[place].0;
        // Without a branch for each way: which one it is cannot be predicted.
        let known = (0..WAYS).fold(WAYS, |known, way| if set[way].pair == pair { way } else { known });
        let oldest = || set.iter().enumerate().min_by_key(|(_, slot)| slot.at()).map_or(0, |(way, _)| way);
        (place, if known < WAYS { known } else { oldest() })
    }

    /// The place for what this user left last: that of the latest one of those who share it.
    fn find_leave(&mut self, user: u64) -> &mut LastLeave {
        #[expect(clippy::cast_possible_truncation, reason = "the lower bits are as good as any")]
        let place = user as usize & (self.leaves.len() - 1);
        &mut self.leaves[place]
    }

    /// Read what a departure or a join of this user will need, which is in the cache then. What is returned means nothing.
    pub fn fetch(&self, user: u64, channel: u32) -> u64 {
        let sets = self.sets.len() - 1;
        let leaves = self.leaves.len() - 1;
        #[expect(clippy::cast_possible_truncation, reason = "the lower bits are as good as any")]
        let (set, leave) = (pair(user, channel) as usize & sets, user as usize & leaves);
        self.sets[set].0[0].pair ^ self.leaves[leave].user
    }

    /// A user departed. Slots of others are taken over with nothing of theirs.
    pub fn depart(&mut self, user: u64, channel: u32, kind: MovementKind, at: Moment) {
        let pair = pair(user, channel);
        let (set, way) = self.find_slot(pair);
        self.sets[set].0[way].note_departure(pair, kind, at);
        if kind == MovementKind::Left {
            *self.find_leave(user) = LastLeave { user, at, channel };
        }
    }

    /// A user joined; `again`: while present. `slack`: an interval tells of it, so much later.
    pub fn join(&mut self, user: u64, channel: u32, at: Moment, again: bool, slack: Duration) -> Return {
        let pair = pair(user, channel);
        let (set, way) = self.find_slot(pair);
        let slot = &mut self.sets[set].0[way];
        if again {
            slot.note_departure(pair, MovementKind::Again, at);
            // Who was elsewhere in between went there and came back: nobody was restarted.
            if !slack.is_zero() && self.take_move(user, channel, at, slack) {
                self.sets[set].0[way].come(0);
                return Return { moved: true, ..Return::default() };
            }
        }
        let slot = &mut self.sets[set].0[way];
        let is_known = slot.pair == pair;
        let away = at.since(slot.at());
        let restart = if is_known { slot.note_restart(away, slack) } else { Restart::No };
        let Some(kind) = slot.away().filter(|_| is_known && away <= BACK) else {
            if is_known {
                slot.come(0);
            }
            return Return { moved: self.take_move(user, channel, at, slack), restart, ..Return::default() };
        };
        let first = slot.cycles() == 0;
        let quick = away <= slack + if kind == MovementKind::TimedOut { FLAP_TIMEOUT } else { FLAP };
        if !quick {
            slot.come(0);
            return Return { back: first, cycled: !first, restart, ..Return::default() };
        }
        let cycles = slot.cycles() + 1;
        slot.come(cycles);
        let told = &mut self.told[set][way];
        let flapped = match cycles {
            MANY_CYCLES => 2,
            cycles if cycles >= CYCLES && !(slot.is_told() && at.since(*told) <= CYCLE) => {
                *told = at;
                slot.packed |= TOLD;
                if cycles > MANY_CYCLES { 3 } else { 1 }
            }
            _ => 0,
        };
        Return { back: first, cycled: !first, moved: false, flapped, restart }
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
        let again = Return { restart: Restart::Again, ..Return::default() };
        assert_eq!(cycle(0, 1), Return { back: true, restart: Restart::First, ..Return::default() });
        assert_eq!(cycle(3, 1), Return { cycled: true, ..again });
        assert_eq!(cycle(6, 2), Return { cycled: true, flapped: 1, ..again });
        assert_eq!(cycle(9, 2), Return { cycled: true, ..again }, "told already");
        assert_eq!(cycle(300, 15), Return { back: true, ..again });
        assert_eq!(cycle(850, 55), again, "within a minute");
        assert_eq!(cycle(900, 200), Return::default());
        assert_eq!(cycle(2_000, 40), Return { restart: Restart::First, ..Return::default() }, "long ago");
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
            assert_eq!(back, Return { back: true, restart: Restart::First, ..Return::default() });
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
        let sizes = |users: &Users| (users.sets.len() * WAYS, users.told.len() * WAYS, users.leaves.len());
        assert_eq!(sizes(&users), (LEAST, LEAST, LEAST));
        users.fit(100_000);
        assert_eq!(sizes(&users), (131_072, 131_072, 131_072));
        users.fit(usize::MAX >> 2);
        assert_eq!(sizes(&users), (MOST, MOST, MOST));
    }
}
