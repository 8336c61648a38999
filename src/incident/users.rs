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

#[derive(Debug, Clone, Copy)]
struct Slot {
    user: u64,
    /// When the user last departed or flapped.
    at: Moment,
    /// When flapping was last told.
    told: Moment,
    channel: u32,
    /// Whether the user is away, and how that came.
    away: Option<MovementKind>,
    /// How often the user came back lately.
    cycles: u8,
}

const FREE: Slot =
    Slot { user: 0, at: Moment::from_micros(0), told: Moment::from_micros(0), channel: 0, away: None, cycles: 0 };

/// Who departed lately.
#[derive(Debug)]
pub(super) struct Users {
    slots: Vec<Slot>,
}

impl Default for Users {
    fn default() -> Self {
        Self { slots: vec![FREE; LEAST] }
    }
}

impl Users {
    /// Make room for those who may depart of so many.
    pub fn fit(&mut self, names: usize) {
        let wanted = names.next_power_of_two().clamp(LEAST, MOST);
        if wanted > self.slots.len() {
            let old = std::mem::replace(&mut self.slots, vec![FREE; wanted]);
            for slot in old.into_iter().filter(|slot| slot.user != 0) {
                *self.find_slot(slot.user) = slot;
            }
        }
    }

    /// Forget where everybody was; channels are numbered differently from now on.
    pub fn clear(&mut self) {
        self.slots.fill(FREE);
    }

    /// The slot of this user: theirs, or the one to replace.
    fn find_slot(&mut self, user: u64) -> &mut Slot {
        let sets = self.slots.len() / WAYS;
        #[expect(clippy::cast_possible_truncation, reason = "the lower bits are as good as any")]
        let first = (user as usize % sets) * WAYS;
        let set = &mut self.slots[first..first + WAYS];
        let known = set.iter().position(|slot| slot.user == user);
        let oldest = || set.iter().enumerate().min_by_key(|(_, slot)| slot.at).map_or(0, |(place, _)| place);
        let place = known.unwrap_or_else(oldest);
        &mut set[place]
    }

    /// A user departed. Slots of others are taken over with nothing of theirs.
    pub fn depart(&mut self, user: u64, channel: u32, kind: MovementKind, at: Moment) {
        let slot = self.find_slot(user);
        if slot.user != user || at.since(slot.at) > CYCLE {
            *slot = Slot { user, told: if slot.user == user { slot.told } else { FREE.told }, ..FREE };
        }
        (slot.at, slot.channel, slot.away) = (at, channel, Some(kind));
    }

    /// A user joined; `again`: while present. `slack`: an interval tells of it, so much later.
    pub fn join(&mut self, user: u64, channel: u32, at: Moment, again: bool, slack: Duration) -> Return {
        if again {
            self.depart(user, channel, MovementKind::Again, at);
        }
        let slot = self.find_slot(user);
        let Some(kind) = slot.away.filter(|_| slot.user == user) else { return Return::default() };
        let away = at.since(slot.at);
        if slot.channel != channel {
            let moved = kind == MovementKind::Left && away <= MOVE + slack;
            if moved {
                slot.away = None;
            }
            return Return { moved, ..Return::default() };
        }
        slot.away = None;
        if away > BACK {
            return Return::default();
        }
        let quick = away <= slack + if kind == MovementKind::TimedOut { FLAP_TIMEOUT } else { FLAP };
        if !quick {
            return Return { back: slot.cycles == 0, cycled: slot.cycles > 0, ..Return::default() };
        }
        slot.cycles = slot.cycles.saturating_add(1);
        let fresh = at.since(slot.told) > Duration::from_secs(60);
        let flapped = match slot.cycles {
            MANY_CYCLES => 2,
            cycles if cycles >= CYCLES && fresh => {
                slot.told = at;
                if cycles > MANY_CYCLES { 3 } else { 1 }
            }
            _ => 0,
        };
        Return { back: slot.cycles == 1, cycled: slot.cycles > 1, moved: false, flapped }
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
        assert_eq!(users.slots.len(), 131_072);
        users.fit(usize::MAX >> 2);
        assert_eq!(users.slots.len(), MOST);
    }
}
