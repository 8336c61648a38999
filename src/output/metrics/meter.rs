//! Counts what happens in a world.

use std::sync::Arc;

use super::{
    reading::{EVENT_KINDS, MetricsReading},
    series::ChannelSeries,
};
use crate::{
    incident::{IncidentKind, IncidentWatch},
    presence::Moment,
    world::{ChannelId, Entry, EntryBody, EntryKind, Listener, Note, Touched, World},
};

/// Counts what happens in a world. Where another world follows, that of another keyset, the channels begin anew, and
/// what is counted of all goes on.
#[derive(Debug, Default)]
pub struct Meter {
    /// When the world began that it counts in.
    world: Option<Moment>,
    channels: ChannelSeries,
    incidents: IncidentWatch,
    incident_counts: [u64; IncidentKind::ALL.len()],
    /// The last incident that lasts, such as a lost link, and is counted.
    last_standing: u64,
    gaps: u64,
    drift_found: u64,
}

impl Listener for Meter {
    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        self.follow(world);
        let kind = entry.body.kind();
        match (&entry.body, kind) {
            (EntryBody::Note(Note::Removed { .. }), _) => self.channels.mark_removed(),
            (_, EntryKind::Gap) => self.gaps += 1,
            (_, EntryKind::Drift) => self.drift_found += 1,
            _ => {}
        }
        let counted = EVENT_KINDS.iter().position(|counted| *counted == kind);
        if let (Some(at), Some(channel)) = (counted, &entry.channel) {
            self.channels.count_event(world, channel, at);
        }
        self.incidents.take_entry(world, entry);
        self.look_if_due(world);
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        self.follow(world);
        self.incidents.take_change(world, channel, touched);
        self.look_if_due(world);
    }
}

impl Meter {
    /// What can be said at `now`.
    pub fn read(&mut self, world: &World, now: Moment) -> MetricsReading {
        self.follow(world);
        self.look_for_incidents(world, now);
        let (channels, rest) = self.channels.read(world, now);
        let link_up = world.link.is_live();
        MetricsReading {
            link_up,
            in_view: world.channels.len(),
            channels,
            rest,
            gaps: self.gaps,
            drift_found: self.drift_found,
            lag: world.counters.lag.filter(|_| link_up),
            requests: world.ledger.clone(),
            incidents: self.incident_counts,
        }
    }

    fn follow(&mut self, world: &World) {
        if self.world.replace(world.started) != Some(world.started) {
            (self.channels, self.incidents) = (ChannelSeries::default(), IncidentWatch::default());
            self.last_standing = 0;
        }
    }

    fn look_if_due(&mut self, world: &World) {
        if self.incidents.next_due().is_some_and(|due| due <= world.now()) {
            self.look_for_incidents(world, world.now());
        }
    }

    fn look_for_incidents(&mut self, world: &World, now: Moment) {
        self.incidents.look(world, now);
        let news = self.incidents.take_news(now).into_iter().filter(|incident| incident.was.is_none());
        let mut found: Vec<IncidentKind> = news.map(|incident| incident.kind).collect();
        // The news leave out what is told by entries.
        for incident in self.incidents.incidents() {
            let stands = matches!(incident.kind, IncidentKind::LostLink | IncidentKind::Refused);
            if stands && incident.number > self.last_standing {
                found.push(incident.kind);
            }
        }
        self.last_standing =
            self.incidents.incidents().map(|incident| incident.number).fold(self.last_standing, u64::max);
        for kind in found {
            let at = IncidentKind::ALL.iter().position(|known| *known == kind);
            if let Some(at) = at {
                self.incident_counts[at] += 1;
            }
        }
    }
}
