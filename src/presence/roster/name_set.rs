//! The users that an interval names.

use std::collections::HashSet;

use crate::presence::UserId;

/// So many names of a summary are compared one by one.
const FEW: usize = 8;

/// The users that a part of a summary names.
pub(super) enum NameSet<'a> {
    /// A few: looked for one by one.
    Few([&'a [UserId]; 2]),
    Many(HashSet<&'a UserId, foldhash::fast::RandomState>),
}

impl<'a> NameSet<'a> {
    /// Those of two lists.
    pub fn of(one: &'a [UserId], other: &'a [UserId]) -> Self {
        if one.len() + other.len() <= FEW {
            Self::Few([one, other])
        } else {
            Self::Many(one.iter().chain(other).collect())
        }
    }

    /// Whether it names this user.
    pub fn contains(&self, user: &UserId) -> bool {
        match self {
            Self::Few(lists) => lists.iter().any(|list| list.contains(user)),
            Self::Many(users) => users.contains(user),
        }
    }
}
