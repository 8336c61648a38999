//! Which calls the crowd makes to the service, and when: those of the simulation, and heartbeats in between.
//! Pure.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use super::{CrowdAct, CrowdStep, HeartbeatTiming};
use crate::presence::{Channel, Moment, State};

/// A call to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PresenceCall {
    /// With this presence timeout.
    Heartbeat(Duration),
    Leave,
    State(State),
}

/// A call that a person makes for a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PersonCall {
    pub person: usize,
    pub place: Channel,
    pub call_kind: PresenceCall,
}

/// Keeps the people who are online present, by heartbeats.
#[derive(Debug)]
pub(super) struct HeartbeatSchedule {
    rhythm: HeartbeatTiming,
    /// Where each person is present, and since which arrival.
    present: Vec<Option<(Channel, u64)>>,
    /// Arrivals so far.
    arrivals: u64,
    /// When each person sends the next heartbeat, and for which arrival it was planned; the soonest on top.
    beats: BinaryHeap<Reverse<(Moment, u64, usize)>>,
}

impl HeartbeatSchedule {
    pub fn new(people: usize, rhythm: HeartbeatTiming) -> Self {
        Self { rhythm, present: vec![None; people], arrivals: 0, beats: BinaryHeap::new() }
    }

    /// From an arrival to the first heartbeat after it: half an interval or more, spread evenly, so that people
    /// who came in a wave do not send heartbeats in waves for ever.
    fn first_interval(&self) -> Duration {
        let part = self.arrivals.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
        let half = self.rhythm.interval / 2;
        half + half.mul_f64(f64::from(u32::try_from(part).unwrap_or(0)) / 65_536.0)
    }

    /// When the next heartbeat is due.
    pub fn due(&self) -> Option<Moment> {
        self.beats.peek().map(|Reverse((at, ..))| *at)
    }

    /// Take the heartbeat that is due first; `None` if that person has gone meanwhile.
    pub fn pop_heartbeat(&mut self) -> Option<PersonCall> {
        let Reverse((at, arrival, person)) = self.beats.pop()?;
        let (place, _) = self.present[person].clone().filter(|(_, since)| *since == arrival)?;
        self.beats.push(Reverse((at.plus(self.rhythm.interval), arrival, person)));
        Some(PersonCall { person, place, call_kind: PresenceCall::Heartbeat(self.rhythm.timeout) })
    }

    /// Take in what a person does; returns the call it makes, if it makes one.
    pub fn take_act(&mut self, step: CrowdStep, at: Moment) -> Option<PersonCall> {
        let CrowdStep { person, place, act, .. } = step;
        let call_kind = match act {
            CrowdAct::Arrive => {
                self.arrivals += 1;
                self.present[person] = Some((place.clone(), self.arrivals));
                self.beats.push(Reverse((at.plus(self.first_interval()), self.arrivals, person)));
                PresenceCall::Heartbeat(self.rhythm.timeout)
            }
            CrowdAct::Leave => {
                self.present[person] = None;
                PresenceCall::Leave
            }
            CrowdAct::Vanish => {
                self.present[person] = None;
                return None;
            }
            CrowdAct::Lapse(timeout) => {
                self.present[person] = None;
                PresenceCall::Heartbeat(timeout)
            }
            CrowdAct::Restate(state) => PresenceCall::State(state),
        };
        Some(PersonCall { person, place, call_kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_are_present_beat_every_interval_and_nobody_else_does() {
        let at = |seconds: u64| Moment::from_micros(seconds * 1_000_000);
        let lobby = Channel::from_wire("lobby");
        let step = |person, act| CrowdStep { pause: Duration::ZERO, person, place: lobby.clone(), act };
        let mut schedule = HeartbeatSchedule::new(3, HeartbeatTiming::for_crowd(3));
        assert_eq!(schedule.due(), None);
        schedule.take_act(step(0, CrowdAct::Arrive), at(1));
        schedule.take_act(step(1, CrowdAct::Arrive), at(2));
        schedule.take_act(step(2, CrowdAct::Arrive), at(3));
        let beats = |schedule: &mut HeartbeatSchedule, until: u64| {
            let mut beats = [0; 3];
            while schedule.due().is_some_and(|due| due < at(until)) {
                if let Some(call) = schedule.pop_heartbeat() {
                    beats[call.person] += 1;
                }
            }
            beats
        };
        assert!(beats(&mut schedule, 71).iter().all(|beats| (9..=10).contains(beats)));
        // Silence is silent; one who was away and is back has one heartbeat, not two.
        assert_eq!(schedule.take_act(step(1, CrowdAct::Vanish), at(71)), None);
        schedule.take_act(step(2, CrowdAct::Leave), at(71));
        schedule.take_act(step(2, CrowdAct::Arrive), at(71));
        let [first, silent, back] = beats(&mut schedule, 141);
        assert!((9..=10).contains(&first) && silent == 0 && (9..=10).contains(&back), "{first} {silent} {back}");
    }

    #[test]
    fn a_wave_of_arrivals_is_not_a_wave_of_heartbeats() {
        let at = |millis: u64| Moment::from_micros(millis * 1_000);
        let mut schedule = HeartbeatSchedule::new(1_000, HeartbeatTiming::for_crowd(1_000));
        for person in 0..1_000 {
            let step =
                CrowdStep { pause: Duration::ZERO, person, place: Channel::from_wire("lobby"), act: CrowdAct::Arrive };
            schedule.take_act(step, at(person as u64));
        }
        let mut per_second = std::collections::BTreeMap::<u64, u32>::new();
        while let Some(due) = schedule.due().filter(|due| *due < at(60_000)) {
            schedule.pop_heartbeat();
            *per_second.entry(due.seconds()).or_default() += 1;
        }
        assert!(per_second.values().all(|beats| *beats < 350), "{per_second:?}");
    }
}
