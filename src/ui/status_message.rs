//! The message in the footer: how a person's orders ended.

use std::time::Duration;

use crate::{
    presence::Moment,
    world::{Entry, EntryBody, Note, Removal, write_names},
};

/// The tone of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A request is on its way.
    Busy,
    /// Success.
    Good,
    /// Failure.
    Bad,
    /// An alert, which the person did not ask for just now.
    News,
}

/// A message in the footer, which disappears after a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusMessage {
    /// The message.
    pub text: String,
    /// Its tone.
    pub tone: Tone,
    /// When it disappears.
    pub until: Moment,
}

impl StatusMessage {
    /// A message from now on. Failures stay longest, but for what is still on its way.
    pub fn new(tone: Tone, text: impl Into<String>, now: Moment) -> Self {
        let shown = match tone {
            Tone::Busy => Duration::from_secs(30),
            Tone::Good => Duration::from_secs(4),
            Tone::News => Duration::from_secs(10),
            Tone::Bad => Duration::from_secs(15),
        };
        Self { text: text.into(), tone, until: now.plus(shown) }
    }
}

/// The message for an entry, if it is about a person's order or our own presence.
pub fn status_message(entry: &Entry) -> Option<(Tone, String)> {
    let EntryBody::Note(note) = &entry.body else { return None };
    let told = match (note, &entry.channel) {
        (Note::OrderResult(reply), _) => (if reply.is_good() { Tone::Good } else { Tone::Bad }, reply.to_string()),
        (Note::AskedAgain { .. }, Some(channel)) => (Tone::Good, format!("{channel} {note}")),
        (Note::HeartbeatFailed { .. }, _) => (Tone::Bad, note.to_string()),
        (Note::RanOut { .. }, _) => (Tone::Bad, format!("{note}; a heartbeat joins again")),
        (Note::Unlisted, Some(channel)) => (Tone::Bad, format!("{channel}: {note}")),
        (Note::Added { what }, _) => (Tone::Good, format!("watching {}", write_names(what))),
        (Note::Removed { what, left, .. }, _) => {
            let what = match what {
                Removal::Whole(subscription) => write_names(std::slice::from_ref(subscription)),
                Removal::Hide(channel) => channel.to_string(),
            };
            let left = if *left { "left, and " } else { "" };
            (Tone::Good, format!("{left}no longer watching {what}"))
        }
        _ => return None,
    };
    Some(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        presence::{Channel, Subscription},
        world::OrderResult,
    };

    #[test]
    fn a_heartbeat_that_is_not_sent_has_the_mark_of_a_refusal() {
        let place = Subscription::Channel(Channel::from_wire("lobby"));
        let refused = Note::OrderResult(OrderResult::HeartbeatTooSoon { place });
        let entry = Entry::from_note(None, refused, Moment::default());
        assert_eq!(status_message(&entry).unwrap().0, Tone::Bad);
    }
}
