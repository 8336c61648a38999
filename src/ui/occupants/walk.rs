//! A walk over a roster in the order of user ids, in bounded steps.

use std::ops::ControlFlow;

use super::order::{SortTexts, SortValue, Sorting};
use crate::presence::UserId;

/// The bytes of states read in one step, plus at most one state. It takes a few milliseconds.
pub(super) const STATES_READ: usize = 1024 * 1024;

/// How far a walk has come.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The last user passed.
    last: Option<UserId>,
    /// The number of users passed.
    passed: usize,
    ended: bool,
}

impl Walk {
    /// Pass at most so many users and hand over those that match.
    pub fn pass(
        &mut self,
        most: usize,
        sorting: Sorting<'_>,
        texts: &mut SortTexts,
        mut take: impl FnMut(SortValue, &UserId),
    ) {
        let filter = sorting.filter;
        let reads = sorting.order.reads_state() || filter.asks_state();
        let (mut rows, mut bytes, mut last) = (0, 0, None);
        let mut left = sorting.roster.from(self.last.as_ref()).peekable();
        left.next_if(|(user, _)| Some(*user) == self.last.as_ref());
        let passed = left.try_for_each(|(user, occupant)| {
            if rows >= most || bytes > STATES_READ {
                return ControlFlow::Break(());
            }
            if filter.matches(user.as_str(), occupant.state()) {
                take(sorting.sort_value(user, occupant, texts), user);
            }
            rows += 1;
            last = Some(user);
            bytes += occupant.state().filter(|_| reads).map_or(0, |state| state.as_json().len());
            ControlFlow::Continue(())
        });
        self.ended = passed.is_continue();
        if let Some(last) = last {
            self.last = Some(last.clone());
        }
        self.passed += rows;
    }

    /// The number of users passed.
    pub fn count_passed(&self) -> usize {
        self.passed
    }

    /// Whether it has passed this user, or where they would stand.
    pub fn has_passed(&self, user: &UserId) -> bool {
        self.ended || self.last.as_ref().is_some_and(|last| user <= last)
    }

    pub fn has_ended(&self) -> bool {
        self.ended
    }
}
