//! `herenow state`: what a user carries on channels.

use std::collections::BTreeMap;

use clap::{Args as ClapArgs, Subcommand};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Failure,
    flags::{
        format::FormatArgs,
        keyset::KeysetArgs,
        places::{self, PlacesArgs},
    },
    keyset::{KeysetUse, UnnamedUser},
    print,
};
use crate::presence::{self, UserId};

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
        With --json: {\"version\":1,\"user\":\"ann\",\"channels\":{\"lobby\":{\"mood\":\"busy\"},\"support\":null}}")]
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

async fn get_state(args: StateGetArgs) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Answer<'a> {
        user: &'a str,
        channels: BTreeMap<&'a str, Box<RawValue>>,
    }

    let places = args.places.read_some("herenow state get --of ann lobby")?;
    let asked = args.of.as_deref().map(UserId::parse).transpose().map_err(|e| Failure::usage(e.to_string()))?;
    let client = args
        .keyset
        .connect(if asked.is_some() { UnnamedUser::Asks } else { UnnamedUser::IsRefused }, KeysetUse::Reads)
        .await?;
    let user = asked.unwrap_or_else(|| client.keyset().user.clone());
    let states = client.get_state(&places, &user).await?.channels;
    if args.format.json {
        let channels = states.iter().map(|(channel, state)| (channel.as_str(), raw(Some(state)))).collect();
        return print::json(&Answer { user: user.as_str(), channels });
    }
    if states.is_empty() {
        return print::text(&format!("{user} has no state there: {}", places::list_places(&places)));
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
