//! Who has to say what to the service, and when: what the script tells, and heartbeats in between.
//! Pure.

use std::collections::VecDeque;

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
    /// Who is to show a sign of life when, and for which arrival it was planned. Since every interval
    /// is the same and time goes forward, the queue is in order.
    beats: VecDeque<(Moment, usize, u64)>,
}

impl Rounds {
    pub fn new(people: usize, rhythm: Rhythm) -> Self {
        Self { rhythm, present: vec![None; people], arrivals: 0, beats: VecDeque::new() }
    }

    /// When somebody is to show a sign of life.
    pub fn due(&self) -> Option<Moment> {
        self.beats.front().map(|(at, ..)| *at)
    }

    /// The sign of life that is due first, unless that person has gone meanwhile.
    pub fn beat(&mut self) -> Option<Deed> {
        let (at, person, arrival) = self.beats.pop_front()?;
        let (place, _) = self.present[person].clone().filter(|(_, since)| *since == arrival)?;
        self.beats.push_back((at.plus(self.rhythm.interval), person, arrival));
        Some(Deed { person, place, say: Say::Heartbeat })
    }

    /// What somebody does at a time, in words to the service; silence says nothing.
    pub fn act(&mut self, cue: Cue, at: Moment) -> Option<Deed> {
        let Cue { person, place, act, .. } = cue;
        let say = match act {
            Act::Arrive => {
                self.arrivals += 1;
                self.present[person] = Some((place.clone(), self.arrivals));
                self.beats.push_back((at.plus(self.rhythm.interval), person, self.arrivals));
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
    use std::time::Duration;

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
        assert_eq!(rounds.due(), Some(at(8)));
        assert_eq!(rounds.beat().unwrap().person, 0);
        // Silence is silent; one who was away and is back has one heartbeat, not two.
        assert_eq!(rounds.act(cue(1, Act::Vanish), at(8)), None);
        rounds.act(cue(2, Act::Leave), at(8));
        rounds.act(cue(2, Act::Arrive), at(8));
        assert_eq!((rounds.beat(), rounds.beat()), (None, None));
        assert_eq!((rounds.due(), rounds.beat().unwrap().person), (Some(at(15)), 0));
        assert_eq!((rounds.due(), rounds.beat().unwrap().person), (Some(at(15)), 2));
    }
}
