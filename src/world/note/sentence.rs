//! The sentences for notes.

use std::fmt;

use super::{
    Note,
    names::{NAMES_TOLD, list_names, name_changes, write_names},
};
use crate::{
    presence::{State, Subscription, sanitize},
    wording::count_more,
    world::{Cause, Mode, Removal},
};

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connecting { .. } => f.write_str("connecting"),
            Self::Live { again: false, .. } => f.write_str("live"),
            Self::Live { again: true, .. } => f.write_str("live again: asking here now what happened meanwhile"),
            Self::Lost { trouble, attempt, .. } => write_loss(f, *attempt, &trouble.sentence),
            Self::Refused { what, trouble, .. } => write!(f, "{}: {}", list_names(what), trouble.sentence),
            Self::HereNowRefused { trouble } if trouble.refused.is_empty() => {
                write!(f, "here now failed, asking again: {}", trouble.sentence)
            }
            Self::HereNowRefused { trouble } => write!(f, "here now: {}", trouble.sentence),
            Self::Allowed { what } => write!(f, "{} may be followed again", list_names(what)),
            Self::ClockSetBack => f.write_str("the service's time was set back: asking here now for all lists"),
            Self::ClockOff { seconds } => write_clock_off(f, *seconds),
            Self::EventsMissing(missing) => missing.fmt(f),
            Self::OverLimit { envelopes } => {
                write!(f, "{envelopes} more events in one reply than any service sends: not read")
            }
            Self::NotRecorded { inputs, .. } => write!(f, "{inputs} inputs not recorded: no list is certain"),
            Self::TooManyChannels => {
                f.write_str("more channels than can be kept in view: events of the others are told, lists are not kept")
            }
            Self::Mode(Mode::Interval { .. }) => f.write_str("above the announce max: told in intervals"),
            Self::Mode(Mode::Announce) => f.write_str("at the announce max or below: told one by one"),
            Self::FirstLook { here, .. } => write!(f, "{here} here now"),
            // An event that comes late may explain it yet.
            Self::Corrected { cause: Cause::Disagreement | Cause::Audit, difference } => {
                write!(f, "here now: {}; no event has told of it so far", name_changes(difference))
            }
            Self::Corrected { cause, difference } => {
                write!(f, "here now: {}; {cause}", name_changes(difference))
            }
            Self::AskedAgain { difference } if difference.is_empty() => f.write_str("asked again: the list was right"),
            Self::AskedAgain { difference } => write!(f, "asked again: {}", name_changes(difference)),
            Self::NothingChanged => f.write_str("nothing changed while the link was lost"),
            Self::Repaired { cause, difference } | Self::Drift { cause, difference } => {
                write!(f, "list repaired: {}; {cause}", name_changes(difference))
            }
            Self::StateCorrected { state, .. } => {
                let json = state.as_ref().map_or("{}", State::as_json);
                write!(f, "state corrected by here now: {}", sanitize(json))
            }
            Self::CaughtUp { difference, .. } => write!(f, "since the last here now: {}", name_changes(difference)),
            Self::Unlisted => f.write_str(
                "the service took our heartbeat but does not list us: is Presence enabled for this channel \
                 (Admin Portal, Presence Management)?",
            ),
            Self::HeartbeatFailed { places, trouble } => {
                write!(f, "heartbeat on {}: {}", list_names(places), trouble.sentence)
            }
            Self::RanOut { places } => write!(f, "nothing kept us present on {}: timed out", list_names(places)),
            Self::Added { what } => write_added(f, what),
            Self::Removed { what, channels, .. } => write_removed(f, what, *channels),
            Self::Crowd { title } => f.write_str(title),
            Self::Mark { text } if text.is_empty() => f.write_str("mark"),
            Self::Mark { text } => write!(f, "mark: {}", sanitize(text)),
            Self::Told(alert) => f.write_str(&alert.sentence),
            Self::OrderResult(reply) => reply.fmt(f),
        }
    }
}

/// Without an attempt it is lost for good: it was a recording.
fn write_loss(f: &mut fmt::Formatter<'_>, attempt: u32, why: &str) -> fmt::Result {
    match attempt {
        0 => f.write_str(why),
        1 => write!(f, "link lost: {why}"),
        _ => write!(f, "still lost, try {attempt}: {why}"),
    }
}

fn write_clock_off(f: &mut fmt::Formatter<'_>, seconds: i64) -> fmt::Result {
    let way = if seconds > 0 { "ahead of" } else { "behind" };
    let minutes = seconds.unsigned_abs() / 60;
    write!(f, "this machine is {minutes} min {way} the service; the log has this machine's times")
}

fn write_added(f: &mut fmt::Formatter<'_>, what: &[Subscription]) -> fmt::Result {
    match count_more(what.len().saturating_sub(NAMES_TOLD)) {
        Some(more) => write!(f, "watching {} {more} from here on", write_names(what)),
        None => write!(f, "watching {} from here on", write_names(what)),
    }
}

/// `channels` are those that are out of view with it. A channel is its own and only one.
fn write_removed(f: &mut fmt::Formatter<'_>, what: &Removal, channels: usize) -> fmt::Result {
    match what {
        Removal::Hide(channel) => write!(f, "no longer watching {channel}"),
        Removal::Whole(what @ Subscription::Channel(_)) => write!(f, "no longer watching {what}"),
        Removal::Whole(what) => {
            let what = write_names(std::slice::from_ref(what));
            write!(f, "no longer watching {what}; out of view with it: {channels}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::{Difference, UserId};

    #[test]
    fn names_are_told_up_to_a_number_and_the_facts_have_all() {
        let users = |range: std::ops::Range<u8>| range.map(|n| UserId::from_wire(&n.to_string())).collect();
        let difference = Difference { missing: users(0..7), extra: users(7..8), ..Difference::default() };
        let note = Note::Drift { cause: Cause::Audit, difference };
        let text = "list repaired: 7 came (0, 1, 2, 3, 4, and 2 more), 1 left (7); \
                    events were lost on the way, unnoticed";
        assert_eq!(note.to_string(), text);
        assert_eq!(note.difference().unwrap().missing.len(), 7);
        assert!(note.is_grave() && !note.is_minor());
    }
}
