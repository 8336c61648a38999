//! A line of text that is being typed, and a list that it narrows.

use tui_input::{Input, InputRequest};

use crate::expression::fuzzy;

/// No more than this many bytes can be typed or pasted into one line.
const MOST: usize = 4096;

/// What a key means to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typing {
    /// A character.
    Char(char),
    /// Text at once, as it was copied elsewhere. Foreign.
    Paste(String),
    /// Rub out what is before the cursor.
    Backspace,
    /// Rub out what is under it.
    Delete,
    /// Rub out the word before it.
    DeleteWord,
    /// Rub out what follows.
    DeleteRest,
    /// Rub out all.
    Clear,
    /// One to the left.
    Left,
    /// One to the right.
    Right,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// The line, or choice, above.
    Up,
    /// The one below.
    Down,
    /// Ten above.
    PageUp,
    /// Ten below.
    PageDown,
    /// Complete, or go on to the next.
    Tab,
    /// That is it; in a text of several lines: the next line.
    Enter,
    /// That is all of it, in a text of several lines.
    Submit,
    /// Never mind.
    Cancel,
}

/// A line of text with a cursor.
#[derive(Debug, Clone, Default)]
pub struct Field {
    input: Input,
}

impl Field {
    /// With this text in it, the cursor behind it.
    pub fn new(text: &str) -> Self {
        Self { input: Input::new(text.to_owned()) }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// The text before the cursor, and the text from the cursor on.
    pub fn around(&self) -> (&str, &str) {
        let text = self.text();
        let at = text.char_indices().nth(self.input.cursor()).map_or(text.len(), |(at, _)| at);
        text.split_at(at)
    }

    /// Take in what was typed; `false` if it means nothing to a single line.
    pub fn typed(&mut self, typing: &Typing) -> bool {
        let request = match typing {
            Typing::Char(c) => {
                self.insert(&c.to_string());
                return true;
            }
            Typing::Paste(text) => {
                self.insert(text);
                return true;
            }
            Typing::Backspace => InputRequest::DeletePrevChar,
            Typing::Delete => InputRequest::DeleteNextChar,
            Typing::DeleteWord => InputRequest::DeletePrevWord,
            Typing::DeleteRest => InputRequest::DeleteTillEnd,
            Typing::Clear => InputRequest::DeleteLine,
            Typing::Left => InputRequest::GoToPrevChar,
            Typing::Right => InputRequest::GoToNextChar,
            Typing::Home => InputRequest::GoToStart,
            Typing::End => InputRequest::GoToEnd,
            Typing::Up
            | Typing::Down
            | Typing::PageUp
            | Typing::PageDown
            | Typing::Tab
            | Typing::Enter
            | Typing::Submit
            | Typing::Cancel => return false,
        };
        self.input.handle(request);
        true
    }

    /// What of a text fits; line ends and other controls become blanks.
    fn insert(&mut self, text: &str) {
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

/// A list to choose from, narrowed by what is typed.
#[derive(Debug, Clone, Default)]
pub struct Chooser {
    /// What is typed.
    pub field: Field,
    /// Which of those found is chosen, from 0.
    pub chosen: usize,
}

impl Chooser {
    /// The places of the items that fit what is typed, the best first; all, in their order, as long as
    /// nothing is.
    pub fn found<'a>(&self, items: impl Iterator<Item = &'a str>) -> Vec<usize> {
        let needle = self.field.text().trim();
        if needle.is_empty() {
            return items.enumerate().map(|(place, _)| place).collect();
        }
        let mut found: Vec<_> =
            items.enumerate().filter_map(|(place, item)| Some((fuzzy(needle, item)?, place))).collect();
        found.sort_by_key(|(score, place)| (std::cmp::Reverse(*score), *place));
        found.into_iter().map(|(_, place)| place).collect()
    }

    /// Take in what was typed, among so many items found before it. `false` for enter and the like.
    pub fn typed(&mut self, typing: &Typing, found: usize) -> bool {
        let last = found.saturating_sub(1);
        match typing {
            Typing::Up => self.chosen = self.chosen.saturating_sub(1),
            Typing::Down => self.chosen = (self.chosen + 1).min(last),
            Typing::PageUp => self.chosen = self.chosen.saturating_sub(10),
            Typing::PageDown => self.chosen = (self.chosen + 10).min(last),
            _ => {
                let before = self.field.text().to_owned();
                if !self.field.typed(typing) {
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
        let mut field = Field::new("a");
        field.typed(&Typing::Paste("b\r\n\u{1b}[2Jc".into()));
        assert_eq!(field.text(), "ab   [2Jc");
        field.typed(&Typing::Paste("é".repeat(MOST)));
        assert!((MOST - 1..=MOST).contains(&field.text().len()));
        field.typed(&Typing::Char('x'));
        assert!(field.text().len() <= MOST);
    }

    #[test]
    fn the_cursor_splits_the_text_between_letters() {
        let mut field = Field::new("aé");
        assert_eq!(field.around(), ("aé", ""));
        field.typed(&Typing::Left);
        assert_eq!(field.around(), ("a", "é"));
        field.typed(&Typing::Backspace);
        assert_eq!((field.text(), field.around()), ("é", ("", "é")));
        assert!(!field.typed(&Typing::Enter));
    }

    #[test]
    fn typing_narrows_a_list_and_the_choice_stays_inside() {
        let items = ["heartbeat", "leave", "resync", "help"];
        let mut chooser = Chooser::default();
        assert_eq!(chooser.found(items.into_iter()), [0, 1, 2, 3]);
        chooser.typed(&Typing::PageDown, 4);
        assert_eq!(chooser.chosen, 3);
        chooser.typed(&Typing::Char('h'), 4);
        chooser.typed(&Typing::Char('e'), 4);
        assert_eq!(chooser.chosen, 0);
        let found = chooser.found(items.into_iter());
        assert!(found.contains(&0) && found.contains(&3) && !found.contains(&2), "{found:?}");
        chooser.typed(&Typing::Down, 0);
        assert_eq!(chooser.chosen, 0);
    }
}
