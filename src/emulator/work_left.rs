//! Work that was begun and is done in slices: changes that are to be announced, and what a changed group means for those
//! who listen for it. Pure.

use std::{collections::VecDeque, sync::Arc};

use super::PresenceChange;
use crate::{
    presence::{Channel, SubscribeKey, UserId},
    wire::Names,
};

/// A user whose poll listens for a group: with what timeout, and for what else.
pub(super) type GroupListener = (UserId, Option<u64>, Arc<Names>);

/// What is left to do.
pub(super) struct WorkLeft {
    pub changes: VecDeque<(SubscribeKey, PresenceChange)>,
    pub group_changes: VecDeque<GroupChange>,
    /// How much of it may be done now.
    pub allowance: usize,
}

/// What changed channels of a group mean for a listener.
pub(super) struct GroupChange {
    pub key: SubscribeKey,
    pub channels: Arc<[Channel]>,
    pub is_new: bool,
    pub listener: GroupListener,
}

impl Default for WorkLeft {
    fn default() -> Self {
        Self { changes: VecDeque::new(), group_changes: VecDeque::new(), allowance: usize::MAX }
    }
}

impl WorkLeft {
    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.group_changes.is_empty()
    }

    /// Whether no more may be done now.
    pub fn is_over(&self) -> bool {
        self.allowance == 0
    }

    /// Take so much of what may be done now.
    pub fn spend(&mut self, work: usize) {
        self.allowance = self.allowance.saturating_sub(work);
    }
}
