//! Questions that are answered by a line of text, typed in the footer.

use std::time::Duration;

use super::{Field, Model, Open, Tone, Typing, Word, watchlist::added};
use crate::{
    duration::Span,
    presence::{Command, Moment},
};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// For how long a heartbeat keeps us present.
    PresenceTimeout,
    /// What to be told about.
    WatchFor,
}

/// What official SDKs and the service accept, in seconds.
const TIMEOUTS: std::ops::RangeInclusive<u64> = 5..=3600;

impl Question {
    /// What stands before the line.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PresenceTimeout => "presence timeout",
            Self::WatchFor => "tell me about",
        }
    }

    /// What is said beside it as long as there is no mistake in it.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::PresenceTimeout => "such as 30 or 2m; counts from the next heartbeat on",
            Self::WatchFor => "a user id, a channel, or such as: occupancy of lobby > 100",
        }
    }
}

/// A line that answers a question.
#[derive(Debug, Clone)]
pub struct Line {
    /// What is asked for.
    pub question: Question,
    /// What is typed.
    pub field: Field,
    /// What is wrong with it. Safe to show.
    pub mistake: Option<String>,
}

impl Line {
    /// Ask, with a first answer in the line.
    pub fn new(question: Question, text: &str) -> Self {
        Self { question, field: Field::new(text), mistake: None }
    }

    /// Take in what was typed. Enter answers: a wrong answer stays, with its mistake.
    pub(super) fn typed(mut self, model: &mut Model, typing: &Typing, now: Moment) -> Vec<Command> {
        if *typing == Typing::Enter {
            match answered(model, self.question, self.field.text().trim(), now) {
                Ok(commands) => return commands,
                Err(mistake) => self.mistake = Some(mistake),
            }
        } else if self.field.typed(typing) {
            self.mistake = None;
        }
        model.open = Some(Open::Line(self));
        Vec::new()
    }
}

/// Do what the answer says, or say what is wrong with it.
fn answered(model: &mut Model, question: Question, text: &str, now: Moment) -> Result<Vec<Command>, String> {
    match question {
        Question::WatchFor => {
            let about = model.watch_for(text)?;
            model.word = Some(Word::new(Tone::Good, added(&about), now));
            model.open = Some(Open::Watchlist(model.watchlist.items().len() - 1));
            Ok(Vec::new())
        }
        Question::PresenceTimeout => {
            let span = text.parse::<Span>().ok().map(|span| Duration::from_secs(span.0.as_secs()));
            let timeout = span.filter(|span| TIMEOUTS.contains(&span.as_secs()));
            let timeout = timeout.ok_or("a presence timeout is 5 s to 1 h, such as 30 or 2m")?;
            model.own.timeout = timeout;
            let text = format!("from the next heartbeat on we are present for {} s", timeout.as_secs());
            model.word = Some(Word::new(Tone::Good, text, now));
            Ok(Vec::new())
        }
    }
}
