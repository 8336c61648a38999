//! `herenow wait`: until what is claimed holds.

use clap::Args as ClapArgs;
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    claims::{ClaimArgs, Ended, Given, LANGUAGE, ReportArgs},
    report,
};
use crate::{
    expression::{Judge, Verdict},
    presence::Moment,
};

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

pub(super) async fn run(args: Wait, broken: CancellationToken) -> Result<(), Failure> {
    let expressions = args.claims.read(None)?;
    report::refuse_both(&args.report)?;
    let mut bench = args.claims.watch(expressions, broken).await?;
    let began = bench.now();
    let deadline = began.plus(args.timeout.0);
    let verdicts = loop {
        let verdicts = bench.judge();
        if verdicts.iter().all(|verdict| matches!(verdict, Verdict::Held { .. })) || verdicts.iter().any(is_settled) {
            break verdicts;
        }
        let now = bench.now();
        if now >= deadline {
            break verdicts;
        }
        bench.step(wakes_at(&verdicts, now).min(deadline)).await?;
    };
    let took = bench.now().since(began);
    let ended = bench.judges.iter().map(Judge::expression).zip(verdicts).map(|(expression, verdict)| {
        let verdict = match verdict {
            Verdict::Pending { saw, .. } => Verdict::Unknown {
                why: format!("{saw}, but not for so long yet when the time was up"),
                for_good: false,
            },
            verdict => verdict,
        };
        Ended { expression: expression.clone(), verdict, took }
    });
    report::tell("wait", &ended.collect::<Vec<_>>(), took, &args.report)
}

/// Waiting changes nothing any more.
pub(super) fn is_settled(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::NotHeld { for_good: true, .. } | Verdict::Unknown { for_good: true, .. })
}

/// When one of them may come to hold by time alone.
fn wakes_at(verdicts: &[Verdict], now: Moment) -> Moment {
    let until = |verdict: &Verdict| if let Verdict::Pending { until, .. } = verdict { Some(*until) } else { None };
    // A quiet time that was broken becomes quiet again; looking every second is soon enough.
    let again = now.plus(std::time::Duration::from_secs(1));
    verdicts.iter().filter_map(until).chain([again]).filter(|until| *until > now).min().unwrap_or(again)
}
