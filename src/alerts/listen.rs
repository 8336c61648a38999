//! Takes what happens in the world, and returns the alerts that it causes.

use std::time::Duration;

use super::{
    Alert, AlertKind, WatchList,
    item::{Standing, WatchItem, WatchTarget},
    list::TOGETHER,
};
use crate::{
    expression::Verdict,
    presence::{Change, Channel, EventKind, Moment, UserId, sanitize_sentence},
    world::{Certainty, ChannelId, Entry, Touched, World},
};

impl WatchList {
    /// Take an entry, for the expressions about spans of time.
    pub fn take_entry(&mut self, world: &World, entry: &Entry) {
        let now = world.now();
        self.judges().for_each(|judge| world.facts(now).tell_judge(judge, entry));
    }

    /// Take something unusual that happened on these channels, for the expressions about it; `what` as a clause, safe to
    /// show.
    pub fn take_incident(&mut self, channels: &[&Channel], what: &str, now: Moment) {
        self.judges().for_each(|judge| judge.take_incident(channels, what, now));
        self.stale = true;
    }

    /// Take a change of a channel's list. Returns the alerts that it causes.
    pub fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) -> Vec<Alert> {
        let mut alerts = Vec::new();
        if self.users.is_empty() {
            return alerts;
        }
        match touched {
            Touched::Event { event, change, .. } => match &event.what {
                // A user who was present already is no news.
                EventKind::Joined { user, .. } if !matches!(change, Change::SeenAgain { .. }) => {
                    alerts.extend(self.alert_about_user(world, channel, user, AlertKind::Joined));
                }
                EventKind::Left { user } => alerts.extend(self.alert_about_user(world, channel, user, AlertKind::Left)),
                EventKind::TimedOut { user } => {
                    alerts.extend(self.alert_about_user(world, channel, user, AlertKind::TimedOut));
                }
                EventKind::Interval { joined, left, timed_out, .. } => {
                    let gone = |user: &UserId| left.contains(user) || timed_out.contains(user);
                    for (users, kind) in
                        [(joined, AlertKind::Joined), (left, AlertKind::Left), (timed_out, AlertKind::TimedOut)]
                    {
                        for user in users {
                            // A user named both as joined and as left ends where they began.
                            if self.has_user(user) && !(joined.contains(user) && gone(user)) {
                                alerts.extend(self.alert_about_user(world, channel, user, kind.clone()));
                            }
                        }
                    }
                }
                EventKind::Joined { .. } | EventKind::StateChanged { .. } | EventKind::Unknown { .. } => {}
            },
            Touched::HereNow { difference, first: false, .. } => {
                for (users, kind) in
                    [(&difference.missing, AlertKind::FoundHere), (&difference.extra, AlertKind::FoundGone)]
                {
                    for user in users {
                        alerts.extend(self.alert_about_user(world, channel, user, kind.clone()));
                    }
                }
            }
            Touched::HereNow { .. } | Touched::Vouched(_) | Touched::Cleared => {}
        }
        alerts
    }

    /// The alert about a user, if the user is on the list.
    fn alert_about_user(&mut self, world: &World, channel: ChannelId, user: &UserId, kind: AlertKind) -> Option<Alert> {
        let item = self.items.get_mut(self.users.get(user).copied()?)?;
        let watched = world.channels.at(channel);
        item.record_alert(kind, Some(&watched.channel), Some(watched.occupancy()), self.cool_down, world.now())
    }

    /// Weigh the next items, if a round is due. Returns the alerts, also those whose cool-down is over. `free`: no
    /// other input is waiting.
    pub fn weigh_round(&mut self, world: &World, free: bool, now: Moment) -> Vec<Alert> {
        let mut alerts = Vec::new();
        if self.items.is_empty() {
            return alerts;
        }
        self.stale |= world.version() != self.version || self.pending.is_some_and(|at| at <= now);
        self.version = world.version();
        let begins = self.turn >= self.items.len() && (self.stale || free);
        if begins && self.next_round(world.channels.count_names()) <= now {
            (self.stale, self.weighed, self.turn, self.pending) = (false, now, 0, None);
        }
        let (from, pause) = (self.turn.min(self.items.len()), self.cool_down);
        for item in self.items.iter_mut().skip(from).take(TOGETHER) {
            alerts.extend(weigh_item(world, item, &mut self.pending, pause, now));
        }
        alerts.extend(self.items.iter_mut().filter_map(|item| item.release_alert(pause, now)));
        self.turn = (from + TOGETHER).min(self.items.len());
        alerts
    }
}

/// Weigh one item. Returns the alert, if there is one.
fn weigh_item(
    world: &World,
    item: &mut WatchItem,
    pending: &mut Option<Moment>,
    pause: Duration,
    now: Moment,
) -> Option<Alert> {
    let (standing, occupancy) = match &mut item.target {
        WatchTarget::User(_) => return None,
        WatchTarget::Channel(channel) => {
            let watched = world.channels.look_up(channel)?;
            let occupancy = watched.occupancy();
            let standing = match (&watched.refused, world.certainty(watched, now)) {
                (Some(trouble), _) => Standing::Refused(sanitize_sentence(&trouble.sentence).into_owned()),
                (None, Certainty::Drifting) => Standing::Drifting,
                // Nothing is known about the channel yet.
                (None, _) if watched.known_occupancy().is_none() => return None,
                (None, Certainty::Exact | Certainty::Partial(_)) if occupancy == 0 => Standing::Empty,
                (None, Certainty::Exact | Certainty::Partial(_)) => Standing::Occupied,
                (None, _) => return None,
            };
            (standing, Some(occupancy))
        }
        WatchTarget::Claim(judge) => {
            let standing = match judge.judge(&world.facts(now), now) {
                Verdict::Held { saw } => Standing::Holds(saw),
                Verdict::NotHeld { saw, .. } => Standing::Not(saw),
                // What is not known has neither begun nor ceased.
                Verdict::Unknown { why, .. } => {
                    item.doubt = Some(why);
                    return None;
                }
                Verdict::Unsettled { why, until, .. } => {
                    *pending = Some(pending.map_or(until, |at| at.min(until)));
                    item.doubt = Some(why);
                    return None;
                }
                Verdict::Pending { saw, until } => {
                    *pending = Some(pending.map_or(until, |at| at.min(until)));
                    item.doubt = Some(format!("{saw} so far"));
                    return None;
                }
            };
            item.doubt = None;
            (standing, None)
        }
    };
    item.update_standing(standing, occupancy, pause, now)
}
