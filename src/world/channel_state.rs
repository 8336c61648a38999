//! The state of one channel in view.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Cause, Departure, Departures, Mode, Moves, OccupancyHistory, Reconciler,
    agenda::{Booked, round_to_grid},
    reconcile::ListSize,
};
use crate::presence::{Channel, ChannelGroup, Difference, Moment, Roster, Subscription, Trouble};

/// At most this many groups are remembered for a channel: it bounds memory.
const GROUPS: usize = 16;

/// The state of one channel in view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelState {
    /// The channel's name.
    pub channel: Channel,
    /// The users present, as far as they are known by name.
    pub roster: Roster,
    /// The highest occupancy seen.
    pub peak: u64,
    /// The occupancy over time.
    pub history: OccupancyHistory,
    /// Joins, leaves and timeouts of the last minute.
    pub moves: Moves,
    /// Whether the service announces changes one by one or in intervals.
    pub mode: Mode,
    /// Whether the list is right, and when to ask again.
    pub reconciler: Reconciler,
    /// Why the service refuses the channel, if it does.
    pub refused: Option<Trouble>,
    /// It was here now that was refused, so that an answer shows that it is allowed.
    pub list_refused: bool,
    /// The number of presence events received.
    pub events: u64,
    /// The users who left last.
    pub departures: Departures,
    /// The groups through which events of this channel arrived.
    pub through: BTreeSet<ChannelGroup>,
    /// What a here now has found whose pages are coming in.
    pub(super) collecting: Option<Collecting>,
    /// How many names the last here now collected, if it ended there because no more are collected.
    pub(super) most_listed: Option<usize>,
    /// What the agenda holds for this channel.
    pub(super) booked: Booked,
}

/// What a here now has found whose pages are coming in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Collecting {
    /// Nothing was known about the channel before, or it was never asked about.
    pub first: bool,
    /// What its pages corrected. The names of a first look are not kept: they are news to nobody, and a second copy of
    /// the list.
    pub difference: Difference,
}

impl ChannelState {
    pub(crate) fn new(channel: Channel, reconciler: Reconciler) -> Self {
        Self {
            channel,
            roster: Roster::default(),
            peak: 0,
            history: OccupancyHistory::default(),
            moves: Moves::default(),
            mode: Mode::default(),
            reconciler,
            refused: None,
            list_refused: false,
            events: 0,
            departures: Departures::default(),
            through: BTreeSet::new(),
            collecting: None,
            most_listed: None,
            booked: Booked::default(),
        }
    }

    /// Remember the group through which an event arrived.
    pub(super) fn note_group(&mut self, subscription: Option<&Subscription>) {
        if let Some(Subscription::Group(group)) = subscription
            && self.through.len() < GROUPS
            && !self.through.contains(group)
        {
            self.through.insert(group.clone());
        }
    }

    /// Those who are not present and departed within the last minute, latest first.
    pub fn list_departed(&self, now: Moment) -> impl Iterator<Item = &Departure> {
        self.departures.iter_recent(now).filter(|gone| self.roster.get(&gone.user).is_none())
    }

    /// The occupancy that the service told last, or else the length of the list.
    pub fn occupancy(&self) -> u64 {
        self.roster.occupancy().unwrap_or(self.roster.len() as u64)
    }

    /// The occupancy, if anything is known about the channel yet.
    pub fn known_occupancy(&self) -> Option<u64> {
        let known = self.roster.occupancy().is_some() || !self.roster.is_empty();
        known.then(|| self.occupancy())
    }

    /// Update the peak and the history with the current occupancy.
    pub fn record_occupancy(&mut self, now: Moment) {
        let occupancy = self.occupancy();
        self.peak = self.peak.max(occupancy);
        self.history.record(occupancy, now);
    }

    /// More users are present than one here now collects. The list cannot name them all, and asking again does not
    /// help.
    pub fn is_beyond_lists(&self) -> bool {
        self.roster.is_full() || self.most_listed.is_some_and(|most| self.occupancy() > most as u64)
    }

    /// When to ask about this channel, one of so many, and why, if nothing else happens.
    fn ask_due(&self, channels: usize) -> Option<(Moment, Cause)> {
        if self.refused.is_some() && !self.list_refused {
            return None;
        }
        self.reconciler.due_at(self.mode, ListSize { names: self.roster.len(), channels }, self.is_beyond_lists())
    }

    /// What the agenda should hold for this channel, one of so many.
    pub(super) fn compute_booking(&self, channels: usize) -> Booked {
        Booked {
            ask: self.ask_due(channels).map(|(at, _)| round_to_grid(at)),
            report: self.reconciler.ripe_at().map(round_to_grid),
            // Once its pages come in, which may take minutes, it holds up no other channel.
            asking: self.reconciler.is_asked() && self.collecting.is_none(),
            occupancy: self.known_occupancy(),
            names: self.roster.len(),
            bytes: self.roster.bytes(),
        }
    }

    /// Whether pages of a here now have come in and more are to come.
    pub const fn is_collecting(&self) -> bool {
        self.collecting.is_some()
    }

    /// No more pages come of the here now that was coming in.
    pub(super) fn abandon_collecting(&mut self) {
        self.collecting = None;
        self.roster.abandon_listing();
    }

    /// Note that a here now was sent about this channel, one of so many, after so many full replies.
    pub(super) fn mark_asked(&mut self, full_replies: u64, channels: usize) {
        if let Some((_, cause)) = self.ask_due(channels) {
            self.reconciler.mark_asked(cause, full_replies);
        }
    }
}
