//! Colours and symbols. The default uses the terminal's own foreground and background, so that it is
//! at home on light and dark alike; colour never carries a meaning alone.

use jiff::{Timestamp, tz::TimeZone};
use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier, Style},
};

use super::{Depth, Symbols};
use crate::{
    keys::Keys,
    world::{Certainty, EntryBody, Note},
};

/// Styles by meaning.
#[derive(Debug, Clone)]
pub struct Theme {
    /// What a person calls it.
    pub name: &'static str,
    /// Ink and paper, where no other style says anything. Empty: the terminal's own.
    pub base: Style,
    /// Borders.
    pub border: Style,
    /// The one accent: selection, focus, titles.
    pub accent: Style,
    /// What the accent stands on: the body of charts.
    pub fill: Style,
    /// What steps back: labels, ages.
    pub quiet: Style,
    /// What stands out without colour.
    pub strong: Style,
    /// The selected row of the focused pane.
    pub selected: Style,
    /// Joined, live, exact.
    pub good: Style,
    /// Left: ended, and nothing wrong with it.
    pub calm: Style,
    /// Timed out, catching up, late.
    pub warn: Style,
    /// Lost, refused, drifting.
    pub bad: Style,
    /// State.
    pub state: Style,
}

impl Theme {
    /// The terminal's own sixteen colours.
    pub fn terminal() -> Self {
        let plain = Style::new();
        Self {
            name: "terminal",
            base: plain,
            border: plain.add_modifier(Modifier::DIM),
            accent: plain.fg(Color::Cyan),
            fill: plain.fg(Color::Cyan).add_modifier(Modifier::DIM),
            quiet: plain.fg(Color::Reset).add_modifier(Modifier::DIM),
            strong: plain.add_modifier(Modifier::BOLD),
            selected: plain.fg(Color::Reset).add_modifier(Modifier::REVERSED).remove_modifier(Modifier::DIM),
            good: plain.fg(Color::Green),
            calm: plain.fg(Color::LightBlue),
            warn: plain.fg(Color::Yellow),
            bad: plain.fg(Color::Red).add_modifier(Modifier::BOLD),
            state: plain.fg(Color::Magenta),
        }
    }

    /// No colour at all, as `NO_COLOR` asks for.
    pub fn monochrome() -> Self {
        let plain = Style::new();
        Self {
            name: "monochrome",
            base: plain,
            border: plain.add_modifier(Modifier::DIM),
            accent: plain.add_modifier(Modifier::BOLD),
            fill: plain.add_modifier(Modifier::DIM),
            quiet: plain.add_modifier(Modifier::DIM),
            strong: plain.add_modifier(Modifier::BOLD),
            selected: plain.fg(Color::Reset).add_modifier(Modifier::REVERSED).remove_modifier(Modifier::DIM),
            good: plain,
            calm: plain,
            warn: plain.add_modifier(Modifier::BOLD),
            bad: plain.add_modifier(Modifier::BOLD),
            state: plain,
        }
    }

    /// How a certainty is drawn.
    pub fn certainty(&self, certainty: &Certainty) -> (Style, &'static str) {
        match certainty {
            Certainty::Exact => (self.good, "●"),
            // All is well, and takes a moment.
            Certainty::CatchingUp => (self.quiet, "◌"),
            Certainty::Partial(_) => (self.warn, "◐"),
            Certainty::Stale => (self.warn, "○"),
            Certainty::Drifting => (self.bad, "≠"),
            Certainty::Refused => (self.bad, "×"),
        }
    }

    /// How a line of the log is told: style, glyph, word.
    pub fn line(&self, line: &EntryBody) -> (Style, &'static str, &'static str) {
        match line {
            EntryBody::Join { .. } => (self.good, "+", "join"),
            EntryBody::Leave { .. } => (self.calm, "-", "leave"),
            EntryBody::Timeout { .. } => (self.warn, "!", "timeout"),
            EntryBody::Flap { .. } => (self.quiet, "↺", "flap"),
            EntryBody::State => (self.state, "~", "state"),
            EntryBody::Interval { .. } => (self.accent, "≡", "interval"),
            EntryBody::Unknown => (self.warn, "?", "unknown"),
            EntryBody::Garbled { .. } => (self.bad, "¿", "garbled"),
            EntryBody::Note(Note::Told(_)) => (self.accent, "★", "watch"),
            EntryBody::Note(note) if note.is_grave() => (self.warn, "▲", line.kind().name()),
            EntryBody::Note(_) => (self.quiet, "·", line.kind().name()),
        }
    }
}

/// Lay a style over a whole row, its coloured parts included.
pub(super) fn over(line: &mut ratatui::text::Line<'_>, style: Style) {
    for span in &mut line.spans {
        span.style = span.style.patch(style);
    }
    line.style = line.style.patch(style);
}

/// How things are shown: colours, and the time zone of the one who looks.
#[derive(Debug, Clone)]
pub struct Appearance {
    /// Colours and symbols.
    pub theme: Theme,
    /// How many colours there are for another theme.
    pub depth: Depth,
    /// Frames per second at the most.
    pub frames_per_second: u32,
    /// For times of day.
    pub zone: TimeZone,
    /// What is offered by which key.
    pub keys: Keys,
    /// What the terminal can show.
    pub symbols: Symbols,
}

impl Default for Appearance {
    /// The terminal's own colours, the standard keys, and times in UTC.
    fn default() -> Self {
        Self {
            theme: Theme::terminal(),
            depth: Depth::Sixteen,
            frames_per_second: 30,
            zone: TimeZone::UTC,
            keys: Keys::default(),
            symbols: Symbols::Unicode,
        }
    }
}

impl Appearance {
    /// The last touch to a picture: ink and paper where nothing else was said, and nothing but what the
    /// terminal can show.
    pub(super) fn settle(&self, buf: &mut Buffer) {
        let (ink, paper) = (self.theme.base.fg, self.theme.base.bg);
        if ink.is_some() || paper.is_some() {
            for cell in &mut buf.content {
                if cell.fg == Color::Reset {
                    cell.fg = ink.unwrap_or_default();
                }
                if cell.bg == Color::Reset {
                    cell.bg = paper.unwrap_or_default();
                }
            }
        }
        self.symbols.settle(buf);
    }

    /// Draw in the colours of this name from here on; without effect if there is no such theme.
    pub fn dress(&mut self, name: &str) {
        if let Some(theme) = Theme::named(name, self.depth) {
            self.theme = theme;
        }
    }

    /// `12:04` where the person is.
    pub fn hour_and_minute(&self, unix_seconds: u64) -> String {
        let mut time = self.time_of_day(unix_seconds);
        time.truncate(5);
        time
    }

    /// `12:04:28` where the person is.
    pub fn time_of_day(&self, unix_seconds: u64) -> String {
        let stamp = i64::try_from(unix_seconds).ok().and_then(|s| Timestamp::from_second(s).ok());
        match stamp {
            Some(stamp) => stamp.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string(),
            None => "--:--:--".to_owned(),
        }
    }
}
