//! What there is to say now: one thing at a time, and calm is one of them.

use std::time::Duration;

use super::{HoldingRule, Incident, IncidentWatch, SuddenChange};
use crate::{
    presence::{Channel, Moment},
    world::{LinkState, World},
};

/// What there is to say now.
#[derive(Debug, Clone, PartialEq)]
pub enum OverallVerdict<'a> {
    /// Nothing is known yet: the service has not answered.
    Unknown,
    /// The link is lost, or everything is refused: the world tells why.
    CutOff,
    /// Something unusual happened, and nobody has read it yet.
    Incident(&'a Incident),
    /// Rules of the watch list hold, and nobody has acknowledged that.
    Rules(&'a [HoldingRule]),
    /// A number has just changed by much, and it is not known yet why.
    Sudden(SuddenChange),
    /// Nothing unusual.
    Calm(Calm<'a>),
}

/// How calm it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calm<'a> {
    /// Since when nothing unusual happened.
    pub since: Moment,
    /// Before that something did.
    pub after_incident: bool,
    /// The number of users present, over all channels.
    pub people: u64,
    /// The number of channels in view.
    pub channels: usize,
    /// By how much the number of users changed, and in how many minutes.
    pub change: Option<(i64, u64)>,
    /// The channel with most users, and their number.
    pub busiest: Option<(&'a Channel, u64)>,
    /// The number of lists that are exact, and of those that are, or are only a little behind.
    pub exact: usize,
    pub current: usize,
    /// How long ago the list was asked for that was asked for longest ago.
    pub asked: Option<Duration>,
}

impl IncidentWatch {
    /// What there is to say now.
    pub fn verdict<'a>(&'a self, world: &World, now: Moment) -> OverallVerdict<'a> {
        match &world.link.state {
            LinkState::Lost { .. } | LinkState::Refused { .. } => return OverallVerdict::CutOff,
            LinkState::Connecting if !world.link.was_live => return OverallVerdict::Unknown,
            LinkState::Connecting | LinkState::Live => {}
        }
        if let Some(incident) = self.current(now) {
            return OverallVerdict::Incident(incident);
        }
        if !self.alarms().is_empty() {
            return OverallVerdict::Rules(self.alarms());
        }
        let ended = self.incidents().map(|incident| incident.last).max();
        let overview = &self.overview;
        let find_occupancy = |channel| Some((channel, world.channels.look_up(channel)?.occupancy()));
        let since = ended.unwrap_or_default().max(world.link.since).min(now);
        let settled = self.settled.map_or(u64::MAX, Moment::seconds);
        // What an incident told is told.
        let from = ended.map_or(settled, |ended| settled.max(ended.seconds() + 1));
        // As of now: the number stands beside others that are.
        let people = world.channels.total().occupancy().unwrap_or(overview.people);
        if let Some(change) = overview.find_sudden_change(people, from, now) {
            return OverallVerdict::Sudden(change);
        }
        OverallVerdict::Calm(Calm {
            since,
            after_incident: ended.is_some_and(|ended| ended >= since),
            people,
            channels: world.channels.len(),
            change: overview.change(now),
            busiest: overview.busiest.as_ref().and_then(find_occupancy),
            exact: overview.exact,
            current: overview.current,
            asked: overview.asked_ago(now),
        })
    }
}
