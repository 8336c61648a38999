//! What is to be played: who there is, and what they do.

use std::time::Duration;

use super::super::Person;
use crate::presence::{Channel, State};

/// What goes on after the last change, in words.
pub const RECORDING_ENDS: &str = "the recording ends here";

/// What somebody did on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordedAct {
    /// Joined, with this state.
    Join(Option<State>),
    /// Left.
    Leave,
    /// Was silent for longer than their presence timeout.
    TimeOut,
    /// Replaced their state.
    SetState(State),
}

/// What happened, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedChange {
    /// When, from the beginning. The order of the changes is that of these.
    pub at: Duration,
    /// To whom of [`RecordedPlay::people`].
    pub person: usize,
    /// What.
    pub act: RecordedAct,
}

/// What is to be played again.
#[derive(Debug, Clone)]
pub struct RecordedPlay {
    /// What the recording is called. Foreign text.
    pub title: String,
    /// Who there is, each once for each channel.
    pub people: Vec<Person>,
    /// Who is there at the beginning, with which states.
    pub first: Vec<(usize, Option<State>)>,
    /// What happens, in order.
    pub changes: Vec<PlayedChange>,
    /// When the recording ends, from the beginning.
    pub length: Duration,
    /// How fast, 0.1 to 100; 1 is as it was.
    pub speed: f64,
    /// Whether it begins again at its end, with who was there at first.
    pub repeat: bool,
}

impl RecordedPlay {
    /// The channels, each once, in the order in which somebody is first on each.
    pub fn channels(&self) -> Vec<Channel> {
        let mut seen = std::collections::HashSet::new();
        self.people.iter().map(|person| &person.home).filter(|home| seen.insert(*home)).cloned().collect()
    }

    /// Add at the end what leads back to the beginning.
    pub(super) fn lead_back(&mut self) {
        let mut now: Vec<Option<Option<State>>> = vec![None; self.people.len()];
        for (person, state) in &self.first {
            now[*person] = Some(state.clone());
        }
        let first = now.clone();
        for PlayedChange { person, act, .. } in &self.changes {
            match act {
                RecordedAct::Join(state) => now[*person] = Some(state.clone()),
                RecordedAct::Leave | RecordedAct::TimeOut => now[*person] = None,
                RecordedAct::SetState(state) => now[*person] = Some(Some(state.clone()).filter(|s| !s.is_empty())),
            }
        }
        let back = now.into_iter().zip(first).enumerate().filter_map(|(person, (now, first))| {
            let act = match (now, first) {
                (now, first) if now == first => return None,
                (Some(_), None) => RecordedAct::Leave,
                (None, first) => RecordedAct::Join(first?),
                (Some(_), Some(state)) => {
                    RecordedAct::SetState(state.unwrap_or_else(|| State::from_wire(State::empty_raw())))
                }
            };
            Some(PlayedChange { at: self.length, person, act })
        });
        let back: Vec<PlayedChange> = back.collect();
        self.changes.extend(back);
    }
}
