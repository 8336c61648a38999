//! Changes of a poll loop, failures, and counts of requests.

use serde::{Deserialize, Serialize};

use super::words::{Nanos, RecordedPlace, Text, TokenDigits, is_false, is_zero, record_all, restore_all};
use crate::presence::{Ledger, LinkChange, Moment, REQUEST_KINDS, SafeText, Trouble};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecordedLink<'a> {
    #[serde(default, skip_serializing_if = "is_zero")]
    poll: usize,
    /// When, in microseconds, if that is not the moment of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    #[serde(borrow)]
    change: RecordedChange<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordedChange<'a> {
    Connecting,
    Live {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resumed: Option<TokenDigits>,
        round_trip: Nanos,
    },
    Alive {
        round_trip: Nanos,
        #[serde(borrow)]
        requests: RecordedLedger<'a>,
    },
    Lost {
        #[serde(borrow)]
        trouble: RecordedTrouble<'a>,
        attempt: u32,
        retry_at: u64,
    },
    Refused {
        #[serde(borrow)]
        trouble: RecordedTrouble<'a>,
        #[serde(borrow)]
        what: Vec<RecordedPlace<'a>>,
        everything: bool,
    },
    Allowed {
        #[serde(borrow)]
        what: Vec<RecordedPlace<'a>>,
    },
    Ended,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecordedTrouble<'a> {
    #[serde(borrow)]
    sentence: Text<'a>,
    #[serde(default, skip_serializing_if = "is_false")]
    passing: bool,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    refused: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<Nanos>,
}

/// Requests by kind: how many were sent, and how many of them failed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct RecordedLedger<'a> {
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    sent: Vec<(Text<'a>, u64, u64)>,
    #[serde(default)]
    followed: u64,
}

impl<'a> RecordedLink<'a> {
    /// A change that was taken in at `moment`.
    pub fn new(poll: usize, change: &'a LinkChange, at: Moment, moment: Moment) -> Self {
        Self { poll, at: (at != moment).then_some(at.micros()), change: change.into() }
    }

    /// The poll, the change and when it was.
    pub fn restore(self, moment: Moment) -> (usize, LinkChange, Moment) {
        (self.poll, self.change.into(), self.at.map_or(moment, Moment::from_micros))
    }
}

impl<'a> From<&'a LinkChange> for RecordedChange<'a> {
    fn from(change: &'a LinkChange) -> Self {
        match change {
            LinkChange::Connecting => Self::Connecting,
            LinkChange::Live { resumed, round_trip } => {
                Self::Live { resumed: resumed.map(TokenDigits), round_trip: Nanos(*round_trip) }
            }
            LinkChange::Alive { round_trip, ledger } => {
                Self::Alive { round_trip: Nanos(*round_trip), requests: ledger.into() }
            }
            LinkChange::Lost { trouble, attempt, retry_at } => {
                Self::Lost { trouble: trouble.into(), attempt: *attempt, retry_at: retry_at.micros() }
            }
            LinkChange::Refused { trouble, what, everything } => {
                Self::Refused { trouble: trouble.into(), what: record_all(what), everything: *everything }
            }
            LinkChange::Allowed { what } => Self::Allowed { what: record_all(what) },
            LinkChange::Ended => Self::Ended,
        }
    }
}

impl From<RecordedChange<'_>> for LinkChange {
    fn from(change: RecordedChange<'_>) -> Self {
        match change {
            RecordedChange::Connecting => Self::Connecting,
            RecordedChange::Live { resumed, round_trip } => {
                Self::Live { resumed: resumed.map(|token| token.0), round_trip: round_trip.0 }
            }
            RecordedChange::Alive { round_trip, requests } => {
                Self::Alive { round_trip: round_trip.0, ledger: requests.into() }
            }
            RecordedChange::Lost { trouble, attempt, retry_at } => {
                Self::Lost { trouble: trouble.into(), attempt, retry_at: Moment::from_micros(retry_at) }
            }
            RecordedChange::Refused { trouble, what, everything } => {
                Self::Refused { trouble: trouble.into(), what: restore_all(what), everything }
            }
            RecordedChange::Allowed { what } => Self::Allowed { what: restore_all(what) },
            RecordedChange::Ended => Self::Ended,
        }
    }
}

impl<'a> From<&'a Trouble> for RecordedTrouble<'a> {
    fn from(trouble: &'a Trouble) -> Self {
        Self {
            sentence: trouble.sentence.as_str().into(),
            passing: trouble.passing,
            refused: trouble.refused.iter().map(Into::into).collect(),
            retry_after: trouble.retry_after.map(Nanos),
        }
    }
}

impl From<RecordedTrouble<'_>> for Trouble {
    fn from(trouble: RecordedTrouble<'_>) -> Self {
        Self {
            sentence: SafeText::from_lines(trouble.sentence),
            passing: trouble.passing,
            refused: trouble.refused.into_iter().map(Text::into_owned).collect(),
            retry_after: trouble.retry_after.map(|after| after.0),
        }
    }
}

impl<'a> From<&'a Ledger> for RecordedLedger<'a> {
    fn from(ledger: &'a Ledger) -> Self {
        let sent = ledger.by_kind.iter().map(|(kind, (sent, failed))| ((*kind).into(), *sent, *failed));
        Self { sent: sent.collect(), followed: ledger.followed }
    }
}

impl From<RecordedLedger<'_>> for Ledger {
    /// Kinds of another version are left out.
    fn from(ledger: RecordedLedger<'_>) -> Self {
        let known = |name: &str| REQUEST_KINDS.iter().find(|kind| **kind == name).copied();
        let sent = ledger.sent.iter().filter_map(|(kind, sent, failed)| Some((known(kind)?, (*sent, *failed))));
        Self { by_kind: sent.collect(), followed: ledger.followed }
    }
}
