//! `herenow replay`: a recording in the dashboard, or whether it leads to the lists that were recorded.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde::Serialize;

use super::open::OpenPast;
use crate::{
    cli::{
        Failure,
        flags::{dashboard::DashboardFlags, keyset::SpeakerArgs, setting_flags::SettingFlags},
        print,
    },
    recording::{ChannelDigest, DifferingPart, Verification, WorldDifference, verify_recording},
    wording::count_things,
};

/// `herenow replay`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples: herenow replay incident.jsonl.gz\n          \
    herenow replay --verify incident.jsonl.gz\n          \
    herenow replay --pseudonyms for-others.jsonl.gz incident.jsonl.gz\n\
    Exit codes of --verify: 0 all is as it was recorded, 1 it is not or the file is damaged, 2 usage error, 3 nothing could be \
    compared.")]
pub struct ReplayArgs {
    /// The recording.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Open no dashboard: fold all of it and compare with its check lines.
    #[arg(long)]
    pub verify: bool,
    /// With --verify: answer in one line of JSON, for programs.
    #[arg(long, requires = "verify")]
    pub json: bool,
    /// Instead of opening the dashboard, write the recording to this new file with pseudonyms such as quiet-otter-4f2a for
    /// user ids and the texts of states; compressed if its name ends in .gz. Channels keep their names.
    #[arg(long, value_name = "NEW", conflicts_with_all = ["verify", "wall"])]
    pub pseudonyms: Option<PathBuf>,
    /// Open with the wall view, to be read from across a room.
    #[arg(long, conflicts_with = "verify")]
    pub wall: bool,
    /// Where the configuration is.
    #[command(flatten)]
    pub speaker: SpeakerArgs,
    /// The colours.
    #[command(flatten)]
    pub dashboard: SettingFlags<DashboardFlags>,
}

#[derive(Serialize)]
struct ReplayAnswer<'a> {
    verdict: &'static str,
    recorded_by: &'a str,
    inputs: u64,
    checks: u64,
    not_compared: u64,
    lost: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<AnswerDifference<'a>>,
}

#[derive(Serialize)]
struct AnswerDifference<'a> {
    line: u64,
    time: u64,
    recorded: String,
    now: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
}

pub(in crate::cli) fn run_verification(args: &ReplayArgs) -> Result<(), Failure> {
    let mut open = OpenPast::open(Some(&args.file))?;
    let found = verify_recording(&mut open.past);
    open.remark_flaws();
    let verdict = match &found {
        Verification { difference: Some(_), .. } => "differs",
        Verification { checks: 0, .. } => "unknown",
        _ => "as-recorded",
    };
    if args.json {
        print::json(&make_answer(&open, &found, verdict))?;
    } else {
        print::text(&(describe_result(&open, &found) + "\n"))?;
    }
    match (&found.difference, open.explain_broken()) {
        (Some(_), _) => Err(Failure::not_held()),
        (None, Some(broken)) => Err(broken),
        (None, None) if found.checks == 0 => Err(Failure::not_known()),
        (None, None) => Ok(()),
    }
}

fn make_answer<'a>(open: &'a OpenPast, found: &'a Verification, verdict: &'static str) -> ReplayAnswer<'a> {
    let difference = found.difference.as_ref().map(|difference| AnswerDifference {
        line: difference.line,
        time: difference.at.micros() / 1_000,
        recorded: show_hash(difference.hashes.0),
        now: show_hash(difference.hashes.1),
        channel: match &difference.what {
            DifferingPart::Channel(channel, ..) => Some(channel.as_str()),
            DifferingPart::Counters | DifferingPart::Other => None,
        },
    });
    ReplayAnswer {
        verdict,
        recorded_by: &open.past.header().program,
        inputs: found.inputs,
        checks: found.checks,
        not_compared: found.passed_over,
        lost: open.past.count_lost(),
        difference,
    }
}

fn show_hash(hash: u64) -> String {
    format!("{hash:016x}")
}

fn count(number: u64, one: &str) -> String {
    count_things(usize::try_from(number).unwrap_or(usize::MAX), one, &format!("{one}s"))
}

/// The result in a sentence.
fn describe_result(open: &OpenPast, found: &Verification) -> String {
    let program = &open.past.header().program;
    if let Some(WorldDifference { at, hashes, what, .. }) = &found.difference {
        let (then, now) = (show_hash(hashes.0), show_hash(hashes.1));
        let at = open.show(*at);
        return format!("recorded by {program} as {then}, now {now} at {at}, {}", describe_part(what));
    }
    let (inputs, checks) = (count(found.inputs, "input"), count(found.checks, "check"));
    match (found.checks, found.passed_over) {
        (0, 0) => format!("{inputs}, and no check to compare with"),
        (0, passed) => format!("{inputs}; {} could not be compared, as inputs are missing", count(passed, "check")),
        (_, 0) => format!("{inputs}, {checks}: all as recorded by {program}"),
        (_, passed) => {
            let passed = count(passed, "check");
            format!(
                "{inputs}, {checks}: as recorded by {program}; {passed} could not be compared, as inputs are missing"
            )
        }
    }
}

fn describe_part(what: &DifferingPart) -> String {
    let known = |known: &Option<ChannelDigest>| match known {
        Some(ChannelDigest { occupancy, users, certainty, .. }) => {
            format!("{}, occupancy {occupancy}, {certainty}", count(*users, "user"))
        }
        None => "not in view".to_owned(),
    };
    match what {
        DifferingPart::Channel(channel, then, now) if then.is_some() && now.is_some() && known(then) == known(now) => {
            format!("in channel {channel}: {} both times, but other users, states or events", known(then))
        }
        DifferingPart::Channel(channel, then, now) => {
            format!("in channel {channel}: {} then, {} now", known(then), known(now))
        }
        DifferingPart::Counters => "in the link or in the counters of what was received".to_owned(),
        DifferingPart::Other => "in channels that the check does not name".to_owned(),
    }
}
