//! What is told of a world: the log and the incidents. It is told once live, and once more when somebody looks back.

use std::{collections::VecDeque, sync::Arc};

use super::EventLog;
use crate::{
    history::HistoryListener,
    incident::{HoldingRule, IncidentWatch},
    presence::{Channel, EventKind, Moment, UserId},
    world::{ChannelId, Entry, Listener, Touched, World},
};

/// Besides its entry, what the log knows of it takes about so many bytes.
const ROW_BYTES: usize = 96;

/// The log and the incidents of a world that is looked back at.
#[derive(Debug, Clone)]
pub struct ToldSoFar {
    /// The log.
    pub log: EventLog,
    /// The incidents.
    pub incidents: Box<IncidentWatch>,
    /// Alerts that may come in the middle of a step: their numbers in the log, when they were told, and their entries.
    expected: VecDeque<(u64, Moment, Arc<Entry>)>,
    changed: ChangedUsers,
}

/// Whose places on the lists may be others since that was last asked.
#[derive(Debug, Clone, Default)]
pub(super) struct ChangedUsers {
    pub users: Vec<(Channel, UserId)>,
    /// There are too many to name.
    pub many: bool,
}

/// So many are named.
const NAMED: usize = 1_000;

impl ChangedUsers {
    fn add<'a>(&mut self, channel: &Channel, users: impl IntoIterator<Item = &'a UserId>) {
        if !self.many {
            self.users.extend(users.into_iter().map(|user| (channel.clone(), user.clone())));
            self.many = self.users.len() > NAMED;
        }
    }

    fn take_change(&mut self, channel: &Channel, touched: &Touched<'_>) {
        match touched {
            Touched::Event { event, .. } => match &event.what {
                EventKind::Interval { joined, left, timed_out, .. } => {
                    self.add(channel, joined.iter().chain(left).chain(timed_out));
                }
                what => self.add(channel, what.user()),
            },
            Touched::Vouched(user) => self.add(channel, [*user]),
            Touched::HereNow { .. } | Touched::Cleared => self.many = true,
        }
    }
}

/// What is told of a world without being caused by it alone.
#[derive(Debug, Clone)]
pub enum ToldFact {
    /// An alert was told.
    Alert {
        /// The number that it has in the log.
        number: u64,
        /// When it was told, which may be after what it is about.
        told: Moment,
        /// Its entry.
        entry: Arc<Entry>,
    },
    /// Incidents were looked for, at this moment.
    Looked(Moment),
    /// These rules of the watch list hold now.
    Rules(Vec<HoldingRule>),
    /// A person has read the incident with this number.
    Read(u64),
}

impl ToldFact {
    /// Roughly how many bytes it holds.
    pub fn weigh(&self) -> usize {
        match self {
            Self::Alert { entry, .. } => entry.weight(),
            Self::Rules(rules) => {
                rules.iter().map(|rule| size_of::<HoldingRule>() + rule.rule.len() + rule.sentence.len()).sum()
            }
            Self::Looked(_) | Self::Read(_) => 0,
        }
    }
}

/// Roughly how many bytes a copy of log and incidents takes, which shares the entries that it has in common with others.
pub(super) fn weigh_told(log: &EventLog, incidents: &IncidentWatch) -> usize {
    log.len() * ROW_BYTES + log.weigh() / 2 + incidents.weigh()
}

/// Tell log and incidents of an entry.
pub(super) fn tell_entry(log: &mut EventLog, incidents: &mut IncidentWatch, world: &World, entry: &Arc<Entry>) {
    log.push(Arc::clone(entry));
    incidents.take_entry(world, entry);
}

impl ToldSoFar {
    /// Roughly how many bytes a copy takes.
    pub fn weigh(&self) -> usize {
        weigh_told(&self.log, &self.incidents)
    }

    /// What is told now.
    pub(super) fn copy(log: &EventLog, incidents: &IncidentWatch) -> Self {
        Self {
            log: log.clone(),
            incidents: Box::new(incidents.clone()),
            expected: VecDeque::new(),
            changed: ChangedUsers::default(),
        }
    }

    /// Whose places on the lists may be others since this was last asked.
    pub(super) fn take_changed(&mut self) -> ChangedUsers {
        std::mem::take(&mut self.changed)
    }

    /// Tell the alerts that come next by their numbers.
    fn tell_expected(&mut self, now: Moment) {
        while let Some((number, told, entry)) = self.expected.front()
            && *number <= self.log.last_number() + 1
            && *told <= now
        {
            if *number > self.log.last_number() {
                self.log.push(Arc::clone(entry));
            }
            self.expected.pop_front();
        }
    }
}

impl Listener for ToldSoFar {
    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        self.tell_expected(world.now());
        tell_entry(&mut self.log, &mut self.incidents, world, entry);
        self.tell_expected(world.now());
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        self.changed.take_change(&world.channels.at(channel).channel, touched);
        self.incidents.take_change(world, channel, touched);
    }
}

impl HistoryListener for ToldSoFar {
    type Fact = ToldFact;

    fn expect_fact(&mut self, fact: &ToldFact) {
        if let ToldFact::Alert { number, told, entry } = fact
            && self.expected.back().is_none_or(|(last, ..)| last < number)
        {
            self.expected.push_back((*number, *told, Arc::clone(entry)));
        }
    }

    fn take_fact(&mut self, world: &World, fact: &ToldFact) {
        match fact {
            ToldFact::Alert { number, entry, .. } => {
                self.expected.retain(|(expected, ..)| expected > number);
                if self.log.last_number() < *number {
                    self.log.push(Arc::clone(entry));
                }
            }
            ToldFact::Looked(at) => {
                self.incidents.look(world, *at);
                self.incidents.take_news(*at);
            }
            ToldFact::Rules(rules) => self.incidents.set_rules(rules.iter().cloned()),
            ToldFact::Read(number) => self.incidents.mark_read(*number),
        }
    }
}
