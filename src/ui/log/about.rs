//! Which entries of the log are about the selected user: found once, and kept from then on, so that a frame need not
//! search the log.

use std::collections::VecDeque;

use crate::{
    presence::{Channel, EventKind, UserId},
    world::{Entry, EntryBody},
};

/// How many names of interval events are searched for a user who is newly selected.
const NAMES: usize = 20_000;

/// The entries about a user on a channel.
#[derive(Debug, Clone)]
pub(super) struct EntriesAbout {
    channel: Channel,
    user: UserId,
    /// Their numbers, oldest first.
    numbers: VecDeque<u64>,
}

impl EntriesAbout {
    /// Find them among all entries, given latest first.
    pub fn find<'a>(channel: Channel, user: UserId, entries: impl Iterator<Item = (u64, &'a Entry)>) -> Self {
        let mut names = NAMES;
        let about = entries.filter(|(_, entry)| is_about(entry, &channel, &user, &mut names));
        let mut numbers: VecDeque<u64> = about.map(|(number, _)| number).collect();
        numbers.make_contiguous().reverse();
        Self { channel, user, numbers }
    }

    /// Whether it is about this user.
    pub fn is_of(&self, channel: &Channel, user: &UserId) -> bool {
        self.user == *user && self.channel == *channel
    }

    /// Take a new entry.
    pub fn take_entry(&mut self, number: u64, entry: &Entry) {
        let mut names = usize::MAX;
        if is_about(entry, &self.channel, &self.user, &mut names) {
            self.numbers.push_back(number);
        }
    }

    /// An entry was removed.
    pub fn remove_entry(&mut self, number: u64) {
        if let Ok(at) = self.numbers.binary_search(&number) {
            self.numbers.remove(at);
        }
    }

    /// The numbers of the entries, latest first.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.numbers.iter().rev().copied()
    }
}

/// Whether an entry is about a user on a channel. Reduces `names` by the names searched.
fn is_about(entry: &Entry, channel: &Channel, user: &UserId, names: &mut usize) -> bool {
    if entry.channel.as_ref() != Some(channel) {
        return false;
    }
    match entry.event.as_ref().map(|event| &event.what) {
        Some(EventKind::Interval { joined, left, timed_out, .. }) => {
            let all = joined.len() + left.len() + timed_out.len();
            let enough = *names >= all;
            *names = names.saturating_sub(all);
            enough && [joined, left, timed_out].into_iter().any(|users| users.contains(user))
        }
        Some(_) => entry.user.as_ref() == Some(user) && !matches!(entry.body, EntryBody::Note(_)),
        None => false,
    }
}
