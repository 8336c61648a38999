//! Who has to say what to the service, and when: what the script tells, and heartbeats in between.
//! Pure.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use super::{Act, Cue, Rhythm};
use crate::presence::{Channel, Moment, State};

/// What is said to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Say {
    /// I am here.
    Heartbeat,
    /// I am gone.
    Leave,
    /// This is my state.
    State(State),
}

/// Somebody says something about a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deed {
    /// Who.
    pub person: usize,
    /// Where.
    pub place: Channel,
    /// What.
    pub say: Say,
}

/// Keeps everybody present who is.
#[derive(Debug)]
pub(super) struct Rounds {
    rhythm: Rhythm,
    /// Where each person is present, and since which arrival.
    present: Vec<Option<(Channel, u64)>>,
    /// Arrivals so far.
    arrivals: u64,
    /// Who is to show a sign of life when, and for which arrival it was planned; the soonest on top.
    beats: BinaryHeap<Reverse<(Moment, u64, usize)>>,
}

impl Rounds {
    pub fn new(people: usize, rhythm: Rhythm) -> Self {
        Self { rhythm, present: vec![None; people], arrivals: 0, beats: BinaryHeap::new() }
    }

    /// From an arrival to the first sign of life after it: half an interval or more, spread evenly, so
    /// that those who came in a wave do not beat in waves for ever.
    fn first_interval(&self) -> Duration {
        let part = self.arrivals.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
        let half = self.rhythm.interval / 2;
        half + half.mul_f64(f64::from(u32::try_from(part).unwrap_or(0)) / 65_536.0)
    }

    /// When somebody is to show a sign of life.
    pub fn due(&self) -> Option<Moment> {
        self.beats.peek().map(|Reverse((at, ..))| *at)
    }

    /// The sign of life that is due first, unless that person has gone meanwhile.
    pub fn beat(&mut self) -> Option<Deed> {
        let Reverse((at, arrival, person)) = self.beats.pop()?;
        let (place, _) = self.present[person].clone().filter(|(_, since)| *since == arrival)?;
        self.beats.push(Reverse((at.plus(self.rhythm.interval), arrival, person)));
        Some(Deed { person, place, say: Say::Heartbeat })
    }

    /// What somebody does at a time, in words to the service; silence says nothing.
    pub fn act(&mut self, cue: Cue, at: Moment) -> Option<Deed> {
        let Cue { person, place, act, .. } = cue;
        let say = match act {
            Act::Arrive => {
                self.arrivals += 1;
                self.present[person] = Some((place.clone(), self.arrivals));
                self.beats.push(Reverse((at.plus(self.first_interval()), self.arrivals, person)));
                Say::Heartbeat
            }
            Act::Leave => {
                self.present[person] = None;
                Say::Leave
            }
            Act::Vanish => {
                self.present[person] = None;
                return None;
            }
            Act::Lapse => {
                self.present[person] = None;
                Say::Heartbeat
            }
            Act::Restate(state) => Say::State(state),
        };
        Some(Deed { person, place, say })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_are_present_beat_every_interval_and_nobody_else_does() {
        let at = |seconds: u64| Moment::from_micros(seconds * 1_000_000);
        let lobby = Channel::heard("lobby");
        let cue = |person, act| Cue { pause: Duration::ZERO, person, place: lobby.clone(), act };
        let mut rounds = Rounds::new(3, Rhythm::of(3));
        assert_eq!(rounds.due(), None);
        rounds.act(cue(0, Act::Arrive), at(1));
        rounds.act(cue(1, Act::Arrive), at(2));
        rounds.act(cue(2, Act::Arrive), at(3));
        let beats = |rounds: &mut Rounds, until: u64| {
            let mut beats = [0; 3];
            while rounds.due().is_some_and(|due| due < at(until)) {
                if let Some(deed) = rounds.beat() {
                    beats[deed.person] += 1;
                }
            }
            beats
        };
        assert!(beats(&mut rounds, 71).iter().all(|beats| (9..=10).contains(beats)));
        // Silence is silent; one who was away and is back has one heartbeat, not two.
        assert_eq!(rounds.act(cue(1, Act::Vanish), at(71)), None);
        rounds.act(cue(2, Act::Leave), at(71));
        rounds.act(cue(2, Act::Arrive), at(71));
        let [first, silent, back] = beats(&mut rounds, 141);
        assert!((9..=10).contains(&first) && silent == 0 && (9..=10).contains(&back), "{first} {silent} {back}");
    }

    #[test]
    fn a_wave_of_arrivals_is_not_a_wave_of_heartbeats() {
        let at = |millis: u64| Moment::from_micros(millis * 1_000);
        let mut rounds = Rounds::new(1_000, Rhythm::of(1_000));
        for person in 0..1_000 {
            let cue = Cue { pause: Duration::ZERO, person, place: Channel::heard("lobby"), act: Act::Arrive };
            rounds.act(cue, at(person as u64));
        }
        let mut per_second = std::collections::BTreeMap::<u64, u32>::new();
        while let Some(due) = rounds.due().filter(|due| *due < at(60_000)) {
            rounds.beat();
            *per_second.entry(due.seconds()).or_default() += 1;
        }
        assert!(per_second.values().all(|beats| *beats < 350), "{per_second:?}");
    }
}
