//! The heads of a connection that were passed on, until each is answered.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::head::CheckedHead;

/// The heads that hyper was given and has not asked about yet, in order. Each has the number that hyper sees in place
/// of its target, so that one can't be taken for another.
#[derive(Debug, Clone, Default)]
pub(in crate::service) struct HeadQueue(Arc<Mutex<QueuedHeads>>);

#[derive(Debug, Default)]
struct QueuedHeads {
    pushed: u64,
    heads: VecDeque<(u64, CheckedHead)>,
}

impl HeadQueue {
    fn lock(&self) -> MutexGuard<'_, QueuedHeads> {
        // Nothing is left half done in there.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Add a head. Returns its number.
    pub fn push(&self, head: CheckedHead) -> u64 {
        let mut queue = self.lock();
        queue.pushed += 1;
        let number = queue.pushed;
        queue.heads.push_back((number, head));
        number
    }

    /// The next head, if it is the one that hyper means by this path.
    pub fn take(&self, path: &str) -> Option<CheckedHead> {
        let number: u64 = path.strip_prefix('/')?.parse().ok()?;
        let mut queue = self.lock();
        let head = queue.heads.pop_front().filter(|(next, _)| *next == number).map(|(_, head)| head);
        if queue.heads.is_empty() {
            // A poll may be held for minutes, and thousands of them are.
            queue.heads = VecDeque::new();
        }
        head
    }
}
