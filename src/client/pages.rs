//! The pages of a here now. Pure.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use crate::{
    presence::{Channel, ListPart, ListedUser, Snapshot, Subscription, Timetoken, rules},
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

/// What a here now asks for page after page. It keeps none of the names.
#[derive(Debug)]
pub struct Pages {
    size: usize,
    /// The most names that are collected per channel.
    most: usize,
    offset: usize,
    wanted: Option<Names>,
    telling: Wanted,
    channels: BTreeMap<Channel, Progress>,
}

/// What the pages of one channel have told so far.
#[derive(Debug, Default)]
struct Progress {
    occupancy: u64,
    /// Every page told the same occupancy.
    steady: bool,
    pages: usize,
    unread: usize,
    /// How many names the last page held, and a sum over them.
    last: (usize, u64),
    /// Its last page has not come.
    open: bool,
}

impl Pages {
    /// To ask about `places` (none: everywhere), `size` user ids per channel at a time and `most` in all.
    pub fn new(places: &[Subscription], size: usize, most: usize) -> Self {
        let channels = places.iter().filter_map(|place| match place {
            Subscription::Channel(channel) => Some((channel.clone(), Progress { open: true, ..Progress::default() })),
            Subscription::Pattern(_) | Subscription::Group(_) => None,
        });
        Self {
            size,
            most,
            offset: 0,
            wanted: Some(Names::from_subscriptions(places)),
            telling: Wanted::States,
            channels: channels.collect(),
        }
    }

    /// As asked for with less than states: what the answers hold of each occupant.
    pub fn reduce_to(self, telling: Wanted) -> Self {
        Self { telling, ..self }
    }

    /// What is asked for of each occupant.
    pub const fn telling(&self) -> Wanted {
        self.telling
    }

    /// What to ask next; `None` when all is there.
    pub fn next(&self) -> Option<(Names, Page)> {
        let names = self.wanted.clone()?;
        let offset = i64::try_from(self.offset).ok().filter(|o| *o > 0);
        Some((names, Page { limit: i64::try_from(self.size).ok(), offset }))
    }

    /// Whether a channel that was asked about has been told to its end.
    pub fn is_told(&self, channel: &Channel) -> bool {
        self.channels.get(channel).is_some_and(|progress| !progress.open)
    }

    /// Take in the answer to what [`next`](Self::next) said: a page of each channel in it, sorted by user id, and the
    /// end of those that it should hold and does not. Nothing is told of a channel that no answer holds where some of
    /// the answer could not be read. `asked_at`: the service's time when the page was asked for, at least; without it
    /// nothing is known about the age, and any event counts as newer.
    pub fn add(&mut self, answer: HereNow, asked_at: Option<Timetoken>) -> Vec<Snapshot> {
        let as_of = asked_at.map_or(Timetoken::ZERO, |t| t.minus(rules::HERE_NOW_CACHE));
        self.offset += self.size;
        let mut told = BTreeMap::new();
        for (channel, page) in answer.channels {
            let progress = self.channels.entry(channel.clone()).or_default();
            let snapshot = progress.add(&channel, page, (self.size, self.offset, self.most), self.telling, as_of);
            told.insert(channel, snapshot);
        }
        for (channel, progress) in &mut self.channels {
            // The service may leave an empty channel out: then it is empty.
            let is_left_out = progress.open && !told.contains_key(channel);
            if is_left_out && (progress.pages > 0 || answer.unread == 0) {
                progress.open = false;
                told.insert(channel.clone(), progress.end(channel, self.telling, as_of));
            }
        }
        let unfinished: Vec<Arc<str>> =
            told.values().filter(|page| page.part.more).map(|page| page.channel.as_str().into()).collect();
        self.wanted = (!unfinished.is_empty()).then_some(Names { channels: unfinished, groups: Vec::new() });
        told.into_values().collect()
    }
}

/// Each user once, by user id; of one who comes twice, the state that is told.
fn sort_users(users: &mut Vec<ListedUser>) {
    users.sort_by(|one, other| one.user.cmp(&other.user));
    users.dedup_by(|later, kept| {
        let same = later.user == kept.user;
        if same && later.state.is_some() {
            kept.state = later.state.take();
        }
        same
    });
}

/// How many names a page holds, and a sum over them in whatever order: to tell a page that comes again.
fn sum_names(users: &[ListedUser]) -> (usize, u64) {
    let sum = users.iter().fold(0_u64, |sum, listed| {
        let mut hasher = DefaultHasher::new();
        listed.user.hash(&mut hasher);
        sum.wrapping_add(hasher.finish())
    });
    (users.len(), sum)
}

impl Progress {
    /// Take a page in; `bounds` are the size of a page, the names asked for so far, and the most that are.
    fn add(
        &mut self,
        channel: &Channel,
        page: ChannelOccupants,
        (size, asked, most): (usize, usize, usize),
        telling: Wanted,
        as_of: Timetoken,
    ) -> Snapshot {
        let before = self.pages;
        self.steady = before == 0 || self.steady && self.occupancy == page.occupancy;
        self.occupancy = page.occupancy;
        self.pages += 1;
        let mut listed = page.listed.unwrap_or_default();
        let full = listed.len() + page.unread >= size;
        self.unread += page.unread;
        sort_users(&mut listed);
        // A page that brings the same again would be followed by more of its kind.
        let is_new = std::mem::replace(&mut self.last, sum_names(&listed)) != self.last || before == 0;
        let goes_on = full && is_new && (asked as u64) < page.occupancy;
        let (more, cut) = (goes_on && asked < most, (goes_on && asked >= most).then_some(asked));
        self.open = more;
        // One page is one instant. Several are everybody only if nothing moved between them.
        let whole = if before == 0 { listed.len() as u64 == page.occupancy } else { self.steady && cut.is_none() };
        Snapshot {
            channel: channel.clone(),
            occupancy: page.occupancy,
            listed: (telling != Wanted::Counts).then_some(listed),
            with_state: telling == Wanted::States,
            as_of,
            complete: whole && !more && self.unread == 0,
            part: ListPart { before, more, cut },
            unread: page.unread,
            first_unread: page.first_unread,
        }
    }

    /// The end of a channel that an answer leaves out.
    fn end(&self, channel: &Channel, telling: Wanted, as_of: Timetoken) -> Snapshot {
        Snapshot {
            channel: channel.clone(),
            occupancy: self.occupancy,
            listed: (telling != Wanted::Counts).then(Vec::new),
            with_state: telling == Wanted::States,
            as_of,
            complete: self.pages == 0,
            part: ListPart { before: self.pages, ..ListPart::default() },
            unread: 0,
            first_unread: None,
        }
    }
}

/// Puts pages together, for who wants all at once.
#[derive(Debug, Default)]
pub struct Collected(BTreeMap<Channel, Snapshot>);

impl Collected {
    /// Add the pages of an answer.
    pub fn extend(&mut self, pages: Vec<Snapshot>) {
        for page in pages {
            let Some(all) = self.0.get_mut(&page.channel) else {
                self.0.insert(page.channel.clone(), page);
                continue;
            };
            (all.occupancy, all.complete, all.part) = (page.occupancy, page.complete, page.part);
            all.unread += page.unread;
            all.first_unread = all.first_unread.take().or(page.first_unread);
            all.listed.get_or_insert_default().extend(page.listed.unwrap_or_default());
        }
    }

    /// All that came together, by channel.
    pub fn into_snapshots(self) -> Vec<Snapshot> {
        let finish = |mut all: Snapshot| {
            if let (Some(listed), true) = (&mut all.listed, all.part.before > 0) {
                sort_users(listed);
                all.complete &= listed.len() as u64 == all.occupancy;
            }
            Snapshot { part: ListPart { cut: all.part.cut, ..ListPart::default() }, ..all }
        };
        self.0.into_values().map(finish).collect()
    }
}

#[cfg(test)]
mod tests;
