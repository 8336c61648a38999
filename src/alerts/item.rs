//! One item of the watch list: its target, its standing, and its last alert.

use std::time::Duration;

use super::{Alert, AlertKind, AlertSubject};
use crate::{
    expression::Judge,
    presence::{Channel, Moment, UserId, sanitize},
};

/// What an item watches.
#[derive(Debug)]
pub(super) enum WatchTarget {
    User(UserId),
    Channel(Channel),
    Claim(Box<Judge>),
}

/// The standing of a channel or an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    Unknown,
    Empty,
    Occupied,
    Refused(String),
    Drifting,
    Holds(String),
    Not(String),
}

impl Standing {
    fn is_same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// The alert for a change from `said` to this standing, if the change deserves one.
    fn alert_after(&self, said: &Self) -> Option<AlertKind> {
        if self.is_same_kind(said) {
            return None;
        }
        match (said, self) {
            (_, Self::Unknown) | (Self::Unknown, Self::Empty | Self::Occupied | Self::Not(_)) => None,
            (_, Self::Refused(why)) => Some(AlertKind::Refused(why.clone())),
            (_, Self::Drifting) => Some(AlertKind::Drifting),
            (_, Self::Holds(saw)) => Some(AlertKind::Holds(saw.clone())),
            (_, Self::Not(saw)) => Some(AlertKind::Ceased(saw.clone())),
            (Self::Refused(_), Self::Empty | Self::Occupied) => Some(AlertKind::Allowed),
            (_, Self::Empty) => Some(AlertKind::Empty),
            (Self::Drifting, Self::Occupied) => Some(AlertKind::Right),
            (_, Self::Occupied) => Some(AlertKind::Occupied),
        }
    }
}

/// `lobby has 45, fewer than 60`, for a claim about an occupancy and what was seen of it.
fn describe_occupancy(claim: &str, saw: &str) -> Option<String> {
    let (channel, count) = saw.strip_prefix("occupancy of ")?.rsplit_once(" is ")?;
    let (operator, number) = claim.strip_prefix("occupancy of ")?.strip_prefix(channel)?.trim().split_once(' ')?;
    let words = match operator {
        "<" => "fewer than",
        "<=" => "at most",
        ">" => "more than",
        ">=" => "at least",
        _ => return None,
    };
    Some(format!("{channel} has {count}, {words} {number}"))
}

/// An expression that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldingClaim {
    /// The expression. Safe to show.
    pub claim: String,
    /// A sentence that says what is seen of it. Safe to show.
    pub sentence: String,
    /// Whether a person has acknowledged that it holds.
    pub acknowledged: bool,
}

/// One item of the watch list.
#[derive(Debug)]
pub struct WatchItem {
    pub(super) target: WatchTarget,
    /// The last alert, released or held back.
    pub last: Option<Alert>,
    /// The number of alerts released.
    pub told: u64,
    /// The number of alerts held back until the cool-down ends.
    pub held_back: u64,
    pub(super) quiet_until: Moment,
    pub(super) standing: Standing,
    /// The standing that the last released alert told.
    pub(super) said: Standing,
    /// Why it is not known whether an expression holds, if so. Safe to show.
    pub(super) doubt: Option<String>,
    /// That the expression holds was acknowledged: it is quiet until it has ceased.
    pub(super) acknowledged: bool,
}

impl WatchItem {
    pub(super) fn new(target: WatchTarget) -> Self {
        Self {
            target,
            last: None,
            told: 0,
            held_back: 0,
            quiet_until: Moment::default(),
            standing: Standing::Unknown,
            said: Standing::Unknown,
            doubt: None,
            acknowledged: false,
        }
    }

    /// The user, channel or expression that it watches.
    pub fn subject(&self) -> AlertSubject {
        match &self.target {
            WatchTarget::User(user) => AlertSubject::User(user.clone()),
            WatchTarget::Channel(channel) => AlertSubject::Channel(channel.clone()),
            WatchTarget::Claim(judge) => AlertSubject::Claim(judge.expression().as_str().to_owned()),
        }
    }

    /// For an expression: whether it holds, if that is known, and what was seen or why it is not known. Safe to show.
    pub fn verdict(&self) -> Option<(Option<bool>, &str)> {
        if !matches!(self.target, WatchTarget::Claim(_)) {
            return None;
        }
        Some(match (&self.doubt, &self.standing) {
            (Some(why), _) => (None, why),
            (None, Standing::Holds(saw)) => (Some(true), saw),
            (None, Standing::Not(saw)) => (Some(false), saw),
            _ => (None, "not looked at yet"),
        })
    }

    /// For an expression that holds: acknowledge that. Returns whether it holds.
    pub(super) fn acknowledge(&mut self) -> bool {
        let holds = matches!(self.standing, Standing::Holds(_));
        self.acknowledged |= holds;
        holds
    }

    /// Whether it was acknowledged that the expression holds.
    pub const fn is_acknowledged(&self) -> bool {
        self.acknowledged
    }

    /// What there is to say of an expression that holds.
    pub(super) fn describe_holding(&self) -> Option<HoldingClaim> {
        let (WatchTarget::Claim(judge), Standing::Holds(saw), None) = (&self.target, &self.standing, &self.doubt)
        else {
            return None;
        };
        let claim = sanitize(judge.expression().as_str()).into_owned();
        let sentence = describe_occupancy(&claim, saw).unwrap_or_else(|| format!("{claim} holds: {saw}"));
        Some(HoldingClaim { claim, sentence, acknowledged: self.acknowledged })
    }

    /// Record an alert. Returns it, unless it is held back.
    pub(super) fn record_alert(
        &mut self,
        kind: AlertKind,
        channel: Option<&Channel>,
        occupancy: Option<u64>,
        pause: Duration,
        now: Moment,
    ) -> Option<Alert> {
        let alert = Alert { subject: self.subject(), kind, channel: channel.cloned(), occupancy, at: now, more: 0 };
        self.last = Some(alert);
        self.held_back += 1;
        self.release_alert(pause, now)
    }

    /// Release the alert that was held back, if the cool-down is over.
    pub(super) fn release_alert(&mut self, pause: Duration, now: Moment) -> Option<Alert> {
        if self.held_back == 0 || now < self.quiet_until {
            return None;
        }
        let more = std::mem::take(&mut self.held_back) - 1;
        let mut alert = self.last.clone()?;
        if !matches!(self.target, WatchTarget::User(_)) {
            let kind = self.standing.alert_after(&self.said)?;
            alert = Alert { kind, ..alert };
            self.said = self.standing.clone();
        }
        self.quiet_until = now.plus(pause);
        self.told += 1;
        Some(Alert { more, ..alert })
    }

    /// Set the standing. Returns the alert for the change, if there is one and it is not held back.
    pub(super) fn update_standing(
        &mut self,
        standing: Standing,
        occupancy: Option<u64>,
        pause: Duration,
        now: Moment,
    ) -> Option<Alert> {
        self.acknowledged &= matches!(standing, Standing::Holds(_));
        let kind = standing.alert_after(&self.standing);
        if matches!(self.said, Standing::Unknown) && kind.is_none() {
            self.said = standing.clone();
        }
        self.standing = standing;
        self.record_alert(kind?, None, occupancy, pause, now)
    }
}
