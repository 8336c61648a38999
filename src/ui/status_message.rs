//! A word to the person: how what they asked for ended.

use std::time::Duration;

use crate::{
    presence::Moment,
    world::{Entry, EntryBody, Note, Removal, write_names},
};

/// How a word is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// On its way.
    Busy,
    /// It worked.
    Good,
    /// It did not.
    Bad,
    /// It was not asked for now, but on the watch list.
    News,
}

/// Something said, which fades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusMessage {
    /// What.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// Until when it is shown.
    pub until: Moment,
}

impl StatusMessage {
    /// Say something from now on; bad news stays longer.
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

/// What the person is told about something that happened, if it is about what they asked for or about their own
/// presence.
pub fn status_message(entry: &Entry) -> Option<(Tone, String)> {
    let EntryBody::Note(note) = &entry.body else { return None };
    let told = match (note, &entry.channel) {
        (Note::OrderResult(reply), _) => (if reply.is_good() { Tone::Good } else { Tone::Bad }, reply.to_string()),
        (Note::AskedAgain { .. }, _) => (Tone::Good, note.to_string()),
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
