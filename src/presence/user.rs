//! The user id, which the wire calls `uuid`.

use std::{cmp::Ordering, fmt};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{
    name_rules::check_typed_name,
    names::{NameError, NameKind},
    natural::compare_names,
};

/// A user id, exactly as its owner wrote it. Foreign ids may hold anything; [`Display`](fmt::Display)
/// shows them made safe, [`as_str`](Self::as_str) is the identity. Cheap to clone: up to 23 bytes are held in place,
/// a longer one is shared. Ids are ordered as people look for them, `user2` before `user10` and `Zoe` beside `zoe`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserId(SmolStr);

impl UserId {
    /// A user id that a person gave: 1 to 92 characters, none that changes the path of a request.
    ///
    /// # Errors
    /// If it is not such an id.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        check_typed_name(NameKind::UserId, name)?;
        Ok(Self(name.into()))
    }

    /// A user id that a service or a request named: taken as it came.
    pub fn from_wire(name: &str) -> Self {
        Self(name.into())
    }

    /// Bytes that it holds besides those of its own place: none if it is short.
    pub(super) fn heap_bytes(&self) -> usize {
        if self.0.is_heap_allocated() { self.0.len() } else { 0 }
    }

    /// The exact id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Ord for UserId {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_names(&self.0, &other.0)
    }
}

impl PartialOrd for UserId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for UserId {
    /// Made safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::sanitize_name(&self.0))
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserId({:?})", self.0.as_str())
    }
}
