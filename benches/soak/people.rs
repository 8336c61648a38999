//! The users of the virtual hour: each beats, leaves, falls silent, comes back and sets states, as chance has it.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use herenow::presence::Moment;

/// The presence timeout that everybody names, and the pause between two heartbeats that SDKs derive from it.
pub const TIMEOUT: u64 = 300;
const PAUSE: u64 = TIMEOUT / 2 - 1;

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Beat,
    SetState,
    Leave,
    /// Nothing, and then for long enough to time out.
    FallSilent,
}

/// Whom a user's own requests make present, and until when.
#[derive(Debug, Clone, Copy)]
struct Person {
    last_beat: Option<Moment>,
}

/// All of them, by who does something next.
pub struct People {
    all: Vec<Person>,
    next: BinaryHeap<Reverse<(Moment, usize)>>,
    chance: fastrand::Rng,
}

impl People {
    /// So many, who come within the first pause.
    pub fn new(count: usize, begin: Moment) -> Self {
        let mut chance = fastrand::Rng::with_seed(13);
        let next = (0..count).map(|who| {
            let after = Duration::from_millis(chance.u64(..PAUSE * 1000));
            Reverse((begin.plus(after), who))
        });
        let next = next.collect();
        Self { all: vec![Person { last_beat: None }; count], next, chance }
    }

    /// When somebody does something next.
    pub fn next_at(&self) -> Option<Moment> {
        self.next.peek().map(|Reverse((at, _))| *at)
    }

    /// Who does what now. They will do something again, unless it is `end` by then.
    pub fn take_next(&mut self, end: Moment) -> Option<(usize, Deed)> {
        let Reverse((now, who)) = self.next.pop()?;
        let person = &mut self.all[who];
        let (deed, pause) = match person.last_beat {
            None => (Deed::Beat, Duration::from_secs(PAUSE)),
            Some(_) => match self.chance.u32(..100) {
                0..3 => (Deed::Leave, Duration::from_secs(self.chance.u64(5..600))),
                3..6 => (Deed::FallSilent, Duration::from_secs(self.chance.u64(TIMEOUT + 10..3 * TIMEOUT))),
                6..12 => (Deed::SetState, Duration::from_secs(1)),
                _ => (Deed::Beat, Duration::from_secs(PAUSE)),
            },
        };
        match deed {
            Deed::Beat => person.last_beat = Some(now),
            Deed::Leave => person.last_beat = None,
            Deed::FallSilent | Deed::SetState => {}
        }
        let again = now.plus(pause);
        if again < end {
            self.next.push(Reverse((again, who)));
        }
        Some((who, deed))
    }

    /// Whether somebody is present, by what they did; `None` where it turns between `now` and `margin` before it.
    pub fn is_present(&self, who: usize, now: Moment, margin: Duration) -> Option<bool> {
        let Some(last) = self.all[who].last_beat else { return Some(false) };
        let deadline = last.plus(Duration::from_secs(TIMEOUT));
        if deadline > now {
            Some(true)
        } else if deadline.plus(margin) < now {
            Some(false)
        } else {
            None
        }
    }
}
