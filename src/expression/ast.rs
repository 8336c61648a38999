//! The syntax tree of an expression: the claims, and how they are joined.

use std::{fmt, time::Duration};

use super::{Filter, comparison::Comparison};
use crate::presence::{Channel, State, Subscription, UserId, sanitize};

/// Claims about presence, joined by `and`, `or` and `not`.
///
/// `and` binds closer than `or`, `not` closest, and parentheses
/// group. A user id or channel that is a word of the language, or holds blanks or signs, goes in quotes.
///
/// | claim | holds if |
/// |---|---|
/// | `occupancy of lobby >= 10` | so many are there, as the service counts; also `>`, `<`, `<=`, `==`, `!=` |
/// | `alice present in lobby` | this user id is there; without `in …`: on any channel that is watched |
/// | `alice absent from lobby` | they are not; so does `alice not present in lobby` |
/// | `[state.mood=busy] present in lobby` | somebody is there whom the filter means |
/// | `users [bot] in match.* >= 3` | so many user ids are there whom the filter means |
/// | `alice never in two of match.*` | at no moment they were on so many of the channels |
/// | `no timeout of [bot] in lobby for 5m` | that has not happened for so long; `of` and `in` can be left out |
/// | `no incident in *` | nothing unusual was told in the last ten seconds, or `for` so long |
///
/// A place is a channel, a pattern such as `match.*`, or `*`, which is all that is watched. What can be
/// missing for a while is a `join`, `leave`, `timeout`, `state`, `event`, `drift`, `gap` or `incident`.
///
/// ```
/// use herenow::expression::Expression;
///
/// let claim = Expression::parse("occupancy of lobby >= 10 and alice present in match.*")?;
/// let places: Vec<String> = claim.places().iter().map(|place| place.as_str().to_owned()).collect();
/// assert_eq!(places, ["lobby", "match.*"]);
///
/// let mistake = Expression::parse("alice presnt in lobby").unwrap_err();
/// assert_eq!(mistake.at, 6);
/// assert!(mistake.to_string().contains("did you mean `present`?"));
/// # Ok::<(), herenow::expression::Mistake>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    pub(super) source: String,
    pub(super) root: Node,
    pub(super) claims: Vec<Claim>,
}

/// How the claims are joined. Chains are flat, so that the depth is that of the parentheses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// By its place in the list of claims.
    Claim(usize),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Claim {
    Occupancy { place: Place, comparison: Comparison, count: u64 },
    Users { filter: Filter, place: Place, comparison: Comparison, count: u64 },
    Present { who: Who, place: Place },
    Never { who: Who, count: u64, place: Place },
    Quiet { kind: QuietKind, who: Option<Who>, place: Place, span: Duration },
}

/// Whom a claim is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Who {
    One(UserId),
    Anybody(Filter),
}

/// Where a claim looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// On all channels that are watched.
    Watched,
    /// On one channel, or on those under a pattern. Never a group.
    At(Subscription),
}

/// What may be missing from a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuietKind {
    Join,
    Leave,
    Timeout,
    State,
    /// Any presence event.
    Event,
    /// A list that turned out to be wrong.
    Drift,
    /// Events that may be missing.
    Gap,
    /// Something unusual that many did at once.
    Incident,
}

impl Expression {
    /// As it was written, but for blanks around it.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// The channels and patterns that it names, each once, in order.
    pub fn places(&self) -> Vec<Subscription> {
        let mut places = Vec::new();
        for claim in &self.claims {
            if let Place::At(place) = claim.place()
                && !places.contains(place)
            {
                places.push(place.clone());
            }
        }
        places
    }

    /// Whether it picks people by their names or states.
    pub fn names_people(&self) -> bool {
        let picks = |who: &Who| !matches!(who, Who::Anybody(filter) if filter.is_empty());
        self.claims.iter().any(|claim| match claim {
            Claim::Occupancy { .. } => false,
            Claim::Users { filter, .. } => !filter.is_empty(),
            Claim::Present { who, .. } | Claim::Never { who, .. } => picks(who),
            Claim::Quiet { who, .. } => who.as_ref().is_some_and(picks),
        })
    }

    /// Whether it claims something about all channels that are watched, and so needs some to be.
    pub fn asks_everywhere(&self) -> bool {
        self.claims.iter().any(|claim| *claim.place() == Place::Watched)
    }
}

impl fmt::Display for Expression {
    /// As it was written, made safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sanitize(&self.source))
    }
}

impl Claim {
    pub fn place(&self) -> &Place {
        match self {
            Self::Occupancy { place, .. }
            | Self::Users { place, .. }
            | Self::Present { place, .. }
            | Self::Never { place, .. }
            | Self::Quiet { place, .. } => place,
        }
    }

    /// Whether an interval may tell something of it that has not been told when it happened.
    pub const fn waits_for_intervals(&self) -> bool {
        !matches!(self, Self::Quiet { kind: QuietKind::State | QuietKind::Drift | QuietKind::Gap, .. })
    }
}

impl Place {
    /// Whether a watched channel is there.
    pub fn covers(&self, channel: &Channel) -> bool {
        match self {
            Self::Watched => true,
            Self::At(place) => place.covers(channel),
        }
    }
}

impl fmt::Display for Place {
    /// Made safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Watched => f.write_str("the watched channels"),
            Self::At(place) => place.fmt(f),
        }
    }
}

impl Who {
    pub fn is(&self, user: &UserId, state: Option<&State>) -> bool {
        match self {
            Self::One(one) => one == user,
            Self::Anybody(filter) => filter.matches(user.as_str(), state),
        }
    }

    pub fn asks_state(&self) -> bool {
        matches!(self, Self::Anybody(filter) if filter.asks_state())
    }
}

impl fmt::Display for Who {
    /// Made safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(user) => user.fmt(f),
            Self::Anybody(filter) if filter.is_empty() => f.write_str("anybody"),
            Self::Anybody(filter) => write!(f, "[{filter}]"),
        }
    }
}

impl QuietKind {
    pub const ALL: [(&str, Self); 8] = [
        ("join", Self::Join),
        ("leave", Self::Leave),
        ("timeout", Self::Timeout),
        ("state", Self::State),
        ("event", Self::Event),
        ("drift", Self::Drift),
        ("gap", Self::Gap),
        ("incident", Self::Incident),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}
