//! What has become of the events of webhooks.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What has become of the events of webhooks, so far: each was delivered, dropped, lost, given up, or waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WebhookCounts {
    /// Events that a receiver took.
    pub delivered: u64,
    /// Events that were dropped because too many waited already.
    pub dropped: u64,
    /// Events that a fault lost.
    pub lost: u64,
    /// Events whose last retry failed, or that still waited for one at the end.
    pub given_up: u64,
    /// Events that wait to be sent or sent again.
    pub waiting: u64,
    /// POSTs that were taken.
    pub posts: u64,
    /// POSTs that were not.
    pub failed_posts: u64,
    /// Why the last one was not, if the last one was not.
    pub trouble: Option<String>,
}

/// Counts them.
#[derive(Debug, Default)]
pub(crate) struct WebhookCounter(Mutex<WebhookCounts>);

impl WebhookCounter {
    /// A panic while the lock is held leaves nothing half done, so the counts stay usable.
    fn lock(&self) -> MutexGuard<'_, WebhookCounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Change them.
    pub fn update(&self, change: impl FnOnce(&mut WebhookCounts)) {
        change(&mut self.lock());
    }

    /// All of them now.
    pub fn read(&self) -> WebhookCounts {
        self.lock().clone()
    }
}
