//! A sorted and filtered index of occupants, built and kept in bounded steps.
//!
//! ```text
//! select ──> collect ──> sort ──> check ──> done
//! ```
//!
//! - *select*, left out with short lists: a walk over all finds the rows that are looked at first ([`FirstRows`]).
//! - *collect*: another walk takes over who matches, and sorts each step's share.
//! - *sort*: the shares are merged. From then on the index itself is shown, and every change is applied to it at once.
//! - *check*: what changed before that is found by comparing all with the roster. The same is done later, when more
//!   has changed than is told by name.
//!
//! An occupant takes 16 bytes for the value, as many as a user id has, and some 10 for its place in the two orders.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    first_rows::FirstRows,
    numbers::{NumberPlace, Numbers},
    order::{SortTexts, SortValue, SortedPlace, Sorting},
    rows::Rows,
    walk::{STATES_READ, Walk},
};
use crate::presence::{Roster, UserId};

/// Rows of one step, by what is done with each: a step takes a few milliseconds.
const SELECTED: usize = scale(50_000);
const COLLECTED: usize = scale(8_000);
const MERGED: usize = scale(8_000);
const CHECKED: u32 = if cfg!(test) { 100 } else { 4_000 };

/// Blocks of rows that are dropped in one step.
const DROPPED: usize = 8;

/// Lists up to this length are sorted in the first step.
pub(super) const SHORT: usize = scale(4_000);

/// Tests see many steps of short lists.
const fn scale(rows: usize) -> usize {
    if cfg!(test) { rows / 40 } else { rows }
}

/// What is done in the next step. `changed`: something happened to a user whom the walk had passed.
#[derive(Debug)]
enum Work {
    Select {
        walk: Walk,
        first: FirstRows,
        changed: bool,
    },
    /// `runs`: the sorted shares.
    Collect {
        walk: Walk,
        runs: Vec<Vec<u32>>,
        first: Option<FirstRows>,
        changed: bool,
    },
    Sort {
        merge: Merge,
        first: Option<FirstRows>,
        changed: bool,
    },
    Check(RosterCheck),
    Nothing,
}

/// Runs that are being merged.
#[derive(Debug)]
struct Merge {
    runs: Vec<std::vec::IntoIter<u32>>,
    /// The next of each run. While an index is built, its numbers are in the order of user ids.
    next: BinaryHeap<Reverse<(SortValue, u32, usize)>>,
}

/// A comparison of the index with the roster: first of those in the index, then of all others.
#[derive(Debug, Default)]
struct RosterCheck {
    seen: u32,
    walk: Walk,
}

/// The matching users, sorted.
#[derive(Debug)]
pub(super) struct Index {
    /// Each user by a number, with the value to sort by. Some may be free.
    users: Rows,
    free: Vec<u32>,
    by_user: Numbers,
    by_place: Numbers,
    texts: SortTexts,
    work: Work,
    /// Whether it was complete at least once.
    done: bool,
}

impl Index {
    /// An index that is yet to be built. `around`: the place of the selected user.
    pub fn new(roster: &Roster, around: Option<SortedPlace>) -> Self {
        let first = (roster.len() > SHORT).then(|| FirstRows::new(around));
        let work = match first {
            Some(first) => Work::Select { walk: Walk::default(), first, changed: false },
            None => Work::Collect { walk: Walk::default(), runs: Vec::new(), first: None, changed: false },
        };
        Self {
            users: Rows::default(),
            free: Vec::new(),
            by_user: Numbers::default(),
            by_place: Numbers::default(),
            texts: SortTexts::default(),
            work,
            done: false,
        }
    }

    /// The number of users in the index, as far as they are found.
    pub fn len(&self) -> usize {
        self.find_first_rows().map_or(0, FirstRows::len).max(self.by_user.len())
    }

    pub const fn is_done(&self) -> bool {
        self.done
    }

    /// Whether there is a next step.
    pub const fn has_work(&self) -> bool {
        !matches!(self.work, Work::Nothing)
    }

    /// How much is done, in percent; less than 100 until all is.
    pub fn percent_done(&self, roster: &Roster) -> usize {
        let part = |count: usize, all: usize| (count * 100 / all.max(1)).min(100);
        match &self.work {
            _ if self.done => 100,
            Work::Select { walk, .. } => part(walk.count_passed(), roster.len()) / 10,
            Work::Collect { walk, .. } => 10 + part(walk.count_passed(), roster.len()) * 4 / 10,
            Work::Sort { .. } => 50 + part(self.by_place.len(), self.users.len()) * 4 / 10,
            Work::Check(check) => 90 + part(check.walk.count_passed(), roster.len()) * 9 / 100,
            Work::Nothing => 99,
        }
    }

    /// Compare all with the roster again: something changed that was not told by name.
    pub fn begin_check(&mut self) {
        match &mut self.work {
            Work::Select { changed, .. } | Work::Collect { changed, .. } | Work::Sort { changed, .. } => {
                *changed = true;
            }
            Work::Check(_) | Work::Nothing => self.work = Work::Check(RosterCheck::default()),
        }
    }

    /// Do the next step.
    pub fn do_step(&mut self, sorting: Sorting<'_>) {
        match std::mem::replace(&mut self.work, Work::Nothing) {
            Work::Select { mut walk, mut first, changed } => {
                walk.pass(SELECTED, sorting, &mut self.texts, |value, user| first.offer(&value, user));
                first.settle();
                if !walk.has_ended() {
                    self.work = Work::Select { walk, first, changed };
                } else if let Some(all) = first.take_all() {
                    self.adopt_rows(all);
                    self.end_building(changed);
                } else {
                    let (walk, runs, first) = (Walk::default(), Vec::new(), Some(first));
                    self.work = Work::Collect { walk, runs, first, changed: false };
                }
            }
            Work::Collect { mut walk, mut runs, first, changed } => {
                runs.push(self.collect_run(&mut walk, sorting));
                if !walk.has_ended() {
                    self.work = Work::Collect { walk, runs, first, changed };
                    return;
                }
                self.work = Work::Sort { merge: self.begin_merge(runs), first, changed };
                if self.users.len() <= SHORT {
                    self.do_step(sorting);
                }
            }
            Work::Sort { mut merge, first, changed } => {
                if self.merge_on(&mut merge) {
                    self.end_building(changed);
                } else {
                    self.work = Work::Sort { merge, first, changed };
                }
            }
            Work::Check(mut check) => {
                if self.check_on(&mut check, sorting) {
                    self.done = true;
                } else {
                    self.work = Work::Check(check);
                }
            }
            Work::Nothing => {}
        }
    }

    fn end_building(&mut self, changed: bool) {
        if changed {
            self.work = Work::Check(RosterCheck::default());
        } else {
            self.done = true;
        }
    }

    /// Take over rows that are sorted already.
    fn adopt_rows(&mut self, rows: Vec<SortedPlace>) {
        for row in rows {
            self.users.push(row);
        }
        let mut by_user: Vec<u32> = (0..self.users.next_number()).collect();
        for number in &by_user {
            self.by_place.push(*number);
        }
        by_user.sort_unstable_by(|this, that| self.users[*this].1.cmp(&self.users[*that].1));
        for number in by_user {
            self.by_user.push(number);
        }
    }

    /// Take over the next share of those who match, and sort it.
    fn collect_run(&mut self, walk: &mut Walk, sorting: Sorting<'_>) -> Vec<u32> {
        let Self { users, by_user, texts, .. } = self;
        let from = users.next_number();
        walk.pass(COLLECTED, sorting, texts, |value, user| {
            by_user.push(users.next_number());
            users.push((value, user.clone()));
        });
        let mut run: Vec<u32> = (from..users.next_number()).collect();
        // The numbers of a run are in the order of user ids, and a stable sort keeps that.
        run.sort_by(|this, that| users[*this].0.cmp(&users[*that].0));
        run
    }

    fn begin_merge(&self, runs: Vec<Vec<u32>>) -> Merge {
        let mut merge = Merge { runs: runs.into_iter().map(Vec::into_iter).collect(), next: BinaryHeap::new() };
        (0..merge.runs.len()).for_each(|run| self.take_next_of_run(&mut merge, run));
        merge
    }

    fn take_next_of_run(&self, merge: &mut Merge, run: usize) {
        if let Some(next) = merge.runs[run].next() {
            merge.next.push(Reverse((self.users[next].0.clone(), next, run)));
        }
    }

    /// Merge the next rows. Returns true when all are merged.
    fn merge_on(&mut self, merge: &mut Merge) -> bool {
        for _ in 0..MERGED {
            let Some(Reverse((_, next, run))) = merge.next.pop() else { break };
            self.by_place.push(next);
            self.take_next_of_run(merge, run);
        }
        merge.next.is_empty()
    }

    /// Compare the next rows with the roster. Returns true when all are compared.
    fn check_on(&mut self, check: &mut RosterCheck, sorting: Sorting<'_>) -> bool {
        let (until, mut bytes) = (check.seen.saturating_add(CHECKED).min(self.users.next_number()), 0);
        while check.seen < until && bytes < STATES_READ {
            let user = self.users[check.seen].1.clone();
            bytes += self.update_now(sorting, &user);
            check.seen += 1;
        }
        if check.seen < self.users.next_number() {
            return false;
        }
        let mut found = Vec::new();
        let take = |value, user: &UserId| found.push((value, user.clone()));
        check.walk.pass(CHECKED as usize, sorting, &mut self.texts, take);
        for (value, user) in found {
            self.set_value(&user, Some(value));
        }
        check.walk.has_ended()
    }

    /// Update a user who joined, left or changed.
    pub fn update_user(&mut self, sorting: Sorting<'_>, user: &UserId) {
        match &mut self.work {
            Work::Select { walk, changed, .. } | Work::Collect { walk, changed, .. } => {
                *changed |= walk.has_passed(user);
            }
            Work::Sort { changed, .. } => *changed = true,
            Work::Check(_) | Work::Nothing => {
                self.update_now(sorting, user);
            }
        }
    }

    /// Update a user in the complete orders. Returns the bytes of the state, which may have been read.
    fn update_now(&mut self, sorting: Sorting<'_>, user: &UserId) -> usize {
        let occupant = sorting.roster.get(user);
        let state = occupant.and_then(|occupant| occupant.state());
        let matching = occupant.filter(|_| sorting.filter.matches(user.as_str(), state));
        let value = matching.map(|occupant| sorting.sort_value(user, occupant, &mut self.texts));
        self.set_value(user, value);
        state.map_or(0, |state| state.as_json().len())
    }

    /// Move a user to the place of this value, or take them out.
    fn set_value(&mut self, user: &UserId, value: Option<SortValue>) {
        let at = self.by_user.seek(|number| self.users[number].1 < *user);
        let known = self.by_user.get(at).filter(|number| self.users[*number].1 == *user);
        match (known, value) {
            (Some(number), Some(value)) => {
                if self.users[number].0 != value {
                    self.remove_place(number);
                    self.users[number].0 = value;
                    self.insert_place(number);
                }
            }
            (Some(number), None) => {
                self.remove_place(number);
                self.by_user.remove(at);
                self.free.push(number);
            }
            (None, Some(value)) => {
                let row = (value, user.clone());
                let number = if let Some(free) = self.free.pop() {
                    self.users[free] = row;
                    free
                } else {
                    self.users.push(row);
                    self.users.next_number() - 1
                };
                self.by_user.insert(at, number);
                self.insert_place(number);
            }
            (None, None) => {}
        }
    }

    fn seek_place(&self, place: &SortedPlace) -> NumberPlace {
        self.by_place.seek(|number| self.users[number] < *place)
    }

    fn insert_place(&mut self, number: u32) {
        let at = self.seek_place(&self.users[number]);
        self.by_place.insert(at, number);
    }

    fn remove_place(&mut self, number: u32) {
        let at = self.seek_place(&self.users[number]);
        self.by_place.remove(at);
    }

    /// The rows to show as long as not all are sorted.
    fn find_first_rows(&self) -> Option<&FirstRows> {
        match &self.work {
            Work::Select { first, .. } => Some(first),
            Work::Collect { first, .. } | Work::Sort { first, .. } => first.as_ref(),
            Work::Check(_) | Work::Nothing => None,
        }
    }

    /// Drop a part of the index; returns `false` when nothing is left. Dropping a million entries at once would be
    /// felt.
    pub fn drop_some(&mut self) -> bool {
        (0..DROPPED).all(|_| self.users.drop_block())
    }

    /// The users from `first` on, or all.
    pub fn iter_from<'a>(
        &'a self,
        first: Option<&SortedPlace>,
    ) -> impl DoubleEndedIterator<Item = &'a UserId> + use<'a> {
        let early = self.find_first_rows().map(|rows| rows.iter_from(first));
        let start = first.map_or(NumberPlace::default(), |place| self.seek_place(place));
        let all = early.is_none().then(|| self.by_place.iter_from(start));
        let all = all.into_iter().flatten().map(|number| &self.users[number].1);
        early.into_iter().flatten().chain(all)
    }

    /// How many are before a place, if that is known yet.
    pub fn count_before(&self, place: &SortedPlace) -> Option<usize> {
        match self.find_first_rows() {
            Some(rows) => rows.count_before(place),
            None => Some(self.by_place.count_before(self.seek_place(place))),
        }
    }

    /// The users before `last`, or all.
    pub fn iter_before<'a>(
        &'a self,
        last: Option<&SortedPlace>,
    ) -> impl DoubleEndedIterator<Item = &'a UserId> + use<'a> {
        let early = self.find_first_rows().map(|rows| rows.iter_before(last));
        let end = last.map_or(NumberPlace::END, |place| self.seek_place(place));
        let all = early.is_none().then(|| self.by_place.iter_before(end));
        let all = all.into_iter().flatten().map(|number| &self.users[number].1);
        early.into_iter().flatten().chain(all)
    }
}
