//! `herenow wait`: until what is claimed holds.

use clap::Args as ClapArgs;
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    claims::{ClaimArgs, Given, JudgedClaim, LANGUAGE, ReportArgs},
    judging::{Course, is_settled, look_again_at},
    report::{self, Report},
};
use crate::{expression::Verdict, presence::Moment};

/// `herenow wait`
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example: herenow wait --subscribe-key sub-c-… --timeout 2m \"occupancy of lobby >= 10\"",
    after_long_help = format!("Example: herenow wait --subscribe-key sub-c-… --timeout 2m \"occupancy of lobby >= 10\"\n\n\
    It ends as soon as all expressions hold at the same moment; when one can't hold any more, as a `never` that was \
    broken; or when the time is up. Whoever waits is not present.\n\n{LANGUAGE}\n\n{}", report::JSON)
)]
pub struct Wait {
    /// What is claimed.
    #[command(flatten)]
    pub claims: ClaimArgs,
    /// How long to wait at the most, such as 90, 30s or 5m.
    #[arg(long, value_name = "TIME", default_value = "30s")]
    pub timeout: Given,
    /// How to answer.
    #[command(flatten)]
    pub report: ReportArgs,
}

pub(super) async fn run_wait(args: Wait, broken: CancellationToken) -> Result<(), Failure> {
    let expressions = args.claims.read(None)?;
    let report = Report::prepare(&args.report)?;
    let waiting = |began: Moment| Waiting { began, deadline: began.plus(args.timeout.0), verdicts: Vec::new() };
    let (Waiting { began, verdicts, .. }, now) = args.claims.watch(expressions.clone(), waiting, broken).await?;
    let took = now.since(began);
    let ended = expressions.into_iter().zip(verdicts).map(|(expression, verdict)| {
        let verdict = match verdict {
            Verdict::Pending { saw, .. } => Verdict::Unknown {
                why: format!("{saw}, but not for so long yet when the time was up"),
                for_good: false,
            },
            Verdict::Unsettled { why, .. } => Verdict::Unknown { why, for_good: false },
            verdict => verdict,
        };
        JudgedClaim { expression, verdict, took }
    });
    report.tell("wait", &ended.collect::<Vec<_>>(), took)
}

/// Until all hold at the same moment, or one can't any more, or the time is up.
struct Waiting {
    began: Moment,
    deadline: Moment,
    /// What was known last.
    verdicts: Vec<Verdict>,
}

impl Course for Waiting {
    fn take(&mut self, verdicts: Vec<Verdict>, now: Moment) -> Option<Moment> {
        self.verdicts = verdicts;
        let all_hold = self.verdicts.iter().all(|verdict| matches!(verdict, Verdict::Held { .. }));
        let is_over = all_hold || self.verdicts.iter().any(is_settled) || now >= self.deadline;
        (!is_over).then(|| look_again_at(&self.verdicts, now).min(self.deadline))
    }
}
