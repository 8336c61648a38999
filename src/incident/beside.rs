//! What happens beside an incident that is told: others come or go at about the same time.

use std::{collections::HashMap, time::Duration};

use foldhash::fast::FixedState;

use super::{
    Incident, IncidentWatch, channel_changes::ChannelChanges, found::Found, kind::IncidentKind, movement::MovementKind,
    tracking::Tracked,
};
use crate::presence::Moment;

/// What happened so many seconds ago is still looked at.
const LOOKED_AT: u64 = 64;

/// One in so many is few.
const FEW: u64 = 5;

/// Of those who left and of those who timed out in each second, how many an incident tells of.
#[derive(Debug, Default)]
pub(super) struct ToldDepartures {
    /// The second of the first entry.
    first: u64,
    seconds: Vec<(u32, u32)>,
}

impl ToldDepartures {
    pub fn is_empty(&self) -> bool {
        self.seconds.is_empty()
    }

    /// Those between two seconds: who left, and who timed out.
    pub fn count(&self, from: u64, to: u64) -> (u32, u32) {
        let place = |second: u64| usize::try_from(second.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let end = place(to + 1).min(self.seconds.len());
        let told = self.seconds[place(from).min(end)..end].iter();
        told.fold((0, 0), |(left, timed_out), more| (left + more.0, timed_out + more.1))
    }
}

/// Whether it tells of users who went, each by name.
fn is_named_drop(tracked: &Tracked) -> bool {
    let drop = matches!(tracked.counted, IncidentKind::MassTimeout | IncidentKind::MassLeave | IncidentKind::Unclear);
    drop && tracked.incident.unnamed == 0 && !tracked.incident.joins
}

impl IncidentWatch {
    /// List who went and is told of.
    pub(super) fn list_told_departures(&self, now: Moment) -> ToldDepartures {
        let mut told = ToldDepartures::default();
        // Of what happens fast only the last seconds are kept: what is told of all before need not be looked for there.
        let kept_since = self.movements.begins_at().unwrap_or(now);
        let slack = Duration::from_secs(self.overview.interval);
        let is_recent = |tracked: &&Tracked| {
            now.since(tracked.incident.last).as_secs() < LOOKED_AT && tracked.until.plus(slack) >= kept_since
        };
        let drops: Vec<&Tracked> =
            self.tracked.iter().filter(|tracked| is_named_drop(tracked)).filter(is_recent).collect();
        let Some(begin) = drops.iter().map(|drop| drop.incident.begin).min() else { return told };
        let first = now.seconds().saturating_sub(LOOKED_AT);
        let from = Moment::from_micros(first * 1_000_000).max(begin);
        let is_departure = |kind: MovementKind| matches!(kind, MovementKind::Left | MovementKind::TimedOut);
        for (number, movement) in self.movements.recent(from).filter(|(_, movement)| is_departure(movement.kind)) {
            let is_of = |drop: &&Tracked| {
                let within = movement.at >= drop.incident.begin && movement.began() <= drop.until;
                within && movement.concerns(drop.counted)
            };
            if drops.iter().any(is_of) {
                let second = movement.counted_at(number).seconds().saturating_sub(first);
                let place = usize::try_from(second.min(LOOKED_AT)).unwrap_or_default();
                told.first = first;
                if told.seconds.len() <= place {
                    told.seconds.resize(place + 1, (0, 0));
                }
                let (left, timed_out) = &mut told.seconds[place];
                *left += u32::from(movement.kind == MovementKind::Left);
                *timed_out += u32::from(movement.kind == MovementKind::TimedOut);
            }
        }
        told
    }

    /// Whether what was found is at another time than what is told of others who went, or on other channels.
    pub(super) fn is_apart(&self, found: &Found) -> bool {
        let drops = self.tracked.iter().filter(|tracked| is_named_drop(tracked) && tracked.counted != found.kind);
        let mut channels = None;
        drops.into_iter().all(|tracked| {
            let Incident { begin, last, continued, .. } = tracked.incident;
            // Where some left and some timed out, more of either belong to it.
            let slack = match tracked.counted {
                IncidentKind::Unclear if continued => 0,
                IncidentKind::Unclear => LOOKED_AT,
                _ => self.overview.interval + 1,
            };
            let is_later = found.from > last.seconds() + slack || found.to + slack < begin.seconds();
            is_later
                || tracked.counted != IncidentKind::Unclear && {
                    let channels = channels.get_or_insert_with(|| self.count_channels(found));
                    let told = tracked.channels.iter().map(|(place, changes, _)| (place, changes));
                    are_elsewhere(told, channels)
                }
        })
    }

    /// Whether those who left during a mass timeout did so on other channels.
    pub(super) fn are_leaves_elsewhere(&self, place: usize) -> bool {
        let Tracked { incident, until, channels, .. } = &self.tracked[place];
        let leaves = self.count_by_channel(IncidentKind::MassLeave, incident.begin, *until);
        are_elsewhere(channels.iter().map(|(place, changes, _)| (place, changes)), &leaves)
    }

    /// How many changes of what was found are on each channel.
    fn count_channels(&self, found: &Found) -> ChannelChanges {
        let [from, to] = [found.from, found.to + 1].map(|second| Moment::from_micros(second * 1_000_000));
        self.count_by_channel(found.kind, from, to)
    }

    /// How many changes of this kind are on each channel between two moments.
    fn count_by_channel(&self, kind: IncidentKind, from: Moment, to: Moment) -> ChannelChanges {
        let mut channels = ChannelChanges::default();
        let recent = self.movements.recent(from).map(|(_, movement)| movement);
        for movement in recent.filter(|movement| movement.began() <= to && movement.concerns(kind)) {
            channels.at(movement.channel).0 += 1;
        }
        channels
    }

    /// Where some left while others timed out, all on other channels: the timeouts, beside which the leaves are found.
    pub(super) fn separate(&self, found: Found) -> Found {
        if found.kind != IncidentKind::Unclear {
            return found;
        }
        let [timeouts, leaves] =
            [IncidentKind::MassTimeout, IncidentKind::MassLeave].map(|kind| Found { kind, ..found });
        let [timed_out, left] = [timeouts, leaves].map(|found| self.count_channels(&found));
        let are_apart = are_elsewhere(timed_out.iter().map(|(place, changes, _)| (place, changes)), &left);
        if are_apart { timeouts } else { found }
    }

    /// Whether it is told already that some left and others timed out, each by itself.
    pub(super) fn are_both_told(&self) -> bool {
        let is_open = |kind: IncidentKind| self.tracked.iter().any(|tracked| tracked.open && tracked.counted == kind);
        is_open(IncidentKind::MassLeave) && is_open(IncidentKind::MassTimeout)
    }

    /// Of those who left between these moments, those of whom a mass leave tells.
    pub(super) fn count_told_leaves(&self, from: Moment, until: Moment) -> u64 {
        let is_one = |tracked: &&Tracked| {
            let Incident { kind, continued, begin, last, .. } = tracked.incident;
            let is_within = begin <= until && last >= from;
            matches!(kind, IncidentKind::MassLeave | IncidentKind::Reconnect) && !continued && is_within
        };
        let leaves = self.tracked.iter().filter(|tracked| tracked.counted == IncidentKind::MassLeave);
        leaves.filter(is_one).map(|tracked| tracked.incident.presences).sum()
    }

    /// How many have gone since a second in incidents that are told, and are not back.
    pub(super) fn count_missing(&self, since: u64) -> u64 {
        let is_one = |tracked: &&Tracked| {
            let goes_on = !tracked.incident.continued || tracked.counted == IncidentKind::MassTimeout;
            is_named_drop(tracked) && goes_on && tracked.incident.last.seconds() >= since
        };
        let missing = |tracked: &Tracked| tracked.incident.presences.saturating_sub(tracked.incident.returned);
        self.tracked.iter().filter(is_one).map(missing).sum()
    }
}

/// Whether few changes are on the channels on which others are, as far as these are as many.
fn are_elsewhere(changes: impl Iterator<Item = (u32, u64)>, others: &ChannelChanges) -> bool {
    let others: HashMap<u32, u64, FixedState> = others.iter().map(|(place, changes, _)| (place, changes)).collect();
    let (mut all, mut shared) = (0, 0);
    for (place, count) in changes {
        all += count;
        shared += others.get(&place).copied().unwrap_or(0).min(count);
    }
    let other: u64 = others.values().sum();
    shared * FEW <= all && shared * FEW <= other
}
