//! A poll that waits.

use crate::{
    filter::MessageFilter,
    presence::{SubscribeKey, Timetoken, UserId},
    wire::{Auth, Caller, Names, ReplyForm},
};

/// Identifies a waiting poll. Never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PollId(pub(super) u64);

/// A subscribe that is held open.
pub(super) struct Poll {
    pub key: SubscribeKey,
    pub user: Option<UserId>,
    pub names: Names,
    pub cursor: Timetoken,
    pub timeout: Option<u64>,
    pub filter: Option<Box<MessageFilter>>,
    pub form: ReplyForm,
    /// The channels of one of its groups have changed, which ends the wait.
    pub is_regrouped: bool,
    /// The token it came with.
    pub auth: Option<Auth>,
    /// Whether it is to be answered with nothing, since its names are not permitted any more.
    pub ended: bool,
}

impl Poll {
    /// Who sent it.
    pub fn caller(&self) -> Caller {
        Caller { user: self.user.clone(), auth: self.auth.clone() }
    }
}
