//! Watches a world for incidents.

use std::{collections::VecDeque, time::Duration};

use foldhash::fast::FixedState;

use super::{
    Incident, IncidentKind,
    counts::RecentCounts,
    lateness::Lateness,
    limits::AnnounceLimits,
    memory::{ChannelMemory, FoundGone},
    movement::Movements,
    overview::Overview,
    samples::Samples,
    tracking::{LastTelling, Tracked},
    users::Users,
};
use crate::presence::Moment;

/// The number of incidents kept.
const KEPT: usize = 20;

/// An incident is told for so long, unless it is read.
pub(super) const TOLD_FOR: Duration = Duration::from_secs(600);

/// The time after the link comes up during which what is heard is a beginning, not news.
pub(super) const SETTLING: Duration = Duration::from_secs(3);

/// Those who leave after others were restarted are likely to be back within this time.
const BATCH: Duration = Duration::from_secs(8);

/// What goes on and on is news after so long, and again after so long if it has grown.
const LONGEST_NEWS: Duration = Duration::from_secs(15);
const TOLD_AGAIN: Duration = Duration::from_secs(30);

/// A list that had to be corrected.
#[derive(Debug, Clone)]
pub(super) struct FoundDrift {
    pub at: Moment,
    /// The place of the channel.
    pub channel: u32,
    /// By so many users.
    pub users: u32,
    /// The hashes of some of them: an event may come late that tells the same.
    pub names: Vec<u64>,
    /// Changes were announced one by one there, as far as was known.
    pub announced: bool,
}

/// A rule of the watch list that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldingRule {
    /// The rule. Safe to show.
    pub rule: String,
    /// What it sees now, in a sentence. Safe to show.
    pub sentence: String,
    /// Since when it holds.
    pub since: Moment,
    /// Whether a person has acknowledged that it holds: then it is told only where it is asked for.
    pub acknowledged: bool,
}

/// Watches a world for incidents: it receives what a [`Listener`](crate::world::Listener) does, and finds what is
/// unusual in it.
#[derive(Debug, Clone, Default)]
pub struct IncidentWatch {
    /// The same in each run: users may share a place in a table, and what is told of a recording is what was told live.
    pub(super) hasher: FixedState,
    pub(super) counts: RecentCounts,
    pub(super) movements: Movements,
    /// The movements before this number are counted.
    pub(super) tallied: u64,
    pub(super) users: Users,
    pub(super) samples: Samples,
    pub(super) channels: Vec<ChannelMemory>,
    pub(super) found_gone: FoundGone,
    /// Until then, what is heard is a beginning: nothing of it is counted.
    pub(super) settled: Option<Moment>,
    /// The number of movements when they were last looked at, and when that was.
    pub(super) seen: u64,
    pub(super) looked: Moment,
    /// When something new was last seen.
    pub(super) heard: Moment,
    /// Another look may find more.
    pub(super) stale: bool,
    pub(super) drift: VecDeque<FoundDrift>,
    /// The occupancies that show from which one on changes are summed up.
    pub(super) limits: AnnounceLimits,
    pub(super) tracked: VecDeque<Tracked>,
    pub(super) made: u64,
    /// Those that nobody has been told about.
    pub(super) news: Vec<u64>,
    pub(super) lateness: Lateness,
    pub(super) overview: Overview,
    /// What the watch list tells, from outside: the rules that hold, those that nobody has acknowledged first.
    pub(super) rules: Vec<HoldingRule>,
}

impl IncidentWatch {
    /// The incidents, latest first; at most twenty.
    pub fn incidents(&self) -> impl Iterator<Item = &Incident> {
        self.tracked.iter().rev().map(|tracked| &tracked.incident).filter(|incident| incident.is_worth_telling())
    }

    /// The incident with this number, if it is still kept.
    pub fn find(&self, number: u64) -> Option<&Incident> {
        self.incidents().find(|incident| incident.number == number)
    }

    /// The worst incident that is neither read nor ten minutes old nor continued by another.
    pub fn current(&self, now: Moment) -> Option<&Incident> {
        let told = |incident: &&Incident| {
            let known = incident.read || incident.continued || !incident.is_worth_telling();
            !known && now.since(incident.last) < TOLD_FOR
        };
        // Of two that are as bad, the later one.
        self.tracked.iter().map(|tracked| &tracked.incident).filter(told).max_by_key(|incident| incident.severity())
    }

    /// A person has read an incident.
    pub fn mark_read(&mut self, number: u64) {
        if let Some(tracked) = self.tracked.iter_mut().find(|tracked| tracked.incident.number == number) {
            (tracked.incident.read, tracked.read_of) = (true, tracked.count_all());
        }
    }

    /// The incidents that were found since this was last asked, oldest first; each a few seconds after the last of it,
    /// when its numbers are settled, and again when it turns out to be something else, or half as large again. What the
    /// link does and what is refused is told by entries of its own.
    pub fn take_news(&mut self, now: Moment) -> Vec<Incident> {
        let mut settled = Vec::new();
        for number in std::mem::take(&mut self.news) {
            let known = self.tracked.iter_mut().find(|tracked| tracked.incident.number == number);
            let Some(tracked) = known.filter(|tracked| !tracked.incident.continued) else { continue };
            let incident = &mut tracked.incident;
            if matches!(incident.kind, IncidentKind::LostLink | IncidentKind::Refused) {
                continue;
            }
            // Where those who left come back it may have been a deploy.
            let returned = tracked.returns.back().filter(|_| incident.kind == IncidentKind::MassLeave);
            let returned = returned.map_or(Moment::default(), |(second, _)| Moment::from_micros(second * 1_000_000));
            let waits = if tracked.is_batch || incident.made_up { BATCH } else { SETTLING };
            let lasts = now.since(incident.last.max(returned)) < waits;
            let waited = match tracked.told {
                None => now.since(incident.begin) >= LONGEST_NEWS,
                // It is told again when it is over, or as something else.
                Some(told) => told.kind != incident.kind || now.since(told.at) >= TOLD_AGAIN,
            };
            if lasts && !waited {
                self.news.push(number);
            } else if incident.is_worth_telling() {
                let told = LastTelling { kind: incident.kind, count: incident.count(), at: now };
                incident.was = tracked.told.replace(told).map(|told| told.kind);
                settled.push(incident.clone());
            }
        }
        settled
    }

    /// What turned out to be something else than it was told as, or larger, is news again.
    pub(super) fn find_changed_news(&mut self) {
        for Tracked { incident, told, .. } in &self.tracked {
            let has_changed = told.is_some_and(|told| told.is_outdated(incident)) && !incident.continued;
            if has_changed && incident.is_worth_telling() && !self.news.contains(&incident.number) {
                self.news.push(incident.number);
            }
        }
    }

    /// Tell which rules of the watch list hold. One that held before does so since then.
    pub fn set_rules(&mut self, rules: impl IntoIterator<Item = HoldingRule>) {
        let before = std::mem::take(&mut self.rules);
        self.rules.extend(rules);
        for rule in &mut self.rules {
            let known = before.iter().find(|known| known.rule == rule.rule);
            rule.since = known.map_or(rule.since, |known| known.since);
        }
        self.rules.sort_by_key(|rule| rule.acknowledged);
    }

    /// The rules that hold, those that nobody has acknowledged first.
    pub fn rules(&self) -> &[HoldingRule] {
        &self.rules
    }

    /// A person has acknowledged some of these rules; others are as they were.
    pub fn acknowledge_rules(&mut self, rules: &[HoldingRule]) {
        for known in &mut self.rules {
            known.acknowledged |= rules.iter().any(|rule| rule.rule == known.rule && rule.acknowledged);
        }
        self.rules.sort_by_key(|rule| rule.acknowledged);
    }

    /// The rules that hold and that nobody has acknowledged.
    pub fn alarms(&self) -> &[HoldingRule] {
        &self.rules[..self.rules.partition_point(|rule| !rule.acknowledged)]
    }

    /// Add an incident. Returns its place.
    pub(super) fn add(&mut self, kind: IncidentKind, begin: Moment) -> usize {
        self.made += 1;
        self.news.push(self.made);
        self.tracked.push_back(Tracked::new(Incident::new(self.made, kind, begin), &self.movements));
        if self.tracked.len() > KEPT {
            self.tracked.pop_front();
        }
        self.tracked.len() - 1
    }

    /// Events a second, in the last minute: a number that stands still while it is about the same.
    pub const fn event_rate(&self) -> u64 {
        self.lateness.rate()
    }

    /// How late events are, in tenths of a second, if many of the last minute were late.
    pub fn find_late(&self, now: Moment) -> Option<u64> {
        self.lateness.find_late(now)
    }

    /// Roughly how many bytes a copy takes.
    pub fn weigh(&self) -> usize {
        let tracked: usize = self.tracked.iter().map(Tracked::weigh).sum();
        let channels = self.channels.len() * size_of::<ChannelMemory>();
        let channels = channels + self.found_gone.weigh();
        size_of::<Self>() + tracked + channels + self.movements.weigh() + self.users.weigh() + self.samples.weigh()
    }

    /// Forget what is known of channels by their place, and of who was where.
    pub(super) fn forget_places(&mut self) {
        self.tally();
        self.channels.clear();
        self.found_gone.clear();
        self.movements.clear();
        self.tallied = self.movements.count_all();
        self.users.clear();
        self.samples.clear();
        for tracked in &mut self.tracked {
            tracked.open = false;
            tracked.channels.clear();
        }
    }
}
