//! `herenow where-now`: the channels that a user is on.

use clap::Args as ClapArgs;
use serde_json::json;

use super::{
    Failure,
    flags::{format::FormatArgs, keyset::KeysetArgs},
    keyset::{KeysetUse, UnnamedUser},
    print,
};
use crate::presence::{Channel, UserId};

/// `herenow where-now`
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example: herenow where-now --subscribe-key sub-c-… ann",
    after_long_help = "Example: herenow where-now --subscribe-key sub-c-… ann\n\n\
    With --json: {\"version\":1,\"channels\":[\"lobby\"],\"user\":\"ann\"}, channels in the order of their names."
)]
pub struct WhereNowArgs {
    /// The user id to look for.
    #[arg(value_name = "USER")]
    pub user: String,
    /// For programs.
    #[command(flatten)]
    pub format: FormatArgs,
    /// Whom to ask.
    #[command(flatten)]
    pub keyset: KeysetArgs,
}

pub(super) async fn run_where_now(args: WhereNowArgs) -> Result<(), Failure> {
    let user = UserId::parse(&args.user).map_err(|e| Failure::usage(e.to_string()))?;
    let client = args.keyset.connect(UnnamedUser::Asks, KeysetUse::Reads).await?;
    let mut channels = client.where_now(&user).await?;
    channels.sort();
    let channels: Vec<&str> = channels.iter().map(Channel::as_str).collect();
    if args.format.json {
        return print::json(&json!({"channels": channels, "user": user.as_str()}));
    }
    if channels.is_empty() {
        return print::text(&format!("{user} is on no channel"));
    }
    let heading = format!("{user} is on {}", print::many(channels.len(), "channel"));
    print::text(&print::list(heading, &channels))
}
