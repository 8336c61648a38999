//! What was published, by wire name and by pattern, and what of it a subscriber receives. Pure.

use std::{
    collections::{BTreeMap, BinaryHeap, HashMap},
    sync::Arc,
};

use super::{
    Settings,
    backlog::Backlog,
    envelope::KeptEnvelope,
    groups::Groups,
    listeners::visit_patterns,
    memory::{Share, Total},
    message_reader::{FilterBudget, MessageReader, PollFilter},
};
use crate::{
    presence::{PNPRES, Timetoken},
    wire::Names,
};

/// What a name with a backlog takes besides its envelopes.
const BACKLOG_BYTES: usize = 400;

type BacklogMap = HashMap<Arc<str>, Backlog, foldhash::fast::RandomState>;

/// The backlogs of one key.
#[derive(Debug, Default)]
pub struct Streams {
    by_name: BacklogMap,
    /// The same envelopes once more, so that a pattern reads one backlog, however many channels it matches.
    by_pattern: BacklogMap,
    /// The wire names by when anything was published on them last.
    by_age: BTreeMap<Timetoken, Arc<str>>,
    most_dots: usize,
    bytes: Share,
}

/// An envelope on its way to a subscriber.
#[derive(Debug, Clone)]
pub struct HeardEnvelope {
    /// What was published.
    pub envelope: Arc<KeptEnvelope>,
    /// The requested name that it came for; `None` where only one was asked for.
    pub subscription: Option<Arc<str>>,
}

/// What of the streams a subscriber wants.
pub struct Reading<'a> {
    /// The names that it asks for.
    pub names: &'a Names,
    /// Which of them, by number, channels first; `None`: all.
    pub which: Option<&'a std::collections::BTreeSet<usize>>,
    /// All until then was looked at.
    pub after: Timetoken,
    /// What it wants of it.
    pub filter: Option<&'a PollFilter>,
}

/// A backlog that is read from its newest envelope on, and the number of the name that asks for it.
type BacklogSource<'a> = (usize, &'a Backlog);

/// A subscriber's name in a list of names, channels first.
fn name_of(names: &Names, which: usize) -> Option<&Arc<str>> {
    names.channels.get(which).or_else(|| names.groups.get(which.checked_sub(names.channels.len())?))
}

/// Whether a listened name is a pattern, or the twin of one.
fn is_pattern(listened: &str) -> bool {
    listened.strip_suffix(PNPRES).unwrap_or(listened).ends_with(".*")
}

impl Streams {
    /// No streams yet, for patterns of at most so many dots; what they will hold is a part of `total`.
    pub fn new(most_dots: usize, total: &Total) -> Self {
        Self { most_dots, bytes: total.share(0), ..Self::default() }
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// When anything was published last.
    pub fn newest(&self) -> Option<Timetoken> {
        self.by_age.last_key_value().map(|(published, _)| *published)
    }

    /// When anything was published last on the name that is the first to be forgotten.
    pub fn oldest(&self) -> Option<Timetoken> {
        self.by_age.first_key_value().map(|(published, _)| *published)
    }

    /// Forget what is too old to be asked for.
    pub fn forget_old(&mut self, now: Timetoken, settings: &Settings) {
        let horizon = now.minus(settings.backlog_age);
        while self.oldest().is_some_and(|oldest| oldest < horizon) {
            self.forget_oldest();
        }
    }

    /// Forget the least recently used name.
    pub fn forget_oldest(&mut self) {
        let Some((_, name)) = self.by_age.pop_first() else { return };
        let bytes = self.by_name.remove(&name).map_or(0, |backlog| backlog.bytes());
        self.bytes.subtract(bytes + BACKLOG_BYTES + name.len());
        visit_patterns(&name, self.most_dots, |pattern| {
            let Some(backlog) = self.by_pattern.get_mut(pattern) else { return };
            backlog.forget_name(&name);
            if backlog.is_empty() {
                self.by_pattern.remove(pattern);
                self.bytes.subtract(BACKLOG_BYTES + pattern.len());
            }
        });
    }

    /// Keep an envelope for subscribers of its name, and of the patterns that match it.
    pub fn publish(&mut self, envelope: &Arc<KeptEnvelope>, settings: &Settings) {
        let name = &envelope.name;
        let (most, age) = (settings.backlog, settings.backlog_age);
        if !self.by_name.contains_key(name) {
            self.bytes.add(BACKLOG_BYTES + name.len());
        }
        let backlog = self.by_name.entry(name.clone()).or_default();
        let before = (backlog.newest(), backlog.bytes());
        backlog.push(envelope.clone(), most, age);
        self.bytes.add(backlog.bytes());
        self.bytes.subtract(before.1);
        if let Some(newest) = before.0 {
            self.by_age.remove(&newest);
        }
        self.by_age.insert(envelope.published, name.clone());
        visit_patterns(name, self.most_dots, |pattern| {
            if let Some(backlog) = self.by_pattern.get_mut(pattern) {
                backlog.push(envelope.clone(), most, age);
            } else {
                self.bytes.add(BACKLOG_BYTES + pattern.len());
                self.by_pattern.entry(pattern.into()).or_default().push(envelope.clone(), most, age);
            }
        });
        while self.by_name.len() > settings.bounds.backlogs {
            self.forget_oldest();
        }
    }

    fn sources<'a>(&'a self, reading: &Reading<'a>, groups: &Groups) -> Vec<BacklogSource<'a>> {
        let names = reading.names;
        let mut sources = Vec::new();
        let mut add = |which: usize, backlog: Option<&'a Backlog>| {
            sources.extend(backlog.filter(|b| b.newest() > Some(reading.after)).map(|backlog| (which, backlog)));
        };
        let mut add_name = |which: usize, listened: &Arc<str>| {
            if which < names.channels.len() {
                let backlogs = if is_pattern(listened) { &self.by_pattern } else { &self.by_name };
                return add(which, backlogs.get(listened));
            }
            let (group, suffix) = listened.strip_suffix(PNPRES).map_or((&**listened, ""), |group| (group, PNPRES));
            let mut name = String::new();
            for member in groups.members(group) {
                name.clear();
                name.push_str(member.as_str());
                name.push_str(suffix);
                add(which, self.by_name.get(name.as_str()));
            }
        };
        match reading.which {
            Some(some) => some.iter().for_each(|which| {
                if let Some(name) = name_of(names, *which) {
                    add_name(*which, name);
                }
            }),
            None => names.channels.iter().chain(&names.groups).enumerate().for_each(|(n, name)| add_name(n, name)),
        }
        sources
    }

    /// What a subscriber has not received yet: one copy per matching name, in publish order, and at most as many as a
    /// backlog holds, the newest. Also the latest timetoken among all that were looked at, filtered out or not.
    pub fn read_since(
        &self,
        reading: &Reading<'_>,
        groups: &Groups,
        reader: &mut MessageReader,
        settings: &Settings,
    ) -> (Vec<(Timetoken, HeardEnvelope)>, Option<Timetoken>) {
        let sources = self.sources(reading, groups);
        // Of two copies the one for the later name comes first, as all is read backwards.
        let next = |at: usize, after: usize| {
            let (which, backlog) = sources[at];
            backlog.envelope_before(after, reading.after).map(|envelope| (envelope.published, which, at, after))
        };
        let mut heads: BinaryHeap<_> = (0..sources.len()).filter_map(|at| next(at, 0)).collect();
        let latest = heads.peek().map(|(published, ..)| *published);
        let mut heard: Vec<(usize, &Arc<KeptEnvelope>)> = Vec::new();
        let mut budget = FilterBudget::of_a_poll();
        while let Some((published, which, at, after)) = heads.pop() {
            heads.extend(next(at, after + 1));
            let Some(envelope) = sources[at].1.envelope_before(after, reading.after) else { continue };
            if settings.guesses.one_copy
                && let Some(last) = heard.last_mut().filter(|(_, last)| last.published == published)
            {
                last.0 = which;
                continue;
            }
            if heard.len() >= settings.backlog {
                break;
            }
            match reading.filter.map_or(Some(true), |filter| reader.admits(filter, envelope, &mut budget)) {
                Some(true) => heard.push((which, envelope)),
                Some(false) => {}
                None => break,
            }
        }
        (close_copies(reading.names, heard), latest)
    }
}

/// The copies with the names that they came for, oldest first.
fn close_copies(names: &Names, heard: Vec<(usize, &Arc<KeptEnvelope>)>) -> Vec<(Timetoken, HeardEnvelope)> {
    // A pattern is named even where it is the only name: the JavaScript SDK drops events whose `b` it did not
    // ask for literally.
    let alone = names.single().is_some_and(|name| !name.contains('*'));
    // Recorded: with both `x.*` and `x.*-pnpres`, both copies say they came for `x.*`.
    let plain = |listened: &Arc<str>| {
        let plain = listened.strip_suffix(PNPRES).filter(|_| is_pattern(listened))?;
        names.channels.iter().find(|name| ***name == *plain)
    };
    let close = |(which, envelope): (usize, &Arc<KeptEnvelope>)| {
        let listened = name_of(names, which).filter(|_| !alone);
        let subscription = listened.map(|listened| plain(listened).unwrap_or(listened).clone());
        (envelope.published, HeardEnvelope { envelope: envelope.clone(), subscription })
    };
    heard.into_iter().rev().map(close).collect()
}

impl HeardEnvelope {
    /// Its text.
    pub fn write(&self) -> String {
        self.envelope.close(self.subscription.as_deref())
    }
}

/// The account once more, from nothing.
#[cfg(test)]
impl Streams {
    pub fn recount(&self) -> usize {
        let names = self.by_name.iter().map(|(name, backlog)| name.len() + backlog.recount());
        let patterns = self.by_pattern.keys().map(|pattern| pattern.len());
        assert_eq!(self.by_age.len(), self.by_name.len());
        names.chain(patterns).map(|bytes| bytes + BACKLOG_BYTES).sum()
    }

    /// The states that envelopes hold, each once.
    pub fn recount_states(&self) -> usize {
        let envelopes = self.by_name.values().flat_map(Backlog::envelopes);
        let states: HashMap<_, _> = envelopes.filter_map(|envelope| envelope.state_share()).collect();
        states.into_values().sum()
    }
}

#[cfg(test)]
mod tests;
