//! Colours and symbols. The default uses the terminal's own foreground and background, so that it is
//! at home on light and dark alike; colour never carries a meaning alone.

use jiff::{Timestamp, tz::TimeZone};
use ratatui::style::{Color, Modifier, Style};

use crate::model::{Certainty, Line};

/// Styles by meaning.
#[derive(Debug, Clone)]
pub struct Theme {
    /// The one accent: selection, focus, titles.
    pub accent: Style,
    /// What steps back: borders, labels, ages.
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
            accent: plain.fg(Color::Cyan),
            quiet: plain.add_modifier(Modifier::DIM),
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
            accent: plain.add_modifier(Modifier::BOLD),
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
            Certainty::CatchingUp => (self.warn, "◌"),
            Certainty::Partial(_) => (self.warn, "◐"),
            Certainty::Stale => (self.warn, "○"),
            Certainty::Drifting => (self.bad, "≠"),
            Certainty::Refused => (self.bad, "×"),
        }
    }

    /// How a line of the log is told: style, glyph, word.
    pub fn line(&self, line: &Line) -> (Style, &'static str, &'static str) {
        match line {
            Line::Join { .. } => (self.good, "+", "join"),
            Line::Leave { .. } => (self.calm, "-", "leave"),
            Line::Timeout { .. } => (self.warn, "!", "timeout"),
            Line::Flap { .. } => (self.quiet, "↺", "flap"),
            Line::State => (self.state, "~", "state"),
            Line::Interval { .. } => (self.accent, "≡", "interval"),
            Line::Unknown => (self.warn, "?", "unknown"),
            Line::Garbled { .. } => (self.bad, "¿", "garbled"),
            Line::Note(note) if note.is_grave() => (self.warn, "▲", "note"),
            Line::Note(_) => (self.quiet, "·", "note"),
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
pub struct Look {
    /// Colours and symbols.
    pub theme: Theme,
    /// For times of day.
    pub zone: TimeZone,
}

impl Look {
    /// `12:04:28` where the person is.
    pub fn time_of_day(&self, unix_seconds: u64) -> String {
        let stamp = i64::try_from(unix_seconds).ok().and_then(|s| Timestamp::from_second(s).ok());
        match stamp {
            Some(stamp) => stamp.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string(),
            None => "--:--:--".to_owned(),
        }
    }
}
