//! `herenow check`: does what is claimed hold, now or for a while?

use std::{path::PathBuf, time::Duration};

use clap::Args as ClapArgs;
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    claims::{ClaimArgs, Given, JudgedClaim, LANGUAGE, ReportArgs},
    flags::{past::FromArgs, past_time::PastTime},
    judging::{Course, is_settled},
    report::{self, Report},
};
use crate::{
    expression::Verdict,
    presence::{Moment, rules::SUMMED_UP_WITHIN},
};

/// `herenow check`
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example: herenow check --subscribe-key sub-c-… \"alice present in lobby\" \"occupancy of lobby < 50\"",
    after_long_help = format!("Example: herenow check --subscribe-key sub-c-… \"alice present in lobby\" \"occupancy of lobby < 50\"\n\n\
    Each expression is answered as soon as that is known: `no … for` when that time has passed, all others at once. \
    With --for each must hold all the while from when it is first known; if in between it can't be known, the best \
    answer is that it could not be, and it comes when patience ends. Whoever checks is not present.\n\n{LANGUAGE}\n\n{}", report::JSON)
)]
pub struct Check {
    /// What is claimed.
    #[command(flatten)]
    pub claims: ClaimArgs,
    /// Read expressions from a file as well, one a line; lines that begin with `#` say nothing.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Not only now, but for so long.
    #[arg(long = "for", value_name = "TIME", conflicts_with = "from")]
    pub span: Option<Given>,
    /// How long to wait for an answer to become known.
    #[arg(long, value_name = "TIME", default_value = "10s")]
    pub patience: Given,
    /// Whether it is asked of the past: then each must have held all the while, and it is told when it ceased to.
    #[command(flatten)]
    pub past: FromArgs,
    /// With --from: until this instant.
    #[arg(long, value_name = "TIME", requires = "from", allow_hyphen_values = true)]
    pub until: Option<PastTime>,
    /// How to answer.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// How the answer to one expression comes about.
#[derive(Debug, Default)]
struct Answering {
    /// Since when it can't be known.
    unknown_since: Option<Moment>,
    /// Since when it has to hold.
    holds_since: Option<Moment>,
    /// Why it could not be known in between, and since when.
    doubt: Option<(String, Moment)>,
    /// Since when it would be answered, if it were settled.
    unsettled_since: Option<Moment>,
    /// Until when all has been told that may speak against it.
    told_until: Moment,
    /// Its time is up, and what came last in it is not told yet.
    is_summed_up: bool,
    answer: Option<(Verdict, Moment)>,
}

pub(super) async fn run_check(args: Check, broken: CancellationToken) -> Result<(), Failure> {
    let expressions = args.claims.read(args.file.as_deref())?;
    let report = Report::prepare(&args.report)?;
    let checking = |began: Moment| Checking {
        began,
        span: args.span.unwrap_or_default().0,
        patience: args.patience.0,
        each: expressions.iter().map(|_| Answering::default()).collect(),
    };
    let (Checking { began, each, .. }, now) = args.claims.watch(expressions.clone(), checking, broken).await?;
    let ended = expressions.into_iter().zip(each).filter_map(|(expression, course)| {
        let (verdict, at) = course.answer?;
        Some(JudgedClaim { expression, verdict, took: at.since(began) })
    });
    report.tell("check", &ended.collect::<Vec<_>>(), now.since(began))
}

/// Until each is answered.
struct Checking {
    began: Moment,
    /// For how long each has to hold.
    span: Duration,
    /// How long an answer may stay unknown.
    patience: Duration,
    each: Vec<Answering>,
}

impl Course for Checking {
    fn judges_over_time(&self) -> bool {
        !self.span.is_zero()
    }

    fn take_told(&mut self, until: &[Moment]) {
        self.each.iter_mut().zip(until).for_each(|(each, until)| each.told_until = *until);
    }

    fn take(&mut self, verdicts: Vec<Verdict>, now: Moment) -> Option<Moment> {
        let (span, patience) = (self.span, self.patience);
        let all = self.each.iter_mut().zip(verdicts);
        all.filter_map(|(each, verdict)| each.take(verdict, span, patience, now)).min()
    }
}

impl Answering {
    /// Take in what is known now: the answer, or when to look again if nothing happens.
    fn take(&mut self, verdict: Verdict, span: Duration, patience: Duration, now: Moment) -> Option<Moment> {
        if self.answer.is_some() {
            return None;
        }
        if let Verdict::NotHeld { saw, .. } = &verdict
            && self.is_summed_up
        {
            let why = format!("{saw}, maybe only after that time");
            self.answer = Some((Verdict::Unknown { why, for_good: false }, now));
            return None;
        }
        let again = match &verdict {
            Verdict::NotHeld { .. } => now,
            Verdict::Held { .. } => {
                self.unknown_since = None;
                let due = self.holds_since.get_or_insert(now).plus(span);
                self.is_summed_up = !span.is_zero() && due <= now && self.told_until < due;
                if self.is_summed_up { self.await_interval(patience, now) } else { due }
            }
            Verdict::Unsettled { why, until, .. } => {
                self.unknown_since = None;
                let due = self.holds_since.get_or_insert(now).plus(span);
                if due <= now {
                    // As long as patience lasts, it may still be settled.
                    let patient_until = self.unsettled_since.get_or_insert(now).plus(patience);
                    if patient_until <= now {
                        self.doubt.get_or_insert_with(|| (why.clone(), now));
                    }
                    (*until).min(patient_until)
                } else {
                    due
                }
            }
            // The best answer now is that it could not be known; but it may still be seen to be broken,
            // which is the firmer one.
            Verdict::Pending { saw: why, .. } | Verdict::Unknown { why, .. } if self.holds_since.is_some() => {
                self.doubt.get_or_insert_with(|| (why.clone(), now));
                self.holds_since.unwrap_or(now).plus(span)
            }
            Verdict::Pending { until, .. } => {
                self.unknown_since = None;
                *until
            }
            Verdict::Unknown { .. } if is_settled(&verdict) => now,
            Verdict::Unknown { .. } => self.unknown_since.get_or_insert(now).plus(patience),
        };
        let again = self.doubt.as_ref().map_or(again, |(_, since)| again.min(since.plus(patience)));
        if again > now {
            return Some(again);
        }
        let doubt = self.doubt.take().filter(|_| !matches!(verdict, Verdict::NotHeld { .. }));
        self.answer = Some((doubt.map_or(verdict, |(why, _)| Verdict::Unknown { why, for_good: false }), now));
        None
    }

    /// Its time is up: what came last in it is told by the next interval. Returns until when that is waited for.
    fn await_interval(&mut self, patience: Duration, now: Moment) -> Moment {
        let until = self.unsettled_since.get_or_insert(now).plus(patience.max(SUMMED_UP_WITHIN));
        if until <= now {
            let why = "no interval has told of the last seconds of it";
            self.doubt.get_or_insert_with(|| (why.to_owned(), now));
        }
        until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said at each second, and the answer with its second.
    fn course(span: u64, said: &str) -> Option<(char, u64)> {
        course_with_intervals(span, said, 1)
    }

    /// As [`course`], where all is told every so many seconds only.
    fn course_with_intervals(span: u64, said: &str, interval: u64) -> Option<(char, u64)> {
        let mut course = Answering::default();
        for (letter, second) in said.chars().zip(0..) {
            let at = |second: u64| Moment::from_micros(second * 1_000_000);
            course.told_until = at(second - second % interval);
            let text = String::new;
            let verdict = match letter {
                '+' => Verdict::Held { saw: text() },
                '-' => Verdict::NotHeld { saw: text(), for_good: false },
                '?' => Verdict::Unknown { why: text(), for_good: false },
                '~' => Verdict::Unsettled { saw: text(), why: text(), until: at(second + 2) },
                '!' => Verdict::Unknown { why: text(), for_good: true },
                _ => Verdict::Pending { saw: text(), until: at(u64::MAX / 10_000_000) },
            };
            let (span, patience) = (Duration::from_secs(span), Duration::from_secs(3));
            let again = course.take(verdict, span, patience, at(second));
            assert_eq!(again.is_none(), course.answer.is_some(), "{said}");
            assert!(again.is_none_or(|again| again > at(second)), "{said}");
        }
        let (verdict, at) = course.answer?;
        let letter = match verdict {
            Verdict::Held { .. } => '+',
            Verdict::NotHeld { .. } => '-',
            Verdict::Unknown { .. } => '?',
            Verdict::Unsettled { .. } => '~',
            Verdict::Pending { .. } => '.',
        };
        Some((letter, at.seconds()))
    }

    #[test]
    fn an_answer_comes_as_soon_as_it_is_known_or_patience_ends() {
        let table = [
            ("+", Some(('+', 0))),
            ("-", Some(('-', 0))),
            ("??+", Some(('+', 2))),
            ("???", None),
            ("????", Some(('?', 3))),
            ("!", Some(('?', 0))),
            ("??..??", None),
            ("..........+", Some(('+', 10))),
            ("....-", Some(('-', 4))),
            ("....????", Some(('?', 7))),
            ("~~+", Some(('+', 2))),
            ("~~-", Some(('-', 2))),
            ("~~~", None),
            ("~~~~", Some(('?', 3))),
        ];
        for (said, answer) in table {
            assert_eq!(course(0, said), answer, "{said}");
        }
    }

    #[test]
    fn for_a_while_means_all_the_while() {
        let table = [
            ("+++", None),
            ("++++", Some(('+', 3))),
            ("??++++", Some(('+', 5))),
            ("++-", Some(('-', 2))),
            ("+?++", Some(('?', 3))),
            ("+??-", Some(('-', 3))),
            ("+!!!", Some(('?', 3))),
            ("-", Some(('-', 0))),
            ("????", Some(('?', 3))),
            ("..++++", Some(('+', 5))),
            ("+~~+", Some(('+', 3))),
            ("+++~", None),
            ("+++~~-", Some(('-', 5))),
            ("+++~~+", Some(('+', 5))),
            ("+++~~~~", Some(('?', 6))),
        ];
        for (said, answer) in table {
            assert_eq!(course(3, said), answer, "{said}");
        }
        // What came last is told by the interval that ends after it, or by none.
        let intervals = [
            ("++++++", None),
            ("+++++++", Some(('+', 6))),
            ("+++-", Some(('-', 3))),
            ("+++++-", Some(('?', 5))),
            ("++++++-", Some(('?', 6))),
        ];
        for (said, answer) in intervals {
            assert_eq!(course_with_intervals(4, said, 6), answer, "{said}");
        }
        assert_eq!(course_with_intervals(4, &"+".repeat(20), 100), Some(('?', 17)));
        // Nobody has to wait for the end of what can't be held any more.
        assert_eq!(course(100, "+?++"), None);
        assert_eq!(course(100, "+?+++"), Some(('?', 4)));
        assert_eq!(course(100, "+?++-"), Some(('-', 4)));
    }
}
