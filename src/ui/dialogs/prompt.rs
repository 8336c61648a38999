//! Questions answered by a line of text.

use super::{EditKey, TextField};

/// A question of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The presence timeout.
    PresenceTimeout,
    /// The filter of the occupants. It applies while it is typed.
    Filter,
    /// The filter of the channels. It applies while it is typed.
    ChannelFilter,
    /// The filter of the log.
    LogFilter,
    /// The file to export to.
    Export,
    /// The file to export to, after the one named last turned out to exist.
    ExportOver,
    /// The subscriptions to add.
    Watch,
    /// The text of a mark.
    Mark,
    /// The file to record to.
    Record,
    /// The time to look back to.
    GoToTime,
    /// The target to put on the watch list.
    WatchFor,
}

impl Question {
    /// The label before the text.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PresenceTimeout => "presence timeout",
            Self::Filter => "filter",
            Self::ChannelFilter => "channels with",
            Self::LogFilter => "show events with",
            Self::Export | Self::ExportOver => "export to",
            Self::Watch => "watch",
            Self::WatchFor => "tell me about",
            Self::GoToTime => "go to",
            Self::Mark => "mark",
            Self::Record => "record to",
        }
    }

    /// The hint beside the text, as long as there is no mistake in it.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::PresenceTimeout => "such as 30 or 2m; counts from the next heartbeat on",
            Self::Mark => "this moment, in the events, the chart and a recording; such as: deploy 412",
            Self::GoToTime => "12:04:28, -5m, +30s, a timetoken, or now",
            Self::WatchFor => "a user id, a channel, or such as: occupancy of lobby > 100",
            Self::Watch => "a channel, a pattern such as match.*, or group:NAME; several with blanks between",
            Self::ChannelFilter => "a part of the name, !not, ~fuzzy, =exactly; empty lists all",
            Self::Filter => "such as bot, !bot, ~alc, =alice, state.mood=busy, state.level>5; empty lists all",
            Self::LogFilter => "user, channel or kind; !not, ~fuzzy, =exactly, state~dev, state.mood=busy; empty: all",
            Self::Record => "a new file, .jsonl.gz or .jsonl: all since the start, from now on as it comes",
            Self::Export => "the end says how: .csv, .jsonl or .md",
            Self::ExportOver => "there is a file of this name: Enter replaces it, or change the name",
        }
    }
}

/// A line of text that answers a question.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What is asked for.
    pub question: Question,
    /// What is typed.
    pub field: TextField,
    /// Whether that is still what we propose: what is typed then takes its place.
    pub is_proposed: bool,
    /// The mistake in it, if any. Safe to show.
    pub mistake: Option<String>,
    /// The word that Tab completes, from its first time on.
    pub(super) stem: Option<String>,
    /// The completion that stands in the text.
    pub(super) completion: usize,
}

impl Prompt {
    /// Put in the next of these completions for the word that is typed.
    pub(super) fn complete(&mut self, stem: String, completions: &[String]) {
        let next = if self.stem.is_some() { (self.completion + 1) % completions.len().max(1) } else { 0 };
        let Some(completion) = completions.get(next) else { return };
        let text = self.field.text();
        let typed = last_word(text).len();
        self.field = TextField::new(&format!("{}{completion}", &text[..text.len() - typed]));
        (self.stem, self.completion) = (Some(stem), next);
    }

    /// A prompt with a first answer in it.
    pub fn new(question: Question, text: &str) -> Self {
        let proposes = matches!(question, Question::PresenceTimeout | Question::Export | Question::Record);
        let is_proposed = proposes && !text.is_empty();
        Self { question, field: TextField::new(text), is_proposed, mistake: None, stem: None, completion: 0 }
    }

    /// Take a key. Returns whether it meant something.
    pub(super) fn take_key(&mut self, edit: &EditKey) -> bool {
        if self.is_proposed && matches!(edit, EditKey::Char(_) | EditKey::Paste(_)) {
            self.field = TextField::new("");
        }
        let is_taken = self.field.take_key(edit);
        self.is_proposed &= !is_taken;
        is_taken
    }
}

/// The word that is being typed.
pub(super) fn last_word(text: &str) -> &str {
    text.rsplit([' ', ',', '!', '=', '~', '(']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_takes_the_place_of_what_is_proposed_and_is_added_to_what_was_edited() {
        let mut prompt = Prompt::new(Question::Record, "herenow.jsonl.gz");
        assert!(prompt.take_key(&EditKey::Paste("r.jsonl".to_owned())));
        assert!(prompt.take_key(&EditKey::Char('x')));
        assert_eq!(prompt.field.text(), "r.jsonlx");
        let mut prompt = Prompt::new(Question::PresenceTimeout, "300s");
        prompt.take_key(&EditKey::Backspace);
        prompt.take_key(&EditKey::Char('m'));
        assert_eq!(prompt.field.text(), "300m");
        let mut prompt = Prompt::new(Question::Filter, "bot");
        prompt.take_key(&EditKey::Char('h'));
        assert_eq!(prompt.field.text(), "both", "a filter of one's own is no proposal");
    }
}
