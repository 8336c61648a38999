//! The order of occupants, and the values that it compares.

use std::collections::HashMap;

use arcstr::ArcStr;

use crate::{
    expression::{FieldValue, Filter, Path},
    presence::{Occupant, Roster, Since, Timetoken, UserId},
};

/// The letters of a text that are compared: it bounds the memory of an index.
const COUNTED: usize = 64;

/// Different texts that are kept once for all who have them, and the bytes of the longest.
const SHARED: usize = 4_096;
const LONGEST_SHARED: usize = 256;

/// What occupants are sorted by. Ties are sorted by user id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SortKey {
    /// The user id.
    #[default]
    Name,
    /// The time present, shortest first.
    TimeHere,
    /// The time of the last event about the user, latest first. Users without an event come last.
    LastEvent,
    /// How often the user was announced.
    Sightings,
    /// How often the user flapped within the last ten minutes.
    Flaps,
    /// How often the user timed out within the last ten minutes.
    Timeouts,
    /// A field of the state: numbers, then texts, ignoring case, the numbers in them by what they count (`1.9` before
    /// `1.10`), then the rest. Users without the field come last in either direction.
    Field(Path),
}

impl SortKey {
    /// Its name, for people.
    pub fn name(&self) -> String {
        match self {
            Self::Name => "user id".to_owned(),
            Self::TimeHere => "time here".to_owned(),
            Self::LastEvent => "last event".to_owned(),
            Self::Sightings => "sightings".to_owned(),
            Self::Flaps => "flaps".to_owned(),
            Self::Timeouts => "timeouts".to_owned(),
            Self::Field(path) => format!("state.{}", path.as_str()),
        }
    }
}

/// The order of occupants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SortOrder {
    /// The sort key.
    pub by: SortKey,
    /// Whether the greatest comes first.
    pub reversed: bool,
}

impl SortOrder {
    /// The usual order for a key: of what is counted most first, everything else ascending.
    pub fn new(by: SortKey) -> Self {
        let reversed = matches!(by, SortKey::Sightings | SortKey::Flaps | SortKey::Timeouts);
        Self { by, reversed }
    }

    /// Whether reversing the order only reverses the list.
    pub(super) const fn reads_backward(&self) -> bool {
        matches!(self.by, SortKey::Name | SortKey::TimeHere | SortKey::Sightings) || self.counts_lately()
    }

    /// Whether the order depends on states.
    pub(super) const fn reads_state(&self) -> bool {
        matches!(self.by, SortKey::Field(_))
    }

    /// Whether the order changes as time passes.
    pub(super) const fn counts_lately(&self) -> bool {
        matches!(self.by, SortKey::Flaps | SortKey::Timeouts)
    }
}

/// What is sorted how: all that tells where a user stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sorting<'a> {
    pub order: &'a SortOrder,
    pub filter: &'a Filter,
    pub roster: &'a Roster,
    /// The minutes that count end here.
    pub at: Timetoken,
}

impl Sorting<'_> {
    /// The value that an occupant is sorted by.
    pub fn sort_value(&self, user: &UserId, occupant: &Occupant, texts: &mut SortTexts) -> SortValue {
        // Users without a value come last in either direction.
        let missing = if self.order.reversed { SortValue::First } else { SortValue::Last };
        let slips = || self.roster.count_slips(user, self.at);
        match &self.order.by {
            SortKey::Name => SortValue::First,
            SortKey::TimeHere => {
                let (Since::Joined(at) | Since::Before(at)) = occupant.since();
                SortValue::Whole(u64::MAX - at.ticks())
            }
            SortKey::LastEvent => occupant.last_event().map_or(missing, |at| SortValue::Whole(u64::MAX - at.ticks())),
            SortKey::Sightings => SortValue::Whole(occupant.sightings().into()),
            SortKey::Flaps => SortValue::Whole(slips().flaps.into()),
            SortKey::Timeouts => SortValue::Whole(slips().timeouts.into()),
            SortKey::Field(path) => {
                let field = occupant.state().and_then(|state| path.find_field(state));
                field.map_or(missing, |field| SortValue::from_field(&field, texts))
            }
        }
    }
}

/// A text that compares as people count, in the eight bytes that a value has room for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NaturalText(ArcStr);

/// The texts that occupants are sorted by: most are shared by many, and made once.
#[derive(Debug, Default)]
pub(super) struct SortTexts {
    /// Each under the text that it was made of.
    made: HashMap<Box<str>, NaturalText, foldhash::fast::RandomState>,
    /// Where the next one is made.
    draft: String,
}

impl SortTexts {
    fn share(&mut self, text: &str) -> NaturalText {
        if let Some(made) = self.made.get(text) {
            return made.clone();
        }
        self.draft.clear();
        write_natural(&mut self.draft, text);
        let made = NaturalText(self.draft.as_str().into());
        if self.made.len() < SHARED && text.len() <= LONGEST_SHARED {
            self.made.insert(text.into(), made.clone());
        }
        made
    }
}

/// A value that occupants are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortValue {
    First,
    Whole(u64),
    /// The bits of a float, arranged to compare as the float does.
    Number(u64),
    Text(NaturalText),
    Truth(bool),
    /// Lists and objects, which have no order.
    Other,
    Last,
}

impl SortValue {
    fn from_field(field: &FieldValue<'_>, texts: &mut SortTexts) -> Self {
        match field {
            FieldValue::Number(digits) => {
                let number = digits.parse().ok().filter(|number: &f64| number.is_finite());
                let bits = number.unwrap_or_default().to_bits();
                let negative = bits >> 63 == 1;
                Self::Number(if negative { !bits } else { bits | 1 << 63 })
            }
            FieldValue::Text(text) => Self::Text(texts.share(text)),
            FieldValue::Truth(truth) => Self::Truth(*truth),
            FieldValue::Null | FieldValue::Other => Self::Other,
        }
    }
}

/// Write a text such that it compares, byte by byte, as people count: each number in it begins with how many digits it
/// has. Of a text that is a number below zero the digits are turned round.
fn write_natural(out: &mut String, text: &str) {
    let is_decimal = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let below_zero = text.strip_prefix('-').is_some_and(|rest| !rest.is_empty() && is_decimal(rest));
    let mut rest = text.char_indices().nth(COUNTED).map_or(text, |(end, _)| &text[..end]);
    while let Some(c) = rest.chars().next() {
        let digits = &rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())];
        if digits.is_empty() {
            out.extend(c.to_lowercase());
            rest = &rest[c.len_utf8()..];
            continue;
        }
        rest = &rest[digits.len()..];
        let counted = digits.trim_start_matches('0');
        let turn = |byte: u8| char::from(if below_zero { 0x7f - byte } else { byte });
        out.push('0');
        out.push(turn(u8::try_from(counted.len()).unwrap_or(0x7f)));
        out.extend(counted.bytes().map(turn));
    }
    if below_zero {
        // Behind whatever could follow: `-1.5` is less than `-1`.
        out.push('~');
    }
}

/// A place in the order: a value, and the user it belongs to.
pub(super) type SortedPlace = (SortValue, UserId);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::State;

    #[test]
    fn values_have_an_order() {
        let sorted =
            ["-1e9", "-2", "-1.5", "0", "0.5", "3", "1e300", "\"Ann\"", "\"bob\"", "\"Cat\"", "false", "true", "[]"];
        let mut texts = SortTexts::default();
        let mut read = |json: &str| {
            let state = State::parse(&format!("{{\"a\":{json}}}")).unwrap();
            SortValue::from_field(&Path::parse("a").unwrap().find_field(&state).unwrap(), &mut texts)
        };
        let keys = sorted.map(&mut read);
        assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
        let natural =
            ["-10", "-9", "-1.5", "-1", "0", "1.9", "1.10", "1.10.2", "9", "10", "007", "v1.9", "v1.10", "v1.x", "Z"];
        let keys = natural.map(|text| read(&format!("\"{text}\"")));
        let moved = |from: usize, to: usize| keys[from] < keys[to];
        assert!((0..9).all(|at| moved(at, at + 1)) && (11..14).all(|at| moved(at, at + 1)), "{keys:?}");
        assert!(moved(10, 8) && moved(7, 10) && moved(9, 11), "leading zeros count nothing: {keys:?}");
        let mut repeat = |letter: &str, times| read(&format!("\"{}\"", letter.repeat(times)));
        assert_eq!(repeat("x", 1000), repeat("X", 64));
    }
}
