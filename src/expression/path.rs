//! A field of a state, named by the way down to it.

use serde_json::Value;

use super::{
    FieldValue, Mistake, cursor::TextCursor, filter::parse::STATE, lookup::find_text, mistake::quote_excerpt,
    path_step::PathStep,
};
use crate::presence::State;

/// A way down into a state, as filters have it: `device.os`, `team.members.0."full name"`. With or
/// without `state.` in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    source: String,
    steps: Vec<PathStep>,
}

impl Path {
    /// The most fields that have a column.
    pub const MOST: usize = 12;

    /// Read one path.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let mut cursor = TextCursor { text, at: 0 };
        cursor.skip_blanks();
        cursor.takes(STATE);
        let start = cursor.at;
        let steps = cursor.parse_path()?;
        let source = text[start..cursor.at].to_owned();
        let rest = cursor.skip_blanks();
        if !rest.is_empty() {
            let sentence = format!("{} is no part of a field; write a field such as `device.os`", quote_excerpt(rest));
            return Err(Mistake::new(cursor.at, sentence));
        }
        Ok(Self { source, steps })
    }

    /// What a state has there, if it has anything. Reads the text once and builds nothing but that.
    pub fn find(&self, state: &State) -> Option<Value> {
        serde_json::from_str(find_text(state, &self.steps)?).ok()
    }

    /// The same, to be compared.
    pub fn find_field<'a>(&self, state: &'a State) -> Option<FieldValue<'a>> {
        FieldValue::read(find_text(state, &self.steps)?)
    }

    #[cfg(test)]
    pub(super) fn steps(&self) -> &[PathStep] {
        &self.steps
    }

    /// As it was written, without `state.`. Foreign text as far as a person copied it.
    pub fn as_str(&self) -> &str {
        &self.source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_into_a_state() {
        let state = State::parse(r#"{"mood":"busy","device":{"os":["x",{"a,b":7}]}}"#).unwrap();
        let paths = [" mood", "state.device.os.1.\"a,b\" ", "device.none"].map(|text| Path::parse(text).unwrap());
        let found: Vec<_> = paths.iter().map(|path| path.find(&state)).collect();
        assert_eq!(found, [Some("busy".into()), Some(7.into()), None]);
        let names: Vec<_> = paths.iter().map(Path::as_str).collect();
        assert_eq!(names, ["mood", "device.os.1.\"a,b\"", "device.none"]);
    }

    #[test]
    fn what_is_no_path_is_told_with_its_place() {
        let mistake = Path::parse("device.").unwrap_err();
        assert!(mistake.at == 7 && mistake.sentence.contains("behind the dot"), "{mistake:?}");
        let mistake = Path::parse("mood=busy").unwrap_err();
        assert_eq!(mistake.sentence, "`=busy` is no part of a field; write a field such as `device.os`");
        assert!(Path::parse(" ").is_err());
    }
}
