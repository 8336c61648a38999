//! An envelope as it is kept: once, however many backlogs and replies hold it. Pure.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use super::memory::Share;
use crate::{
    presence::{EventKind, PresenceEvent, State, SubscribeKey, Timetoken},
    wire::{close_envelope, open_envelope},
};

/// The region in cursors and envelopes. PubNub numbers its own from 1 to some forty; clients only repeat it.
pub(super) const REGION: i32 = 1;

/// What an envelope takes besides its text, its places in backlogs included.
const ENVELOPE_BYTES: usize = 350;

/// What the text of an event takes besides its names.
const EVENT_TEXT: usize = 330;

/// A larger state is written into the text of each reply anew: set on many channels at once it would be kept as often.
const LARGEST_KEPT_STATE: usize = 512;

/// Something that was published.
#[derive(Debug)]
pub struct KeptEnvelope {
    /// When; no two have the same.
    pub published: Timetoken,
    /// The wire name that it was published on.
    pub name: Arc<str>,
    content: EnvelopeContent,
}

#[derive(Debug)]
enum EnvelopeContent {
    /// The open envelope of a message.
    Message(Box<str>),
    Event(Box<EventContent>),
}

/// An event. Its text is made when somebody receives it.
#[derive(Debug)]
struct EventContent {
    event: PresenceEvent,
    key: SubscribeKey,
    with_metadata: bool,
    text: OnceLock<Box<str>>,
    /// Counts its state, for as long as it is kept.
    #[cfg_attr(not(test), expect(dead_code, reason = "it counts for as long as it is held"))]
    state_bytes: Option<Arc<Share>>,
}

impl KeptEnvelope {
    /// A message, with its open envelope.
    pub fn of_message(published: Timetoken, name: Arc<str>, open: String) -> Self {
        Self { published, name, content: EnvelopeContent::Message(open.into()) }
    }

    /// A presence event.
    pub fn of_event(
        name: Arc<str>,
        event: PresenceEvent,
        state_bytes: Option<Arc<Share>>,
        key: SubscribeKey,
        with_metadata: bool,
    ) -> Self {
        let published = event.published;
        let text = OnceLock::new();
        let content = EventContent { event, key, with_metadata, text, state_bytes };
        Self { published, name, content: EnvelopeContent::Event(Box::new(content)) }
    }

    /// Its text but for the end; see [`close_envelope`].
    fn open(&self) -> Cow<'_, str> {
        match &self.content {
            EnvelopeContent::Message(open) => Cow::Borrowed(open),
            EnvelopeContent::Event(content) => content.open(),
        }
    }

    /// Its text, with the requested name that it came for.
    pub fn close(&self, subscription: Option<&str>) -> String {
        close_envelope(&self.open(), subscription)
    }

    /// Some more bytes than its text has.
    pub fn text_bytes(&self) -> usize {
        let text = match &self.content {
            EnvelopeContent::Message(open) => open.len(),
            EnvelopeContent::Event(content) => content.text_bytes() + 2 * content.state().map_or(0, str::len),
        };
        text + self.name.len()
    }

    /// The bytes that it holds, without a large state, which others hold as well.
    pub fn weight(&self) -> usize {
        let content = match &self.content {
            EnvelopeContent::Message(open) => open.len(),
            EnvelopeContent::Event(content) if content.is_kept() => {
                content.event.weight() + content.text_bytes() + 2 * content.state().map_or(0, str::len)
            }
            EnvelopeContent::Event(content) => content.event.weight() - content.state().map_or(0, str::len),
        };
        ENVELOPE_BYTES + content
    }
}

impl EventContent {
    fn state(&self) -> Option<&str> {
        match &self.event.what {
            EventKind::Joined { state, .. } => state.as_ref().map(State::as_json),
            EventKind::StateChanged { state, .. } => Some(state.as_json()),
            _ => None,
        }
    }

    /// Whether its text is kept once it was made.
    fn is_kept(&self) -> bool {
        self.state().is_none_or(|state| state.len() <= LARGEST_KEPT_STATE)
    }

    fn open(&self) -> Cow<'_, str> {
        let write = || open_envelope(&self.event, &self.key, REGION, self.with_metadata);
        if self.is_kept() { Cow::Borrowed(self.text.get_or_init(|| write().into())) } else { write().into() }
    }

    /// Some more bytes than its text has, without the state.
    fn text_bytes(&self) -> usize {
        let users = match &self.event.what {
            EventKind::Interval { joined, left, timed_out, .. } => {
                [joined, left, timed_out].into_iter().flatten().map(|user| user.as_str().len() + 3).sum()
            }
            what => 2 * what.user().map_or(0, |user| user.as_str().len()),
        };
        EVENT_TEXT + users + self.key.as_str().len() + 2 * self.event.channel.as_str().len()
    }
}

#[cfg(test)]
impl KeptEnvelope {
    /// What counts its state, and how much.
    pub fn state_share(&self) -> Option<(*const Share, usize)> {
        let EnvelopeContent::Event(content) = &self.content else { return None };
        let bytes = content.state_bytes.as_ref()?;
        Some((Arc::as_ptr(bytes), content.state().map_or(0, str::len)))
    }
}
