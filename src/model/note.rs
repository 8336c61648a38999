//! What is told about the watching itself: facts first, the sentence is made from them.

use std::{fmt, time::Duration};

use super::{Cause, Mode, News, Removal};
use crate::presence::{Channel, Difference, Moment, Subscription, Timetoken, Trouble, UserId};

/// A list is told with at most so many names; the facts have all.
const NAMES_TOLD: usize = 5;

/// What kind of thing happened, as filters and programs name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A user joined.
    Join,
    /// A user left on purpose.
    Leave,
    /// A user went silent.
    Timeout,
    /// A user's state was replaced.
    StateChange,
    /// A summary above the announce max.
    Interval,
    /// An action that this program doesn't know.
    Unknown,
    /// Something that could not be read.
    Garbled,
    /// The conversation with the service: connecting, live, lost, live again.
    Link,
    /// Events may be missing.
    Gap,
    /// Some or all of what was asked for is refused.
    Refused,
    /// What was refused is allowed.
    Allowed,
    /// A first look, or a here now that changed the list and needs no word.
    Snapshot,
    /// A here now after a gap, an interval, or by hand: what it found.
    Resync,
    /// The list was wrong, and nothing explains it.
    Drift,
    /// A channel goes over to intervals, or back to single announcements.
    Mode,
    /// The clocks of the service and of this machine.
    Clock,
    /// Our own presence.
    Own,
    /// What our own simulated crowd is at.
    Crowd,
    /// More than this program takes in.
    Overflow,
    /// Somebody or something on the watch list.
    Watch,
}

impl Kind {
    /// All, in the order of the table.
    pub const ALL: [Self; 20] = [
        Self::Join,
        Self::Leave,
        Self::Timeout,
        Self::StateChange,
        Self::Interval,
        Self::Unknown,
        Self::Garbled,
        Self::Link,
        Self::Gap,
        Self::Refused,
        Self::Allowed,
        Self::Snapshot,
        Self::Resync,
        Self::Drift,
        Self::Mode,
        Self::Clock,
        Self::Own,
        Self::Crowd,
        Self::Overflow,
        Self::Watch,
    ];

    /// Its name: the service's own for the five presence events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Timeout => "timeout",
            Self::StateChange => "state-change",
            Self::Interval => "interval",
            Self::Unknown => "unknown",
            Self::Garbled => "garbled",
            Self::Link => "link",
            Self::Gap => "gap",
            Self::Refused => "refused",
            Self::Allowed => "allowed",
            Self::Snapshot => "snapshot",
            Self::Resync => "resync",
            Self::Drift => "drift",
            Self::Mode => "mode",
            Self::Clock => "clock",
            Self::Own => "own",
            Self::Crowd => "crowd",
            Self::Overflow => "overflow",
            Self::Watch => "watch",
        }
    }

    /// Whether the service published it, rather than that it is about the watching.
    pub const fn is_event(self) -> bool {
        matches!(self, Self::Join | Self::Leave | Self::Timeout | Self::StateChange | Self::Interval | Self::Unknown)
    }
}

/// Something about the watching itself. [`Display`](fmt::Display) is the sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A poll loop asks for a first cursor.
    Connecting {
        /// Which poll loop.
        poll: usize,
    },
    /// It is live.
    Live {
        /// Which poll loop.
        poll: usize,
        /// How long the handshake took.
        round_trip: Duration,
        /// Where it went on from, if the conversation had been broken.
        resumed: Option<Timetoken>,
        /// The link was lost before, and the lists are asked for anew.
        again: bool,
    },
    /// No answer; another try is coming.
    Lost {
        /// Which poll loop.
        poll: usize,
        /// Why.
        trouble: Trouble,
        /// Tries that failed in a row.
        attempt: u32,
        /// When the next one starts.
        retry_at: Moment,
    },
    /// The service refuses to tell of something.
    Refused {
        /// What.
        what: Vec<Subscription>,
        /// That is all that this poll loop asks for.
        everything: bool,
        /// Why.
        trouble: Trouble,
    },
    /// The service refuses to say who is somewhere.
    HereNowRefused {
        /// Why, and the names.
        trouble: Trouble,
    },
    /// What was refused is allowed again.
    Allowed {
        /// What.
        what: Vec<Subscription>,
    },
    /// The service's clock went back: what the lists knew is forgotten.
    ClockSetBack,
    /// The clock of this machine is off.
    ClockOff {
        /// Ahead of the service's by so many seconds, or behind.
        seconds: i64,
    },
    /// A reply as full as replies get: older events may have been dropped.
    FullReply,
    /// A reply held more than any service sends.
    OverLimit {
        /// So many envelopes were not read.
        envelopes: usize,
    },
    /// More channels than are taken into view: their events are told, their lists are not kept.
    TooManyChannels,
    /// The service tells of a channel in another way from here on.
    Mode(Mode),
    /// The first look at a channel.
    FirstLook {
        /// How many the list names.
        here: usize,
        /// They are missing from the empty list.
        difference: Difference,
    },
    /// A here now changed the list, and an event may still explain it.
    Corrected {
        /// Why it was asked for.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// A person asked for a here now.
    AskedAgain {
        /// Where.
        channel: Channel,
        /// What it changed.
        difference: Difference,
    },
    /// A here now after a loss, and the list was right.
    NothingChanged,
    /// A here now after a loss that was noticed: what happened meanwhile.
    Repaired {
        /// What loss.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// A here now, which is how a list is kept where intervals name nobody.
    CaughtUp {
        /// Why it was asked for.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// A here now changed the list, and nothing explained it in time.
    Drift {
        /// The likely cause.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// The service took our heartbeat, and does not list us.
    Unlisted,
    /// A heartbeat of ours failed.
    HeartbeatFailed {
        /// Where.
        places: Vec<Subscription>,
        /// Why.
        trouble: Trouble,
    },
    /// Our time is up somewhere, and nothing kept us there.
    RanOut {
        /// Where.
        places: Vec<Subscription>,
    },
    /// A person watches more from here on.
    Added {
        /// What.
        what: Vec<Subscription>,
    },
    /// A person watches something no more.
    Removed {
        /// What.
        what: Removal,
        /// So many channels went out of view.
        channels: usize,
    },
    /// The simulated crowd goes on to another scene.
    Crowd {
        /// What it is at, in words.
        title: String,
    },
    /// Somebody on the watch list came or went, or something on it stands otherwise.
    Told(News),
}

impl Note {
    /// What kind of thing it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Connecting { .. }
            | Self::Live { .. }
            | Self::Lost { .. }
            | Self::Added { .. }
            | Self::Removed { .. } => Kind::Link,
            Self::Refused { .. } | Self::HereNowRefused { .. } => Kind::Refused,
            Self::Allowed { .. } => Kind::Allowed,
            Self::ClockSetBack | Self::ClockOff { .. } => Kind::Clock,
            Self::FullReply => Kind::Gap,
            Self::OverLimit { .. } | Self::TooManyChannels => Kind::Overflow,
            Self::Mode(_) => Kind::Mode,
            Self::FirstLook { .. } | Self::Corrected { .. } => Kind::Snapshot,
            Self::AskedAgain { .. } | Self::NothingChanged | Self::Repaired { .. } | Self::CaughtUp { .. } => {
                Kind::Resync
            }
            Self::Drift { .. } => Kind::Drift,
            Self::Unlisted | Self::HeartbeatFailed { .. } | Self::RanOut { .. } => Kind::Own,
            Self::Crowd { .. } => Kind::Crowd,
            Self::Told(_) => Kind::Watch,
        }
    }

    /// It means that the list was or is wrong, or can't be trusted.
    pub fn is_grave(&self) -> bool {
        match self {
            Self::Lost { .. }
            | Self::Refused { .. }
            | Self::HereNowRefused { .. }
            | Self::ClockSetBack
            | Self::FullReply
            | Self::OverLimit { .. }
            | Self::TooManyChannels
            | Self::Repaired { .. }
            | Self::Drift { .. }
            | Self::Unlisted
            | Self::HeartbeatFailed { .. } => true,
            Self::AskedAgain { difference, .. } => !difference.is_empty(),
            Self::Connecting { .. }
            | Self::Live { .. }
            | Self::Allowed { .. }
            | Self::ClockOff { .. }
            | Self::Mode(_)
            | Self::FirstLook { .. }
            | Self::Corrected { .. }
            | Self::NothingChanged
            | Self::CaughtUp { .. }
            | Self::RanOut { .. }
            | Self::Added { .. }
            | Self::Removed { .. }
            | Self::Crowd { .. }
            | Self::Told(_) => false,
        }
    }

    /// Part of the whole story and of no use to a person who reads the log: it is told to who listens,
    /// and not kept.
    pub const fn is_minor(&self) -> bool {
        match self {
            Self::Connecting { .. } | Self::Live { again: false, .. } | Self::Corrected { .. } => true,
            Self::Lost { attempt, .. } => *attempt > 1,
            _ => false,
        }
    }

    /// What a here now changed, if this is about one.
    pub const fn difference(&self) -> Option<&Difference> {
        match self {
            Self::FirstLook { difference, .. }
            | Self::Corrected { difference, .. }
            | Self::AskedAgain { difference, .. }
            | Self::Repaired { difference, .. }
            | Self::CaughtUp { difference, .. }
            | Self::Drift { difference, .. } => Some(difference),
            _ => None,
        }
    }

    /// The failure that it tells of, if it tells of one.
    pub const fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Lost { trouble, .. }
            | Self::Refused { trouble, .. }
            | Self::HereNowRefused { trouble }
            | Self::HeartbeatFailed { trouble, .. } => Some(trouble),
            _ => None,
        }
    }

    /// The bytes it keeps, roughly.
    pub(super) fn weight(&self) -> usize {
        let names = self.difference().map_or(0, |difference| {
            difference.missing.iter().chain(&difference.extra).map(|user| user.as_str().len() + 16).sum()
        });
        let told = self.trouble().map_or(0, |trouble| {
            trouble.sentence.len() + trouble.refused.iter().map(|name| name.len() + 24).sum::<usize>()
        });
        let places = match self {
            Self::Refused { what, .. }
            | Self::Allowed { what }
            | Self::Added { what }
            | Self::RanOut { places: what }
            | Self::HeartbeatFailed { places: what, .. } => what.iter().map(|place| place.as_str().len() + 24).sum(),
            Self::Crowd { title } => title.len(),
            Self::Told(news) => news.weight(),
            _ => 0,
        };
        names + told + places
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connecting { .. } => f.write_str("connecting"),
            Self::Live { again: false, .. } => f.write_str("live"),
            Self::Live { again: true, .. } => f.write_str("live again: asking here now what happened meanwhile"),
            Self::Lost { trouble, attempt: 1, .. } => write!(f, "link lost: {}", trouble.sentence),
            Self::Lost { trouble, attempt, .. } => write!(f, "still lost, try {attempt}: {}", trouble.sentence),
            Self::Refused { what, trouble, .. } => write!(f, "refused {}: {}", names_of(what), trouble.sentence),
            Self::HereNowRefused { trouble } => write!(f, "here now refused: {}", trouble.sentence),
            Self::Allowed { what } => write!(f, "allowed again: {}", names_of(what)),
            Self::ClockSetBack => f.write_str("the service's clock was set back: asking here now anew"),
            Self::ClockOff { seconds } => {
                let way = if *seconds > 0 { "ahead of" } else { "behind" };
                let minutes = seconds.unsigned_abs() / 60;
                write!(f, "the clock here is {minutes} min {way} the service's; times of events are the service's")
            }
            Self::FullReply => f.write_str("a reply as full as replies get: events may be missing, asking here now"),
            Self::OverLimit { envelopes } => {
                write!(f, "{envelopes} more events in one reply than any service sends: not read")
            }
            Self::TooManyChannels => {
                f.write_str("more channels than can be kept in view: events of the others are told, lists are not kept")
            }
            Self::Mode(Mode::Interval { .. }) => {
                f.write_str("above the announce max: changes come summed up in intervals")
            }
            Self::Mode(Mode::Announce) => f.write_str("at or below the announce max again: each change is announced"),
            Self::FirstLook { here, .. } => write!(f, "{here} here now"),
            Self::Corrected { cause, difference } => write!(f, "here now: {}; {cause}", told(difference)),
            Self::AskedAgain { channel, difference } if difference.is_empty() => {
                write!(f, "{channel} asked again: the list was right")
            }
            Self::AskedAgain { channel, difference } => write!(f, "{channel} asked again: {}", told(difference)),
            Self::NothingChanged => f.write_str("nothing changed while the link was lost"),
            Self::Repaired { cause, difference } | Self::Drift { cause, difference } => {
                write!(f, "list repaired: {}; {cause}", told(difference))
            }
            Self::CaughtUp { difference, .. } => write!(f, "caught up by here now: {}", told(difference)),
            Self::Unlisted => f.write_str(
                "the service took our heartbeat but does not list us: is Presence enabled for this channel \
                 (Admin Portal, Presence Management)?",
            ),
            Self::HeartbeatFailed { places, trouble } => {
                write!(f, "heartbeat on {}: {}", names_of(places), trouble.sentence)
            }
            Self::RanOut { places } => write!(f, "nothing kept us present on {}: timed out", names_of(places)),
            Self::Added { what } if what.len() > NAMES_TOLD => {
                write!(f, "watching {} and {} more from here on", written(what), what.len() - NAMES_TOLD)
            }
            Self::Added { what } => write!(f, "watching {} from here on", written(what)),
            Self::Removed { what: Removal::Hide(channel), .. } => write!(f, "no longer watching {channel}"),
            Self::Removed { what: Removal::Whole(what @ Subscription::Channel(_)), .. } => {
                write!(f, "no longer watching {what}")
            }
            Self::Removed { what: Removal::Whole(what), channels } => {
                let what = written(std::slice::from_ref(what));
                write!(f, "no longer watching {what}; out of view with it: {channels}")
            }
            Self::Crowd { title } => write!(f, "crowd: {title}"),
            Self::Told(news) => news.fmt(f),
        }
    }
}

/// The first few names, in a line.
pub(super) fn names_of(places: &[Subscription]) -> String {
    places.iter().take(NAMES_TOLD).map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// As [`names_of`], the groups as a person writes them.
pub(super) fn written(places: &[Subscription]) -> String {
    let name = |place: &Subscription| match place {
        Subscription::Group(group) => format!("group:{group}"),
        _ => place.to_string(),
    };
    places.iter().take(NAMES_TOLD).map(name).collect::<Vec<_>>().join(", ")
}

/// A difference in words, by name as far as that is readable.
fn told(difference: &Difference) -> String {
    let part = |users: &[UserId], what: &str| {
        if users.is_empty() {
            return None;
        }
        let mut names: Vec<String> = users.iter().take(NAMES_TOLD).map(ToString::to_string).collect();
        if users.len() > NAMES_TOLD {
            names.push(format!("and {} more", users.len() - NAMES_TOLD));
        }
        Some(format!("{} {what} ({})", users.len(), names.join(", ")))
    };
    let parts = [part(&difference.missing, "missing"), part(&difference.extra, "gone")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_up_to_a_number_and_the_facts_have_all() {
        let users = |range: std::ops::Range<u8>| range.map(|n| UserId::heard(&n.to_string())).collect();
        let difference = Difference { missing: users(0..7), extra: users(7..8), ..Difference::default() };
        let note = Note::Drift { cause: Cause::Audit, difference };
        let text = "list repaired: 7 missing (0, 1, 2, 3, 4, and 2 more), 1 gone (7); \
                    events were lost on the way, unnoticed";
        assert_eq!(note.to_string(), text);
        assert_eq!(note.difference().unwrap().missing.len(), 7);
        assert!(note.is_grave() && !note.is_minor());
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = Kind::ALL.into_iter().map(Kind::name).collect();
        assert_eq!(names.len(), Kind::ALL.len());
    }
}
