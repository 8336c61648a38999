//! What a claim about a span of time remembers.

use std::time::Duration;

use super::{
    Facts, Place, Verdict,
    ast::{Claim, QuietKind, Who},
    evaluate::KnownScope,
    violation::{
        describe_crowding, describe_place, describe_quiet, describe_violation, find_crowding, format_time, is_meant,
        needs_names, time_of, users_arriving,
    },
};
use crate::{
    duration::Span,
    presence::{Channel, EventKind, Moment, PresenceEvent, rules::DEFAULT_INTERVAL},
};

/// What one claim has to remember.
#[derive(Debug)]
pub(super) enum Memory {
    /// Of a claim about one moment.
    Moment {
        /// It has held.
        held: bool,
        /// What was missed since.
        missed: Option<String>,
    },
    /// Of a `never`.
    Never {
        /// All was known at some time.
        known: bool,
        broken: Option<String>,
        missed: Option<String>,
    },
    /// Of a `no … for`.
    Quiet {
        /// Since when nothing can have been missed.
        since: Option<Moment>,
        broken: Option<(Moment, String)>,
        missed: Option<String>,
    },
}

impl Memory {
    /// Of a claim, before anything was seen.
    pub fn new(claim: &Claim) -> Self {
        match claim {
            Claim::Never { .. } => Self::Never { known: false, broken: None, missed: None },
            Claim::Quiet { .. } => Self::Quiet { since: None, broken: None, missed: None },
            Claim::Occupancy { .. } | Claim::Users { .. } | Claim::Present { .. } => {
                Self::Moment { held: false, missed: None }
            }
        }
    }

    pub fn hear(&mut self, claim: &Claim, event: &PresenceEvent, facts: &impl Facts, now: Moment) {
        if !claim.place().covers(&event.channel) {
            return;
        }
        match (claim, self) {
            (Claim::Never { who, count, place }, Self::Never { broken, .. }) if broken.is_none() => {
                *broken = users_arriving(event)
                    .filter(|user| is_meant(who, user, event, facts))
                    .find_map(|user| describe_crowding(user, *count, place, Some(&event.channel), facts))
                    .map(|saw| format!("{saw} {}", time_of(event)));
            }
            (Claim::Quiet { kind, who, .. }, Self::Quiet { broken, since, missed }) => {
                if let Some(saw) = describe_violation(*kind, who.as_ref(), event, facts) {
                    *broken = Some((now, saw));
                } else if matches!(event.what, EventKind::Interval { refresh: true, .. }) && needs_names(*kind) {
                    *missed = Some(format!("an interval of {} was too long to name all", event.channel));
                    *since = None;
                }
            }
            _ => {}
        }
    }

    pub fn take_repair(&mut self, claim: &Claim, channel: &Channel, why: &str, now: Moment) {
        let noticed = matches!(claim, Claim::Quiet { kind: QuietKind::Drift | QuietKind::Gap, .. });
        if claim.place().covers(channel) && !noticed {
            self.take_gap(claim, why, now);
        }
    }

    pub fn take_drift(&mut self, claim: &Claim, channel: &Channel, why: &str, now: Moment) {
        match (claim, &mut *self) {
            (claim, _) if !claim.place().covers(channel) => {}
            (Claim::Quiet { kind: QuietKind::Drift, .. }, Self::Quiet { broken, .. }) => {
                *broken = Some((now, format!("{why} {}", format_time(now.seconds()))));
            }
            (Claim::Quiet { kind: QuietKind::Gap, .. }, _) => {}
            _ => self.take_gap(claim, why, now),
        }
    }

    pub fn take_incident(&mut self, claim: &Claim, channels: &[&Channel], what: &str, now: Moment) {
        if let (Claim::Quiet { kind: QuietKind::Incident, place, .. }, Self::Quiet { broken, .. }) = (claim, self)
            && channels.iter().any(|channel| place.covers(channel))
        {
            *broken = Some((now, format!("{what} {}", format_time(now.seconds()))));
        }
    }

    pub fn take_gap(&mut self, claim: &Claim, why: &str, now: Moment) {
        match self {
            Self::Moment { held, missed } => {
                if *held {
                    missed.get_or_insert_with(|| why.to_owned());
                }
            }
            Self::Never { known, missed, .. } => {
                if *known {
                    missed.get_or_insert_with(|| why.to_owned());
                }
            }
            Self::Quiet { since, broken, missed } => {
                if matches!(claim, Claim::Quiet { kind: QuietKind::Gap, .. }) {
                    // Before the first answer there is nothing to miss.
                    if since.is_none() {
                        return;
                    }
                    *broken = Some((now, format!("{why} {}", format_time(now.seconds()))));
                } else if since.take().is_some() {
                    *missed = Some(why.to_owned());
                }
            }
        }
    }

    /// A claim about one moment holds now: was anything missed since it last did?
    pub fn hold_again(&mut self, claim: &Claim, saw: String, facts: &impl Facts) -> Verdict {
        if let Self::Moment { held, missed } = self {
            *held = true;
            if let Some(why) = missed.take() {
                return Verdict::Unknown { why, for_good: false };
            }
        }
        hold_if_settled(saw, &KnownScope::find(claim.place(), facts))
    }

    pub fn judge(&mut self, claim: &Claim, facts: &impl Facts, now: Moment) -> Verdict {
        let cut_off = facts.cut_off();
        match (claim, &cut_off) {
            (Claim::Never { who, count, place }, None) => self.judge_never(who, *count, place, facts),
            (Claim::Quiet { kind, who, place, span }, None) => {
                let scope = KnownScope::find(place, facts);
                let doubt = scope.explain_doubt(|seen| seen.told && (seen.changes || !needs_names(*kind)));
                // A gap is in all that is watched, wherever somebody is.
                let doubt = doubt.filter(|_| *kind != QuietKind::Gap);
                let so_far = describe_quiet(*kind, who.as_ref(), place);
                let told = if claim.waits_for_intervals() { scope.told_until(now) } else { now };
                match self.judge_quiet(doubt, *span, &so_far, told, now) {
                    Verdict::Held { saw } if *kind != QuietKind::Gap => hold_if_settled(saw, &scope),
                    verdict => verdict,
                }
            }
            (_, Some(why)) => {
                let was_known = match self {
                    Self::Moment { .. } => false,
                    Self::Never { known, .. } => *known,
                    Self::Quiet { since, .. } => since.is_some(),
                };
                if was_known {
                    self.take_gap(claim, why, now);
                }
                let quiet = if let Claim::Quiet { span, .. } = claim { *span } else { Duration::ZERO };
                self.decide(quiet, now).unwrap_or_else(|| Verdict::Unknown { why: why.clone(), for_good: false })
            }
            _ => Verdict::Unknown { why: "nothing is remembered of it".to_owned(), for_good: true },
        }
    }

    /// What is certain whatever else is known.
    fn decide(&self, span: Duration, now: Moment) -> Option<Verdict> {
        match self {
            Self::Never { broken: Some(saw), .. } => Some(Verdict::NotHeld { saw: saw.clone(), for_good: true }),
            Self::Never { missed: Some(why), .. } => Some(Verdict::Unknown { why: why.clone(), for_good: true }),
            Self::Quiet { broken: Some((at, saw)), .. } if now.since(*at) < span => {
                Some(Verdict::NotHeld { saw: saw.clone(), for_good: false })
            }
            _ => None,
        }
    }

    fn judge_never(&mut self, who: &Who, count: u64, place: &Place, facts: &impl Facts) -> Verdict {
        let scope = KnownScope::find(place, facts);
        let doubt = scope.explain_doubt(|seen| seen.everybody && (seen.states || !who.asks_state()));
        if let Self::Never { known, broken, missed } = self {
            if broken.is_none() {
                *broken = find_crowding(who, count, place, &scope, facts);
            }
            *known |= doubt.is_none();
            if let Some(unnamed) = scope.seen.iter().find(|seen| *known && !seen.changes) {
                // Who comes and goes within an interval that names nobody is told by nothing.
                missed.get_or_insert_with(|| unnamed.in_doubt());
            }
            if let Some(verdict) = self.decide(Duration::ZERO, Moment::default()) {
                return verdict;
            }
        }
        match (self, doubt) {
            (Self::Never { known: false, .. }, Some(why)) => Verdict::Unknown { why, for_good: false },
            _ => hold_if_settled(format!("{who} never in {}", describe_place(count, place)), &scope),
        }
    }

    /// `told`: until when all has been told.
    fn judge_quiet(
        &mut self,
        doubt: Option<String>,
        span: Duration,
        so_far: &str,
        told: Moment,
        now: Moment,
    ) -> Verdict {
        if let Self::Quiet { since, missed, .. } = self {
            match doubt {
                None => {
                    since.get_or_insert(now);
                }
                Some(why) => {
                    *since = None;
                    *missed = Some(why);
                }
            }
        }
        if let Some(verdict) = self.decide(span, now) {
            return verdict;
        }
        let Self::Quiet { since, missed, broken } = self else {
            return Verdict::Unknown { why: so_far.to_owned(), for_good: true };
        };
        let quiet = |since: Moment| broken.as_ref().map_or(since, |(at, _)| since.max(*at)).plus(span);
        match (since, missed) {
            (Some(since), _) if quiet(*since) <= told => Verdict::Held { saw: format!("{so_far} for {}", Span(span)) },
            (_, Some(why)) => Verdict::Unknown { why: why.clone(), for_good: false },
            (since, None) => {
                // What the last seconds brought, the next interval tells.
                let next = || told.plus(DEFAULT_INTERVAL).max(now.plus(Duration::from_secs(1)));
                let until = quiet(since.unwrap_or(now)).max(if told < now { next() } else { now });
                Verdict::Pending { saw: so_far.to_owned(), until }
            }
        }
    }
}

/// What holds as far as is known, does not count as settled while list and events differ anywhere in its scope.
fn hold_if_settled(saw: String, scope: &KnownScope<'_>) -> Verdict {
    let last = scope.seen.iter().filter_map(|seen| Some((seen.unsettled_until?, seen))).max_by_key(|(until, _)| *until);
    match last {
        Some((until, seen)) => Verdict::Unsettled { saw, why: seen.explain_unsettled(), until },
        None => Verdict::Held { saw },
    }
}
