//! The subscribe key: which application we are talking about. An identifier rather than a secret, but
//! masked wherever a passer-by could read it.

use std::{fmt, sync::Arc};

use super::{NameError, channel::check_name};

/// A subscribe key such as `sub-c-…`. [`Display`](fmt::Display) masks it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscribeKey(Arc<str>);

impl SubscribeKey {
    /// A key that a person gave.
    pub fn parse(key: &str) -> Result<Self, NameError> {
        check_name("subscribe key", key, &[',', '/', '\\', ' ', '?', '#'])?;
        Ok(Self(key.into()))
    }

    /// A key that a request named: taken as it came.
    pub fn heard(key: &str) -> Self {
        Self(key.into())
    }

    /// The whole key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubscribeKey {
    /// `sub-c-ab…89ef`; `demo`, which PubNub publishes for everybody, is shown whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if &*self.0 == "demo" {
            return f.write_str("demo");
        }
        let chars: Vec<char> = self.0.chars().collect();
        let prefix = if self.0.starts_with("sub-c-") { 6 } else { 0 };
        if chars.len() < prefix + 12 {
            let head: String = chars[..prefix.min(chars.len())].iter().collect();
            return write!(f, "{head}…");
        }
        let head: String = chars[..prefix + 2].iter().collect();
        let tail: String = chars[chars.len() - 4..].iter().collect();
        f.write_str(&super::shown(&format!("{head}…{tail}")))
    }
}

impl fmt::Debug for SubscribeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubscribeKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_masked_when_shown() {
        let key = SubscribeKey::heard("sub-c-01234567-89ab-cdef-0123-456789abcdef");
        assert_eq!(key.to_string(), "sub-c-01…cdef");
        assert_eq!(format!("{key:?}"), "SubscribeKey(sub-c-01…cdef)");
        assert_eq!(SubscribeKey::heard("sub-c-short").to_string(), "sub-c-…");
        assert_eq!(SubscribeKey::heard("secret").to_string(), "…");
        assert_eq!(SubscribeKey::heard("demo").to_string(), "demo");
    }
}
