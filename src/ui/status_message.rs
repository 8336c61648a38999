//! A word to the person: how what they asked for ended.

use std::time::Duration;

use crate::presence::Moment;

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
pub struct Word {
    /// What.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// Until when it is shown.
    pub until: Moment,
}

impl Word {
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
