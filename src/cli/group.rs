//! `herenow group`: channel groups.

use clap::{Args as ClapArgs, Subcommand};
use serde_json::json;

use super::{
    Failure,
    flags::{format::FormatArgs, keyset::KeysetArgs, places},
    keyset::{KeysetUse, UnnamedUser},
    print,
};
use crate::presence::Channel;

/// `herenow group`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow group add --subscribe-key sub-c-… all lobby support")]
pub struct GroupArgs {
    /// What to do.
    #[command(subcommand)]
    pub act: GroupVerb,
}

/// What can be done with a group.
#[derive(Debug, Subcommand)]
pub enum GroupVerb {
    /// List its channels.
    #[command(after_help = "Example: herenow group list --subscribe-key sub-c-… all\n\n\
        With --json: {\"version\":1,\"channels\":[\"lobby\"],\"group\":\"all\"}")]
    List(WholeGroup),
    /// Add channels to it, making it if need be.
    #[command(after_help = "Example: herenow group add --subscribe-key sub-c-… all lobby support\n\n\
        With --json: {\"version\":1,\"added\":[\"lobby\",\"support\"],\"group\":\"all\"}")]
    Add(GroupMembers),
    /// Take channels out of it.
    #[command(after_help = "Example: herenow group remove --subscribe-key sub-c-… all support\n\n\
        With --json: {\"version\":1,\"group\":\"all\",\"removed\":[\"support\"]}")]
    Remove(GroupMembers),
    /// Forget it; its channels stay as they are.
    #[command(after_help = "Example: herenow group delete --subscribe-key sub-c-… all\n\n\
        With --json: {\"version\":1,\"deleted\":true,\"group\":\"all\"}")]
    Delete(WholeGroup),
}

/// A group.
#[derive(Debug, ClapArgs)]
pub struct WholeGroup {
    /// The group.
    #[arg(value_name = "GROUP")]
    pub group: String,
    /// For programs.
    #[command(flatten)]
    pub format: FormatArgs,
    /// Whom to ask.
    #[command(flatten)]
    pub keyset: KeysetArgs,
}

/// A group, and channels.
#[derive(Debug, ClapArgs)]
pub struct GroupMembers {
    /// The group.
    #[arg(value_name = "GROUP")]
    pub group: String,
    /// Channels.
    #[arg(value_name = "CHANNEL", required = true)]
    pub channels: Vec<String>,
    /// For programs.
    #[command(flatten)]
    pub format: FormatArgs,
    /// Whom to ask.
    #[command(flatten)]
    pub keyset: KeysetArgs,
}

pub(super) async fn run_group(args: GroupArgs) -> Result<(), Failure> {
    match args.act {
        GroupVerb::List(args) => list_group(&args).await,
        GroupVerb::Add(args) => add_to_group(&args).await,
        GroupVerb::Remove(args) => remove_from_group(&args).await,
        GroupVerb::Delete(args) => delete_group(&args).await,
    }
}

fn list_names(channels: &[Channel]) -> Vec<&str> {
    channels.iter().map(Channel::as_str).collect()
}

fn join_names(channels: &[Channel]) -> String {
    channels.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

async fn list_group(args: &WholeGroup) -> Result<(), Failure> {
    let group = places::read_group(&args.group)?;
    let mut channels = args.keyset.connect(UnnamedUser::Asks, KeysetUse::Reads).await?.list_group(&group).await?;
    channels.sort();
    if args.format.json {
        return print::json(&json!({"channels": list_names(&channels), "group": group.as_str()}));
    }
    let heading = format!("{group}  {}", print::many(channels.len(), "channel"));
    print::text(&print::list(heading, &list_names(&channels)))
}

async fn add_to_group(args: &GroupMembers) -> Result<(), Failure> {
    let (group, channels) = (places::read_group(&args.group)?, places::read_channels(&args.channels)?);
    args.keyset.connect(UnnamedUser::Asks, KeysetUse::Changes).await?.add_to_group(&group, &channels).await?;
    if args.format.json {
        return print::json(&json!({"added": list_names(&channels), "group": group.as_str()}));
    }
    print::text(&format!("added to {group}: {}", join_names(&channels)))
}

async fn remove_from_group(args: &GroupMembers) -> Result<(), Failure> {
    let (group, channels) = (places::read_group(&args.group)?, places::read_channels(&args.channels)?);
    args.keyset.connect(UnnamedUser::Asks, KeysetUse::Changes).await?.remove_from_group(&group, &channels).await?;
    if args.format.json {
        return print::json(&json!({"group": group.as_str(), "removed": list_names(&channels)}));
    }
    print::text(&format!("removed from {group}: {}", join_names(&channels)))
}

async fn delete_group(args: &WholeGroup) -> Result<(), Failure> {
    let group = places::read_group(&args.group)?;
    args.keyset.connect(UnnamedUser::Asks, KeysetUse::Changes).await?.delete_group(&group).await?;
    if args.format.json {
        return print::json(&json!({"deleted": true, "group": group.as_str()}));
    }
    print::text(&format!("deleted {group}"))
}
