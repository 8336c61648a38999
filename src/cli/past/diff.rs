//! `herenow diff`: who came, who went and what changed between two instants of a recording.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::PathBuf,
};

use clap::Args as ClapArgs;
use serde::Serialize;
use serde_json::value::RawValue;

use super::open::OpenPast;
use crate::{
    cli::{Failure, flags::past_time::PastTime, print, state::raw},
    presence::{Channel, Moment, Occupant, State, UserId},
    recording::Past,
    world::{Certainty, ChannelState, World},
};

/// `herenow diff`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow diff incident.jsonl.gz 12:04:28 12:09:00 lobby\n\
    Exit codes: 0 both lists were exact, 1 it failed, 2 usage error, 3 one of them was not.")]
pub struct DiffArgs {
    /// The recording.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The first instant, such as 12:04:28, -5m (before the end) or +5m (after the beginning).
    #[arg(value_name = "TIME", allow_hyphen_values = true)]
    pub first: PastTime,
    /// The second instant.
    #[arg(value_name = "TIME", allow_hyphen_values = true)]
    pub second: PastTime,
    /// Only these channels.
    #[arg(value_name = "CHANNEL")]
    pub channels: Vec<String>,
    /// Answer in one line of JSON, for programs.
    #[arg(long)]
    pub json: bool,
}

/// What is known of a channel at an instant.
#[derive(Debug, Clone, Default, Serialize)]
struct KnownAt {
    occupancy: Option<u64>,
    certainty: &'static str,
    #[serde(skip)]
    is_exact: bool,
}

/// What has happened to a channel.
#[derive(Debug, Default, Serialize)]
struct ChannelDifference {
    before: KnownAt,
    after: KnownAt,
    came: Vec<String>,
    went: Vec<String>,
    changed: BTreeMap<String, (Box<RawValue>, Box<RawValue>)>,
}

#[derive(Serialize)]
struct DiffAnswer<'a> {
    from: u64,
    to: u64,
    channels: &'a BTreeMap<String, ChannelDifference>,
}

pub(in crate::cli) fn run_diff(args: &DiffArgs) -> Result<(), Failure> {
    let mut open = OpenPast::open(Some(&args.file))?;
    let (first, second) = (open.resolve(args.first)?, open.resolve(args.second)?);
    let (first, second) = (first.min(second), first.max(second));
    open.go_to(first)?;
    let known = remember(&open.past);
    open.go_to(second)?;
    let found = compare(&known, &remember(&open.past), &args.channels);
    open.remark_flaws();
    if args.json {
        print::json(&DiffAnswer { from: millis(first), to: millis(second), channels: &found })?;
    } else {
        print::text(&show_differences(&found))?;
    }
    let is_known = |one: &ChannelDifference| one.before.is_exact && one.after.is_exact;
    if found.values().all(is_known) && !found.is_empty() { Ok(()) } else { Err(Failure::not_known()) }
}

const fn millis(moment: Moment) -> u64 {
    moment.micros() / 1_000
}

/// A world, and of which channels nothing is known as lines are missing.
struct Remembered {
    world: World,
    holes: BTreeSet<Channel>,
}

fn remember(past: &Past) -> Remembered {
    let channels = past.world().channels.iter().map(|watched| &watched.channel);
    let holes = channels.filter(|channel| past.explain_hole(channel).is_some()).cloned().collect();
    Remembered { world: past.world().clone(), holes }
}

impl Remembered {
    fn look_up(&self, channel: &Channel) -> KnownAt {
        let Some(watched) = self.world.channels.look_up(channel) else {
            return KnownAt { certainty: "not in view", ..KnownAt::default() };
        };
        let certainty = self.world.certainty(watched, self.world.now());
        let is_missing = self.holes.contains(channel);
        KnownAt {
            occupancy: watched.known_occupancy(),
            certainty: if is_missing { "lines are missing" } else { certainty.word() },
            is_exact: !is_missing && certainty == Certainty::Exact,
        }
    }
}

fn compare(first: &Remembered, second: &Remembered, wanted: &[String]) -> BTreeMap<String, ChannelDifference> {
    let in_view = |world: &World| world.channels.iter().map(|one| one.channel.clone()).collect::<Vec<_>>();
    let mut channels: BTreeSet<Channel> = in_view(&first.world).into_iter().chain(in_view(&second.world)).collect();
    if !wanted.is_empty() {
        channels = wanted.iter().map(|name| Channel::from_wire(name)).collect();
    }
    let one = |channel: Channel| {
        let (before, after) = (first.look_up(&channel), second.look_up(&channel));
        let found = ChannelDifference { before, after, ..ChannelDifference::default() };
        let found =
            compare_lists(first.world.channels.look_up(&channel), second.world.channels.look_up(&channel), found);
        (channel.as_str().to_owned(), found)
    };
    channels.into_iter().map(one).collect()
}

fn compare_lists(
    first: Option<&ChannelState>,
    second: Option<&ChannelState>,
    mut found: ChannelDifference,
) -> ChannelDifference {
    let list = |watched: Option<&'_ ChannelState>| -> BTreeMap<UserId, Option<State>> {
        let one = |(user, occupant): (&UserId, &Occupant)| (user.clone(), occupant.state().cloned());
        watched.map(|watched| watched.roster.iter().map(one).collect()).unwrap_or_default()
    };
    let (before, after) = (list(first), list(second));
    let name = |user: &UserId| user.as_str().to_owned();
    found.came = after.keys().filter(|user| !before.contains_key(*user)).map(name).collect();
    found.went = before.keys().filter(|user| !after.contains_key(*user)).map(name).collect();
    for (user, now) in &after {
        if let Some(then) = before.get(user)
            && then != now
        {
            found.changed.insert(name(user), (raw(then.as_ref()), raw(now.as_ref())));
        }
    }
    found
}

fn show_differences(found: &BTreeMap<String, ChannelDifference>) -> String {
    let known = |known: &KnownAt| {
        let here = known.occupancy.map_or("?".to_owned(), |count| count.to_string());
        format!("{here} here, {}", known.certainty)
    };
    // Writing to a string can't fail.
    let mut out = String::new();
    for (channel, found) in found {
        let _ = writeln!(out, "{}  {} → {}", print::name(channel), known(&found.before), known(&found.after));
        let signs = [("+", &found.came), ("-", &found.went)];
        for (sign, users) in signs {
            for user in users {
                let _ = writeln!(out, "  {sign} {}", print::name(user));
            }
        }
        for (user, (then, now)) in &found.changed {
            let show = |state: &RawValue| print::state(&State::from_wire(state));
            let _ = writeln!(out, "  ~ {}  {} → {}", print::name(user), show(then), show(now));
        }
    }
    out
}
