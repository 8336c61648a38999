//! How certain a list is, and what can be relied on.

use std::time::Duration;

use super::{Cause, Reconciler};
use crate::{
    presence::{Moment, rules::DEFAULT_INTERVAL},
    world::{ChannelState, Link, Mode},
};

/// Why a list is partial on a keyset without Presence Deltas. That is how PubNub's keysets are unless changed, so it is
/// nothing wrong: each interval is followed by a here now.
const NAMES_BEHIND: &str = "names an interval behind";

/// A list that is behind for less than this is as good as it gets.
const CALM: Duration = DEFAULT_INTERVAL.saturating_mul(2);

/// How certain the list of a channel is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Certainty {
    /// It names exactly the users present.
    Exact,
    /// A here now is on its way or due.
    CatchingUp,
    /// It cannot name everybody, for this reason.
    Partial(&'static str),
    /// It was right when the link was lost.
    Stale,
    /// It has disagreed with the occupancy for a while.
    Drifting,
    /// The service refuses this channel.
    Refused,
}

impl Certainty {
    /// Whether it is as it should be, or will be in a moment.
    pub fn is_usual(&self) -> bool {
        match self {
            Self::Exact | Self::CatchingUp => true,
            Self::Partial(why) => *why == NAMES_BEHIND,
            Self::Stale | Self::Drifting | Self::Refused => false,
        }
    }

    /// The problem in a few words, or that there is none.
    pub const fn in_words(&self) -> &'static str {
        match self {
            Self::Exact => "the list is exact",
            Self::CatchingUp => "the list is catching up",
            Self::Partial(why) => why,
            Self::Stale => "the link is lost",
            Self::Drifting => "the list disagrees with the occupancy that is told",
            Self::Refused => "the service refuses this channel",
        }
    }

    /// The certainty in a word or two.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::CatchingUp => "catching up",
            Self::Partial(_) => "partial",
            Self::Stale => "stale",
            Self::Drifting => "drifting",
            Self::Refused => "refused",
        }
    }
}

/// What can be relied on of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reliability {
    /// A user on the list is present.
    pub names: bool,
    /// A user not on the list is absent.
    pub everybody: bool,
    /// The occupancy is current.
    pub count: bool,
}

impl Reconciler {
    /// What can be relied on, given the certainty. `full_replies` came so far.
    pub fn judge_reliability(&self, watched: &ChannelState, certainty: &Certainty, full_replies: u64) -> Reliability {
        let told = !matches!(certainty, Certainty::Stale | Certainty::Refused);
        let in_question = self.is_in_question(full_replies);
        let missed = self.missed || in_question || self.answered.is_none();
        let names = match certainty {
            Certainty::Exact => true,
            Certainty::Partial(_) => !missed,
            // A user who was announced is present, even before the first answer, unless leaves were lost.
            Certainty::CatchingUp => {
                let lacking = watched.roster.occupancy().is_none_or(|count| count >= watched.roster.len() as u64);
                // Above the announce max nobody is told to have left.
                let told_all = self.disagrees_since.is_none() || !self.may_be_summed_up();
                lacking && told_all && !self.outdated && !in_question && watched.mode == Mode::Announce
            }
            Certainty::Stale | Certainty::Drifting | Certainty::Refused => false,
        };
        let everybody = *certainty == Certainty::Exact && !missed;
        Reliability { names: told && names, everybody, count: told && !missed }
    }

    /// How far a list is behind where intervals tell of changes, if it is less than two of them and nothing was lost; zero
    /// if it was so a moment ago. It is no news where a list changes all the time.
    pub fn find_lag(&self, mode: Mode, certainty: &Certainty, full_replies: u64, now: Moment) -> Option<Duration> {
        if !mode.is_interval() && !self.may_be_summed_up() {
            return None;
        }
        let behind = match certainty {
            Certainty::Exact => now.since(self.behind_until?),
            Certainty::CatchingUp if !self.missed && !self.is_in_question(full_replies) => {
                now.since(self.behind_since?)
            }
            _ => return None,
        };
        let told = if *certainty == Certainty::Exact { Duration::ZERO } else { behind };
        (self.answered.is_some() && behind < CALM).then_some(told)
    }

    /// How certain the list is at `now`, when `full_replies` have come so far.
    pub fn judge_certainty(&self, watched: &ChannelState, link: &Link, full_replies: u64, now: Moment) -> Certainty {
        if watched.refused.is_some() {
            return Certainty::Refused;
        }
        if !link.is_live() {
            return if link.was_live { Certainty::Stale } else { Certainty::CatchingUp };
        }
        let never = self.answered.is_none();
        if never && self.trouble.is_some() {
            return Certainty::Partial("here now fails");
        }
        let repair = self.asked.or(self.wanted.map(|(cause, _)| cause)).is_some_and(Cause::is_repair);
        let in_doubt = repair || self.is_in_question(full_replies);
        if never || in_doubt && self.disagrees_since.is_none() {
            return Certainty::CatchingUp;
        }
        if watched.mode == (Mode::Interval { deltas: false }) {
            return Certainty::Partial(NAMES_BEHIND);
        }
        if watched.roster.lacks_room() {
            return Certainty::Partial("the lists take more memory than is kept");
        }
        if watched.roster.lacks_states() {
            return Certainty::Partial("states take more memory than is kept");
        }
        match self.disagrees_since {
            Some(_) if watched.is_beyond_lists() => Certainty::Partial("more than a here now collects"),
            Some(_) if watched.is_collecting() => Certainty::CatchingUp,
            Some(since) if now.since(since) > self.patience(watched.mode) => Certainty::Drifting,
            Some(_) => Certainty::CatchingUp,
            None => Certainty::Exact,
        }
    }
}
