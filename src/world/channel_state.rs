//! What is known of one channel in view.

use std::collections::BTreeSet;

use super::{
    Cause, Departures, Mode, OccupancyHistory, Reconciler,
    agenda::{Booked, round_to_grid},
};
use crate::presence::{Channel, ChannelGroup, MOST_NAMES, Moment, Roster, Subscription, Trouble};

/// Of so many groups it is kept that they brought a channel.
const GROUPS: usize = 16;

/// One channel in view.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelState {
    /// Which.
    pub channel: Channel,
    /// Who is there.
    pub roster: Roster,
    /// The highest occupancy told so far.
    pub peak: u64,
    /// How the occupancy went.
    pub history: OccupancyHistory,
    /// How the service tells of it.
    pub mode: Mode,
    /// How sure the list is.
    pub reconciler: Reconciler,
    /// Why it is refused, if it is.
    pub refused: Option<Trouble>,
    /// Events heard.
    pub events: u64,
    /// Who has just left.
    pub departures: Departures,
    /// The groups that events of this channel came through.
    pub through: BTreeSet<ChannelGroup>,
    /// What is booked for it in the agenda.
    pub(super) booked: Booked,
}

impl ChannelState {
    pub(crate) fn new(channel: Channel, reconciler: Reconciler) -> Self {
        Self {
            channel,
            roster: Roster::default(),
            peak: 0,
            history: OccupancyHistory::default(),
            mode: Mode::default(),
            reconciler,
            refused: None,
            events: 0,
            departures: Departures::default(),
            through: BTreeSet::new(),
            booked: Booked::default(),
        }
    }

    /// An event came through a group.
    pub(super) fn note_group(&mut self, subscription: Option<&Subscription>) {
        if let Some(Subscription::Group(group)) = subscription
            && self.through.len() < GROUPS
            && !self.through.contains(group)
        {
            self.through.insert(group.clone());
        }
    }

    /// The occupancy as told, or the length of the list as long as nothing was told.
    pub fn occupancy(&self) -> u64 {
        self.roster.occupancy().unwrap_or(self.roster.len() as u64)
    }

    /// The occupancy, if anything is known of it yet.
    pub fn known_occupancy(&self) -> Option<u64> {
        let known = self.roster.occupancy().is_some() || !self.roster.is_empty();
        known.then(|| self.occupancy())
    }

    /// Keep the peak and the history up with what is told.
    pub fn record_occupancy(&mut self, now: Moment) {
        let occupancy = self.occupancy();
        self.peak = self.peak.max(occupancy);
        self.history.record(occupancy, now);
    }

    /// More are there than a here now collects: the list can't name them all, and asking won't help.
    pub fn is_beyond_lists(&self) -> bool {
        self.roster.is_full() || self.occupancy() > MOST_NAMES as u64
    }

    /// When this channel is to be asked about, and why, if nothing else happens.
    fn ask_due(&self) -> Option<(Moment, Cause)> {
        if self.refused.is_some() {
            return None;
        }
        self.reconciler.due_at(self.mode, self.roster.len(), self.is_beyond_lists())
    }

    /// What is due for it by time alone.
    pub(super) fn compute_booking(&self) -> Booked {
        Booked {
            ask: self.ask_due().map(|(at, _)| round_to_grid(at)),
            report: self.reconciler.ripe_at().map(round_to_grid),
            asking: self.reconciler.is_asked(),
            names: self.roster.len(),
        }
    }

    /// A here now is on its way.
    pub(super) fn mark_asked(&mut self) {
        if let Some((_, cause)) = self.ask_due() {
            self.reconciler.mark_asked(cause);
        }
    }
}
