//! A poll that waits.

use crate::{
    filter::MessageFilter,
    presence::{SubscribeKey, Timetoken, UserId},
    wire::{Names, ReplyForm},
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
}
