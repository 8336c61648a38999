//! The channels in view: those asked for by name, in that order, then those that came to light
//! through patterns and groups.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::Duration,
};

use crate::model::{History, JustLeft, Truth};
use crate::presence::{Channel, ChannelGroup, Moment, Roster, Subscription, Trouble};

/// More channels than this are not taken into view, and no more are hidden.
pub(crate) const MOST: usize = 10_000;

/// Of so many groups it is kept that they brought a channel.
const GROUPS: usize = 16;

/// How the service tells of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Each event by itself.
    #[default]
    Announce,
    /// Summed up; `deltas`: the summaries named who joined and left at some time.
    Interval {
        /// Names were seen in intervals.
        deltas: bool,
    },
}

/// One channel in view.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Which.
    pub channel: Channel,
    /// Who is there.
    pub roster: Roster,
    /// The highest occupancy told so far.
    pub peak: u64,
    /// How the occupancy went.
    pub history: History,
    /// How the service tells of it.
    pub mode: Mode,
    /// How sure the list is.
    pub truth: Truth,
    /// Why it is refused, if it is.
    pub refused: Option<Trouble>,
    /// Events heard.
    pub events: u64,
    /// Who has just left.
    pub gone: JustLeft,
    /// The groups that events of this channel came through.
    pub through: BTreeSet<ChannelGroup>,
}

impl Watched {
    /// An event came through a group.
    pub(crate) fn came_through(&mut self, subscription: Option<&Subscription>) {
        if let Some(Subscription::Group(group)) = subscription
            && self.through.len() < GROUPS
            && !self.through.contains(group)
        {
            self.through.insert(group.clone());
        }
    }

    pub(crate) fn new(channel: Channel, truth: Truth) -> Self {
        Self {
            channel,
            roster: Roster::default(),
            peak: 0,
            history: History::default(),
            mode: Mode::default(),
            truth,
            refused: None,
            events: 0,
            gone: JustLeft::default(),
            through: BTreeSet::new(),
        }
    }

    /// The occupancy as told, or the length of the list as long as nothing was told.
    pub fn occupancy(&self) -> u64 {
        self.roster.occupancy().unwrap_or(self.roster.len() as u64)
    }

    /// The occupancy, if anything is known of it yet.
    pub fn counted(&self) -> Option<u64> {
        let known = self.roster.occupancy().is_some() || !self.roster.is_empty();
        known.then(|| self.occupancy())
    }

    /// Keep the peak and the history up with what is told.
    pub fn mark(&mut self, now: Moment) {
        let occupancy = self.occupancy();
        self.peak = self.peak.max(occupancy);
        self.history.record(occupancy, now);
    }
}

/// The channels in view.
#[derive(Debug, Clone, Default)]
pub struct Channels {
    /// How much later than other watchers this one asks after a signal that all of them hear.
    spread: Duration,
    list: Vec<Watched>,
    places: HashMap<Channel, usize, foldhash::fast::RandomState>,
    /// Not to be taken into view, though a pattern or group brings them.
    hidden: HashSet<Channel, foldhash::fast::RandomState>,
}

impl Channels {
    /// Those that are asked for by name.
    pub fn new(watching: &[Subscription], spread: Duration, now: Moment) -> Self {
        let mut channels = Self { spread, ..Self::default() };
        for subscription in watching {
            if let Subscription::Channel(channel) = subscription {
                channels.discover(channel, now);
            }
        }
        channels
    }

    /// The channel, taken into view if it was not; `None` if there is no room for another.
    pub fn discover(&mut self, channel: &Channel, now: Moment) -> Option<&mut Watched> {
        let place = match self.places.get(channel) {
            Some(place) => *place,
            None if self.list.len() >= MOST => return None,
            None => {
                self.list.push(Watched::new(channel.clone(), Truth::new(self.spread, now)));
                self.places.insert(channel.clone(), self.list.len() - 1);
                self.list.len() - 1
            }
        };
        self.list.get_mut(place)
    }

    /// Take channels out of view and forget what was known of them.
    pub fn forget(&mut self, gone: &HashSet<Channel>) {
        self.list.retain(|watched| !gone.contains(&watched.channel));
        self.list.shrink_to_fit();
        self.places = self.list.iter().enumerate().map(|(place, watched)| (watched.channel.clone(), place)).collect();
    }

    /// Keep a channel out of view from here on; `false` if no more can be kept out.
    pub fn hide(&mut self, channel: &Channel) -> bool {
        let room = self.hidden.len() < MOST;
        room && {
            self.hidden.insert(channel.clone());
            true
        }
    }

    /// It may come into view again.
    pub fn unhide(&mut self, channel: &Channel) {
        self.hidden.remove(channel);
    }

    /// Whether it is kept out of view.
    pub fn is_hidden(&self, channel: &Channel) -> bool {
        self.hidden.contains(channel)
    }

    /// Keep out of view only those for which `still` holds.
    pub fn hide_only(&mut self, still: impl Fn(&Channel) -> bool) {
        self.hidden.retain(|channel| still(channel));
    }

    /// By place in the list.
    pub fn get(&self, place: usize) -> Option<&Watched> {
        self.list.get(place)
    }

    /// The place of a channel in the list.
    pub fn place(&self, channel: &Channel) -> Option<usize> {
        self.places.get(channel).copied()
    }

    /// By name.
    pub fn find(&mut self, channel: &Channel) -> Option<&mut Watched> {
        self.places.get(channel).and_then(|place| self.list.get_mut(*place))
    }

    /// By name, to be read.
    pub fn look_up(&self, channel: &Channel) -> Option<&Watched> {
        self.places.get(channel).and_then(|place| self.list.get(*place))
    }

    /// All, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Watched> {
        self.list.iter()
    }

    /// All, in order, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Watched> {
        self.list.iter_mut()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
