//! Claims about one moment, held against what is known at it.

use std::collections::HashSet;

use super::{
    Facts, Filter, Place, Seen,
    ast::{Claim, Who},
    comparison::Comparison,
};
use crate::{
    presence::{Moment, Subscription, UserId},
    wording::list_first,
};

/// Names that a sentence lists.
const NAMES: usize = 5;

/// What came of it, each with what was seen or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Evaluation {
    Holds(String),
    Fails(String),
    Unknown(String),
}

impl Evaluation {
    /// `truth`, or why it is not known.
    fn from_truth(truth: Option<bool>, saw: String, why: Option<String>) -> Self {
        match truth {
            Some(true) => Self::Holds(saw),
            Some(false) => Self::Fails(saw),
            None => Self::Unknown(why.unwrap_or(saw)),
        }
    }
}

/// What is known of a place.
pub(super) struct KnownScope<'a> {
    pub seen: Vec<Seen<'a>>,
    /// Why this may not be all of it.
    pub hidden: Option<String>,
}

impl<'a> KnownScope<'a> {
    pub fn find(place: &Place, facts: &'a impl Facts) -> Self {
        let seen: Vec<Seen<'a>> = match place {
            Place::At(Subscription::Channel(channel)) => facts.channel(channel).into_iter().collect(),
            _ => facts.channels().filter(|seen| place.covers(seen.channel)).collect(),
        };
        let unwatched = matches!(place, Place::At(Subscription::Channel(_))) && seen.is_empty();
        let hidden = if unwatched { Some(format!("{place} is not watched")) } else { facts.explain_hidden(place) };
        Self { seen, hidden }
    }

    /// Why not all channels are as `known` asks for.
    pub fn explain_doubt(&self, known: impl Fn(&Seen<'a>) -> bool) -> Option<String> {
        let doubtful = self.seen.iter().find(|seen| !known(seen)).map(Seen::in_doubt);
        doubtful.or_else(|| self.hidden.clone())
    }

    /// Until when all of it has been told.
    pub fn told_until(&self, now: Moment) -> Moment {
        self.seen.iter().filter_map(|seen| seen.told_until).fold(now, Moment::min)
    }

    /// Whom the lists name who are meant, as far as that can be believed; each once.
    fn users_meant(&self, filter: &Filter) -> HashSet<&'a UserId, foldhash::fast::RandomState> {
        let mut meant = HashSet::default();
        for seen in self.seen.iter().filter(|seen| can_filter(seen, filter)) {
            meant.extend(matching_users(seen, filter));
        }
        meant
    }
}

fn matching_users<'a>(seen: &Seen<'a>, filter: &Filter) -> impl Iterator<Item = &'a UserId> {
    let roster = seen.roster;
    roster.iter().filter(|(user, here)| filter.matches(user.as_str(), here.state())).map(|(user, _)| user)
}

/// Whether it is known of those on the list that the filter means them.
pub(super) fn can_filter(seen: &Seen<'_>, filter: &Filter) -> bool {
    seen.names && (seen.states || !filter.asks_state())
}

/// A claim about this moment; nothing if it is about a span of time.
pub(super) fn evaluate_claim(claim: &Claim, facts: &impl Facts) -> Option<Evaluation> {
    let evaluate = |place: &Place, evaluate: &dyn Fn(&KnownScope<'_>) -> Evaluation| match facts.cut_off() {
        Some(why) => Evaluation::Unknown(why),
        None => evaluate(&KnownScope::find(place, facts)),
    };
    Some(match claim {
        Claim::Occupancy { place, comparison, count } => {
            evaluate(place, &|scope| evaluate_occupancy(scope, place, *comparison, *count))
        }
        Claim::Users { filter, place, comparison, count } => {
            evaluate(place, &|scope| evaluate_users(scope, filter, place, *comparison, *count))
        }
        Claim::Present { who, place } => evaluate(place, &|scope| evaluate_present(scope, who, place)),
        Claim::Never { .. } | Claim::Quiet { .. } => return None,
    })
}

/// Hold a number that is known, or known from below, against the one that was claimed.
fn compare_count(comparison: Comparison, least: u64, count: u64, why: Option<String>, what: &str) -> Evaluation {
    let (truth, saw) = match why {
        None => (Some(comparison.holds(least.cmp(&count))), format!("{what} is {least}")),
        Some(_) => (comparison.holds_from(least, count), format!("{what} is at least {least}")),
    };
    Evaluation::from_truth(truth, saw, why)
}

fn evaluate_occupancy(scope: &KnownScope<'_>, place: &Place, comparison: Comparison, count: u64) -> Evaluation {
    let counted = scope.seen.iter().filter(|seen| seen.count).map(Seen::occupancy);
    let least = counted.fold(0, u64::saturating_add);
    compare_count(comparison, least, count, scope.explain_doubt(|seen| seen.count), &format!("occupancy of {place}"))
}

fn evaluate_users(
    scope: &KnownScope<'_>,
    filter: &Filter,
    place: &Place,
    comparison: Comparison,
    count: u64,
) -> Evaluation {
    let least = match &*scope.seen {
        // On one channel everybody is named once anyway.
        [seen] if can_filter(seen, filter) => matching_users(seen, filter).count(),
        _ => scope.users_meant(filter).len(),
    };
    let why = scope.explain_doubt(|seen| seen.everybody && can_filter(seen, filter));
    let meant = if filter.is_empty() { "users".to_owned() } else { format!("users [{filter}]") };
    compare_count(comparison, least as u64, count, why, &format!("number of {meant} in {place}"))
}

fn evaluate_present(scope: &KnownScope<'_>, who: &Who, place: &Place) -> Evaluation {
    let found = match who {
        Who::One(user) => {
            let here = scope.seen.iter().filter(|seen| seen.names && seen.roster.get(user).is_some());
            let mut channels: Vec<String> = here.map(|seen| seen.channel.to_string()).collect();
            channels.sort_unstable();
            (!channels.is_empty()).then(|| format!("{user} is in {}", list_names(channels.iter(), channels.len())))
        }
        Who::Anybody(filter) => {
            // A few names will do, and the first is enough to know.
            let meant =
                scope.seen.iter().filter(|seen| can_filter(seen, filter)).flat_map(|seen| matching_users(seen, filter));
            let mut names: Vec<&UserId> = Vec::new();
            for user in meant {
                if !names.contains(&user) {
                    names.push(user);
                }
                if names.len() > NAMES {
                    break;
                }
            }
            (!names.is_empty()).then(|| format!("in {place}: {}", list_first_names(&names)))
        }
    };
    if let Some(saw) = found {
        return Evaluation::Holds(saw);
    }
    let known = |seen: &Seen<'_>| match who {
        Who::One(_) => seen.everybody,
        Who::Anybody(filter) => seen.everybody && can_filter(seen, filter),
    };
    if let Some(why) = scope.explain_doubt(known) {
        return Evaluation::Unknown(why);
    }
    let others = scope.seen.iter().map(Seen::occupancy).fold(0, u64::saturating_add);
    let all = if others == 0 { "where nobody is".to_owned() } else { format!("among {others}") };
    let nobody = if let Who::One(user) = who { format!("{user} is not") } else { format!("nobody who is {who}") };
    Evaluation::Fails(format!("{nobody} in {place}, {all}"))
}

/// The first few, and that there are more.
fn list_first_names(names: &[&UserId]) -> String {
    let shown = names.iter().take(NAMES).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if names.len() > NAMES { format!("{shown} and more") } else { shown }
}

/// The first few, and how many more.
pub(super) fn list_names<T: std::fmt::Display>(names: impl Iterator<Item = T>, count: usize) -> String {
    list_first(names, count, NAMES, ", ")
}
