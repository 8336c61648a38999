//! What all lines are made of: names, JSON, timetokens and lengths of time, each so that it comes back exactly.

use std::{borrow::Cow, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::value::RawValue;

use crate::presence::{Channel, ChannelGroup, PNPRES, State, Subscription, Timetoken};

/// Text of a line, borrowed where that can be.
pub(super) type Text<'a> = Cow<'a, str>;

/// JSON within a line, byte for byte: as it is where it is an object of one line, else as a string that holds it.
#[derive(Debug, Clone)]
pub(super) struct JsonText<'a>(pub Text<'a>);

impl Serialize for JsonText<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let text = &*self.0;
        match is_braced_line(text).then(|| serde_json::from_str::<&RawValue>(text)) {
            Some(Ok(json)) => json.serialize(to),
            _ => to.serialize_str(text),
        }
    }
}

/// Whether a text looks like an object of one line.
fn is_braced_line(text: &str) -> bool {
    // Without an early end it takes many bytes at once.
    text.starts_with('{') && text.ends_with('}') && text.bytes().fold(u8::MAX, u8::min) >= 0x20
}

/// Write text that may be JSON, as [`JsonText`] is written.
pub(super) fn write_json(out: &mut Vec<u8>, text: &str) {
    // Writing to memory can't fail.
    let _ = serde_json::to_writer(out, &JsonText(text.into()));
}

/// Write what is JSON, wherever it came from, as [`JsonText`] is written. It need not be read once more.
pub(super) fn write_valid_json(out: &mut Vec<u8>, text: &str) {
    if is_braced_line(text) { out.extend_from_slice(text.as_bytes()) } else { write_json(out, text) }
}

/// Write text with its quotes and escapes.
pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    let _ = serde_json::to_writer(out, text);
}

/// Write a whole number.
pub(super) fn write_number(out: &mut Vec<u8>, number: u64) {
    let _ = serde_json::to_writer(out, &number);
}

impl<'de: 'a, 'a> Deserialize<'de> for JsonText<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let json = <&'de RawValue>::deserialize(from)?.get();
        if json.starts_with('{') {
            return Ok(Self(Cow::Borrowed(json)));
        }
        serde_json::from_str(json).map(|text: String| Self(text.into())).map_err(D::Error::custom)
    }
}

impl<'a> From<&'a State> for JsonText<'a> {
    fn from(state: &'a State) -> Self {
        Self(state.as_json().into())
    }
}

impl<'a> JsonText<'a> {
    /// The JSON. A string that holds none is meant itself.
    pub fn into_valid(self) -> Text<'a> {
        match self.0 {
            Cow::Owned(held) if serde_json::from_str::<&RawValue>(&held).is_err() => {
                serde_json::Value::from(held).to_string().into()
            }
            text => text,
        }
    }
}

impl From<JsonText<'_>> for State {
    fn from(json: JsonText<'_>) -> Self {
        Self::from_scanned(&json.into_valid())
    }
}

/// A timetoken, in digits: as a number it would lose some in most programs.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenDigits(pub Timetoken);

impl Serialize for TokenDigits {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TokenDigits {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let digits = Text::deserialize(from)?;
        Timetoken::parse(&digits).map(Self).ok_or_else(|| D::Error::custom("not a timetoken"))
    }
}

/// A length of time, in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nanos(pub Duration);

impl Serialize for Nanos {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u128(self.0.as_nanos())
    }
}

impl<'de> Deserialize<'de> for Nanos {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        const SECOND: u128 = 1_000_000_000;
        let nanos = u128::deserialize(from)?;
        let seconds = u64::try_from(nanos / SECOND).map_err(|_| D::Error::custom("not a length of time"))?;
        Ok(Self(Duration::new(seconds, u32::try_from(nanos % SECOND).unwrap_or(0))))
    }
}

/// A hash, in sixteen hexadecimal digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct HashDigits(pub u64);

impl Serialize for HashDigits {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl<'de> Deserialize<'de> for HashDigits {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let digits = Text::deserialize(from)?;
        u64::from_str_radix(&digits, 16).map(Self).map_err(D::Error::custom)
    }
}

/// What one may subscribe to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RecordedPlace<'a> {
    Channel(#[serde(borrow)] Text<'a>),
    Pattern(#[serde(borrow)] Text<'a>),
    Group(#[serde(borrow)] Text<'a>),
}

impl<'a> From<&'a Subscription> for RecordedPlace<'a> {
    fn from(place: &'a Subscription) -> Self {
        let name = place.as_str().into();
        match place {
            Subscription::Channel(_) => Self::Channel(name),
            Subscription::Pattern(_) => Self::Pattern(name),
            Subscription::Group(_) => Self::Group(name),
        }
    }
}

impl From<RecordedPlace<'_>> for Subscription {
    fn from(place: RecordedPlace<'_>) -> Self {
        match place {
            RecordedPlace::Channel(name) => Self::Channel(restore_channel(&name)),
            RecordedPlace::Pattern(name) => Self::Pattern(restore_channel(&name)),
            RecordedPlace::Group(name) => Self::Group(ChannelGroup::from_wire(&keep_suffix(&name))),
        }
    }
}

/// The channel of this name, whatever it ends in.
pub(super) fn restore_channel(name: &str) -> Channel {
    Channel::from_wire(&keep_suffix(name))
}

/// What a name is read from that loses one suffix on the way.
fn keep_suffix(name: &str) -> Text<'_> {
    if name.ends_with(PNPRES) { format!("{name}{PNPRES}").into() } else { name.into() }
}

/// Write all of them.
pub(super) fn record_all<'a, T, R: From<&'a T>>(all: &'a [T]) -> Vec<R> {
    all.iter().map(R::from).collect()
}

/// Read all of them.
pub(super) fn restore_all<R, T: From<R>>(all: Vec<R>) -> Vec<T> {
    all.into_iter().map(T::from).collect()
}

/// Whether a number is left out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde calls")]
pub(super) const fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Whether a flag is left out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde calls")]
pub(super) const fn is_false(flag: &bool) -> bool {
    !*flag
}
