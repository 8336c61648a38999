//! Symptoms of trouble, for the doctor. They are bounded, and outlast the log entries that they come from.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{Cause, Entry, EntryBody, EntryTime, Note};
use crate::presence::{Channel, Moment, Trouble};

/// The number of channels or losses kept for each symptom: it bounds memory.
const MOST: usize = 100;

/// Losses within this time count as one, because several poll loops lose the same link.
const TOGETHER: Duration = Duration::from_secs(2);

/// How often and when something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// The number of times since the start.
    pub count: u64,
    /// The last time.
    pub last: Moment,
}

/// The symptoms seen so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Symptoms {
    /// When the link was lost, for the last hundred times, oldest first.
    pub lost: VecDeque<Moment>,
    /// Losses that told occupancies showed.
    pub missing: Option<Recurrence>,
    /// Replies with more envelopes than are read.
    pub over_limit: Option<Recurrence>,
    /// Envelopes that could not be read.
    pub garbled: Option<Recurrence>,
    /// Commands that found the worker's queue full.
    pub busy: Option<Recurrence>,
    /// The service's clock was set back.
    pub set_back: Option<Recurrence>,
    /// Failed heartbeats since the last success, and the last failure.
    pub heartbeat: Option<(Recurrence, Trouble)>,
    /// Channels that took our heartbeat but did not list us.
    pub unlisted: BTreeMap<Channel, Moment>,
    /// Channels whose list was wrong, and the last cause.
    pub drift: BTreeMap<Channel, (Recurrence, Cause)>,
}

fn count_recurrence(before: &mut Option<Recurrence>, at: Moment) {
    let count = before.map_or(0, |recent| recent.count) + 1;
    *before = Some(Recurrence { count, last: at });
}

impl Symptoms {
    /// Count a command that found the queue full.
    pub(super) fn note_busy(&mut self, now: Moment) {
        count_recurrence(&mut self.busy, now);
    }

    /// Look for symptoms in an entry.
    pub(crate) fn note_entry(&mut self, entry: &Entry) {
        let EntryTime::Here(at) = entry.at else { return };
        match (&entry.body, &entry.channel) {
            (EntryBody::Garbled { .. }, _) => count_recurrence(&mut self.garbled, at),
            (EntryBody::Note(Note::Lost { attempt: 1, .. }), _) => {
                // Several poll loops may lose the same link.
                if self.lost.back().is_none_or(|last| at.since(*last) >= TOGETHER) {
                    self.lost.push_back(at);
                }
                if self.lost.len() > MOST {
                    self.lost.pop_front();
                }
            }
            (EntryBody::Note(Note::EventsMissing(_)), _) => count_recurrence(&mut self.missing, at),
            (EntryBody::Note(Note::OverLimit { .. }), _) => count_recurrence(&mut self.over_limit, at),
            (EntryBody::Note(Note::ClockSetBack), _) => count_recurrence(&mut self.set_back, at),
            (EntryBody::Note(Note::HeartbeatFailed { trouble, .. }), _) => {
                let count = self.heartbeat.as_ref().map_or(0, |(recent, _)| recent.count) + 1;
                self.heartbeat = Some((Recurrence { count, last: at }, trouble.clone()));
            }
            (EntryBody::Note(Note::Unlisted), Some(channel)) => {
                self.unlisted.insert(channel.clone(), at);
                forget_oldest(&mut self.unlisted, |at| *at);
            }
            (EntryBody::Note(Note::Drift { cause, .. }), Some(channel)) => {
                let count = self.drift.get(channel).map_or(0, |(recent, _)| recent.count) + 1;
                self.drift.insert(channel.clone(), (Recurrence { count, last: at }, *cause));
                forget_oldest(&mut self.drift, |(recent, _)| recent.last);
            }
            _ => {}
        }
    }
}

fn forget_oldest<T>(kept: &mut BTreeMap<Channel, T>, at: impl Fn(&T) -> Moment) {
    if kept.len() > MOST
        && let Some(oldest) = kept.iter().min_by_key(|(_, it)| at(it)).map(|(channel, _)| channel.clone())
    {
        kept.remove(&oldest);
    }
}
