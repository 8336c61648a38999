//! From which occupancy on the service sums up changes, as its events show, and whether that has changed.

use std::{collections::VecDeque, time::Duration};

use crate::{
    presence::{Channel, Moment},
    world::World,
};

/// A channel must stay in its new mode for so long: at the threshold it may go back and forth.
const STAYS: Duration = Duration::from_secs(12);

/// The most switches that are waited for.
const MOST: usize = 100;

/// What the events of all channels show.
#[derive(Debug, Clone, Default)]
pub(super) struct AnnounceLimits {
    /// The highest occupancy at which a change was told one by one.
    announced: Option<u64>,
    /// The lowest occupancy above that at which changes were summed up.
    summed_up: Option<u64>,
    /// Switches that these do not explain, until it is clear whether they stay.
    waiting: VecDeque<(Channel, bool, Moment)>,
}

impl AnnounceLimits {
    /// A change was told at this occupancy, one by one or summed up; `before`: the occupancy that was told before.
    pub fn hear(&mut self, is_interval: bool, occupancy: u64, before: Option<u64>) {
        // The last interval tells of an occupancy that has fallen below the threshold.
        if is_interval && before.is_none_or(|before| before > occupancy) {
            return;
        }
        if !is_interval {
            self.announced = self.announced.max(Some(occupancy));
        } else if self.announced.is_none_or(|announced| occupancy > announced) {
            self.summed_up = Some(self.summed_up.map_or(occupancy, |least| least.min(occupancy)));
        }
    }

    fn contradicts(&self, is_interval: bool, occupancy: u64) -> bool {
        let clearly_above = |limit: u64| limit + limit / 2 + 10;
        if is_interval {
            self.announced.is_some_and(|announced| announced > clearly_above(occupancy))
        } else {
            self.summed_up.is_some_and(|least| occupancy > clearly_above(least))
        }
    }

    /// A channel switched.
    pub fn switch(&mut self, channel: &Channel, is_interval: bool, occupancy: u64, now: Moment) {
        self.waiting.retain(|(waiting, ..)| waiting != channel);
        if self.contradicts(is_interval, occupancy) && self.waiting.len() < MOST {
            self.waiting.push_back((channel.clone(), is_interval, now));
        }
    }

    /// The channels whose switch can only mean that the threshold was changed, and when the first of them switched.
    /// What was known before means nothing then.
    pub fn take_changed(&mut self, world: &World, now: Moment) -> Option<(Vec<Channel>, Moment)> {
        let first = self.waiting.front().map(|(.., at)| *at).filter(|at| now.since(*at) >= STAYS)?;
        let waiting = std::mem::take(&mut self.waiting);
        let stays = |(channel, is_interval, _): &(Channel, bool, Moment)| {
            world.channels.look_up(channel).is_some_and(|watched| {
                watched.mode.is_interval() == *is_interval && self.contradicts(*is_interval, watched.occupancy())
            })
        };
        let channels: Vec<Channel> =
            waiting.iter().filter(|switch| stays(switch)).map(|(name, ..)| name.clone()).collect();
        if channels.is_empty() {
            return None;
        }
        (self.announced, self.summed_up) = (None, None);
        Some((channels, first))
    }

    /// What was seen before may not hold any more.
    pub fn forget_waiting(&mut self) {
        self.waiting.clear();
    }
}
