//! Answers that are made piece by piece: each piece is gathered quickly, as pointers to what there is, and written
//! afterwards, while others are answered. Pure.

use std::collections::VecDeque;

use super::{
    Core, Decision,
    registry::{KeptState, Registry},
};
use crate::{
    presence::{Channel, SubscribeKey, UserId},
    wire::{HereNowWriter, StatesWriter, WhereNowWriter},
};

/// The most names that are gathered at once.
const MOST_GATHERED: usize = 1_000;

/// What is known of an answer at first.
pub enum BegunAnswer {
    /// All of it.
    Decided(Decision),
    /// How to make it.
    Pieces(AnswerPieces),
}

impl From<Decision> for BegunAnswer {
    fn from(decision: Decision) -> Self {
        Self::Decided(decision)
    }
}

/// An answer with status 200 that is made piece by piece: [`gather`](Self::gather) with the core at hand, then
/// [`write`](Self::write) without it, until it [is over](Self::is_over).
pub struct AnswerPieces {
    key: SubscribeKey,
    gathered: VecDeque<Part>,
    source: PartSource,
    is_gathered: bool,
}

/// Something to be written.
enum Part {
    /// A channel, and whether its users follow.
    Channel(Channel, bool),
    User(UserId, Option<KeptState>),
    /// The end of a channel with so many on it.
    Occupancy(u64),
    /// The user's state on a channel.
    State(Channel, Option<KeptState>),
}

/// Where parts come from, and how they are written.
enum PartSource {
    HereNow(HereNowSource, HereNowWriter),
    WhereNow(UserId, Option<Channel>, WhereNowWriter),
    States(UserId, StatesWriter),
}

/// What a here now has still to report on.
pub(super) struct HereNowSource {
    /// `None`: all channels of the key.
    pub names: Option<std::vec::IntoIter<Channel>>,
    /// The channel that was reported on last.
    pub last: Option<Channel>,
    /// Whether a channel with nobody on it is reported on.
    pub lists_empty: bool,
    /// How many users of each channel are listed, and after how many others.
    pub page: (usize, usize),
}

impl HereNowSource {
    /// The channel to report on.
    fn find_channel(&mut self, registry: &Registry) -> Option<Channel> {
        match &mut self.names {
            Some(names) => names.next(),
            None => registry.channel_after(self.last.as_ref()).cloned(),
        }
    }

    fn is_exhausted(&self, registry: &Registry) -> bool {
        match &self.names {
            Some(names) => names.len() == 0,
            None => registry.channel_after(self.last.as_ref()).is_none(),
        }
    }

    /// Gather channels while there is room. Returns whether that was all.
    fn gather(&mut self, registry: &Registry, parts: &mut VecDeque<Part>) -> bool {
        let (limit, offset) = self.page;
        let mut looks = 0;
        loop {
            let Some(channel) = self.find_channel(registry) else { return true };
            let occupancy = registry.occupancy(&channel);
            self.last = Some(channel.clone());
            looks += 1;
            if occupancy > 0 || self.lists_empty {
                parts.push_back(Part::Channel(channel.clone(), limit > 0));
                let users = registry.occupants(&channel, offset, limit);
                parts.extend(users.into_iter().map(|(user, state)| Part::User(user, state)));
                parts.push_back(Part::Occupancy(occupancy as u64));
            }
            if parts.len() + limit > 2 * MOST_GATHERED || looks >= MOST_GATHERED {
                return self.is_exhausted(registry);
            }
        }
    }
}

impl AnswerPieces {
    fn new(key: &SubscribeKey, source: PartSource) -> Self {
        Self { key: key.clone(), gathered: VecDeque::new(), source, is_gathered: false }
    }

    pub(super) fn here_now(key: &SubscribeKey, source: HereNowSource, writer: HereNowWriter) -> Self {
        Self::new(key, PartSource::HereNow(source, writer))
    }

    pub(super) fn where_now(key: &SubscribeKey, user: &UserId) -> Self {
        Self::new(key, PartSource::WhereNow(user.clone(), None, WhereNowWriter::default()))
    }

    pub(super) fn states(
        key: &SubscribeKey,
        user: &UserId,
        states: impl Iterator<Item = (Channel, Option<KeptState>)>,
    ) -> Self {
        let gathered = states.map(|(channel, state)| Part::State(channel, state)).collect();
        Self {
            gathered,
            is_gathered: true,
            ..Self::new(key, PartSource::States(user.clone(), StatesWriter::default()))
        }
    }

    /// Gather what is to be written next, unless something is left of what was gathered before.
    pub fn gather(&mut self, core: &Core) {
        if self.is_gathered || !self.gathered.is_empty() {
            return;
        }
        let Some(key_state) = core.key_states.get(&self.key) else {
            self.is_gathered = true;
            return;
        };
        self.is_gathered = match &mut self.source {
            PartSource::HereNow(source, _) => source.gather(&key_state.registry, &mut self.gathered),
            PartSource::WhereNow(user, last, _) => {
                let some = key_state.registry.channels_after(user, last.as_ref(), MOST_GATHERED);
                let is_all = some.len() < MOST_GATHERED;
                *last = some.last().cloned();
                self.gathered.extend(some.into_iter().map(|channel| Part::Channel(channel, false)));
                is_all
            }
            PartSource::States(..) => true,
        };
    }

    /// Write of what was gathered, until there are so many bytes or some more.
    pub fn write(&mut self, out: &mut Vec<u8>, most: usize) {
        while out.len() < most {
            let Some(part) = self.gathered.pop_front() else { break };
            match (part, &mut self.source) {
                (Part::Channel(channel, lists), PartSource::HereNow(_, to)) => to.begin_channel(&channel, lists, out),
                (Part::User(user, state), PartSource::HereNow(_, to)) => {
                    to.write_user(user.as_str(), state.as_ref().map(KeptState::state), out);
                }
                (Part::Occupancy(occupancy), PartSource::HereNow(_, to)) => to.end_channel(occupancy, out),
                (Part::Channel(channel, _), PartSource::WhereNow(.., to)) => to.write_channel(&channel, out),
                (Part::State(channel, state), PartSource::States(user, to)) => {
                    to.write_state(user, &channel, state.as_ref().map(KeptState::state), out);
                }
                _ => {}
            }
        }
        if self.is_over() {
            match &mut self.source {
                PartSource::HereNow(_, to) => to.end(out),
                PartSource::WhereNow(.., to) => to.end(out),
                PartSource::States(user, to) => to.end(user, out),
            }
        }
    }

    /// Whether nothing is left to gather or to write.
    pub fn is_over(&self) -> bool {
        self.is_gathered && self.gathered.is_empty()
    }

    /// All of it, if it has at most so many bytes.
    pub fn collect(mut self, core: &Core, most: usize) -> Option<String> {
        let mut body = Vec::new();
        loop {
            self.gather(core);
            self.write(&mut body, most.saturating_add(1));
            if body.len() > most {
                return None;
            }
            if self.is_over() {
                return String::from_utf8(body).ok();
            }
        }
    }
}
