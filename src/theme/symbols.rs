//! Drawing where only ASCII can be shown. Everything is drawn in Unicode first; then each cell is put
//! into ASCII by the one table here, cell for cell, so that nothing moves.

use std::{borrow::Cow, fmt::Write};

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

/// Every glyph and border that is drawn, and what stands for it in ASCII.
pub(crate) const GLYPHS: &[(&str, &str)] = &[
    // A screen that stands still.
    ("❚", "|"),
    // Borders and bars.
    ("╭╮╰╯┌┐└┘├┤┬┴┼", "+++++++++++++"),
    ("─│┄╌┆━┃", "-|--|=|"),
    // The corners of large digits.
    ("▟▙▜▛", "####"),
    ("▁▂▃▄▅▆▇█░▏▎▍▌▋▊▉", "_.-=+*%#.|||||||"),
    // How sure a list is.
    ("●◌◐○≠×", "*.%o#x"),
    // Kinds of log lines, and how a command ended.
    ("↺≡¿▲▼·✓✗◆★☆", "@=&^v-vx@*o"),
    // Keys, and text that is cut.
    ("→←↑↓▸▾…–—", "><^v>v~--"),
    // What `presence::sanitize` writes around the number of a hidden character, and more tabs on a side.
    ("‹›", "<>"),
];

/// What stands for a character that the table does not know, in each of its cells.
const UNKNOWN: &str = "?";

/// What can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Symbols {
    /// Everything.
    #[default]
    Unicode,
    /// ASCII only.
    Ascii,
}

impl Symbols {
    /// What a locale can show, by the values of `LC_ALL`, `LC_CTYPE` and `LANG`: the first that is set
    /// counts. Where nothing is set, terminals of these days are taken to know Unicode.
    pub fn of(lc_all: Option<&str>, lc_ctype: Option<&str>, lang: Option<&str>) -> Self {
        let set = [lc_all, lc_ctype, lang].into_iter().flatten().find(|value| !value.is_empty());
        let utf8 = |value: &str| {
            let value = value.to_ascii_lowercase();
            value.contains("utf-8") || value.contains("utf8")
        };
        if set.is_none_or(utf8) { Self::Unicode } else { Self::Ascii }
    }

    /// Put a finished picture into what can be shown. Foreign letters become `?`, one for each cell.
    pub(crate) fn settle(self, buf: &mut Buffer) {
        if self == Self::Unicode {
            return;
        }
        let mut column = 0;
        while column < buf.content.len() {
            let symbol = buf.content[column].symbol();
            let cells = symbol.width().max(1);
            if !symbol.is_ascii() {
                let plain = find_ascii(symbol);
                let style = buf.content[column].style();
                let end = (column + cells).min(buf.content.len());
                for cell in &mut buf.content[column..end] {
                    cell.set_symbol(plain).set_style(style);
                }
            }
            column += cells;
        }
    }

    /// Foreign text, spelled so that no two texts look the same: in ASCII, other letters become escapes
    /// such as `\u{674e}`. For places with room for it.
    pub fn write_symbols(self, text: &str) -> Cow<'_, str> {
        if self == Self::Unicode || text.is_ascii() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len() * 2);
        for c in text.chars() {
            if c.is_ascii() {
                out.push(c);
            } else {
                // Writing to a string can't fail.
                let _ = write!(out, "{}", c.escape_unicode());
            }
        }
        Cow::Owned(out)
    }
}

fn find_ascii(symbol: &str) -> &'static str {
    let mut letters = symbol.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else { return UNKNOWN };
    let found = GLYPHS.iter().find_map(|(glyphs, plain)| {
        let place = glyphs.chars().position(|glyph| glyph == letter)?;
        plain.get(place..=place)
    });
    found.unwrap_or(UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::{layout::Rect, style::Style};

    #[test]
    fn every_glyph_has_one_cell_and_one_ascii_character() {
        for (glyphs, plain) in GLYPHS {
            assert_eq!(glyphs.chars().count(), plain.len(), "{glyphs}");
            assert!(plain.is_ascii() && glyphs.chars().all(|glyph| glyph.to_string().width() == 1), "{glyphs}");
        }
        assert_eq!(["●", "…", "é", "e\u{301}"].map(find_ascii), ["*", "~", "?", "?"]);
    }

    #[test]
    fn a_locale_says_what_can_be_shown() {
        let of = Symbols::of;
        assert_eq!(of(None, None, Some("en_GB.UTF-8")), Symbols::Unicode);
        assert_eq!(of(Some("C"), None, Some("en_GB.UTF-8")), Symbols::Ascii);
        assert_eq!(of(Some(""), Some("de_DE.utf8"), Some("C")), Symbols::Unicode);
        assert_eq!(of(None, None, Some("de_DE.ISO-8859-1")), Symbols::Ascii);
        assert_eq!(of(None, None, None), Symbols::Unicode);
    }

    /// Colour never carries a meaning alone, nor does a glyph that ASCII does not have.
    #[test]
    fn what_differs_in_meaning_differs_in_its_glyph() {
        use crate::world::{Certainty, EntryBody};
        use std::{collections::HashSet, time::Duration};
        let theme = crate::theme::Theme::monochrome();
        let some = Certainty::Partial("");
        let sure =
            [Certainty::Exact, Certainty::CatchingUp, some, Certainty::Stale, Certainty::Drifting, Certainty::Refused];
        let raw = String::new;
        let lines = [
            EntryBody::Join { sightings: 1 },
            EntryBody::Leave { stayed: None },
            EntryBody::Timeout { stayed: None },
            EntryBody::Gone,
            EntryBody::Flap { away: Duration::ZERO },
            EntryBody::State,
            EntryBody::Interval { named: [0; 3], refresh: false },
            EntryBody::Unknown,
            EntryBody::Garbled { why: raw(), raw: raw() },
        ];
        let sure: Vec<&str> = sure.iter().map(|certainty| theme.mark_certainty(certainty).1).collect();
        let lines: Vec<&str> = lines.iter().map(|line| theme.mark_line(line).1).collect();
        for glyphs in [sure, lines] {
            let plain =
                |glyph: &&str| if glyph.is_ascii() { (*glyph).to_owned() } else { find_ascii(glyph).to_owned() };
            assert_eq!(glyphs.iter().collect::<HashSet<_>>().len(), glyphs.len());
            assert_eq!(glyphs.iter().map(plain).collect::<HashSet<_>>().len(), glyphs.len());
            assert!(glyphs.iter().all(|glyph| glyph.is_ascii() || find_ascii(glyph) != UNKNOWN));
        }
    }

    #[test]
    fn a_picture_keeps_its_cells_in_ascii() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 9, 1));
        buf.set_string(0, 0, "│李é…e\u{301}x", Style::new());
        Symbols::Ascii.settle(&mut buf);
        let row: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(row, "|???~?x  ");
        assert_eq!(Symbols::Ascii.write_symbols("Zoë"), "Zo\\u{eb}");
    }
}
