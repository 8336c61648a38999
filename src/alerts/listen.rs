//! What happens, as far as somebody wants to be told about it.

use std::time::Duration;

use super::{
    item::{Item, Standing, Subject},
    list::TOGETHER,
};
use crate::{
    expression::Verdict,
    model::{Certainty, Model, News, Note, Tone, Watched, What, Wish, Word},
    presence::{Change, Channel, Difference, Happening, Moment, PresenceEvent, UserId, shown},
};

/// An event was folded in.
pub(crate) fn heard(model: &mut Model, event: &PresenceEvent, change: Change, now: Moment) {
    if model.watchlist.items.is_empty() {
        return;
    }
    // The judges look at the model, so they have to stand beside it.
    let mut items = std::mem::take(&mut model.watchlist.items);
    let known = model.known(now);
    for item in &mut items {
        if let Subject::Claim(judge) = &mut item.subject {
            judge.hear(event, &known, now);
        }
    }
    model.watchlist.items = items;
    if change == Change::None {
        return;
    }
    match &event.what {
        // Whom one knew to be there is no news.
        Happening::Joined { user, .. } if !matches!(change, Change::SeenAgain { .. }) => {
            happened(model, user, What::Joined, &event.channel, now);
        }
        Happening::Left { user } => happened(model, user, What::Left, &event.channel, now),
        Happening::TimedOut { user } => happened(model, user, What::TimedOut, &event.channel, now),
        Happening::Interval { joined, left, timed_out, .. } => {
            let gone = |user: &UserId| left.contains(user) || timed_out.contains(user);
            for (users, what) in [(joined, What::Joined), (left, What::Left), (timed_out, What::TimedOut)] {
                for user in users.iter().filter(|user| model.watchlist.has_user(user)).cloned().collect::<Vec<_>>() {
                    // Named both ways they end where they began.
                    if !(joined.contains(&user) && gone(&user)) {
                        happened(model, &user, what.clone(), &event.channel, now);
                    }
                }
            }
        }
        Happening::Joined { .. } | Happening::StateChanged { .. } | Happening::Unknown { .. } => {}
    }
}

/// A here now that was not the first look found users missing or gone.
pub(crate) fn compared(model: &mut Model, channel: &Channel, difference: &Difference, now: Moment) {
    for (users, what) in [(&difference.missing, What::FoundHere), (&difference.extra, What::FoundGone)] {
        for user in users {
            happened(model, user, what.clone(), channel, now);
        }
    }
}

/// Something happened to a user, on the list or not.
fn happened(model: &mut Model, user: &UserId, what: What, channel: &Channel, now: Moment) {
    let Some(place) = model.watchlist.users.get(user).copied() else { return };
    let occupancy = model.world.channels.look_up(channel).map(Watched::occupancy);
    let pause = model.watchlist.cool_down;
    let Some(item) = model.watchlist.items.get_mut(place) else { return };
    if let Some(news) = item.happened(what, Some(channel), occupancy, pause, now) {
        announce(model, news);
    }
}

/// Weigh what may stand otherwise by now, if it is time to, and tell what was held back long enough.
/// `free`: nothing else is going on.
pub(crate) fn round(model: &mut Model, free: bool, now: Moment) {
    if model.watchlist.items.is_empty() {
        return;
    }
    let mut items = std::mem::take(&mut model.watchlist.items);
    model.watchlist.stale |= model.watchlist.pending.is_some_and(|at| at <= now);
    let begins = model.watchlist.turn >= items.len() && (model.watchlist.stale || free);
    if begins && model.watchlist.pause(model.names()) <= now {
        let list = &mut model.watchlist;
        (list.stale, list.weighed, list.turn, list.pending) = (false, now, 0, None);
    }
    let (from, pause) = (model.watchlist.turn.min(items.len()), model.watchlist.cool_down);
    let mut news = Vec::new();
    let mut pending = model.watchlist.pending;
    for item in items.iter_mut().skip(from).take(TOGETHER) {
        news.extend(weigh(model, item, &mut pending, pause, now));
    }
    news.extend(items.iter_mut().filter_map(|item| item.tell(pause, now)));
    let list = &mut model.watchlist;
    (list.turn, list.pending) = ((from + TOGETHER).min(items.len()), pending);
    list.items = items;
    for news in news {
        announce(model, news);
    }
}

/// How things stand with an item now; the news to tell, if there is any.
fn weigh(model: &Model, item: &mut Item, pending: &mut Option<Moment>, pause: Duration, now: Moment) -> Option<News> {
    let (standing, occupancy) = match &mut item.subject {
        Subject::User(_) => return None,
        Subject::Channel(channel) => {
            let watched = model.world.channels.look_up(channel)?;
            let occupancy = watched.occupancy();
            let standing = match (&watched.refused, model.world.certainty(watched, now)) {
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
            let standing = match judge.judge(&model.known(now), now) {
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

/// Tell it: in the log, and aloud unless muted.
fn announce(model: &mut Model, news: News) {
    let now = news.at;
    model.log.note(None, Note::Told(news.clone()), now);
    if model.watchlist.muted {
        return;
    }
    // Bad news about what the person asked for stays in sight.
    if model.word.as_ref().is_none_or(|word| word.tone != Tone::Bad) {
        model.word = Some(Word::new(Tone::News, news.to_string(), now));
    }
    model.wishes.push(Wish::Tell(news));
}
