//! The pages of a here now. Pure.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    presence::{Channel, ListedUser, MOST_NAMES, Snapshot, Subscription, Timetoken, UserId, rules},
    wire::{ChannelOccupants, HereNow, Names, Page},
};

/// What a here now is to return of each occupant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing: only how many there are.
    Counts,
    /// User ids.
    UserIds,
    /// User ids, each with its state.
    States,
}

/// Collects the pages of one here now.
#[derive(Debug)]
pub struct Pages {
    size: usize,
    offset: usize,
    wanted: Option<Names>,
    telling: Wanted,
    channels: BTreeMap<Channel, Collected>,
    /// Some channels of an answer could not be read: one that is missing need not be empty.
    unread: bool,
}

/// The pages of one channel.
#[derive(Debug, Default)]
struct Collected {
    occupancy: Option<u64>,
    steady: bool,
    pages: usize,
    /// Occupants that could not be read, and the first of them.
    unread: usize,
    first_unread: Option<String>,
    users: BTreeMap<UserId, ListedUser>,
}

impl Pages {
    /// To ask about `places` (none: everywhere), `size` user ids per channel at a time.
    pub fn new(places: &[Subscription], size: usize) -> Self {
        let mut channels: BTreeMap<Channel, Collected> = BTreeMap::new();
        for place in places {
            // The service may leave an empty channel out: then it is empty.
            if let Subscription::Channel(channel) = place {
                channels.insert(channel.clone(), Collected::default());
            }
        }
        Self {
            size,
            offset: 0,
            wanted: Some(Names::from_subscriptions(places)),
            telling: Wanted::States,
            channels,
            unread: false,
        }
    }

    /// As asked for with less than states: what the answers hold of each occupant.
    pub fn reduce_to(self, telling: Wanted) -> Self {
        Self { telling, ..self }
    }

    /// What to ask next; `None` when all is there.
    pub fn next(&self) -> Option<(Names, Page)> {
        let names = self.wanted.clone()?;
        let offset = i64::try_from(self.offset).ok().filter(|o| *o > 0);
        Some((names, Page { limit: i64::try_from(self.size).ok(), offset }))
    }

    /// Take in the answer to what [`next`](Self::next) said.
    pub fn add(&mut self, answer: HereNow) {
        let mut unfinished: Vec<Arc<str>> = Vec::new();
        self.offset += self.size;
        self.unread |= answer.unread > 0;
        for (channel, page) in answer.channels {
            let more = self.channels.entry(channel.clone()).or_default().add(page, self.size);
            if more && self.offset < MOST_NAMES {
                unfinished.push(channel.as_str().into());
            }
        }
        self.wanted = (!unfinished.is_empty()).then_some(Names { channels: unfinished, groups: Vec::new() });
    }

    /// All that came together; nothing about a channel that no answer holds where some of an answer could
    /// not be read. `asked_at`: the service's time when the first page was asked for, at
    /// least; without it nothing is known about the age, and any event counts as newer.
    pub fn snapshots(self, asked_at: Option<Timetoken>) -> Vec<Snapshot> {
        let as_of = asked_at.map_or(Timetoken::ZERO, |t| t.minus(rules::HERE_NOW_CACHE));
        let telling = self.telling;
        let told = self.channels.into_iter().filter(|(_, all)| all.pages > 0 || !self.unread);
        told.map(|(channel, all)| all.snapshot(channel, as_of, telling)).collect()
    }
}

impl Collected {
    /// Add a page; is there more?
    fn add(&mut self, page: ChannelOccupants, size: usize) -> bool {
        self.steady = self.pages == 0 || self.steady && self.occupancy == Some(page.occupancy);
        self.occupancy = Some(page.occupancy);
        self.pages += 1;
        let listed = page.listed.unwrap_or_default();
        let full = listed.len() + page.unread >= size;
        self.unread += page.unread;
        self.first_unread = self.first_unread.take().or(page.first_unread);
        let before = self.users.len();
        for counted in listed {
            // Who comes again, as on a page that has moved, keeps a state that is known.
            let known = self.users.remove(&counted.user).and_then(|known| known.state);
            let state = counted.state.or(known);
            self.users.insert(counted.user.clone(), ListedUser { user: counted.user, state });
        }
        // A page that brings nobody new would be followed by more of its kind.
        full && self.users.len() > before && (self.users.len() as u64) < page.occupancy
    }

    fn snapshot(self, channel: Channel, as_of: Timetoken, telling: Wanted) -> Snapshot {
        let occupancy = self.occupancy.unwrap_or(0);
        // One page is one instant. Several are everybody only if nothing moved between them.
        let counted = self.users.len() as u64 == occupancy;
        let complete = counted && self.unread == 0 && (self.pages <= 1 || self.steady);
        let (unread, first_unread) = (self.unread, self.first_unread);
        let listed = (telling != Wanted::Counts).then(|| self.users.into_values().collect());
        Snapshot {
            channel,
            occupancy,
            listed,
            with_state: telling == Wanted::States,
            as_of,
            complete,
            unread,
            first_unread,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(occupancy: u64, users: &[&str]) -> HereNow {
        let listed = users.iter().map(|u| ListedUser { user: UserId::from_wire(u), state: None }).collect();
        let occupants = ChannelOccupants { occupancy, listed: Some(listed), unread: 0, first_unread: None };
        HereNow { channels: BTreeMap::from([(Channel::from_wire("lobby"), occupants)]), unread: 0 }
    }

    fn lobby() -> Pages {
        Pages::new(&[Subscription::Channel(Channel::from_wire("lobby"))], 2)
    }

    #[test]
    fn pages_are_asked_for_until_everybody_is_there() {
        let mut pages = lobby();
        assert_eq!(pages.next().unwrap().1, Page { limit: Some(2), offset: None });
        pages.add(page(3, &["a", "b"]));
        assert_eq!(pages.next().unwrap().1, Page { limit: Some(2), offset: Some(2) });
        pages.add(page(3, &["c"]));
        assert_eq!(pages.next(), None);
        let snapshot = pages.snapshots(Some(Timetoken::new(100_000_000))).remove(0);
        assert!(snapshot.complete);
        assert_eq!((snapshot.occupancy, snapshot.as_of), (3, Timetoken::new(70_000_000)));
    }

    #[test]
    fn pages_that_moved_against_each_other_prove_no_absence() {
        let mut pages = lobby();
        pages.add(page(3, &["a", "b"]));
        // Somebody left the first page: "c" slipped to where we had looked already.
        pages.add(page(2, &[]));
        assert!(!pages.snapshots(None)[0].complete);
    }

    #[test]
    fn pages_that_bring_nobody_new_end_the_asking() {
        let mut pages = lobby();
        pages.add(page(1000, &["a", "b"]));
        assert!(pages.next().is_some());
        pages.add(page(1000, &["a", "b"]));
        assert_eq!(pages.next(), None);
        assert!(!pages.snapshots(None)[0].complete);
    }

    #[test]
    fn where_somebody_could_not_be_read_absence_proves_nothing() {
        let parsed = |body: &str| {
            let mut pages = Pages::new(&["lobby", "support"].map(|c| Subscription::Channel(Channel::from_wire(c))), 10);
            pages.add(HereNow::parse(body, None).unwrap());
            pages.snapshots(None)
        };
        // The count agrees by chance with those that could be read.
        let told = parsed(r#"{"payload":{"channels":{"lobby":{"uuids":["a",[7]],"occupancy":1}}}}"#);
        assert_eq!(told.iter().map(|s| (s.complete, s.unread)).collect::<Vec<_>>(), [(false, 1), (true, 0)]);
        // Of the channel that is missing nothing is known.
        let told = parsed(r#"{"payload":{"channels":{"lobby":{"uuids":["a"],"occupancy":1},"support":7}}}"#);
        assert_eq!(told.iter().map(|s| (s.channel.as_str(), s.complete)).collect::<Vec<_>>(), [("lobby", true)]);
    }

    #[test]
    fn a_channel_that_the_answer_leaves_out_is_empty() {
        let mut pages = lobby();
        pages.add(HereNow::default());
        let snapshot = pages.snapshots(None).remove(0);
        assert_eq!((snapshot.occupancy, snapshot.listed, snapshot.complete), (0, Some(vec![]), true));
    }
}
