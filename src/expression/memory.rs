//! What a claim about a span of time remembers.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

use super::{
    Facts, Place, Verdict,
    ast::{Claim, Kind, Who},
    weigh::{Scope, believes, few},
};
use crate::{
    duration::Span,
    presence::{Channel, Happening, Moment, PresenceEvent, State, Subscription, UserId},
};

/// What one claim has to remember.
#[derive(Debug)]
pub(super) enum Memory {
    /// It is about one moment.
    Nothing,
    /// Of a `never`.
    Never {
        /// All was known at some time.
        known: bool,
        broken: Option<String>,
        missed: Option<String>,
    },
    /// Of a `no … for`.
    Quiet {
        /// Since when nothing can have been missed.
        since: Option<Moment>,
        broken: Option<(Moment, String)>,
        missed: Option<String>,
    },
}

impl Memory {
    /// Of a claim, before anything was seen.
    pub fn of(claim: &Claim) -> Self {
        match claim {
            Claim::Never { .. } => Self::Never { known: false, broken: None, missed: None },
            Claim::Quiet { .. } => Self::Quiet { since: None, broken: None, missed: None },
            Claim::Occupancy { .. } | Claim::Users { .. } | Claim::Present { .. } => Self::Nothing,
        }
    }

    pub fn hear(&mut self, claim: &Claim, event: &PresenceEvent, facts: &impl Facts, now: Moment) {
        if !claim.place().covers(&event.channel) {
            return;
        }
        match (claim, self) {
            (Claim::Never { who, count, place }, Self::Never { broken, .. }) if broken.is_none() => {
                *broken = came(event)
                    .filter(|user| on(who, user, event, facts))
                    .find_map(|user| crowded(user, *count, place, Some(&event.channel), facts))
                    .map(|saw| format!("{saw} {}", at(event)));
            }
            (Claim::Quiet { kind, who, .. }, Self::Quiet { broken, since, missed }) => {
                if let Some(saw) = broke(*kind, who.as_ref(), event, facts) {
                    *broken = Some((now, saw));
                } else if matches!(event.what, Happening::Interval { refresh: true, .. }) && is_named(*kind) {
                    *missed = Some(format!("an interval of {} was too long to name all", event.channel));
                    *since = None;
                }
            }
            _ => {}
        }
    }

    pub fn drift(&mut self, claim: &Claim, channel: &Channel, why: &str, now: Moment) {
        match (claim, &mut *self) {
            (claim, _) if !claim.place().covers(channel) => {}
            (Claim::Quiet { kind: Kind::Drift, .. }, Self::Quiet { broken, .. }) => {
                *broken = Some((now, format!("{why} {}", stamp(now.seconds()))));
            }
            (Claim::Quiet { kind: Kind::Gap, .. }, _) => {}
            _ => self.miss(claim, why, now),
        }
    }

    pub fn miss(&mut self, claim: &Claim, why: &str, now: Moment) {
        match self {
            Self::Nothing => {}
            Self::Never { known, missed, .. } => {
                if *known {
                    missed.get_or_insert_with(|| why.to_owned());
                }
            }
            Self::Quiet { since, broken, missed } => {
                if matches!(claim, Claim::Quiet { kind: Kind::Gap, .. }) {
                    // Before the first answer there is nothing to miss.
                    if since.is_none() {
                        return;
                    }
                    *broken = Some((now, format!("{why} {}", stamp(now.seconds()))));
                } else if since.take().is_some() {
                    *missed = Some(why.to_owned());
                }
            }
        }
    }

    pub fn judge(&mut self, claim: &Claim, facts: &impl Facts, now: Moment) -> Verdict {
        let cut_off = facts.cut_off();
        match (claim, &cut_off) {
            (Claim::Never { who, count, place }, None) => self.judge_never(who, *count, place, facts),
            (Claim::Quiet { kind, who, place, span }, None) => {
                let scope = Scope::of(place, facts);
                let doubt = scope.doubt(|seen| seen.told && (seen.changes || !is_named(*kind)));
                // A gap is in all that is watched, wherever somebody is.
                self.judge_quiet(
                    doubt.filter(|_| *kind != Kind::Gap),
                    *span,
                    &quiet_so_far(*kind, who.as_ref(), place),
                    now,
                )
            }
            (_, Some(why)) => {
                let was_known = match self {
                    Self::Nothing => false,
                    Self::Never { known, .. } => *known,
                    Self::Quiet { since, .. } => since.is_some(),
                };
                if was_known {
                    self.miss(claim, why, now);
                }
                let quiet = if let Claim::Quiet { span, .. } = claim { *span } else { Duration::ZERO };
                self.told(quiet, now).unwrap_or_else(|| Verdict::Unknown { why: why.clone(), for_good: false })
            }
            _ => Verdict::Unknown { why: "nothing is remembered of it".to_owned(), for_good: true },
        }
    }

    /// What is certain whatever else is known.
    fn told(&self, span: Duration, now: Moment) -> Option<Verdict> {
        match self {
            Self::Never { broken: Some(saw), .. } => Some(Verdict::NotHeld { saw: saw.clone(), for_good: true }),
            Self::Never { missed: Some(why), .. } => Some(Verdict::Unknown { why: why.clone(), for_good: true }),
            Self::Quiet { broken: Some((at, saw)), .. } if now.since(*at) < span => {
                Some(Verdict::NotHeld { saw: saw.clone(), for_good: false })
            }
            _ => None,
        }
    }

    fn judge_never(&mut self, who: &Who, count: u64, place: &Place, facts: &impl Facts) -> Verdict {
        let scope = Scope::of(place, facts);
        let doubt = scope.doubt(|seen| seen.everybody && (seen.states || !who.asks_state()));
        if let Self::Never { known, broken, .. } = self {
            if broken.is_none() {
                *broken = most_crowded(who, count, place, &scope, facts);
            }
            *known |= doubt.is_none();
            if let Some(verdict) = self.told(Duration::ZERO, Moment::default()) {
                return verdict;
            }
        }
        match (self, doubt) {
            (Self::Never { known: false, .. }, Some(why)) => Verdict::Unknown { why, for_good: false },
            _ => Verdict::Held { saw: format!("{who} never in {}", of(count, place)) },
        }
    }

    fn judge_quiet(&mut self, doubt: Option<String>, span: Duration, so_far: &str, now: Moment) -> Verdict {
        if let Self::Quiet { since, missed, .. } = self {
            match doubt {
                None => {
                    since.get_or_insert(now);
                }
                Some(why) => {
                    *since = None;
                    *missed = Some(why);
                }
            }
        }
        if let Some(verdict) = self.told(span, now) {
            return verdict;
        }
        let Self::Quiet { since, missed, .. } = self else {
            return Verdict::Unknown { why: so_far.to_owned(), for_good: true };
        };
        match (since, missed) {
            (Some(since), _) if now.since(*since) >= span => {
                Verdict::Held { saw: format!("{so_far} for {}", Span(span)) }
            }
            (_, Some(why)) => Verdict::Unknown { why: why.clone(), for_good: false },
            (since, None) => {
                let until = since.unwrap_or(now).plus(span);
                Verdict::Pending { saw: so_far.to_owned(), until }
            }
        }
    }
}

/// Who came by an event, by name.
fn came(event: &PresenceEvent) -> impl Iterator<Item = &UserId> {
    let (one, many) = match &event.what {
        Happening::Joined { user, .. } | Happening::StateChanged { user, .. } => (Some(user), &[][..]),
        Happening::Interval { joined, .. } => (None, &joined[..]),
        _ => (None, &[][..]),
    };
    one.into_iter().chain(many)
}

/// Whether somebody is meant, by what is known of them where the event was, or by what it says.
fn on(who: &Who, user: &UserId, event: &PresenceEvent, facts: &impl Facts) -> bool {
    let listed = facts.channel(&event.channel).and_then(|seen| seen.roster.get(user)?.state.clone());
    let told: Option<&State> = match &event.what {
        Happening::Joined { state, .. } => state.as_ref(),
        Happening::StateChanged { state, .. } => Some(state),
        _ => None,
    };
    who.is(user, told.or(listed.as_ref()))
}

/// Where somebody is seen, if that is on too many channels. On the channel of an event the list can be
/// believed as far as the event goes, even where nothing else is known.
fn crowded(user: &UserId, count: u64, place: &Place, heard: Option<&Channel>, facts: &impl Facts) -> Option<String> {
    let scope = Scope::of(place, facts);
    let believed = scope.seen.iter().filter(|seen| seen.names || Some(seen.channel) == heard);
    let mut on: Vec<String> =
        believed.filter(|seen| seen.roster.get(user).is_some()).map(|seen| seen.channel.to_string()).collect();
    on.sort_unstable();
    (on.len() as u64 >= count).then(|| format!("{user} was in {}", few(on.iter(), on.len())))
}

/// Anybody who is meant and seen on too many channels.
fn most_crowded(who: &Who, count: u64, place: &Place, scope: &Scope<'_>, facts: &impl Facts) -> Option<String> {
    let filter = match who {
        Who::One(user) => return crowded(user, count, place, None, facts),
        Who::Anybody(filter) => filter,
    };
    let mut on: HashMap<&UserId, u64, foldhash::fast::RandomState> = HashMap::default();
    for seen in scope.seen.iter().filter(|seen| believes(seen, filter)) {
        for (user, here) in seen.roster.iter() {
            if filter.matches(user.as_str(), here.state.as_ref()) {
                *on.entry(user).or_default() += 1;
            }
        }
    }
    let first = on.into_iter().filter(|(_, seen)| *seen >= count).map(|(user, _)| user).min()?;
    crowded(first, count, place, None, facts)
}

/// Whether intervals have to name who changed, for this kind to be seen.
fn is_named(kind: Kind) -> bool {
    matches!(kind, Kind::Join | Kind::Leave | Kind::Timeout)
}

/// What the event did that should not have been, in words.
fn broke(kind: Kind, who: Option<&Who>, event: &PresenceEvent, facts: &impl Facts) -> Option<String> {
    let meant = |user: &&UserId| who.is_none_or(|who| on(who, user, event, facts));
    let (joins, leaves) = (matches!(kind, Kind::Join | Kind::Event), matches!(kind, Kind::Leave | Kind::Event));
    let timeouts = matches!(kind, Kind::Timeout | Kind::Event);
    let told = |did: &str, users: Vec<&UserId>| {
        let names = few(users.iter(), users.len());
        (!users.is_empty()).then(|| format!("{names} {did} {} {}", event.channel, at(event)))
    };
    let one = |wanted: bool, did: &str, user: &UserId| {
        (wanted && meant(&user)).then(|| format!("{user} {did} {} {}", event.channel, at(event)))
    };
    match &event.what {
        Happening::Joined { user, .. } => one(joins, "joined", user),
        Happening::Left { user } => one(leaves, "left", user),
        Happening::TimedOut { user } => one(timeouts, "timed out in", user),
        Happening::StateChanged { user, .. } => {
            one(matches!(kind, Kind::State | Kind::Event), "changed state in", user)
        }
        Happening::Interval { joined, left, timed_out, refresh } => {
            let those = |wanted: bool, users: &'_ [UserId]| -> Vec<UserId> {
                users.iter().filter(|user| wanted && meant(user)).cloned().collect()
            };
            let (joined, left, timed_out) = (those(joins, joined), those(leaves, left), those(timeouts, timed_out));
            told("timed out in", timed_out.iter().collect())
                .or_else(|| told("left", left.iter().collect()))
                .or_else(|| told("joined", joined.iter().collect()))
                .or_else(|| {
                    let some = kind == Kind::Event && who.is_none() && *refresh;
                    some.then(|| format!("more changes than named in {} {}", event.channel, at(event)))
                })
        }
        Happening::Unknown { action, .. } => {
            let action = crate::presence::shown(action);
            (kind == Kind::Event && who.is_none()).then(|| format!("`{action}` in {} {}", event.channel, at(event)))
        }
    }
}

/// When it happened, by the service's clock.
fn at(event: &PresenceEvent) -> String {
    stamp(event.published.seconds())
}

fn stamp(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map(|time| format!("at {time}")).unwrap_or_default()
}

fn of(count: u64, place: &Place) -> String {
    match place {
        Place::At(Subscription::Channel(channel)) if count == 1 => channel.to_string(),
        _ => format!("{count} of {place}"),
    }
}

fn quiet_so_far(kind: Kind, who: Option<&Who>, place: &Place) -> String {
    let of = who.map(|who| format!(" of {who}")).unwrap_or_default();
    let at = if kind == Kind::Gap { String::new() } else { format!(" in {place}") };
    format!("no {}{of}{at}", kind.name())
}
