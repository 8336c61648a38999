//! Subscribe key and publish key. They are identifiers rather than secrets, but masked wherever they are shown.

use std::{fmt, sync::Arc};

use super::{
    name_rules::check_typed_name,
    names::{NameError, NameKind},
};

/// A subscribe key such as `sub-c-…`: it names the application. [`Display`](fmt::Display) masks it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscribeKey(Arc<str>);

impl SubscribeKey {
    /// A key that a person gave: 1 to 92 characters, none that changes the path of a request.
    ///
    /// # Errors
    /// If it is not such a key.
    pub fn parse(key: &str) -> Result<Self, NameError> {
        check_typed_name(NameKind::SubscribeKey, key).map_err(|e| mask_name(e, key, "sub-c-"))?;
        Ok(Self(key.into()))
    }

    /// A key that a request named: taken as it came.
    pub fn from_wire(key: &str) -> Self {
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
        f.write_str(&mask_key(&self.0, "sub-c-"))
    }
}

impl fmt::Debug for SubscribeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubscribeKey({self})")
    }
}

/// A publish key such as `pub-c-…`: it allows to publish. [`Display`](fmt::Display) masks it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublishKey(Arc<str>);

impl PublishKey {
    /// A key that a person gave: 1 to 92 characters, none that changes the path of a request.
    ///
    /// # Errors
    /// If it is not such a key.
    pub fn parse(key: &str) -> Result<Self, NameError> {
        check_typed_name(NameKind::PublishKey, key).map_err(|e| mask_name(e, key, "pub-c-"))?;
        Ok(Self(key.into()))
    }

    /// The whole key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublishKey {
    /// As a subscribe key: `pub-c-ab…89ef`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask_key(&self.0, "pub-c-"))
    }
}

impl fmt::Debug for PublishKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublishKey({self})")
    }
}

/// What is wrong with a key, without the key.
fn mask_name(error: NameError, key: &str, kind: &str) -> NameError {
    match error {
        NameError::Forbidden { what, bad, hint, .. } => {
            NameError::Forbidden { what, name: mask_key(key, kind), bad, hint }
        }
        other => other,
    }
}

/// The beginning and the end of a key, if enough is left hidden between them; made safe to show.
fn mask_key(key: &str, kind: &str) -> String {
    if key == "demo" {
        return key.to_owned();
    }
    let chars: Vec<char> = key.chars().collect();
    let prefix = if key.starts_with(kind) { kind.len() } else { 0 };
    if chars.len() < prefix + 12 {
        let head: String = chars[..prefix.min(chars.len())].iter().collect();
        return format!("{head}…");
    }
    let head: String = chars[..prefix + 2].iter().collect();
    let tail: String = chars[chars.len() - 4..].iter().collect();
    super::sanitize(&format!("{head}…{tail}")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_masked_when_shown() {
        let key = SubscribeKey::from_wire("sub-c-01234567-89ab-cdef-0123-456789abcdef");
        assert_eq!(key.to_string(), "sub-c-01…cdef");
        assert_eq!(format!("{key:?}"), "SubscribeKey(sub-c-01…cdef)");
        assert_eq!(SubscribeKey::from_wire("sub-c-short").to_string(), "sub-c-…");
        assert_eq!(SubscribeKey::from_wire("secret").to_string(), "…");
        assert_eq!(SubscribeKey::from_wire("demo").to_string(), "demo");
        for key in ["sub-c-01234567-89ab-cdef/0123", "MARKER MARKER MARKER"] {
            let said =
                SubscribeKey::parse(key).unwrap_err().to_string() + &PublishKey::parse(key).unwrap_err().to_string();
            assert!(!said.contains("234567") && !said.contains("MARKER "), "{said}");
        }
        let key = PublishKey::parse("pub-c-01234567-89ab-cdef-0123-456789abcdef").unwrap();
        assert_eq!(format!("{key} {key:?}"), "pub-c-01…cdef PublishKey(pub-c-01…cdef)");
    }
}
