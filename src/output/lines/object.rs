//! A JSON object, written field by field in a fixed order.

use std::{fmt::Write as _, time::Duration};

use super::VERSION;
use crate::presence::{Difference, Moment, State, Subscription, Trouble, UserId, write_escaped, write_string};

/// An object that is being written. Fields that are not known are left out.
pub(super) struct Object<'o> {
    out: &'o mut String,
    empty: bool,
}

impl<'o> Object<'o> {
    /// Begin it.
    pub fn open(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// Write a key; the caller writes its value.
    pub fn key(&mut self, key: &str) -> &mut String {
        if !std::mem::take(&mut self.empty) {
            self.out.push(',');
        }
        write_string(self.out, key);
        self.out.push(':');
        self.out
    }

    pub fn number(&mut self, key: &str, number: impl std::fmt::Display) -> &mut Self {
        // Writing to a string can't fail.
        let _ = write!(self.key(key), "{number}");
        self
    }

    /// A number that may have a fraction, and always shows one.
    pub fn fraction(&mut self, key: &str, number: f64) -> &mut Self {
        let _ = write!(self.key(key), "{number:?}");
        self
    }

    pub fn text(&mut self, key: &str, text: &str) -> &mut Self {
        write_string(self.key(key), text);
        self
    }

    /// Left out where it is false.
    pub fn mark(&mut self, key: &str, is: bool) -> &mut Self {
        if is {
            self.key(key).push_str("true");
        }
        self
    }

    /// In milliseconds.
    pub fn span(&mut self, key: &str, span: Duration) -> &mut Self {
        self.number(key, span.as_millis())
    }

    /// `null` for one that is not known or empty.
    pub fn state(&mut self, key: &str, state: Option<&State>) -> &mut Self {
        match state.filter(|state| !state.is_empty()) {
            Some(state) => write_escaped(self.key(key), state.as_json()),
            None => self.key(key).push_str("null"),
        }
        self
    }

    pub fn texts<'t>(&mut self, key: &str, texts: impl Iterator<Item = &'t str>) -> &mut Self {
        let out = self.key(key);
        out.push('[');
        for (n, text) in texts.enumerate() {
            if n > 0 {
                out.push(',');
            }
            write_string(out, text);
        }
        out.push(']');
        self
    }

    pub fn users(&mut self, key: &str, users: &[UserId]) -> &mut Self {
        self.texts(key, users.iter().map(UserId::as_str))
    }

    /// Channels and patterns apart from groups.
    pub fn places(&mut self, places: &[Subscription]) -> &mut Self {
        let is_group = |place: &&Subscription| matches!(place, Subscription::Group(_));
        self.texts("channels", places.iter().filter(|place| !is_group(place)).map(Subscription::as_str));
        self.texts("groups", places.iter().filter(is_group).map(Subscription::as_str))
    }

    pub fn difference(&mut self, difference: &Difference) -> &mut Self {
        self.users("missing", &difference.missing).users("extra", &difference.extra);
        if difference.restated.is_empty() { self } else { self.users("restated", &difference.restated) }
    }

    pub fn trouble(&mut self, trouble: &Trouble) -> &mut Self {
        self.text("reason", &trouble.sentence)
    }

    /// End it.
    pub fn close(self) {
        self.out.push('}');
    }
}

/// Milliseconds since 1970.
pub(super) fn millis(at: Moment) -> u64 {
    at.micros() / 1000
}

/// Begin a line with what every line has.
pub(super) fn begin_line<'o>(out: &'o mut String, kind: &str, millis: u64) -> Object<'o> {
    let mut line = Object::open(out);
    line.number("version", VERSION).text("type", kind).number("time", millis);
    line
}
