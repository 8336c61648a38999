//! How a crowd behaves, as data: a profile is a round of phases. Pure.

use std::time::Duration;

/// How a crowd behaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// Its name, in words.
    pub name: &'static str,
    /// What one sees of it.
    pub about: &'static str,
    /// What happens, one after the other, round and round.
    pub phases: &'static [Phase],
}

/// A part of a profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phase {
    /// What goes on, with `{}` for the channel or region that it is about; nothing if the profile's
    /// name says it all.
    pub name: &'static str,
    /// For how long, at a pace of 1; `None`: for ever.
    pub lasts: Option<Duration>,
    /// The part of the crowd that is online, or will be.
    pub online: f64,
    /// How people come and go.
    pub flow: Flow,
    /// Of the acts of those online: the part that changes a state rather than going.
    pub restate: f64,
    /// Of those who go: the part that vanishes without a leave.
    pub vanish: f64,
    /// What is special about it.
    pub kind: PhaseKind,
}

/// How people come and go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Flow {
    /// Some come, others go, with this average pause between two acts per hundred people.
    Churn(Duration),
    /// All one way until as many are online as there are to be, within the first part of the phase.
    Surge,
}

/// What is special about a phase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PhaseKind {
    /// Nothing.
    Plain,
    /// Everybody comes to one channel, wherever they were.
    Crush,
    /// Some leave and are back within seconds, over and over.
    Flaps,
    /// A region loses its network, and has it back after everybody has timed out. Lasts as long as
    /// that takes.
    Outage,
    /// Visits of this average length, anywhere.
    Visits(Duration),
    /// Those with bad intentions come too.
    Hostile,
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn churn(millis: u64) -> Flow {
    Flow::Churn(Duration::from_millis(millis))
}

/// An afternoon's phase, which the others are told apart from.
const PLAIN: Phase =
    Phase { name: "", lasts: None, online: 0.8, flow: churn(450), restate: 0.3, vanish: 0.35, kind: PhaseKind::Plain };

/// On the way from one profile to another: as many as the next one begins with.
pub(super) const SETTLING: Phase =
    Phase { name: "settling", lasts: Some(seconds(6)), flow: Flow::Surge, vanish: 0.1, ..PLAIN };

impl Profile {
    /// A normal afternoon.
    pub const STEADY: Self = Self {
        name: "steady",
        about: "a normal afternoon: people come, go, vanish and change state",
        phases: &[PLAIN],
    };

    /// A wave of people.
    pub const RUSH_HOUR: Self = Self {
        name: "rush hour",
        about: "a wave of arrivals up to nearly everybody, then the ebb",
        phases: &[
            Phase { name: "before the rush", lasts: Some(seconds(12)), online: 0.25, flow: churn(900), ..PLAIN },
            Phase {
                name: "the rush",
                lasts: Some(seconds(30)),
                online: 0.96,
                flow: Flow::Surge,
                restate: 0.1,
                ..PLAIN
            },
            Phase { name: "full house", lasts: Some(seconds(20)), online: 0.96, flow: churn(350), ..PLAIN },
            Phase { name: "the ebb", lasts: Some(seconds(40)), online: 0.25, flow: Flow::Surge, vanish: 0.2, ..PLAIN },
        ],
    };

    /// Bad connections.
    pub const FLAPPING: Self = Self {
        name: "flapping",
        about: "some leave and are back within seconds, over and over",
        phases: &[Phase {
            online: 0.7,
            flow: churn(1_500),
            restate: 0.4,
            vanish: 0.1,
            kind: PhaseKind::Flaps,
            ..PLAIN
        }],
    };

    /// Everybody at once.
    pub const STAMPEDE: Self = Self {
        name: "stampede",
        about: "everybody runs to one channel, past the announce max",
        phases: &[
            Phase { name: "calm", lasts: Some(seconds(10)), online: 0.3, flow: churn(900), ..PLAIN },
            Phase {
                name: "everybody to {}",
                lasts: Some(seconds(5)),
                online: 0.95,
                flow: Flow::Surge,
                kind: PhaseKind::Crush,
                ..PLAIN
            },
            Phase {
                name: "{} is packed",
                lasts: Some(seconds(25)),
                online: 0.95,
                flow: churn(350),
                kind: PhaseKind::Crush,
                ..PLAIN
            },
            Phase {
                name: "draining",
                lasts: Some(seconds(30)),
                online: 0.12,
                flow: Flow::Surge,
                vanish: 0.15,
                ..PLAIN
            },
            Phase { name: "calm again", lasts: Some(seconds(15)), online: 0.3, flow: churn(700), ..PLAIN },
        ],
    };

    /// A region without network.
    pub const OUTAGE: Self = Self {
        name: "outage",
        about: "a region falls silent, times out at once, and comes back",
        phases: &[
            Phase { name: "all well", lasts: Some(seconds(14)), flow: churn(700), ..PLAIN },
            Phase {
                name: "outage of {}",
                lasts: Some(seconds(0)),
                flow: churn(900),
                vanish: 0.0,
                kind: PhaseKind::Outage,
                ..PLAIN
            },
            Phase { name: "recovered", lasts: Some(seconds(15)), flow: churn(700), ..PLAIN },
        ],
    };

    /// People look in.
    pub const CONFERENCE: Self = Self {
        name: "conference",
        about: "many short visits, from channel to channel",
        phases: &[Phase {
            online: 0.6,
            restate: 0.15,
            vanish: 0.05,
            kind: PhaseKind::Visits(Duration::from_secs(15)),
            ..PLAIN
        }],
    };

    /// Few, long and quiet.
    pub const NIGHT: Self = Self {
        name: "night",
        about: "few people, who stay long and say little",
        phases: &[Phase { online: 0.08, flow: churn(7_000), restate: 0.3, vanish: 0.15, ..PLAIN }],
    };

    /// Names as weapons.
    pub const HOSTILE: Self = Self {
        name: "hostile",
        about: "names as weapons: control characters, floods, giants",
        phases: &[Phase { online: 0.35, flow: churn(350), restate: 0.25, kind: PhaseKind::Hostile, ..PLAIN }],
    };

    /// All of them, in the order in which a presenter meets them.
    pub const ALL: &'static [Self] = &[
        Self::STEADY,
        Self::RUSH_HOUR,
        Self::FLAPPING,
        Self::STAMPEDE,
        Self::OUTAGE,
        Self::CONFERENCE,
        Self::NIGHT,
        Self::HOSTILE,
    ];

    /// The profile that is called so, written with dashes: `rush-hour`.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|profile| profile.id() == name).copied()
    }

    /// Its name as it is typed.
    pub fn id(&self) -> String {
        self.name.replace(' ', "-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_found_by_name_and_their_numbers_are_parts() {
        for profile in Profile::ALL {
            assert_eq!(Profile::by_name(&profile.id()), Some(*profile));
            assert!(!profile.phases.is_empty());
            for phase in profile.phases {
                assert!([phase.online, phase.restate, phase.vanish].iter().all(|part| (0.0..=1.0).contains(part)));
                assert_eq!(phase.lasts.is_none(), profile.phases.len() == 1, "{}", profile.name);
                assert!(phase.lasts.is_some() || !matches!(phase.flow, Flow::Surge), "a surge ends");
            }
        }
        assert_eq!(Profile::by_name("rush hour"), None);
    }
}
