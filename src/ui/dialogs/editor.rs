//! The editor of our own state on a channel. It checks the JSON while it is typed, and keeps it until the service has
//! taken it or the person discards it.

use super::{EditKey, TextArea};
use crate::{
    presence::{Channel, State, Subscription, json_in_lines},
    world::Order,
};

/// The first mistake in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorMistake {
    /// The line, from 1.
    pub line: usize,
    /// The character within the line, from 1.
    pub column: usize,
    /// What is wrong. Safe to show.
    pub what: String,
}

/// The stage of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The text is being edited.
    Typing,
    /// It asks for a yes before sending, because the keyset is marked as production.
    Asking,
    /// The state is on its way.
    Sending,
    /// Sending failed, or the service refused the state, for this reason. Safe to show.
    Failed(String),
    /// The next Esc discards the text.
    Leaving,
}

/// The editor of our own state.
#[derive(Debug, Clone)]
pub struct Editor {
    /// The channel.
    pub channel: Channel,
    /// The text.
    pub text: TextArea,
    /// The first mistake in the text.
    pub mistake: Option<EditorMistake>,
    /// The stage of the edit.
    pub stage: Stage,
    /// The text at the start.
    before: String,
}

/// The first mistake in a state, if there is one.
fn find_mistake(text: &TextArea) -> Option<EditorMistake> {
    let whole = text.text();
    let Err(error) = serde_json::from_str::<serde_json::Value>(&whole) else {
        let what = State::parse(&whole).err()?.to_string();
        let start = whole.len() - whole.trim_start().len();
        let line = whole[..start].matches('\n').count() + 1;
        let column = whole[..start].rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        return Some(EditorMistake { line, column, what });
    };
    let said = error.to_string();
    let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what).to_owned();
    let line = error.line().clamp(1, text.lines().len());
    // The error counts bytes.
    let bytes = error.column().saturating_sub(1);
    let column = text.lines()[line - 1].char_indices().take_while(|(at, _)| *at < bytes).count() + 1;
    Some(EditorMistake { line, column, what })
}

impl Editor {
    /// Open the editor with a state.
    pub fn new(channel: Channel, state: Option<&State>) -> Self {
        let held = state.filter(|state| state.value().as_object().is_some_and(|fields| !fields.is_empty()));
        let before = held.map_or_else(|| "{}".to_owned(), |state| json_in_lines(state.as_json()).join("\n"));
        let mut text = TextArea::new(&before, State::LARGEST);
        text.go_to(0, 1);
        Self { channel, mistake: find_mistake(&text), text, stage: Stage::Typing, before }
    }

    /// Take a key. Returns no editor if it closes.
    pub(super) fn take_key(mut self, production: bool, edit: &EditKey) -> (Option<Self>, Option<Order>) {
        let mut order = None;
        match (&self.stage, edit) {
            (Stage::Leaving | Stage::Sending, EditKey::Cancel) => return (None, None),
            (Stage::Sending, _) => {}
            (Stage::Asking, EditKey::Char('y' | 'Y')) => order = self.send_state(),
            (Stage::Asking, _) => self.stage = Stage::Typing,
            (_, EditKey::Cancel) if self.text.text() == self.before => return (None, None),
            (_, EditKey::Cancel) => self.stage = Stage::Leaving,
            (_, EditKey::Submit) => {
                if let Some(mistake) = &self.mistake {
                    self.text.go_to(mistake.line - 1, mistake.column - 1);
                    self.stage = Stage::Typing;
                } else if production {
                    self.stage = Stage::Asking;
                } else {
                    order = self.send_state();
                }
            }
            (_, edit) => {
                self.text.take_key(edit);
                self.stage = Stage::Typing;
                if self.text.full {
                    self.stage = Stage::Failed(format!("no room: a state has at most {} bytes", State::LARGEST));
                }
                self.mistake = find_mistake(&self.text);
            }
        }
        (Some(self), order)
    }

    fn send_state(&mut self) -> Option<Order> {
        match State::parse(&self.text.text()) {
            Ok(state) => {
                self.stage = Stage::Sending;
                Some(Order::SetState { places: vec![Subscription::Channel(self.channel.clone())], state })
            }
            Err(error) => {
                self.stage = Stage::Failed(error.to_string());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mistake(text: &str) -> Option<(usize, usize)> {
        find_mistake(&TextArea::new(text, State::LARGEST)).map(|mistake| (mistake.line, mistake.column))
    }

    #[test]
    fn a_mistake_has_its_place_in_characters() {
        assert_eq!(mistake("{}"), None);
        assert_eq!(mistake("{\n  \"mood\": busy\n}"), Some((2, 11)));
        assert_eq!(mistake("{\"äöü\": x}"), Some((1, 9)));
        assert_eq!(mistake("{\"a\": 1\n"), Some((2, 1)));
        assert_eq!(mistake(""), Some((1, 1)));
        assert_eq!(mistake("{\"a\": 1}}"), Some((1, 9)));
        assert_eq!(mistake("\n [1]"), Some((2, 2)));
        assert_eq!(mistake("{\"a\": 1, \"a\": 2}"), Some((1, 1)));
        let what = find_mistake(&TextArea::new("{\n\"a\" 1}", 100)).unwrap().what;
        assert_eq!(what, "expected `:`");
    }

    #[test]
    fn it_begins_with_the_state_laid_out_or_with_an_empty_one() {
        let state = State::parse(r#"{"mood":"busy","n":[1.10],"a":123456789012345678901234567890}"#).unwrap();
        let mut editor = Editor::new(Channel::from_wire("lobby"), Some(&state));
        let text = "{\n  \"mood\": \"busy\",\n  \"n\": [\n    1.10\n  ],\n  \"a\": 123456789012345678901234567890\n}";
        assert_eq!(editor.text.text(), text);
        let sent = editor.send_state();
        assert!(matches!(sent, Some(Order::SetState { state: same, .. }) if same == state));
        assert_eq!(Editor::new(Channel::from_wire("lobby"), None).text.text(), "{}");
        assert_eq!(Editor::new(Channel::from_wire("lobby"), State::parse("{}").ok().as_ref()).text.cursor(), (0, 1));
    }

    proptest! {
        #[test]
        fn any_text_is_judged_as_it_would_be_sent(text in "\\PC{0,60}|[{}\\[\\]\":,a1é\n ]{0,40}") {
            let typed = TextArea::new(&text, State::LARGEST);
            let found = find_mistake(&typed);
            prop_assert_eq!(found.is_none(), State::parse(&typed.text()).is_ok());
            if let Some(found) = found {
                let line = &typed.lines()[found.line - 1];
                prop_assert!((1..=line.chars().count() + 1).contains(&found.column));
            }
        }
    }
}
