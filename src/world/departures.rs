//! Those who have just gone: remembered for a while, so that nobody vanishes while one looks.

use std::{collections::VecDeque, time::Duration};

use crate::presence::{Moment, Occupant, UserId};

/// For so long they are listed.
const SHOWN: Duration = Duration::from_secs(60);

/// So many of a channel are remembered, the last ones.
const MOST: usize = 5;

/// How somebody came to be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepartureReason {
    /// They left on purpose.
    Left,
    /// They were not heard from for their presence timeout.
    TimedOut,
    /// A here now did not list them: they went unnoticed.
    Resync,
}

impl DepartureReason {
    /// In words.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::TimedOut => "timed out",
            Self::Resync => "gone at resync",
        }
    }
}

/// Somebody who was here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Who.
    pub user: UserId,
    /// How they went.
    pub reason: DepartureReason,
    /// When we learned of it, by our clock.
    pub at: Moment,
    /// As they were, if that is known.
    pub was: Option<Occupant>,
}

/// The last few who went from a channel: at most 5, for at most a minute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Departures {
    last: VecDeque<Departure>,
}

impl Departures {
    fn push(&mut self, gone: Departure) {
        self.last.retain(|other| other.user != gone.user);
        self.last.push_front(gone);
        self.last.truncate(MOST);
    }

    /// These went, in this order.
    pub(super) fn push_all(&mut self, all: &[Departure]) {
        for gone in &all[all.len().saturating_sub(MOST)..] {
            self.push(gone.clone());
        }
    }

    /// Those of the last minute, the latest first.
    pub fn iter_recent(&self, now: Moment) -> impl Iterator<Item = &Departure> {
        self.last.iter().filter(move |gone| now.since(gone.at) < SHOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_five_are_remembered_for_a_minute() {
        let mut just = Departures::default();
        for second in 0..8 {
            let at = Moment::from_micros(second * 1_000_000);
            just.push(Departure {
                user: UserId::heard(&format!("u{}", second % 7)),
                reason: DepartureReason::Left,
                at,
                was: None,
            });
        }
        let names = |second: u64| -> Vec<String> {
            just.iter_recent(Moment::from_micros(second * 1_000_000)).map(|gone| gone.user.to_string()).collect()
        };
        assert_eq!(names(8), ["u0", "u6", "u5", "u4", "u3"]);
        assert_eq!(names(65), ["u0", "u6"]);
        assert!(names(67).is_empty());
    }
}
