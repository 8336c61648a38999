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
mod tests;
