//! Keeps one list right: compares it with the occupancy, and decides when to ask here now.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Cause, ListStep, MissingEvents,
    continuity::{Continued, Continuity},
    suspicions::{Suspicions, find_unexpected},
};
use crate::{
    presence::{
        Difference, Moment, PresenceEvent, Roster, Trouble, UserId,
        rules::{HERE_NOW_CACHE, HERE_NOW_PAGE, SUMMED_UP_WITHIN},
    },
    world::{Mode, agenda::round_to_grid},
};

/// Even a list that agrees with the occupancy is checked this often, per thousand names and per [`AUDITED`] channels.
/// If a join and a leave are both lost, the count is right and the names are wrong; and on a quiet channel nothing
/// reveals a lost leave.
const AUDIT: Duration = Duration::from_secs(60);

/// So many channels are checked once in [`AUDIT`]; with more, each waits longer. Otherwise the checks of some thousand
/// quiet channels would take all requests that the budget allows, and no rest.
const AUDITED: usize = 1_000;

/// Where nothing can be read, it comes again and again: here now is not asked for that reason more often than this.
const UNREADABLE: Duration = Duration::from_secs(30);

/// After this many answers in a row that settled nothing, the pause between requests grows.
const FRUITLESS: u32 = 3;

/// How much there is to ask about.
#[derive(Debug, Clone, Copy)]
pub struct ListSize {
    /// The names on the list.
    pub names: usize,
    /// The channels that share the requests with it, itself included.
    pub channels: usize,
}

/// How many a list names, and how many there are.
#[derive(Debug, Clone, Copy)]
pub struct ListCounts {
    /// The names on the list.
    pub names: u64,
    /// The occupancy that was told last, if one was.
    pub told: Option<u64>,
}

impl ListCounts {
    /// Of a roster as it is now.
    pub fn of(roster: &Roster) -> Self {
        Self { names: roster.len() as u64, told: roster.occupancy() }
    }

    fn agree(self) -> bool {
        self.told.is_none_or(|told| told == self.names)
    }
}

/// Whether one list is right, and when to ask again.
///
/// ```
/// use std::time::Duration;
///
/// use herenow::{
///     presence::{Moment, Trouble},
///     world::{Cause, Reconciler},
/// };
///
/// let start = Moment::from_micros(1_790_605_537_000_000);
/// let mut list = Reconciler::new(Duration::ZERO, start);
/// list.mark_asked(Cause::First, 0);
/// assert!(list.is_asked());
///
/// let sentence = "the service failed (500); try again later".into();
/// let trouble = Trouble { sentence, passing: true, refused: vec![], retry_after: None };
/// assert!(list.take_failure(&trouble, start), "the first one in a row");
/// assert!(!list.take_failure(&trouble, start.plus(Duration::from_secs(6))));
/// assert!(!list.is_asked() && list.trouble.is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reconciler {
    /// How long this watcher delays a request after a signal that all watchers receive.
    spread: Duration,
    /// Whether events may have been missed since the last answer.
    pub(super) missed: bool,
    /// Whether leaves of users on the list may be among them.
    pub(super) outdated: bool,
    /// Why to ask here now, and from when on.
    pub(super) wanted: Option<(Cause, Moment)>,
    /// Why a here now is on its way, if one is.
    pub(super) asked: Option<Cause>,
    /// Whether a person ordered it and still waits for the result.
    awaited: bool,
    /// When the last one was answered.
    pub(super) answered: Option<Moment>,
    /// The number of failures in a row.
    failures: u32,
    /// Why the last request failed, if it did. Safe to show.
    pub trouble: Option<String>,
    /// The number of answers in a row after which list and occupancy still differed.
    fruitless: u32,
    /// After a failure: the earliest moment of the next request, unless a person orders it.
    not_before: Moment,
    /// Since when list and occupancy have differed.
    pub disagrees_since: Option<Moment>,
    /// The highest occupancy since they agreed last, by either.
    highest: u64,
    /// Since when the list was not known to be right, if it is not.
    pub(super) behind_since: Option<Moment>,
    /// Until when that was so last.
    pub(super) behind_until: Option<Moment>,
    /// Differences that an event may still explain.
    suspicions: Suspicions,
    /// The number of users in differences that no event explained.
    pub drift_found: u64,
    /// Compares what consecutive events tell.
    continuity: Continuity,
    /// How many full replies had come when it was last shown that nothing was dropped before them.
    confirmed: u64,
    /// How many had come when the here now was sent that is on its way.
    asked_after: u64,
}

impl Reconciler {
    /// A new list, to ask about at once.
    pub fn new(spread: Duration, now: Moment) -> Self {
        Self {
            spread,
            missed: true,
            outdated: false,
            wanted: Some((Cause::First, now)),
            asked: None,
            awaited: false,
            answered: None,
            failures: 0,
            trouble: None,
            fruitless: 0,
            not_before: now,
            disagrees_since: None,
            highest: 0,
            behind_since: None,
            behind_until: None,
            suspicions: Suspicions::default(),
            drift_found: 0,
            continuity: Continuity::default(),
            confirmed: 0,
            asked_after: 0,
        }
    }

    /// Request a here now, no sooner than the service's cache allows. The first cause stays, unless a person orders
    /// one.
    pub fn request_ask(&mut self, cause: Cause, now: Moment) {
        self.awaited |= cause == Cause::ByHand;
        let lost = matches!(cause, Cause::Gap | Cause::FullReply | Cause::Missing | Cause::Unreadable);
        self.missed |= lost || cause == Cause::First;
        self.outdated |= lost;
        if cause.is_repair() {
            self.behind_since.get_or_insert(now);
        }
        match cause {
            Cause::First | Cause::Gap | Cause::Unreadable => self.continuity.forget(),
            Cause::RefreshAsked | Cause::BareInterval => self.continuity.excuse_interval(),
            _ => {}
        }
        let heard_by_all = matches!(cause, Cause::Gap | Cause::Missing | Cause::RefreshAsked | Cause::BareInterval);
        let now = if heard_by_all { now.plus(self.spread) } else { now };
        let pause = if cause == Cause::Unreadable { UNREADABLE } else { HERE_NOW_CACHE };
        let earliest = self.answered.map_or(now, |at| at.plus(pause).max(now));
        match &mut self.wanted {
            Some((_, at)) if cause != Cause::ByHand => *at = (*at).min(earliest),
            wanted => *wanted = Some((cause, earliest)),
        }
    }

    /// Request another here now, because the last one settled nothing. A longer list waits longer.
    pub fn ask_again(&mut self, cause: Cause, names: usize, now: Moment) {
        let pages = u32::try_from(names / HERE_NOW_PAGE).unwrap_or(u32::MAX).saturating_add(1);
        self.request_ask(cause, now.plus(self.retry_pause().saturating_mul(pages)));
    }

    /// Take an event that was applied to the list. `counts`: those after it. `full_replies` have come so far, the one of
    /// this event included.
    pub fn take_event(
        &mut self,
        event: &PresenceEvent,
        step: ListStep,
        counts: ListCounts,
        full_replies: u64,
        now: Moment,
    ) {
        let agrees = counts.agree();
        self.update_agreement(counts, now);
        match self.continuity.take_event(event, step, now) {
            Continued::Broken => {
                self.request_ask(Cause::Missing, now);
                self.confirmed = full_replies;
            }
            Continued::Proven => self.confirmed = full_replies,
            Continued::Unknown if agrees && event.occupancy.is_some() => self.confirmed = full_replies,
            Continued::Unknown | Continued::Late => {}
        }
        self.suspicions.take_event(&event.what, now);
    }

    /// The next difference that no event has explained in time, with its likely cause.
    pub fn take_ripe_difference(&mut self, now: Moment) -> Option<(Cause, Difference)> {
        let (cause, difference) = self.suspicions.take_ripe(now)?;
        self.drift_found += difference.len() as u64;
        Some((cause, difference))
    }

    /// When the next difference or loss is due for its report.
    pub fn ripe_at(&self) -> Option<Moment> {
        self.suspicions.ripe_ats().chain(self.continuity.certain_at()).min()
    }

    /// Events that are missing for certain by now.
    pub fn take_missing_events(&mut self, now: Moment) -> Option<MissingEvents> {
        self.continuity.take_certain_loss(now)
    }

    /// No more events will come: what none has explained is due for its report at once.
    pub fn end_suspicions(&mut self) {
        self.suspicions.end();
        self.continuity.end();
    }

    /// Until when something may still turn out to have been missed, if list and events differ and it is not known
    /// yet why. `beyond_lists`: list and occupancy differ in any case. `full_replies` have come so far.
    pub fn unsettled_until(&self, beyond_lists: bool, full_replies: u64, now: Moment) -> Option<Moment> {
        let disagrees = self.disagrees_since.is_some() && !beyond_lists;
        let open = (disagrees || self.is_in_question(full_replies)).then(|| now.plus(Duration::from_secs(1)));
        self.suspicions.ripe_ats().chain(open).chain(self.continuity.unsettled_until()).max().map(round_to_grid)
    }

    /// Note that a here now was sent for this cause, after so many full replies.
    pub fn mark_asked(&mut self, cause: Cause, full_replies: u64) {
        self.asked_after = full_replies;
        self.wanted = None;
        self.asked = Some(cause);
    }

    /// Whether events may have been dropped before one of the full replies that have come, and nothing has shown yet
    /// whether they were.
    pub const fn is_in_question(&self, full_replies: u64) -> bool {
        self.confirmed < full_replies
    }

    /// When the last here now was answered.
    pub const fn answered_at(&self) -> Option<Moment> {
        self.answered
    }

    /// Whether a here now is on its way.
    pub fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    /// Why the here now was requested that is being answered.
    pub fn asked_cause(&self) -> Cause {
        let first = self.wanted.filter(|(cause, _)| *cause == Cause::First);
        self.asked.or(first.map(|(cause, _)| cause)).unwrap_or(Cause::Audit)
    }

    fn update_agreement(&mut self, counts: ListCounts, now: Moment) {
        if counts.agree() {
            (self.disagrees_since, self.highest) = (None, counts.names);
        } else {
            self.disagrees_since.get_or_insert(now);
            self.highest = self.highest.max(counts.names).max(counts.told.unwrap_or(0));
        }
        let repairs = self.asked.or(self.wanted.map(|(cause, _)| cause)).is_some_and(Cause::is_repair);
        if self.disagrees_since.is_some() || repairs {
            self.behind_since.get_or_insert(now);
        } else if self.behind_since.take().is_some() {
            self.behind_until = Some(now);
        }
    }

    /// Whether an interval that has not come yet may tell why list and occupancy differ. Nothing announces that a
    /// channel has gone above the announce max, so it may have wherever there were more than an announced event told of:
    /// then nobody is announced any more until the first interval.
    pub(in crate::world) fn may_be_summed_up(&self) -> bool {
        self.continuity.may_be_above(self.highest)
    }

    /// Take an answer. Returns why it was requested.
    pub fn take_answer(&mut self, counts: ListCounts, difference: &Difference, mode: Mode, now: Moment) -> Cause {
        let agrees = counts.agree();
        let is_summed_up = mode.is_interval() || self.continuity.has_told() && self.may_be_summed_up();
        self.answered = Some(now);
        self.continuity.take_answer();
        if self.asked.is_some() {
            self.confirmed = self.confirmed.max(self.asked_after);
        }
        (self.failures, self.trouble) = (0, None);
        self.disagrees_since = None;
        self.fruitless = if agrees { 0 } else { self.fruitless.saturating_add(1) };
        let first = self.wanted.take_if(|(cause, _)| *cause == Cause::First && self.asked.is_none());
        let missed = self.missed;
        // What is still wanted was requested after this here now was sent.
        self.missed &= self.wanted.is_some();
        self.outdated &= self.missed;
        let cause = self.asked.take().or(first.map(|(cause, _)| cause)).unwrap_or(Cause::Audit);
        self.awaited &= cause != Cause::ByHand;
        // What is behind from here on is so since now.
        self.behind_since = self.behind_since.map(|_| now);
        self.update_agreement(counts, now);
        // What was lost is made good: that was no lag.
        self.behind_until = self.behind_until.filter(|_| !missed);
        if let Some(unexpected) = find_unexpected(cause, difference, mode) {
            let returned = !difference.missing.is_empty() && difference.returned == difference.missing.len();
            let others = returned && difference.extra.is_empty() && difference.restated.is_empty();
            let likely = match cause {
                _ if others => Cause::SecondSession,
                Cause::ByHand => Cause::Audit,
                cause => cause,
            };
            self.suspicions.add(likely, unexpected, is_summed_up, now);
        }
        cause
    }

    /// The pause between two requests. It grows for a service whose counts and lists never agree.
    fn retry_pause(&self) -> Duration {
        HERE_NOW_CACHE * (1 << self.fruitless.saturating_sub(FRUITLESS).min(5))
    }

    /// Whether a person waits for the here now that is on its way. True at most once.
    pub fn is_awaited(&mut self) -> bool {
        std::mem::take(&mut self.awaited)
    }

    /// Take a failure and schedule a retry, later each time. Returns whether it is the first in a row.
    pub fn take_failure(&mut self, trouble: &Trouble, now: Moment) -> bool {
        self.failures = self.failures.saturating_add(1);
        self.trouble = Some(trouble.sentence.to_string());
        let asked = self.asked.take().unwrap_or(Cause::First);
        // What a person wants meanwhile is what they are to be told about.
        let by_hand = self.wanted.is_some_and(|(cause, _)| cause == Cause::ByHand);
        let cause = if by_hand { Cause::ByHand } else { asked };
        // A grant takes some seconds to spread, so what is refused is asked again soon, and then seldom.
        let usual = if trouble.passing {
            HERE_NOW_CACHE * (1 << self.failures.min(5))
        } else {
            (HERE_NOW_CACHE * (1 << self.failures.saturating_sub(1).min(6))).min(Duration::from_secs(120))
        };
        let asked = trouble.retry_after.unwrap_or_default().min(Duration::from_secs(300));
        self.not_before = now.plus(usual.max(asked));
        self.wanted = Some((cause, self.not_before));
        self.failures == 1
    }

    /// The answer did not mention this channel: ask again.
    pub fn retry_unanswered(&mut self, now: Moment) {
        if let Some(cause) = self.asked.take() {
            self.wanted = Some((cause, now.plus(HERE_NOW_CACHE)));
        }
    }

    /// For how long list and occupancy may differ before one of them is wrong: until the interval must have come that may
    /// tell why.
    pub(super) fn patience(&self, mode: Mode) -> Duration {
        if self.may_be_summed_up() { SUMMED_UP_WITHIN } else { Self::agreement_window(mode) }
    }

    fn agreement_window(mode: Mode) -> Duration {
        match mode {
            Mode::Announce => HERE_NOW_CACHE,
            Mode::Interval { .. } => SUMMED_UP_WITHIN,
        }
    }

    /// When to ask here now, and why, for a list of this size. `beyond_lists`: asking cannot settle a disagreement.
    pub fn due_at(&self, mode: Mode, size: ListSize, beyond_lists: bool) -> Option<(Moment, Cause)> {
        if self.asked.is_some() {
            return None;
        }
        if let Some((cause, at)) = self.wanted {
            let earliest = self.answered.map_or(at, |answered| answered.plus(HERE_NOW_CACHE)).max(at);
            return Some((if cause == Cause::ByHand { earliest } else { earliest.max(self.not_before) }, cause));
        }
        let pages = u32::try_from(size.names / HERE_NOW_PAGE).unwrap_or(u32::MAX).saturating_add(1);
        let share = u32::try_from(size.channels.div_ceil(AUDITED)).unwrap_or(u32::MAX);
        let disagreement = self.disagrees_since.filter(|_| !beyond_lists).map(|since| {
            // A longer list takes more requests, so it waits longer.
            let earliest = self.answered.map_or(since, |at| at.plus(self.retry_pause().saturating_mul(pages)));
            (since.plus(Self::agreement_window(mode)).max(earliest).plus(self.spread), Cause::Disagreement)
        });
        let audit = self.answered.map(|at| (at.plus(AUDIT.saturating_mul(pages.max(share))), Cause::Audit));
        [disagreement, audit].into_iter().flatten().min_by_key(|(at, _)| *at)
    }
}

/// The delay of this watcher after a signal that all watchers receive: up to a second, derived from its user id, so
/// that they do not all ask at once.
pub fn compute_spread(user: &UserId) -> Duration {
    let hash =
        user.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    Duration::from_micros(hash % 1_000_000)
}
