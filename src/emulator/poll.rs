//! A poll that waits.

use std::{collections::BTreeSet, sync::Arc};

use super::{memory::Share, message_reader::PollFilter};
use crate::{
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
    pub names: Arc<Names>,
    /// From where its client asked.
    pub cursor: Timetoken,
    /// All that was published until then has been looked at, and nothing of it was wanted.
    pub looked: Timetoken,
    /// The names, by number, on which something was published since; `None`: nothing has been looked at.
    pub unread: Option<BTreeSet<usize>>,
    pub timeout: Option<u64>,
    pub filter: Option<PollFilter>,
    pub form: ReplyForm,
    /// The channels of one of its groups have changed, which ends the wait.
    pub is_regrouped: bool,
    /// The token it came with.
    pub auth: Option<Auth>,
    /// Whether it is to be answered with nothing, since its names are not permitted any more.
    pub ended: bool,
    /// What it holds, for as long as it is open.
    pub bytes: Share,
}

/// What an open poll takes with its connection, and each of its names besides its text. Measured, and rounded up.
const POLL_BYTES: usize = 14_000;
const NAME_BYTES: usize = 400;

impl Poll {
    /// Who sent it.
    pub fn caller(&self) -> Caller {
        Caller { user: self.user.clone(), auth: self.auth.clone() }
    }

    /// The bytes that it holds while it is open.
    pub fn weight(&self) -> usize {
        let names = self.names.channels.iter().chain(&self.names.groups);
        let user = self.user.as_ref().map_or(0, |user| user.as_str().len());
        let filter = self.filter.as_ref().map_or(0, PollFilter::weight);
        POLL_BYTES + user + filter + names.map(|name| NAME_BYTES + name.len()).sum::<usize>()
    }
}
