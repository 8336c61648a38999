//! How the service behaved that was recorded, as far as its events show.

use std::{collections::HashMap, time::Duration};

use crate::{
    cli::flags::service::ServiceArgs,
    duration::Span,
    presence::{Channel, EventKind, PresenceEvent, Timetoken, UserId, rules},
};

/// The shortest interval that the service takes.
const SHORTEST: Duration = Duration::from_millis(100);

/// What events show of a service.
#[derive(Debug, Default)]
pub(super) struct ServiceHints {
    /// The largest occupancy at which a change was announced by itself.
    announced: u64,
    /// Whether intervals named users, if there were any.
    deltas: Option<bool>,
    /// The shortest time between two intervals of a channel.
    interval: Option<Duration>,
    last_intervals: HashMap<Channel, Timetoken>,
}

impl ServiceHints {
    pub fn take_event(&mut self, event: &PresenceEvent) {
        match &event.what {
            EventKind::Joined { .. } | EventKind::Left { .. } | EventKind::TimedOut { .. } => {
                self.announced = self.announced.max(event.occupancy.unwrap_or(0));
                // The next interval comes when it is above the announce max again, however soon that is.
                self.last_intervals.remove(&event.channel);
            }
            EventKind::Interval { joined, left, timed_out, refresh } => {
                let names = *refresh || !(joined.is_empty() && left.is_empty() && timed_out.is_empty());
                self.deltas = Some(names || self.deltas == Some(true));
                if let Some(before) = self.last_intervals.insert(event.channel.clone(), event.published) {
                    let between = event.published.since(before);
                    self.interval = Some(self.interval.map_or(between, |least| least.min(between)));
                }
            }
            EventKind::StateChanged { .. } | EventKind::Unknown { .. } => {}
        }
    }

    /// Settings with which a service behaves like that. `announce_max`: as it was recorded. Intervals are as much
    /// shorter as the `speed` is higher.
    pub fn settings<'a>(
        &self,
        announce_max: Option<u64>,
        speed: f64,
        names: impl Iterator<Item = (&'a Channel, &'a UserId)>,
    ) -> ServiceArgs {
        let announced = announce_max.unwrap_or(self.announced.max(rules::DEFAULT_ANNOUNCE_MAX as u64));
        let mut all_names = names;
        let is_odd = |(channel, user): (&Channel, &UserId)| {
            Channel::parse(channel.as_str()).is_err() || UserId::parse(user.as_str()).is_err()
        };
        let every = self.interval.unwrap_or(rules::DEFAULT_INTERVAL).div_f64(speed).max(SHORTEST);
        ServiceArgs {
            announce_max: u32::try_from(announced).ok(),
            deltas: self.deltas,
            interval: self
                .deltas
                .map(|_| Span(Duration::from_millis(u64::try_from(every.as_millis()).unwrap_or(u64::MAX)))),
            lenient: all_names.any(is_odd).then_some(true),
            ..ServiceArgs::default()
        }
    }
}
