//! Is the list right? Compares what the service tells with what the list names, says how sure it is,
//! and decides when to ask here now.

use std::{collections::VecDeque, time::Duration};

use super::Cause;
use crate::{
    presence::{
        Difference, Happening, Moment, PresenceEvent, Trouble, UserId,
        rules::{DEFAULT_INTERVAL, HERE_NOW_CACHE, HERE_NOW_PAGE},
    },
    world::Mode,
};

/// In interval mode an interval event names the users of a change this much later than here now counts them, at
/// most: one interval, and the age of the answer.
const INTERVAL: Duration = DEFAULT_INTERVAL.saturating_add(HERE_NOW_CACHE);

/// Even a list that seems right is checked this often, per thousand names: a join and a leave that
/// were both lost leave the count right and the names wrong, and on a quiet channel nothing tells of
/// a lost leave.
const AUDIT: Duration = Duration::from_secs(60);

/// So many answers in a row may settle nothing before it is asked less often.
const FRUITLESS: u32 = 3;

/// Whether one list is right, and when to ask again.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciler {
    /// How much later than other watchers this one asks after a signal that all of them hear.
    spread: Duration,
    /// Events may have been missed, and no here now has told since.
    pub(super) missed: bool,
    /// Among them may be leaves of those who are on the list.
    pub(super) outdated: bool,
    /// Why and from when on to ask here now.
    pub(super) wanted: Option<(Cause, Moment)>,
    /// A here now is on its way, and why.
    pub(super) asked: Option<Cause>,
    /// A person asked for it, and was not told yet how that ended.
    awaited: bool,
    /// When the last one was answered.
    pub(super) answered: Option<Moment>,
    /// Failed in a row.
    failures: u32,
    /// Why the last one failed, if it did. Safe to show.
    pub trouble: Option<String>,
    /// Answers in a row after which list and occupancy differed all the same.
    fruitless: u32,
    /// After a failure: nothing but a person's wish brings the next try forward.
    not_before: Moment,
    /// Since when list and told occupancy differ.
    pub disagrees_since: Option<Moment>,
    /// Differences found that an event may still explain, oldest first. No more of them than here nows
    /// fit into an interval.
    suspicions: VecDeque<Suspicion>,
    /// Differences found so far that nothing explained, by users named.
    pub drift_found: u64,
}

/// A difference between list and here now, while it may still be explained: by an event that was
/// overtaken by the answer, or by an interval.
#[derive(Debug, Clone, PartialEq)]
struct Suspicion {
    cause: Cause,
    difference: Difference,
    until: Moment,
}

impl Reconciler {
    /// To be asked about at once.
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
            suspicions: VecDeque::new(),
            drift_found: 0,
        }
    }

    /// Ask, no sooner than the service's cache allows. The first cause stands, but for a person's.
    pub fn request_ask(&mut self, cause: Cause, now: Moment) {
        self.awaited |= cause == Cause::ByHand;
        self.missed |= matches!(cause, Cause::First | Cause::Gap | Cause::FullReply);
        self.outdated |= matches!(cause, Cause::Gap | Cause::FullReply);
        let heard_by_all = matches!(cause, Cause::Gap | Cause::RefreshAsked | Cause::BareInterval);
        let now = if heard_by_all { now.plus(self.spread) } else { now };
        let earliest = self.answered.map_or(now, |at| at.plus(HERE_NOW_CACHE).max(now));
        match &mut self.wanted {
            Some((_, at)) if cause != Cause::ByHand => *at = (*at).min(earliest),
            wanted => *wanted = Some((cause, earliest)),
        }
    }

    /// Ask once more, for what a here now could not settle; the longer it was, the later.
    pub fn ask_again(&mut self, cause: Cause, names: usize, now: Moment) {
        let pages = u32::try_from(names / HERE_NOW_PAGE).unwrap_or(u32::MAX).saturating_add(1);
        self.request_ask(cause, now.plus(self.retry_pause().saturating_mul(pages)));
    }

    /// An event was folded in; `agrees`: the list is as long as the occupancy told.
    pub fn take_event(&mut self, event: &PresenceEvent, agrees: bool, now: Moment) {
        self.update_agreement(agrees, now);
        match &event.what {
            Happening::Joined { user, .. } | Happening::Left { user } | Happening::TimedOut { user } => {
                for suspicion in &mut self.suspicions {
                    suspicion.difference.missing.retain(|missing| missing != user);
                    suspicion.difference.extra.retain(|extra| extra != user);
                }
            }
            // The names were on their way in an interval.
            Happening::Interval { .. } => self.suspicions.clear(),
            Happening::StateChanged { .. } | Happening::Unknown { .. } => {}
        }
    }

    /// Keep a difference in mind until it is explained or reported. Nothing announces that a channel
    /// goes into interval mode, so the names may still be on their way in its first interval.
    fn add_suspicion(&mut self, cause: Cause, difference: &Difference, now: Moment) {
        let until = now.plus(INTERVAL);
        self.suspicions.push_back(Suspicion { cause, difference: difference.clone(), until });
    }

    /// A difference that nothing has explained in time, if there is one, with its likely cause.
    pub fn take_ripe_difference(&mut self, now: Moment) -> Option<(Cause, Difference)> {
        while let Some(ripe) = self.suspicions.pop_front_if(|suspicion| suspicion.until <= now) {
            if !ripe.difference.is_empty() {
                self.drift_found += (ripe.difference.missing.len() + ripe.difference.extra.len()) as u64;
                return Some((ripe.cause, ripe.difference));
            }
        }
        None
    }

    /// When the next difference has waited long enough to be reported.
    pub fn ripe_at(&self) -> Option<Moment> {
        self.suspicions.front().map(|suspicion| suspicion.until)
    }

    /// A here now is on its way, because of this.
    pub fn mark_asked(&mut self, cause: Cause) {
        self.wanted = None;
        self.asked = Some(cause);
    }

    /// Whether a here now is on its way.
    pub fn is_asked(&self) -> bool {
        self.asked.is_some()
    }

    fn update_agreement(&mut self, agrees: bool, now: Moment) {
        if agrees {
            self.disagrees_since = None;
        } else {
            self.disagrees_since.get_or_insert(now);
        }
    }

    /// The answer is there. Returns why it was asked for.
    pub fn take_answer(&mut self, agrees: bool, difference: &Difference, mode: Mode, now: Moment) -> Cause {
        self.answered = Some(now);
        (self.failures, self.trouble) = (0, None);
        self.disagrees_since = None;
        self.update_agreement(agrees, now);
        self.fruitless = if agrees { 0 } else { self.fruitless.saturating_add(1) };
        let first = self.wanted.take_if(|(cause, _)| *cause == Cause::First && self.asked.is_none());
        // What is still wanted came up after this was asked for.
        self.missed &= self.wanted.is_some();
        self.outdated &= self.missed;
        let cause = self.asked.take().or(first.map(|(cause, _)| cause)).unwrap_or(Cause::Audit);
        let unexpected = matches!(cause, Cause::Disagreement | Cause::Audit | Cause::OwnJoin);
        if unexpected && mode == Mode::Announce && !difference.is_empty() {
            let others = difference.extra.is_empty() && difference.returned == difference.missing.len();
            self.add_suspicion(if others { Cause::SecondSession } else { cause }, difference, now);
        }
        cause
    }

    /// How long after an answer that settled nothing another may: a service whose counts and lists never agree
    /// is asked ever less often.
    fn retry_pause(&self) -> Duration {
        HERE_NOW_CACHE * (1 << self.fruitless.saturating_sub(FRUITLESS).min(5))
    }

    /// Whether a person waits for the answer that is on its way, which is told once.
    pub fn is_awaited(&mut self) -> bool {
        std::mem::take(&mut self.awaited) && self.asked == Some(Cause::ByHand)
    }

    /// No answer: ask again, ever less eagerly. Returns whether it is the first in a row.
    pub fn take_failure(&mut self, trouble: &Trouble, now: Moment) -> bool {
        self.failures = self.failures.saturating_add(1);
        self.trouble = Some(trouble.sentence.clone());
        let cause = self.asked.take().unwrap_or(Cause::First);
        let usual =
            if trouble.passing { HERE_NOW_CACHE * (1 << self.failures.min(5)) } else { Duration::from_secs(120) };
        let asked = trouble.retry_after.unwrap_or_default().min(Duration::from_secs(300));
        self.not_before = now.plus(usual.max(asked));
        self.wanted = Some((cause, self.not_before));
        self.failures == 1
    }

    /// The answer that was to tell of this channel is there, and did not: ask again.
    pub fn retry_unanswered(&mut self, now: Moment) {
        if let Some(cause) = self.asked.take() {
            self.wanted = Some((cause, now.plus(HERE_NOW_CACHE)));
        }
    }

    pub(super) fn agreement_window(mode: Mode) -> Duration {
        match mode {
            Mode::Announce => HERE_NOW_CACHE,
            Mode::Interval { .. } => INTERVAL,
        }
    }

    /// When to ask, and why, if nothing else happens: for a list of so many names; `beyond_lists`: asking
    /// can't settle a disagreement.
    pub fn due_at(&self, mode: Mode, names: usize, beyond_lists: bool) -> Option<(Moment, Cause)> {
        if self.asked.is_some() {
            return None;
        }
        if let Some((cause, at)) = self.wanted {
            let earliest = self.answered.map_or(at, |answered| answered.plus(HERE_NOW_CACHE)).max(at);
            return Some((if cause == Cause::ByHand { earliest } else { earliest.max(self.not_before) }, cause));
        }
        let disagreement = self.disagrees_since.filter(|_| !beyond_lists).map(|since| {
            let earliest = self.answered.map_or(since, |at| at.plus(self.retry_pause()));
            (since.plus(Self::agreement_window(mode)).max(earliest).plus(self.spread), Cause::Disagreement)
        });
        let pages = u32::try_from(names / HERE_NOW_PAGE).unwrap_or(u32::MAX).saturating_add(1);
        let audit = self.answered.map(|at| (at.plus(AUDIT.saturating_mul(pages)), Cause::Audit));
        [disagreement, audit].into_iter().flatten().min_by_key(|(at, _)| *at)
    }
}

/// How long after a signal that every watcher hears this one asks: up to a second, by its user id,
/// so that many watchers do not ask in step.
pub fn compute_spread(user: &UserId) -> Duration {
    let hash =
        user.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    Duration::from_micros(hash % 1_000_000)
}
