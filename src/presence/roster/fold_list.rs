//! Folds here-now answers into a roster, whole or page by page.

use std::sync::Arc;

use super::{list::Roster, listing::Listing};
use crate::presence::{
    Folded, ListedUser, Snapshot, State,
    occupant::{Occupant, StateCheck},
};

/// What it came to that a here now lists somebody.
enum Listed {
    Same,
    /// They have a state that nobody had told of.
    Learned,
    /// They have another state than this.
    Restated(Option<State>),
    /// A newer event told that they left.
    HeldBack,
    /// They were not on the list. `returned`: they had left a short while ago.
    Added {
        returned: bool,
    },
    /// They are not on the list, which is full.
    NoRoom,
}

impl From<StateCheck> for Listed {
    fn from(check: StateCheck) -> Self {
        match check {
            StateCheck::Same => Self::Same,
            StateCheck::Learned => Self::Learned,
            StateCheck::Replaced(before) => Self::Restated(before),
        }
    }
}

impl Roster {
    /// Fold a here-now answer in, or a page of one, and say what it corrected. Pages come in their order; one that is
    /// not [awaited](Self::awaits_page) proves presence, but no absence.
    pub fn fold(&mut self, snapshot: &Snapshot) -> Folded {
        self.tell(snapshot.occupancy, snapshot.as_of);
        self.newest = self.newest.max(snapshot.as_of);
        let mut folded = Folded::default();
        let Some(listed) = &snapshot.listed else { return folded };
        let mut listing = self.continue_listing(snapshot);
        let difference = &mut folded.difference;
        for counted in listed {
            match self.fold_listed(counted, snapshot, &mut listing) {
                Listed::Learned => difference.learned += 1,
                Listed::Restated(before) => {
                    difference.restated.push(counted.user.clone());
                    folded.replaced.push(before);
                }
                Listed::HeldBack => difference.held_back += 1,
                Listed::Added { returned } => {
                    difference.returned += usize::from(returned);
                    difference.missing.push(counted.user.clone());
                }
                Listed::Same | Listed::NoRoom => {}
            }
        }
        listing.pages += 1;
        if snapshot.part.more {
            self.listing = Some(Box::new(listing));
        } else {
            self.end_listing(&listing, snapshot, &mut folded);
        }
        folded
    }

    /// The here now that a page belongs to: the one that is coming in, or a new one.
    fn continue_listing(&mut self, page: &Snapshot) -> Listing {
        let continues = page.part.before > 0 && self.awaits_page(page.part.before, page.as_of);
        if let Some(listing) = self.listing.take_if(|_| continues) {
            return *listing;
        }
        self.abandon_listing();
        self.last_listing = self.last_listing.wrapping_add(1);
        if self.last_listing == 0 {
            // The numbers begin again, so that old marks mean nothing any more.
            self.here.retain(
                |_| true,
                |_, occupant| {
                    occupant.listed_by = 0;
                    true
                },
            );
            self.last_listing = 1;
        }
        let lacked_states = page.with_state && self.here.begin_states();
        Listing::new(self.last_listing, page, lacked_states)
    }

    /// Fold in that a here now lists somebody.
    fn fold_listed(&mut self, counted: &ListedUser, page: &Snapshot, listing: &mut Listing) -> Listed {
        let is_full = self.is_full();
        let Self { here, gone, early_states, .. } = self;
        let (user, as_of) = (&counted.user, page.as_of);
        here.update_or_insert(user, |known| {
            if let Some(occupant) = known {
                let again = std::mem::replace(&mut occupant.listed_by, listing.number) == listing.number;
                listing.count_listed(again);
                occupant.fact = occupant.fact.max(as_of);
                occupant.doubt = 0;
                // Who comes again, as on a page that has moved, keeps a state that is known.
                let tells_state = page.with_state && !(again && counted.state.is_none());
                if tells_state && occupant.state_fact <= as_of {
                    return (None, occupant.take_listed_state(counted.state.as_ref(), as_of).into());
                }
                return (None, Listed::Same);
            }
            let left = gone.get(user).copied();
            let is_held_back = left.is_some_and(|left| left > as_of);
            if is_held_back || is_full {
                listing.count_other(user);
                return (None, if is_held_back { Listed::HeldBack } else { Listed::NoRoom });
            }
            if left.is_some() {
                Arc::make_mut(gone).remove(user);
            }
            listing.count_listed(false);
            let told = early_states.take(user, as_of);
            let (state, state_fact) =
                told.map_or_else(|| (counted.state.clone(), as_of), |(state, at)| (Some(state), at));
            let mut coming = Occupant::from_list(as_of).with_state(state, state_fact);
            coming.listed_by = listing.number;
            (Some(coming), Listed::Added { returned: left.is_some() })
        })
    }

    /// Take the end of a here now: who was not listed is gone, if that is proven.
    fn end_listing(&mut self, listing: &Listing, last: &Snapshot, folded: &mut Folded) {
        let as_of = listing.as_of;
        folded.complete = listing.is_everybody(last);
        if folded.complete {
            self.early_states.forget_until(as_of);
        } else {
            self.here.end_states(listing.lacked_states);
        }
        // Pages smear: somebody can slip through between two of them. Absence counts the second time
        // in a row, and only while the list is too long.
        let too_long = self.told.is_some_and(|(count, _)| self.here.len() as u64 > count);
        let is_absent = |occupant: &Occupant| occupant.fact <= as_of && occupant.listed_by != listing.number;
        self.here.retain(is_absent, |user, occupant| {
            if !is_absent(occupant) {
                return true;
            }
            occupant.doubt = occupant.doubt.saturating_add(1);
            let proven = folded.complete || too_long && occupant.doubt >= 2;
            if proven {
                folded.difference.extra.push(user.clone());
                folded.departed.push(occupant.clone());
            }
            !proven
        });
    }
}
