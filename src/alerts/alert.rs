//! An alert: what happened, and to which user, channel or expression. Facts first, sentences made from them.

use std::fmt;

use jiff::Timestamp;
use serde_json::json;

use crate::presence::{Channel, Moment, UserId, sanitize, to_json_line};

/// The user, channel or expression that an alert is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertSubject {
    /// A user, on any channel in view.
    User(UserId),
    /// A channel.
    Channel(Channel),
    /// An expression, as it was written. Foreign text.
    Claim(String),
    /// All channels: the kind of an incident.
    Incident(&'static str),
}

impl AlertSubject {
    /// Its kind, in a word.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Channel(_) => "channel",
            Self::Claim(_) => "expression",
            Self::Incident(_) => "incident",
        }
    }

    /// Its exact name. Foreign text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::User(user) => user.as_str(),
            Self::Channel(channel) => channel.as_str(),
            Self::Claim(text) => text,
            Self::Incident(kind) => kind,
        }
    }
}

impl fmt::Display for AlertSubject {
    /// Safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sanitize(self.as_str()))
    }
}

/// What happened to the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertKind {
    /// A user joined.
    Joined,
    /// A user left.
    Left,
    /// A user timed out.
    TimedOut,
    /// A here now found the user present.
    FoundHere,
    /// A here now found the user gone.
    FoundGone,
    /// The channel became empty.
    Empty,
    /// The channel is no longer empty.
    Occupied,
    /// The service refuses the channel, for this reason.
    Refused(String),
    /// The service no longer refuses the channel.
    Allowed,
    /// The list of the channel disagrees with the occupancy.
    Drifting,
    /// The list of the channel is right again.
    Right,
    /// The expression holds; what was seen, safe to show.
    Holds(String),
    /// The expression no longer holds; what was seen, safe to show.
    Ceased(String),
    /// Something unusual happened; the sentence, safe to show.
    Unusual(String),
}

impl AlertKind {
    /// Its name, for programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Joined => "join",
            Self::Left => "leave",
            Self::TimedOut => "timeout",
            Self::FoundHere => "found-here",
            Self::FoundGone => "found-gone",
            Self::Empty => "empty",
            Self::Occupied => "occupied",
            Self::Refused(_) => "refused",
            Self::Allowed => "allowed",
            Self::Drifting => "drifting",
            Self::Right => "exact",
            Self::Holds(_) => "holds",
            Self::Ceased(_) => "ceased",
            Self::Unusual(_) => "incident",
        }
    }

    /// A phrase to follow the name of the subject.
    pub const fn phrase(&self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Left => "left",
            Self::TimedOut => "timed out",
            Self::FoundHere => "is here",
            Self::FoundGone => "is gone",
            Self::Empty => "is empty",
            Self::Occupied => "is not empty any more",
            Self::Refused(_) => "is refused",
            Self::Allowed => "is allowed again",
            Self::Drifting => "has a drifting list",
            Self::Right => "has the right list again",
            Self::Holds(_) => "holds",
            Self::Ceased(_) => "holds no more",
            Self::Unusual(_) => "happened",
        }
    }

    /// The reason, safe to show, if there is one.
    fn reason(&self) -> Option<&str> {
        match self {
            Self::Refused(why) | Self::Holds(why) | Self::Ceased(why) => Some(why),
            Self::FoundHere | Self::FoundGone => Some("found by here now"),
            _ => None,
        }
    }
}

/// One alert. Its [`Display`](fmt::Display) is the sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The user, channel or expression.
    pub subject: AlertSubject,
    /// What happened.
    pub kind: AlertKind,
    /// The channel, if it happened to a user.
    pub channel: Option<Channel>,
    /// The occupancy of the channel at that moment.
    pub occupancy: Option<u64>,
    /// When, by our clock.
    pub at: Moment,
    /// The number of earlier alerts about the same subject that were held back.
    pub more: u64,
}

impl Alert {
    /// A window title, such as `lobby 23 · ann left`. Safe to show.
    pub fn title(&self) -> String {
        let place = match (&self.subject, &self.channel) {
            (AlertSubject::Channel(channel), _) | (_, Some(channel)) => Some(channel),
            _ => None,
        };
        let count = self.occupancy.map(|count| format!(" {count}")).unwrap_or_default();
        let place = place.map(|place| format!("{place}{count} · ")).unwrap_or_default();
        let more = if self.more > 0 { format!(" +{}", self.more) } else { String::new() };
        match &self.subject {
            AlertSubject::Channel(_) => format!("{place}{}{more}", self.kind.phrase()),
            subject => format!("{place}{subject} {}{more}", self.kind.phrase()),
        }
    }

    /// What happened, in a few words, without the subject: `left lobby`. Safe to show.
    pub fn describe_event(&self) -> String {
        let deed = self.kind.phrase();
        match (&self.channel, &self.kind) {
            (Some(channel), AlertKind::Joined | AlertKind::Left) => format!("{deed} {channel}"),
            (Some(channel), AlertKind::FoundGone) => format!("{deed} from {channel}"),
            (Some(channel), AlertKind::FoundHere) => format!("is on {channel}"),
            (Some(channel), _) => format!("{deed} on {channel}"),
            (None, _) => deed.to_owned(),
        }
    }

    /// One line of JSON for programs, with the exact names.
    ///
    /// `about` is `user`, `channel`, `expression` or `incident`, `name` which one or of which kind, `what` what happened (`join`,
    /// `leave`, `timeout`, `found-here`, `found-gone`, `empty`, `occupied`, `refused`, `allowed`,
    /// `drifting`, `exact`, `holds`, `ceased`, `incident`), `at` when, `more` how many others were held back, and `text`
    /// the sentence for people, safe to show. `channel` and `occupancy` are there as far as they are known.
    pub fn to_json(&self) -> String {
        let micros = i64::try_from(self.at.micros()).unwrap_or(i64::MAX);
        let at = Timestamp::from_microsecond(micros / 1000 * 1000).map(|at| format!("{at:.3}")).unwrap_or_default();
        let mut object = json!({
            "about": self.subject.kind(),
            "name": self.subject.as_str(),
            "what": self.kind.name(),
            "at": at,
            "more": self.more,
            "text": self.to_string(),
        });
        let place = match &self.subject {
            AlertSubject::Channel(channel) => Some(channel),
            _ => self.channel.as_ref(),
        };
        if let Some(channel) = place {
            object["channel"] = channel.as_str().into();
        }
        if let Some(occupancy) = self.occupancy {
            object["occupancy"] = occupancy.into();
        }
        // A value without maps of its own making can always be written.
        to_json_line(&object).unwrap_or_default()
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let AlertKind::Unusual(sentence) = &self.kind {
            return f.write_str(sentence);
        }
        write!(f, "{} {}", self.subject, self.describe_event())?;
        if let Some(why) = self.kind.reason() {
            write!(f, ": {why}")?;
        }
        if let (AlertKind::Occupied, Some(count)) = (&self.kind, self.occupancy) {
            write!(f, ": {count} here")?;
        }
        if self.more > 0 {
            write!(f, " (and {} more)", self.more)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(subject: AlertSubject, kind: AlertKind, more: u64) -> Alert {
        let user = matches!(subject, AlertSubject::User(_));
        let channel = user.then(|| Channel::from_wire("lobby"));
        Alert { subject, kind, channel, occupancy: Some(23), at: Moment::from_micros(1_795_262_400_123_456), more }
    }

    #[test]
    fn news_is_told_in_sentences_in_titles_and_to_programs() {
        let ann = || AlertSubject::User(UserId::from_wire("ann"));
        let lobby = || AlertSubject::Channel(Channel::from_wire("lobby"));
        for (alert, text, title) in [
            (alert(ann(), AlertKind::Left, 0), "ann left lobby", "lobby 23 · ann left"),
            (
                alert(ann(), AlertKind::TimedOut, 3),
                "ann timed out on lobby (and 3 more)",
                "lobby 23 · ann timed out +3",
            ),
            (alert(ann(), AlertKind::FoundHere, 0), "ann is on lobby: found by here now", "lobby 23 · ann is here"),
            (
                alert(lobby(), AlertKind::Occupied, 0),
                "lobby is not empty any more: 23 here",
                "lobby 23 · is not empty any more",
            ),
            (alert(lobby(), AlertKind::Refused("no".into()), 0), "lobby is refused: no", "lobby 23 · is refused"),
        ] {
            assert_eq!((alert.to_string(), alert.title()), (text.to_owned(), title.to_owned()));
        }
        let claim = Alert {
            occupancy: None,
            ..alert(
                AlertSubject::Claim("occupancy of lobby > 9".into()),
                AlertKind::Holds("occupancy of lobby is 10".into()),
                0,
            )
        };
        assert_eq!(claim.to_string(), "occupancy of lobby > 9 holds: occupancy of lobby is 10");
        assert_eq!(claim.title(), "occupancy of lobby > 9 holds");
        let evil = alert(AlertSubject::User(UserId::from_wire("a\u{1b}]0;x\u{7}\"")), AlertKind::Joined, 2);
        let json: serde_json::Value = serde_json::from_str(&evil.to_json()).unwrap();
        assert_eq!(json["name"], "a\u{1b}]0;x\u{7}\"");
        assert_eq!(json["text"], "a␛]0;x␇\" joined lobby (and 2 more)");
        assert_eq!((&json["channel"], &json["occupancy"]), (&"lobby".into(), &23.into()));
        assert_eq!((&json["at"], &json["more"]), (&"2026-11-21T12:00:00.123Z".into(), &2.into()));
        assert!(!evil.to_json().contains(['\u{1b}', '\n']));
        let hidden = "a\u{9b}\u{7f}\u{202e}\u{e0041}";
        let evil = alert(AlertSubject::User(UserId::from_wire(hidden)), AlertKind::Joined, 0).to_json();
        assert!(!evil.contains(crate::presence::must_be_named), "{evil}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&evil).unwrap()["name"], hidden);
    }
}
