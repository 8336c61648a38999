//! A line of text that is being edited, and a list that it narrows.

use tui_input::{Input, InputRequest};

use crate::expression::fuzzy;

/// The most bytes of one line: it bounds what a paste can bring.
const MOST: usize = 4096;

/// A key as text editing understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditKey {
    /// A character.
    Char(char),
    /// A pasted text. Foreign.
    Paste(String),
    /// Delete the character before the cursor.
    Backspace,
    /// Delete the character under the cursor.
    Delete,
    /// Delete the word before the cursor.
    DeleteWord,
    /// Delete everything after the cursor.
    DeleteRest,
    /// Delete everything.
    Clear,
    /// Move one character left.
    Left,
    /// Move one character right.
    Right,
    /// Move to the start.
    Home,
    /// Move to the end.
    End,
    /// Move to the line or item above.
    Up,
    /// Move to the line or item below.
    Down,
    /// Move ten lines or items up.
    PageUp,
    /// Move ten lines or items down.
    PageDown,
    /// Complete, or move to the next item.
    Tab,
    /// Accept; in a text of several lines: start a new line.
    Enter,
    /// Accept a text of several lines.
    Submit,
    /// Cancel.
    Cancel,
}

/// A line of text with a cursor.
#[derive(Debug, Clone, Default)]
pub struct TextField {
    input: Input,
}

impl TextField {
    /// A field with this text, the cursor behind it.
    pub fn new(text: &str) -> Self {
        Self { input: Input::new(text.to_owned()) }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// The text before the cursor, and the text from the cursor on.
    pub fn split_at_cursor(&self) -> (&str, &str) {
        let text = self.text();
        let at = text.char_indices().nth(self.input.cursor()).map_or(text.len(), |(at, _)| at);
        text.split_at(at)
    }

    /// Take a key. Returns `false` if the key means nothing to a single line.
    pub fn take_key(&mut self, edit: &EditKey) -> bool {
        let request = match edit {
            EditKey::Char(c) => {
                self.insert_text(&c.to_string());
                return true;
            }
            EditKey::Paste(text) => {
                self.insert_text(text);
                return true;
            }
            EditKey::Backspace => InputRequest::DeletePrevChar,
            EditKey::Delete => InputRequest::DeleteNextChar,
            EditKey::DeleteWord => InputRequest::DeletePrevWord,
            EditKey::DeleteRest => InputRequest::DeleteTillEnd,
            EditKey::Clear => InputRequest::DeleteLine,
            EditKey::Left => InputRequest::GoToPrevChar,
            EditKey::Right => InputRequest::GoToNextChar,
            EditKey::Home => InputRequest::GoToStart,
            EditKey::End => InputRequest::GoToEnd,
            EditKey::Up
            | EditKey::Down
            | EditKey::PageUp
            | EditKey::PageDown
            | EditKey::Tab
            | EditKey::Enter
            | EditKey::Submit
            | EditKey::Cancel => return false,
        };
        self.input.handle(request);
        true
    }

    /// Insert as much of a text as fits. Control characters become blanks.
    fn insert_text(&mut self, text: &str) {
        let mut room = MOST.saturating_sub(self.text().len());
        for c in text.chars() {
            if c.len_utf8() > room {
                break;
            }
            room -= c.len_utf8();
            self.input.handle(InputRequest::InsertChar(if c.is_control() { ' ' } else { c }));
        }
    }
}

/// A list narrowed by fuzzy search.
#[derive(Debug, Clone, Default)]
pub struct FuzzyList {
    /// What is typed to narrow the list.
    pub field: TextField,
    /// The selected one of the matching items, from 0.
    pub chosen: usize,
}

impl FuzzyList {
    /// The places of the items that match what is typed, best first; all items in their order while nothing is typed.
    pub fn list_matches<'a>(&self, items: impl Iterator<Item = &'a str>) -> Vec<usize> {
        let needle = self.field.text().trim();
        if needle.is_empty() {
            return items.enumerate().map(|(place, _)| place).collect();
        }
        let mut found: Vec<_> =
            items.enumerate().filter_map(|(place, item)| Some((fuzzy(needle, item)?, place))).collect();
        found.sort_by_key(|(score, place)| (std::cmp::Reverse(*score), *place));
        found.into_iter().map(|(_, place)| place).collect()
    }

    /// Take a key, with the number of items that matched before it. Returns `false` for Enter and the like.
    pub fn take_key(&mut self, edit: &EditKey, found: usize) -> bool {
        let last = found.saturating_sub(1);
        match edit {
            EditKey::Up => self.chosen = self.chosen.saturating_sub(1),
            EditKey::Down => self.chosen = (self.chosen + 1).min(last),
            EditKey::PageUp => self.chosen = self.chosen.saturating_sub(10),
            EditKey::PageDown => self.chosen = (self.chosen + 10).min(last),
            _ => {
                let before = self.field.text().to_owned();
                if !self.field.take_key(edit) {
                    return false;
                }
                if self.field.text() != before {
                    self.chosen = 0;
                }
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_one_line_of_bounded_length() {
        let mut field = TextField::new("a");
        field.take_key(&EditKey::Paste("b\r\n\u{1b}[2Jc".into()));
        assert_eq!(field.text(), "ab   [2Jc");
        field.take_key(&EditKey::Paste("é".repeat(MOST)));
        assert!((MOST - 1..=MOST).contains(&field.text().len()));
        field.take_key(&EditKey::Char('x'));
        assert!(field.text().len() <= MOST);
    }

    #[test]
    fn the_cursor_splits_the_text_between_letters() {
        let mut field = TextField::new("aé");
        assert_eq!(field.split_at_cursor(), ("aé", ""));
        field.take_key(&EditKey::Left);
        assert_eq!(field.split_at_cursor(), ("a", "é"));
        field.take_key(&EditKey::Backspace);
        assert_eq!((field.text(), field.split_at_cursor()), ("é", ("", "é")));
        assert!(!field.take_key(&EditKey::Enter));
    }

    #[test]
    fn typing_narrows_a_list_and_the_choice_stays_inside() {
        let items = ["heartbeat", "leave", "resync", "help"];
        let mut list = FuzzyList::default();
        assert_eq!(list.list_matches(items.into_iter()), [0, 1, 2, 3]);
        list.take_key(&EditKey::PageDown, 4);
        assert_eq!(list.chosen, 3);
        list.take_key(&EditKey::Char('h'), 4);
        list.take_key(&EditKey::Char('e'), 4);
        assert_eq!(list.chosen, 0);
        let found = list.list_matches(items.into_iter());
        assert!(found.contains(&0) && found.contains(&3) && !found.contains(&2), "{found:?}");
        list.take_key(&EditKey::Down, 0);
        assert_eq!(list.chosen, 0);
    }
}
