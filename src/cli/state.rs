//! `herenow state`: what a user carries on channels.

use std::{collections::BTreeMap, path::PathBuf};

use clap::{Args as ClapArgs, Subcommand};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Failure,
    flags::{
        format::FormatArgs,
        keyset::KeysetArgs,
        past_time::PastTime,
        places::{self, PlacesArgs},
    },
    keyset::{KeysetUse, UnnamedUser},
    print,
};
use crate::presence::{self, Channel, Moment, Subscription, UserId};

/// `herenow state`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow state set --subscribe-key sub-c-… --user-id ann lobby '{\"mood\":\"busy\"}'")]
pub struct StateArgs {
    /// What to do.
    #[command(subcommand)]
    pub act: StateVerb,
}

/// What can be done with a state.
#[derive(Debug, Subcommand)]
pub enum StateVerb {
    /// Read a user's state.
    #[command(after_help = "Example: herenow state get --subscribe-key sub-c-… --of ann lobby support\n\n\
        With --json: {\"version\":1,\"user\":\"ann\",\"channels\":{\"lobby\":{\"mood\":\"busy\"},\"support\":null}}\n\
        With --from there are `time`, in milliseconds, and `certainty`, a word for each channel: what is not `exact` was \
        not known then, and the exit code is 3.")]
    Get(StateGetArgs),
    /// Replace our own state.
    #[command(
        after_help = "Example: herenow state set --subscribe-key sub-c-… --user-id ann lobby '{\"mood\":\"busy\"}'\n\n\
        With --json: {\"version\":1,\"user\":\"ann\",\"channels\":[\"lobby\"],\"groups\":[],\"state\":{\"mood\":\"busy\"}}"
    )]
    Set(StateSetArgs),
}

/// `herenow state get`
#[derive(Debug, ClapArgs)]
pub struct StateGetArgs {
    /// Where.
    #[command(flatten)]
    pub places: PlacesArgs,
    /// Whose state; without it, our own.
    #[arg(long, value_name = "USER")]
    pub of: Option<String>,
    /// Answer from this recording; no request is sent.
    #[arg(long, value_name = "FILE", conflicts_with = "groups")]
    pub from: Option<PathBuf>,
    /// With --from: at this instant, such as 12:04:28, -5m (before the end) or +5m (after the beginning) [default: its
    /// end].
    #[arg(long, value_name = "TIME", requires = "from", allow_hyphen_values = true)]
    pub at: Option<PastTime>,
    /// For programs.
    #[command(flatten)]
    pub format: FormatArgs,
    /// Whom to ask.
    #[command(flatten)]
    pub keyset: KeysetArgs,
}

/// `herenow state set`
#[derive(Debug, ClapArgs)]
pub struct StateSetArgs {
    /// The channel.
    #[arg(value_name = "CHANNEL")]
    pub channel: String,
    /// The state: a JSON object, which takes the place of the one before.
    #[arg(value_name = "JSON")]
    pub state: String,
    /// A channel group on whose channels it is set as well; may be given several times.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// For programs.
    #[command(flatten)]
    pub format: FormatArgs,
    /// Whom to tell, and as whom.
    #[command(flatten)]
    pub keyset: KeysetArgs,
}

pub(super) async fn run_state(args: StateArgs) -> Result<(), Failure> {
    match args.act {
        StateVerb::Get(args) => get_state(args).await,
        StateVerb::Set(args) => set_state(args).await,
    }
}

/// A state as it came; null for none, and for one that is empty or can't be read.
pub(super) fn raw(state: Option<&presence::State>) -> Box<RawValue> {
    let told = state.filter(|state| !state.is_empty());
    told.and_then(|state| RawValue::from_string(state.as_json().to_owned()).ok())
        .unwrap_or_else(|| RawValue::NULL.to_owned())
}

/// The answer for programs.
#[derive(Serialize)]
pub(super) struct ToldStates<'a> {
    /// Of the past: when.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<u64>,
    /// Of the past: how certain each list was.
    #[serde(skip_serializing_if = "Option::is_none")]
    certainty: Option<BTreeMap<&'a str, &'static str>>,
    user: &'a str,
    channels: BTreeMap<&'a str, Box<RawValue>>,
}

impl<'a> ToldStates<'a> {
    /// Of the past: with how certain each list was.
    pub fn of_past(
        user: &'a UserId,
        states: &'a BTreeMap<Channel, presence::State>,
        at: Moment,
        certainty: BTreeMap<&'a str, &'static str>,
    ) -> Self {
        Self { time: Some(at.micros() / 1_000), certainty: Some(certainty), ..Self::of(user, states) }
    }

    fn of(user: &'a UserId, states: &'a BTreeMap<Channel, presence::State>) -> Self {
        let channels = states.iter().map(|(channel, state)| (channel.as_str(), raw(Some(state)))).collect();
        Self { time: None, certainty: None, user: user.as_str(), channels }
    }
}

async fn get_state(args: StateGetArgs) -> Result<(), Failure> {
    let places = args.places.read_some("herenow state get --of ann lobby")?;
    let asked = args.of.as_deref().map(UserId::parse).transpose().map_err(|e| Failure::usage(e.to_string()))?;
    let client = args
        .keyset
        .connect(if asked.is_some() { UnnamedUser::Asks } else { UnnamedUser::IsRefused }, KeysetUse::Reads)
        .await?;
    let user = asked.unwrap_or_else(|| client.keyset().user.clone());
    let states = client.get_state(&places, &user).await?.channels;
    show_states(&user, &places, &states, args.format.json.then(|| ToldStates::of(&user, &states)))
}

/// Print states, or the answer for programs.
pub(super) fn show_states(
    user: &UserId,
    places: &[Subscription],
    states: &BTreeMap<Channel, presence::State>,
    answer: Option<ToldStates<'_>>,
) -> Result<(), Failure> {
    if let Some(answer) = answer {
        return print::json(&answer);
    }
    if states.is_empty() {
        return print::text(&format!("{user} has no state there: {}", places::list_places(places)));
    }
    let rows: Vec<(String, String)> = states
        .iter()
        .map(|(channel, state)| {
            let words = print::state(state);
            (print::name(channel.as_str()), if words.is_empty() { "(none)".to_owned() } else { words })
        })
        .collect();
    print::text(&print::columns(&rows, ""))
}

async fn set_state(args: StateSetArgs) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Answer<'a> {
        user: &'a str,
        channels: Vec<&'a str>,
        groups: Vec<&'a str>,
        state: Box<RawValue>,
    }

    let state = presence::State::parse(&args.state).map_err(|e| Failure::usage(e.to_string()))?;
    let places = PlacesArgs { channels: vec![args.channel], groups: args.groups }.read()?;
    let client = args.keyset.connect(UnnamedUser::IsRefused, KeysetUse::Changes).await?;
    client.set_state(&places, &state).await?;
    let user = &client.keyset().user;
    if args.format.json {
        let (channels, groups) = places::split_names(&places);
        let state = RawValue::from_string(state.as_json().to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned());
        return print::json(&Answer { user: user.as_str(), channels, groups, state });
    }
    let words = print::state(&state);
    let words = if words.is_empty() { "no state".to_owned() } else { words };
    print::text(&format!("{user} on {}: {words}", places::list_places(&places)))
}
