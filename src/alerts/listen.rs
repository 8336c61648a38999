//! What happens, as far as somebody wants to be told about it.

use std::time::Duration;

use super::{
    News, Watchlist, What,
    item::{Item, Standing, Subject},
    list::TOGETHER,
};
use crate::{
    expression::Verdict,
    presence::{Change, Happening, Moment, UserId, shown},
    world::{Certainty, ChannelId, Entry, Touched, World},
};

impl Watchlist {
    /// Something happened: the expressions that are about spans of time have to know it.
    pub fn hear(&mut self, world: &World, entry: &Entry) {
        let now = world.now();
        self.judges().for_each(|judge| world.facts(now).tell(judge, entry));
    }

    /// The list of a channel was touched; what is to be told because of that.
    pub fn changed(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) -> Vec<News> {
        let mut news = Vec::new();
        if self.users.is_empty() {
            return news;
        }
        match touched {
            Touched::Event { event, change, .. } => match &event.what {
                // Whom one knew to be there is no news.
                Happening::Joined { user, .. } if !matches!(change, Change::SeenAgain { .. }) => {
                    news.extend(self.happened(world, channel, user, What::Joined));
                }
                Happening::Left { user } => news.extend(self.happened(world, channel, user, What::Left)),
                Happening::TimedOut { user } => news.extend(self.happened(world, channel, user, What::TimedOut)),
                Happening::Interval { joined, left, timed_out, .. } => {
                    let gone = |user: &UserId| left.contains(user) || timed_out.contains(user);
                    for (users, what) in [(joined, What::Joined), (left, What::Left), (timed_out, What::TimedOut)] {
                        for user in users {
                            // Named both ways they end where they began.
                            if self.has_user(user) && !(joined.contains(user) && gone(user)) {
                                news.extend(self.happened(world, channel, user, what.clone()));
                            }
                        }
                    }
                }
                Happening::Joined { .. } | Happening::StateChanged { .. } | Happening::Unknown { .. } => {}
            },
            Touched::HereNow { difference, first: false, .. } => {
                for (users, what) in [(&difference.missing, What::FoundHere), (&difference.extra, What::FoundGone)] {
                    for user in users {
                        news.extend(self.happened(world, channel, user, what.clone()));
                    }
                }
            }
            Touched::HereNow { .. } | Touched::Vouched(_) | Touched::Cleared => {}
        }
        news
    }

    /// Something happened to a user, on the list or not.
    fn happened(&mut self, world: &World, channel: ChannelId, user: &UserId, what: What) -> Option<News> {
        let item = self.items.get_mut(self.users.get(user).copied()?)?;
        let watched = world.channels.at(channel);
        item.happened(what, Some(&watched.channel), Some(watched.occupancy()), self.cool_down, world.now())
    }

    /// Weigh what may stand otherwise by now, if it is time to; what is to be told of it, and of what was held
    /// back long enough. `free`: nothing else is going on.
    pub fn round(&mut self, world: &World, free: bool, now: Moment) -> Vec<News> {
        let mut news = Vec::new();
        if self.items.is_empty() {
            return news;
        }
        self.stale |= world.version() != self.version || self.pending.is_some_and(|at| at <= now);
        self.version = world.version();
        let begins = self.turn >= self.items.len() && (self.stale || free);
        if begins && self.pause(world.channels.names()) <= now {
            (self.stale, self.weighed, self.turn, self.pending) = (false, now, 0, None);
        }
        let (from, pause) = (self.turn.min(self.items.len()), self.cool_down);
        for item in self.items.iter_mut().skip(from).take(TOGETHER) {
            news.extend(weigh(world, item, &mut self.pending, pause, now));
        }
        news.extend(self.items.iter_mut().filter_map(|item| item.tell(pause, now)));
        self.turn = (from + TOGETHER).min(self.items.len());
        news
    }
}

/// How things stand with an item now; the news to tell, if there is any.
fn weigh(world: &World, item: &mut Item, pending: &mut Option<Moment>, pause: Duration, now: Moment) -> Option<News> {
    let (standing, occupancy) = match &mut item.subject {
        Subject::User(_) => return None,
        Subject::Channel(channel) => {
            let watched = world.channels.look_up(channel)?;
            let occupancy = watched.occupancy();
            let standing = match (&watched.refused, world.certainty(watched, now)) {
                (Some(trouble), _) => Standing::Refused(shown(&trouble.sentence).into_owned()),
                (None, Certainty::Drifting) => Standing::Drifting,
                // Nothing is known of it yet.
                (None, _) if watched.counted().is_none() => return None,
                (None, Certainty::Exact | Certainty::Partial(_)) if occupancy == 0 => Standing::Empty,
                (None, Certainty::Exact | Certainty::Partial(_)) => Standing::Occupied,
                (None, _) => return None,
            };
            (standing, Some(occupancy))
        }
        Subject::Claim(judge) => {
            let standing = match judge.judge(&world.facts(now), now) {
                Verdict::Held { saw } => Standing::Holds(saw),
                Verdict::NotHeld { saw, .. } => Standing::Not(saw),
                // What can't be known has neither begun nor ceased.
                Verdict::Unknown { why, .. } => {
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
    item.stands(standing, occupancy, pause, now)
}
