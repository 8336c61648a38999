//! The channels in view: those asked for by name, in that order, then those that came to light
//! through patterns and groups.

use std::{collections::HashMap, time::Duration};

use super::{History, Truth};
use crate::presence::{Channel, Moment, Roster, Subscription, Trouble};

/// More channels than this are not taken into view.
const MOST: usize = 10_000;

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
#[derive(Debug)]
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
}

impl Watched {
    fn new(channel: Channel, truth: Truth) -> Self {
        Self {
            channel,
            roster: Roster::default(),
            peak: 0,
            history: History::default(),
            mode: Mode::default(),
            truth,
            refused: None,
            events: 0,
        }
    }

    /// The occupancy as told, or the length of the list as long as nothing was told.
    pub fn occupancy(&self) -> u64 {
        self.roster.occupancy().unwrap_or(self.roster.len() as u64)
    }

    /// Keep the peak and the history up with what is told.
    pub fn mark(&mut self, now: Moment) {
        let occupancy = self.occupancy();
        self.peak = self.peak.max(occupancy);
        self.history.record(occupancy, now);
    }
}

/// The channels in view.
#[derive(Debug, Default)]
pub struct Channels {
    /// How much later than other watchers this one asks after a signal that all of them hear.
    spread: Duration,
    list: Vec<Watched>,
    places: HashMap<Channel, usize, foldhash::fast::RandomState>,
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

    /// By place in the list.
    pub fn get(&self, place: usize) -> Option<&Watched> {
        self.list.get(place)
    }

    /// By name, to be read.
    pub fn look_up(&self, channel: &Channel) -> Option<&Watched> {
        self.places.get(channel).and_then(|place| self.list.get(*place))
    }

    /// By name.
    pub fn find(&mut self, channel: &Channel) -> Option<&mut Watched> {
        self.places.get(channel).and_then(|place| self.list.get_mut(*place))
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
