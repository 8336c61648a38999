//! A text of several lines that is being edited.

use unicode_segmentation::UnicodeSegmentation;

use super::EditKey;

/// The number of lines that [`EditKey::PageUp`] and [`EditKey::PageDown`] move.
const PAGE: usize = 10;

/// A tab becomes two blanks, the indent of a state that is laid out.
const TAB: &str = "  ";

/// Lines of text with a cursor, which moves by grapheme. It holds at most a fixed number of bytes, line ends
/// included.
#[derive(Debug, Clone)]
pub struct TextArea {
    /// The lines; there is at least one.
    lines: Vec<String>,
    /// The line of the cursor.
    row: usize,
    /// The byte of the cursor within its line.
    at: usize,
    /// The column, in graphemes, that moving up and down keeps.
    goal: Option<usize>,
    /// The most bytes it holds.
    most: usize,
    /// The bytes it holds.
    bytes: usize,
    /// Whether the last insertion did not fit and was left out.
    pub full: bool,
}

/// A line without control characters; tabs become blanks.
fn strip_controls(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\t' => out.push_str(TAB),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

impl TextArea {
    /// A text area with this text, cut to `most` bytes. The cursor is at the start.
    pub fn new(text: &str, most: usize) -> Self {
        let line = |line: &str| strip_controls(line.strip_suffix('\r').unwrap_or(line));
        let whole = text.split('\n').map(line).collect::<Vec<_>>().join("\n");
        let end = (0..=most.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
        let lines = whole[..end].split('\n').map(ToOwned::to_owned).collect();
        Self { lines, row: 0, at: 0, goal: None, most, bytes: end, full: false }
    }

    fn count_bytes(&self) -> usize {
        self.lines.iter().map(|line| line.len() + 1).sum::<usize>() - 1
    }

    /// The lines; there is at least one.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The whole text, with line feeds between the lines.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// The number of bytes, line ends included.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The line of the cursor, and the byte within it, both from 0.
    pub fn cursor(&self) -> (usize, usize) {
        (self.row, self.at)
    }

    /// Move the cursor to a line and a character within it, both from 0, or as near as possible.
    pub fn go_to(&mut self, row: usize, column: usize) {
        self.row = row.min(self.lines.len() - 1);
        let line = &self.lines[self.row];
        self.at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        self.clamp_cursor();
        self.goal = None;
    }

    /// Take a key. Returns `false` if the key means nothing to a text.
    pub fn take_key(&mut self, edit: &EditKey) -> bool {
        self.full = false;
        let goal = self.goal.take();
        match edit {
            EditKey::Char(c) => self.insert_text(&c.to_string()),
            EditKey::Paste(text) => self.insert_text(text),
            EditKey::Enter => self.insert_text("\n"),
            EditKey::Tab => self.insert_text(TAB),
            EditKey::Backspace => self.backspace(),
            EditKey::Delete => self.delete_forward(),
            EditKey::DeleteWord => self.delete_word(),
            EditKey::DeleteRest => {
                if self.at == self.current_line().len() {
                    self.delete_forward();
                } else {
                    let at = self.at;
                    self.lines[self.row].truncate(at);
                }
            }
            EditKey::Clear => {
                self.lines[self.row].clear();
                self.at = 0;
            }
            EditKey::Left => self.move_left(),
            EditKey::Right => self.move_right(),
            EditKey::Home => self.at = 0,
            EditKey::End => self.at = self.current_line().len(),
            EditKey::Up => self.up_or_down(self.row.saturating_sub(1), goal),
            EditKey::Down => self.up_or_down(self.row + 1, goal),
            EditKey::PageUp => self.up_or_down(self.row.saturating_sub(PAGE), goal),
            EditKey::PageDown => self.up_or_down(self.row + PAGE, goal),
            EditKey::Submit | EditKey::Cancel => {
                self.goal = goal;
                return false;
            }
        }
        self.bytes = self.count_bytes();
        true
    }

    fn current_line(&self) -> &str {
        &self.lines[self.row]
    }

    /// An edit may leave the cursor within a grapheme: move it behind that.
    fn clamp_cursor(&mut self) {
        let line = self.current_line();
        let next = line.grapheme_indices(true).map(|(at, _)| at).find(|at| *at >= self.at);
        self.at = next.unwrap_or(line.len());
    }

    fn insert_text(&mut self, text: &str) {
        let mut parts = text.split('\n').map(|line| strip_controls(line.strip_suffix('\r').unwrap_or(line)));
        let first = parts.next().unwrap_or_default();
        let rest: Vec<String> = parts.collect();
        let more = first.len() + rest.iter().map(|line| line.len() + 1).sum::<usize>();
        if self.bytes + more > self.most {
            self.full = true;
            return;
        }
        let after = self.lines[self.row].split_off(self.at);
        self.lines[self.row].push_str(&first);
        let count = rest.len();
        let next = self.row + 1;
        self.lines.splice(next..next, rest);
        self.row += count;
        self.at = self.current_line().len();
        self.lines[self.row].push_str(&after);
        self.clamp_cursor();
    }

    fn backspace(&mut self) {
        if self.at > 0 || self.row > 0 {
            self.move_left();
            self.delete_forward();
        }
    }

    fn delete_forward(&mut self) {
        let (row, at) = (self.row, self.at);
        if let Some(letter) = self.current_line()[at..].graphemes(true).next() {
            let end = at + letter.len();
            self.lines[row].replace_range(at..end, "");
        } else if row + 1 < self.lines.len() {
            let next = self.lines.remove(row + 1);
            self.lines[row].push_str(&next);
        }
        self.clamp_cursor();
    }

    /// Delete the word before the cursor, with what separates it.
    fn delete_word(&mut self) {
        if self.at == 0 {
            return self.backspace();
        }
        let before = &self.current_line()[..self.at];
        let words = before.trim_end_matches(|c: char| !c.is_alphanumeric());
        let start = words.trim_end_matches(char::is_alphanumeric).len();
        let (row, at) = (self.row, self.at);
        self.lines[row].replace_range(start..at, "");
        self.at = start;
        self.clamp_cursor();
    }

    fn move_left(&mut self) {
        if let Some((at, _)) = self.current_line()[..self.at].grapheme_indices(true).next_back() {
            self.at = at;
        } else if self.row > 0 {
            self.row -= 1;
            self.at = self.current_line().len();
        }
    }

    fn move_right(&mut self) {
        if let Some(letter) = self.current_line()[self.at..].graphemes(true).next() {
            self.at += letter.len();
        } else if self.row + 1 < self.lines.len() {
            (self.row, self.at) = (self.row + 1, 0);
        }
    }

    fn up_or_down(&mut self, row: usize, goal: Option<usize>) {
        let column = goal.unwrap_or_else(|| self.current_line()[..self.at].graphemes(true).count());
        self.row = row.min(self.lines.len() - 1);
        let line = self.current_line();
        self.at = line.grapheme_indices(true).nth(column).map_or(line.len(), |(at, _)| at);
        self.goal = Some(column);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(text: &mut TextArea, all: &[EditKey]) {
        for edit in all {
            assert!(text.take_key(edit));
        }
    }

    #[test]
    fn lines_are_split_and_joined_and_letters_stay_whole() {
        use EditKey::{Backspace, Char, Delete, DeleteRest, DeleteWord, Down, End, Enter, Left, Paste, Up};
        let mut text = TextArea::new("{\n}", 1000);
        typed(&mut text, &[End, Enter, Paste("\t\"a\": 1,\r\n\"é\u{301}\": 2".into())]);
        assert_eq!(text.lines(), ["{", "  \"a\": 1,", "\"é\u{301}\": 2", "}"]);
        assert_eq!(text.cursor(), (2, 9));
        typed(&mut text, &[Left, Left, Left, Left, Backspace]);
        assert_eq!(text.lines()[2], "\"\": 2", "a letter and its mark are one");
        typed(&mut text, &[Up, Up, End, Delete]);
        assert_eq!(text.lines(), ["{  \"a\": 1,", "\"\": 2", "}"]);
        typed(&mut text, &[End, DeleteWord, DeleteWord]);
        assert_eq!(text.lines()[0], "{  \"");
        typed(&mut text, &[DeleteRest]);
        assert_eq!(text.text(), "{  \"\"\": 2\n}");
        typed(&mut text, &[Down, Down, Char('x')]);
        assert_eq!(text.text(), "{  \"\"\": 2\n}x");
        assert_eq!(text.bytes(), text.text().len());
    }

    #[test]
    fn going_up_and_down_keeps_to_its_column() {
        use EditKey::{Down, End, Left, Up};
        let mut text = TextArea::new("long line\n\nlong line", 1000);
        typed(&mut text, &[End, Left, Down, Down]);
        assert_eq!(text.cursor(), (2, 8));
        typed(&mut text, &[Up, Up, Up]);
        assert_eq!(text.cursor(), (0, 8));
    }

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let mut text = TextArea::new("ab", 4);
        typed(&mut text, &[EditKey::Paste("cde".into())]);
        assert_eq!((text.text().as_str(), text.full), ("ab", true));
        typed(&mut text, &[EditKey::Paste("cd".into())]);
        assert_eq!((text.text().as_str(), text.full), ("cdab", false));
        assert_eq!(TextArea::new("ü\t\tü", 5).text(), "ü   ");
    }

    fn any_typing() -> impl Strategy<Value = EditKey> {
        prop_oneof![
            any::<char>().prop_map(EditKey::Char),
            prop_oneof![Just("👨‍👩‍👧"), Just("e\u{301}\n\u{301}x"), Just("\u{200b}\r\n\t"), Just("🇩🇪🇫🇷")]
                .prop_map(|text| EditKey::Paste(text.to_owned())),
            ".{0,9}".prop_map(EditKey::Paste),
            prop::sample::select(vec![
                EditKey::Backspace,
                EditKey::Delete,
                EditKey::DeleteWord,
                EditKey::DeleteRest,
                EditKey::Clear,
                EditKey::Left,
                EditKey::Right,
                EditKey::Home,
                EditKey::End,
                EditKey::Up,
                EditKey::Down,
                EditKey::PageUp,
                EditKey::PageDown,
                EditKey::Tab,
                EditKey::Enter,
                EditKey::Submit,
            ]),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_typed_the_cursor_stands_between_letters_and_the_bound_holds(
            first in "\\PC{0,40}", all in prop::collection::vec(any_typing(), 0..60)
        ) {
            let mut text = TextArea::new(&first, 200);
            for edit in all {
                text.take_key(&edit);
                let (row, at) = text.cursor();
                let line = &text.lines()[row];
                let mut between = line.grapheme_indices(true).map(|(at, _)| at).chain([line.len()]);
                prop_assert!(between.any(|boundary| boundary == at), "{line:?} {at}");
                prop_assert_eq!(text.bytes(), text.text().len());
                prop_assert!(text.bytes() <= 200);
            }
        }

        #[test]
        fn plain_text_comes_out_as_it_went_in(text in "[^\\p{Cc}]{0,20}(\n[^\\p{Cc}]{0,20}){0,5}") {
            let all = TextArea::new(&text, 4096);
            prop_assert_eq!(all.text(), text.clone());
            let mut pasted = TextArea::new("", 4096);
            pasted.take_key(&EditKey::Paste(text.clone()));
            prop_assert_eq!(pasted.text(), text);
        }
    }
}
