//! Questions that are answered by a line of text, typed in the footer.

use std::time::Duration;

use crate::model::{
    Export, Exported, Field, Format, Model, Open, Sheet, Shown, Tone, Typing, Wish, Word, hand::added, watching,
};
use crate::{
    duration::Span,
    expression::{Filter, Path},
    presence::{Command, Moment, shown},
};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// For how long a heartbeat keeps us present.
    PresenceTimeout,
    /// Who is to be listed. It counts while it is typed.
    Filter,
    /// Which fields of the states have a column.
    Columns,
    /// What the log is to show.
    LogFilter,
    /// Into which file.
    Export,
    /// Into which file, now that the one named last is there already.
    ExportOver,
    /// What to watch besides.
    Watch,
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
            Self::Filter => "filter",
            Self::Columns => "columns",
            Self::LogFilter => "show events with",
            Self::Export | Self::ExportOver => "export to",
            Self::Watch => "watch",
            Self::WatchFor => "tell me about",
        }
    }

    /// What is said beside it as long as there is no mistake in it.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::PresenceTimeout => "such as 30 or 2m; counts from the next heartbeat on",
            Self::WatchFor => "a user id, a channel, or such as: occupancy of lobby > 100",
            Self::Watch => "a channel, a pattern such as match.*, or group:NAME; several with blanks between",
            Self::Filter => "such as bot, !bot, ~alc, =alice, state.mood=busy, state.level>5; empty lists all",
            Self::Columns => "fields of the state, such as mood, device.os; empty shows all of it",
            Self::LogFilter => "user, channel, kind or words; !not, ~fuzzy, =exactly, state.mood=busy; empty: all",
            Self::Export => "the end says how: .csv, .jsonl or .md",
            Self::ExportOver => "there is a file of this name: Enter replaces it, or change the name",
        }
    }

    /// Whether the answer changes only what one looks at.
    const fn is_about_looking(self) -> bool {
        match self {
            Self::PresenceTimeout | Self::Watch => false,
            Self::WatchFor | Self::Filter | Self::Columns | Self::LogFilter | Self::Export | Self::ExportOver => true,
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
    pub(crate) fn typed(mut self, model: &mut Model, typing: &Typing, now: Moment) -> Vec<Command> {
        if *typing == Typing::Cancel {
            if self.question == Question::Filter {
                model.rows.take_back();
            }
            return Vec::new();
        }
        if *typing == Typing::Enter {
            let text = self.field.text().trim();
            let answered = |model: &mut Model| answered(model, self.question, text, now);
            let answer = if self.question.is_about_looking() { answered(model) } else { model.in_the_world(answered) };
            match answer {
                Ok(commands) => return commands,
                Err(mistake) => self.mistake = Some(mistake),
            }
        } else if self.field.typed(typing) {
            self.mistake = None;
            if self.question == Question::Filter {
                // Until it is one, the last one counts.
                self.mistake = choose(model, self.field.text()).err();
            }
        }
        model.open = Some(Open::Line(self));
        Vec::new()
    }
}

fn choose(model: &mut Model, text: &str) -> Result<(), String> {
    let filter = Filter::parse(text).map_err(|mistake| mistake.sentence)?;
    model.rows.choose(filter);
    Ok(())
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
        Question::Filter => choose(model, text).map(|()| Vec::new()),
        Question::Columns => {
            model.rows.columns = Path::list(text).map_err(|mistake| mistake.sentence)?;
            Ok(Vec::new())
        }
        Question::PresenceTimeout => {
            let span = text.parse::<Span>().ok().map(|span| Duration::from_secs(span.0.as_secs()));
            let timeout = span.filter(|span| TIMEOUTS.contains(&span.as_secs()));
            let timeout = timeout.ok_or("a presence timeout is 5 s to 1 h, such as 30 or 2m")?;
            model.world.own.timeout = timeout;
            let text = format!("from the next heartbeat on we are present for {} s", timeout.as_secs());
            model.word = Some(Word::new(Tone::Good, text, now));
            Ok(Vec::new())
        }
        Question::LogFilter => {
            let filter = Filter::parse(text).map_err(|mistake| mistake.to_string())?;
            model.log.show(Shown { filter, ..model.log.journal().shown().clone() });
            Ok(Vec::new())
        }
        Question::Export | Question::ExportOver => {
            let format = Format::of(text).ok_or("the name must end in .csv, .jsonl or .md")?;
            let sheet = Sheet::of(model, model.as_of(now)).ok_or("this pane shows nothing to write")?;
            let over = question == Question::ExportOver && model.exists.as_deref() == Some(text);
            model.exists = None;
            model.word = Some(Word::new(Tone::Busy, format!("writing {} …", shown(text)), now));
            let export = Export { path: text.to_owned(), format, sheet, over };
            model.wishes.push(Wish::Export(Box::new(export)));
            Ok(Vec::new())
        }
        Question::Watch => watching::add(model, text, now),
    }
}

/// A file was written, or was not.
pub(crate) fn exported(model: &mut Model, export: &Export, ended: Exported, now: Moment) {
    let path = shown(&export.path).into_owned();
    model.word = Some(match ended {
        Exported::Written => Word::new(Tone::Good, format!("{} rows written to {path}", export.sheet.len()), now),
        Exported::Exists if model.open.is_none() => {
            model.open = Some(Open::Line(Line::new(Question::ExportOver, &export.path)));
            model.exists = Some(export.path.clone());
            model.word = None;
            return;
        }
        Exported::Exists => Word::new(Tone::Bad, format!("{path} is there already: nothing was written"), now),
        Exported::Failed(why) => Word::new(Tone::Bad, format!("{path}: {why}"), now),
    });
}
