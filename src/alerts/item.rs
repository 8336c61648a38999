//! One line of the watch list: what it is about, how things stand with it, and what was told of it.

use std::time::Duration;

use super::{Alert, AlertKind, AlertSubject};
use crate::{
    expression::Judge,
    presence::{Channel, Moment, UserId},
};

/// What is watched for.
#[derive(Debug)]
pub(super) enum WatchTarget {
    User(UserId),
    Channel(Channel),
    Claim(Box<Judge>),
}

/// How things are with a channel or an expression.
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

    /// What is told when it comes to this after `said`; nothing if that is no news.
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

/// One line of the watch list.
#[derive(Debug)]
pub struct WatchItem {
    pub(super) target: WatchTarget,
    /// What happened last, told or held back.
    pub last: Option<Alert>,
    /// How often it was told of.
    pub told: u64,
    /// So much is held back until the cool-down is over.
    pub held_back: u64,
    pub(super) quiet_until: Moment,
    pub(super) standing: Standing,
    /// The standing as it was told last.
    pub(super) said: Standing,
    /// Why it can't be known whether an expression holds, if so; safe to show.
    pub(super) doubt: Option<String>,
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
        }
    }

    /// Whom or what it is about.
    pub fn subject(&self) -> AlertSubject {
        match &self.target {
            WatchTarget::User(user) => AlertSubject::User(user.clone()),
            WatchTarget::Channel(channel) => AlertSubject::Channel(channel.clone()),
            WatchTarget::Claim(judge) => AlertSubject::Claim(judge.expression().as_str().to_owned()),
        }
    }

    /// Of an expression: whether it holds, if that is known, and what was seen or why it is not known. Safe
    /// to show.
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

    /// Something happened: the news to be told now, if it is not held back.
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

    /// What is to be told, if anything is held back and the cool-down is over.
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

    /// It stands like this now.
    pub(super) fn update_standing(
        &mut self,
        standing: Standing,
        occupancy: Option<u64>,
        pause: Duration,
        now: Moment,
    ) -> Option<Alert> {
        let kind = standing.alert_after(&self.standing);
        if matches!(self.said, Standing::Unknown) && kind.is_none() {
            self.said = standing.clone();
        }
        self.standing = standing;
        self.record_alert(kind?, None, occupancy, pause, now)
    }
}
