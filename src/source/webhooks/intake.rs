//! Which events and channels were told. Pure.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
    sync::Arc,
};

use crate::{
    presence::{Channel, SubscribeKey},
    wire::ParsedWebhooks,
    wording::count_things,
};

/// Ids of events that are remembered, the latest. An event that comes again after so many others is counted again, and
/// does nothing else: a channel is told once.
const MOST_IDS: usize = 20_000;

/// Channels that are told.
const MOST_TOLD: usize = 10_000;

/// What came, so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IntakeCounts {
    /// Events about presence on the keyset that is watched, each once.
    pub events: u64,
    /// Events that had come before.
    pub repeats: u64,
    /// Events of another application.
    pub of_others: u64,
    /// Events that are not about presence, of a kind that is not known, or of the literal channel of a pattern.
    pub foreign: u64,
    /// Events that could not be read.
    pub garbled: u64,
    /// Requests that were refused: no webhook, or too large, or too slow.
    pub refused: u64,
    /// Channels that were told.
    pub channels: u64,
    /// Events of channels that were not told, since too many were.
    pub beyond: u64,
}

/// Says all that is not usual in a sentence.
impl fmt::Display for IntakeCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let events = count_things(count(self.events), "event", "events");
        write!(f, "webhooks: {events} of {}", count_things(count(self.channels), "channel", "channels"))?;
        for (number, what) in [
            (self.repeats, "came again"),
            (self.of_others, "of another subscribe key"),
            (self.foreign, "not about presence on a channel"),
            (self.garbled, "unreadable"),
            (self.refused, "refused"),
            (self.beyond, "of channels beyond those that can be watched"),
        ] {
            if number > 0 {
                write!(f, "; {number} {what}")?;
            }
        }
        Ok(())
    }
}

/// Takes in what webhooks tell of one keyset.
#[derive(Debug)]
pub struct WebhookIntake {
    key: SubscribeKey,
    ids: HashSet<Arc<str>>,
    id_order: VecDeque<Arc<str>>,
    told: HashSet<Channel>,
    found: Vec<Channel>,
    counts: IntakeCounts,
}

impl WebhookIntake {
    /// Nothing yet, of the application with this key.
    pub fn new(key: SubscribeKey) -> Self {
        Self {
            key,
            ids: HashSet::new(),
            id_order: VecDeque::new(),
            told: HashSet::new(),
            found: Vec::new(),
            counts: IntakeCounts::default(),
        }
    }

    /// Take in the events of a body. Channels that are told for the first time can be [taken](Self::take_found) then.
    pub fn take(&mut self, parsed: ParsedWebhooks) {
        self.counts.foreign += parsed.foreign as u64;
        self.counts.garbled += parsed.garbled as u64;
        for event in parsed.events {
            // Who names no key is trusted to mean ours.
            if event.subscribe_key.is_some_and(|key| key != self.key) {
                self.counts.of_others += 1;
            } else if event.id.is_some_and(|id| !self.remember_id(&id)) {
                self.counts.repeats += 1;
            } else {
                self.counts.events += 1;
                self.note_channel(event.channel);
            }
        }
    }

    /// Whether an id is new.
    fn remember_id(&mut self, id: &str) -> bool {
        if self.ids.contains(id) {
            return false;
        }
        let id: Arc<str> = id.into();
        self.ids.insert(id.clone());
        self.id_order.push_back(id);
        if self.id_order.len() > MOST_IDS
            && let Some(oldest) = self.id_order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }

    fn note_channel(&mut self, channel: Channel) {
        if self.told.contains(&channel) {
            return;
        }
        if self.told.len() >= MOST_TOLD {
            self.counts.beyond += 1;
            return;
        }
        self.counts.channels += 1;
        self.told.insert(channel.clone());
        self.found.push(channel);
    }

    /// Count a request that was refused.
    pub fn note_refused(&mut self) {
        self.counts.refused += 1;
    }

    /// The channels that were told for the first time since the last call.
    pub fn take_found(&mut self) -> Vec<Channel> {
        std::mem::take(&mut self.found)
    }

    /// What came, so far.
    pub fn counts(&self) -> IntakeCounts {
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{WebhookEvent, WebhookKind};

    fn event(id: u64, channel: &str, key: &str) -> ParsedWebhooks {
        let event = WebhookEvent {
            id: Some(id.to_string()),
            subscribe_key: Some(SubscribeKey::from_wire(key)),
            channel: Channel::from_wire(channel),
            at: None,
            occupancy: None,
            what: WebhookKind::ChannelActive,
        };
        ParsedWebhooks { events: vec![event], ..ParsedWebhooks::default() }
    }

    #[test]
    fn a_channel_is_told_once_and_an_event_counts_once() {
        let mut intake = WebhookIntake::new(SubscribeKey::from_wire("ours"));
        for (id, channel, key) in
            [(1, "a", "ours"), (1, "a", "ours"), (2, "a", "ours"), (3, "b", "theirs"), (4, "b", "ours")]
        {
            intake.take(event(id, channel, key));
        }
        assert_eq!(intake.take_found(), [Channel::from_wire("a"), Channel::from_wire("b")]);
        assert!(intake.take_found().is_empty());
        intake.take(ParsedWebhooks { foreign: 2, garbled: 1, ..ParsedWebhooks::default() });
        intake.note_refused();
        let said = "webhooks: 3 events of 2 channels; 1 came again; 1 of another subscribe key; 2 not about presence on a channel; \
                    1 unreadable; 1 refused";
        assert_eq!(intake.counts().to_string(), said);
    }

    #[test]
    fn a_flood_of_names_and_ids_is_bounded() {
        let mut intake = WebhookIntake::new(SubscribeKey::from_wire("ours"));
        for id in 0..(2 * MOST_IDS as u64) {
            intake.take(event(id, &format!("channel-{id}"), "ours"));
        }
        assert_eq!((intake.ids.len(), intake.id_order.len(), intake.told.len()), (MOST_IDS, MOST_IDS, MOST_TOLD));
        assert_eq!(intake.take_found().len(), MOST_TOLD);
        assert_eq!(intake.counts().beyond, 2 * MOST_IDS as u64 - MOST_TOLD as u64);
        // Long ago, so it counts again, and is told no more.
        intake.take(event(0, "channel-0", "ours"));
        assert_eq!((intake.counts().repeats, intake.take_found().len()), (0, 0));
    }
}
