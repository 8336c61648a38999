//! Styles and glyphs by meaning. The default uses the terminal's own foreground and background, so that it is
//! at home on light and dark alike; colour never carries a meaning alone.

use ratatui::{
    style::{Color, Modifier, Style},
    text,
};

use crate::world::{Certainty, EntryBody, Note};

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
    /// The body of a chart in which nothing moves.
    pub flat: Style,
    /// What the dots of a chart stand on, where the cells below them are filled: as bright as that fill is on the whole.
    pub ground: Style,
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
            // Cyan can't be read on white, and blue can be read on both.
            accent: plain.fg(Color::LightBlue).add_modifier(Modifier::BOLD),
            fill: plain.add_modifier(Modifier::DIM),
            flat: plain.add_modifier(Modifier::DIM),
            ground: plain,
            quiet: plain.fg(Color::Reset).add_modifier(Modifier::DIM),
            strong: plain.add_modifier(Modifier::BOLD),
            selected: plain.fg(Color::Reset).add_modifier(Modifier::REVERSED).remove_modifier(Modifier::DIM),
            good: plain.fg(Color::Green),
            calm: plain,
            warn: plain.fg(Color::Yellow),
            bad: plain.fg(Color::Red).add_modifier(Modifier::BOLD),
            state: plain.add_modifier(Modifier::DIM),
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
            flat: plain.add_modifier(Modifier::DIM),
            ground: plain,
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
    pub fn mark_certainty(&self, certainty: &Certainty) -> (Style, &'static str) {
        match certainty {
            Certainty::Exact => (self.good, "●"),
            // All is well, and takes a moment.
            Certainty::CatchingUp => (self.quiet, "◌"),
            Certainty::Partial(_) if certainty.is_usual() => (self.quiet, "◐"),
            Certainty::Partial(_) => (self.warn, "◐"),
            Certainty::Stale => (self.warn, "○"),
            Certainty::Drifting => (self.bad, "≠"),
            Certainty::Refused => (self.bad, "×"),
        }
    }

    /// How a line of the log is told: style, glyph, word.
    pub fn mark_line(&self, line: &EntryBody) -> (Style, &'static str, &'static str) {
        match line {
            EntryBody::Join { .. } => (self.good, "+", "join"),
            EntryBody::Leave { .. } => (self.calm, "-", "leave"),
            EntryBody::Timeout { .. } => (self.warn, "!", "timeout"),
            EntryBody::Gone => (self.quiet, "≠", "gone"),
            EntryBody::Flap { .. } => (self.quiet, "↺", "flap"),
            EntryBody::State => (self.state, "~", "state"),
            EntryBody::Interval { .. } | EntryBody::Note(Note::CaughtUp { .. }) => (self.accent, "≡", "interval"),
            EntryBody::Unknown => (self.warn, "?", "unknown"),
            EntryBody::Garbled { .. } => (self.bad, "¿", "garbled"),
            EntryBody::Note(Note::Told(_)) => (self.accent, "★", "watch"),
            EntryBody::Note(note) if note.is_grave() => (self.warn, "▲", line.kind().name()),
            EntryBody::Note(_) => (self.quiet, "·", line.kind().name()),
        }
    }
}

/// Lay a style over a whole row, its coloured parts included.
pub(crate) fn patch_row(line: &mut text::Line<'_>, style: Style) {
    for span in &mut line.spans {
        span.style = span.style.patch(style);
    }
    line.style = line.style.patch(style);
}
