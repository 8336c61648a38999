//! Announce mode and interval mode. Pure.
//!
//! Up to the announce max, every join, leave and timeout is announced. Above it, an interval event gives the
//! occupancy every so often, with the changes since the last one if deltas are on. Changes of state are always
//! announced.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    PresenceChange, Settings,
    memory::{Share, Total},
    registry::DueChange,
};
use crate::presence::{Channel, EventKind, Moment, UserId, rules};

#[derive(Debug, Clone, Copy)]
struct NetChange {
    is_here: bool,
    timed_out: bool,
}

/// What a channel in interval mode takes, and a user who came or went, each besides its name. Measured, and rounded up.
const SUMMARY_BYTES: usize = 300;
const CHANGE_BYTES: usize = 70;

#[derive(Debug, Default)]
struct ChannelSummary {
    occupancy: usize,
    changes: BTreeMap<UserId, NetChange>,
    /// Bytes of the user ids above, as an interval names them.
    size: usize,
    /// More users came and went than an interval can name.
    overflown: bool,
    changed: bool,
    bytes: Share,
}

/// Decides which changes of one key are announced, and when.
#[derive(Debug, Default)]
pub struct Announcer {
    channels: BTreeMap<Channel, ChannelSummary>,
    /// The channels in interval mode, by when their next interval is due.
    due: BTreeSet<(Moment, Channel)>,
    total: Total,
}

impl Announcer {
    /// Nothing yet; what it will hold is a part of `total`.
    pub fn new(total: &Total) -> Self {
        Self { total: total.clone(), ..Self::default() }
    }

    /// Take a change in. Returns it if it is to be announced as it is, and `None` if an interval will sum it up.
    pub fn announce(&mut self, change: PresenceChange, settings: &Settings, now: Moment) -> Option<PresenceChange> {
        let (user, is_here, timed_out) = match &change.what {
            EventKind::Joined { user, .. } => (user, true, false),
            EventKind::Left { user } => (user, false, false),
            EventKind::TimedOut { user } => (user, false, true),
            _ => return Some(change),
        };
        let crowded = settings.is_crowded(change.occupancy);
        if !crowded && !self.channels.contains_key(&change.channel) {
            return Some(change);
        }
        let summary = self.channels.entry(change.channel.clone()).or_insert_with(|| {
            let next = now.plus(settings.interval);
            self.due.insert((next, change.channel.clone()));
            let bytes = self.total.share(SUMMARY_BYTES + change.channel.as_str().len());
            ChannelSummary { bytes, ..ChannelSummary::default() }
        });
        summary.occupancy = change.occupancy;
        if !crowded {
            // Announced by name now, so the next interval must not repeat it out of order.
            summary.forget(user);
            return Some(change);
        }
        summary.changed = true;
        summary.note(user, NetChange { is_here, timed_out }, settings);
        None
    }

    /// Take the next interval that is due, if there is something to tell. Interval mode ends where it is over.
    pub fn take_due_interval(&mut self, settings: &Settings, now: Moment) -> DueChange {
        if self.next_deadline().is_none_or(|next| next > now) {
            return DueChange::NothingDue;
        }
        let Some((next, channel)) = self.due.pop_first() else { return DueChange::NothingDue };
        let Some(summary) = self.channels.get_mut(&channel) else { return DueChange::NoChange };
        let over = !settings.is_crowded(summary.occupancy);
        let change = (!over || summary.changed).then(|| {
            let (channel, occupancy) = (channel.clone(), summary.occupancy);
            PresenceChange { channel, what: summary.take_interval(settings), occupancy, state_bytes: None }
        });
        if over {
            self.channels.remove(&channel);
        } else {
            self.due.insert((next_multiple_after(next, settings.interval, now), channel));
        }
        change.into()
    }

    /// When the next interval is due.
    pub fn next_deadline(&self) -> Option<Moment> {
        self.due.first().map(|(at, _)| *at)
    }
}

/// The next of the instants `from + n * every` that lies after `now`.
fn next_multiple_after(from: Moment, every: Duration, now: Moment) -> Moment {
    let next = from.plus(every);
    if next > now { next } else { now.plus(every) }
}

impl NetChange {
    /// Whether an interval names the user.
    fn is_named(self, settings: &Settings) -> bool {
        settings.deltas || (settings.guesses.timeouts_without_deltas && !self.is_here && self.timed_out)
    }
}

impl ChannelSummary {
    /// Note how it ended for a user. Names that no interval will tell are not kept.
    fn note(&mut self, user: &UserId, change: NetChange, settings: &Settings) {
        self.forget(user);
        if self.overflown || !change.is_named(settings) {
            return;
        }
        let name = user.as_str().len();
        self.size += name + 3;
        self.bytes.add(name + CHANGE_BYTES);
        self.changes.insert(user.clone(), change);
        if self.size > rules::INTERVAL_DELTAS {
            self.overflown = true;
            self.forget_all();
        }
    }

    fn forget(&mut self, user: &UserId) {
        if self.changes.remove(user).is_some() {
            let name = user.as_str().len();
            self.size -= name + 3;
            self.bytes.subtract(name + CHANGE_BYTES);
        }
    }

    fn forget_all(&mut self) -> BTreeMap<UserId, NetChange> {
        let changes = std::mem::take(&mut self.changes);
        self.bytes.subtract(changes.keys().map(|user| user.as_str().len() + CHANGE_BYTES).sum());
        self.size = 0;
        changes
    }

    fn take_interval(&mut self, settings: &Settings) -> EventKind {
        self.changed = false;
        let refresh = std::mem::take(&mut self.overflown);
        let (mut joined, mut left, mut timed_out) = (Vec::new(), Vec::new(), Vec::new());
        for (user, change) in self.forget_all().into_iter().filter(|(_, change)| change.is_named(settings)) {
            // By how it ended: a client that asked here now in between may have seen either state.
            match (change.is_here, change.timed_out) {
                (true, _) => joined.push(user),
                (false, false) => left.push(user),
                (false, true) => timed_out.push(user),
            }
        }
        EventKind::Interval { joined, left, timed_out, refresh }
    }
}

/// The account once more, from nothing.
#[cfg(test)]
impl Announcer {
    pub fn recount(&self) -> usize {
        let weigh = |(channel, summary): (&Channel, &ChannelSummary)| {
            let users = summary.changes.keys().map(|user| CHANGE_BYTES + user.as_str().len());
            SUMMARY_BYTES + channel.as_str().len() + users.sum::<usize>()
        };
        self.channels.iter().map(weigh).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    fn change(what: EventKind, occupancy: usize) -> PresenceChange {
        PresenceChange { channel: Channel::from_wire("lobby"), what, occupancy, state_bytes: None }
    }

    fn join(who: &str, occupancy: usize) -> PresenceChange {
        change(EventKind::Joined { user: UserId::from_wire(who), state: None }, occupancy)
    }

    fn leave(who: &str, occupancy: usize) -> PresenceChange {
        change(EventKind::Left { user: UserId::from_wire(who) }, occupancy)
    }

    fn take_due(announcer: &mut Announcer, settings: &Settings, now: Moment) -> Vec<PresenceChange> {
        let mut all = Vec::new();
        loop {
            match announcer.take_due_interval(settings, now) {
                DueChange::NothingDue => return all,
                DueChange::NoChange => {}
                DueChange::Change(change) => all.push(change),
            }
        }
    }

    #[test]
    fn above_the_announce_max_changes_are_summed_up() {
        let settings = Settings { announce_max: 2, deltas: true, ..Settings::default() };
        let mut announcer = Announcer::default();
        assert!(announcer.announce(join("a", 1), &settings, at(0)).is_some());
        assert!(announcer.announce(join("b", 2), &settings, at(0)).is_some());
        assert!(announcer.announce(join("c", 3), &settings, at(1)).is_none());
        assert!(announcer.announce(join("d", 4), &settings, at(2)).is_none());
        assert!(announcer.announce(leave("d", 3), &settings, at(3)).is_none());
        assert_eq!(announcer.next_deadline(), Some(at(11)));
        assert!(take_due(&mut announcer, &settings, at(10)).is_empty());
        let due = take_due(&mut announcer, &settings, at(11));
        let ids = |names: &[&str]| names.iter().map(|n| UserId::from_wire(n)).collect::<Vec<_>>();
        let what = EventKind::Interval { joined: ids(&["c"]), left: ids(&["d"]), timed_out: vec![], refresh: false };
        assert_eq!(due, [change(what, 3)]);
        // It keeps telling while the mode lasts, and stops after it.
        assert_eq!(take_due(&mut announcer, &settings, at(21)).len(), 1);
        assert!(announcer.announce(leave("c", 2), &settings, at(22)).is_some());
        assert!(take_due(&mut announcer, &settings, at(31)).is_empty());
        assert_eq!(announcer.next_deadline(), None);
    }

    #[test]
    fn too_many_names_ask_for_a_refresh() {
        let settings = Settings { announce_max: 0, deltas: true, ..Settings::default() };
        let mut announcer = Announcer::default();
        for n in 0..3_000 {
            assert!(announcer.announce(join(&format!("user-{n:06}"), n + 1), &settings, at(0)).is_none());
        }
        let due = take_due(&mut announcer, &settings, at(10));
        assert!(matches!(&due[0].what, EventKind::Interval { joined, refresh: true, .. } if joined.is_empty()));
    }
}
