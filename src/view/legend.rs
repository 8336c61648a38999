//! What every sign on the screen means.

use ratatui::{style::Style, text::Span};

use super::Appearance;

/// The signs, and what they mean.
pub(super) const LEGEND: &[(&str, &[(&str, &str)])] = &[
    (
        "link, lists",
        &[
            ("●", "live, current"),
            ("◌", "catching up"),
            ("◐", "partial"),
            ("○", "lost, stale"),
            ("≠", "drift"),
            ("×", "refused"),
            ("–", "not known"),
            ("❚❚", "paused"),
            (">", "at least"),
        ],
    ),
    (
        "events",
        &[
            ("+", "join"),
            ("-", "leave"),
            ("!", "timeout"),
            ("↺", "flap"),
            ("~", "state"),
            ("≡", "interval"),
            ("·", "note"),
            ("▲", "trouble"),
            ("?", "unknown"),
            ("¿", "garbled"),
            ("★☆", "watched or told"),
        ],
    ),
    (
        "marks",
        &[
            ("◆", "you"),
            ("✓", "good"),
            ("✗", "failed"),
            ("▸", "folded"),
            ("▾▼", "open, or a fall"),
            ("…", "cut"),
            ("→", "from to"),
            ("←↑↓", "keys, order"),
            ("‹›", "a hidden character, or more"),
            ("—", "none"),
        ],
    ),
    (
        "charts",
        &[
            ("▁▂▃▄▅▆▇█", "from zero"),
            ("░▏▎▍▌▋▊▉", "share"),
            ("╌┄", "announce max, or link lost"),
            ("▲?┆", "incident, events missed, scene or mark"),
            ("━", "time passed"),
            ("┃", "the instant looked at"),
        ],
    ),
];

/// Watching and being present are two things, which nobody guesses.
pub(super) const NOTE: &str = "Only a heartbeat makes you present. Ctrl-C twice ends.";

/// The cells of a heading in front of the signs.
const HEADING: usize = 13;

/// The legend in lines of at most `width` cells: what does not fit goes on below.
pub(super) fn show_legend<'a>(look: &Appearance, width: usize) -> Vec<Vec<Span<'a>>> {
    let strong = look.theme.accent.patch(look.theme.strong);
    let mut lines = Vec::new();
    for (heading, signs) in LEGEND {
        let indent = if width < 50 { 2 } else { HEADING };
        let begin = |text: &str| vec![Span::styled(format!(" {text:<cells$}", cells = indent - 1), look.theme.quiet)];
        let heading = if width < 50 { "" } else { heading };
        let (mut line, mut used) = (begin(heading), indent);
        for (sign, meaning) in *signs {
            let cells = sign.chars().count() + meaning.chars().count() + 3;
            if used + cells > width && used > indent {
                lines.push(std::mem::replace(&mut line, begin("")));
                used = indent;
            }
            used += cells;
            line.push(Span::styled((*sign).to_owned(), strong));
            line.push(Span::styled(format!(" {meaning}  "), Style::default()));
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::GLYPHS;

    #[test]
    fn f43_every_sign_that_can_be_drawn_is_in_the_legend() {
        let explained: String = LEGEND.iter().flat_map(|(_, signs)| *signs).map(|(sign, _)| *sign).collect();
        // What lines are made of explains itself.
        let lines = "╭╮╰╯┌┐└┘├┤┬┴┼─│▟▙▜▛";
        for (glyphs, _) in GLYPHS {
            for glyph in glyphs.chars().filter(|glyph| !lines.contains(*glyph)) {
                assert!(explained.contains(glyph), "{glyph}");
            }
        }
        for sign in ["+", "-", "!", "~", "?", ">"] {
            assert!(explained.contains(sign), "{sign}");
        }
    }
}
