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
pub struct Group {
    /// What to do.
    #[command(subcommand)]
    pub act: Act,
}

/// What can be done with a group.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// List its channels.
    #[command(after_help = "Example: herenow group list --subscribe-key sub-c-… all\n\n\
        With --json: {\"version\":1,\"channels\":[\"lobby\"],\"group\":\"all\"}")]
    List(Whole),
    /// Add channels to it, making it if need be.
    #[command(after_help = "Example: herenow group add --subscribe-key sub-c-… all lobby support\n\n\
        With --json: {\"version\":1,\"added\":[\"lobby\",\"support\"],\"group\":\"all\"}")]
    Add(Members),
    /// Take channels out of it.
    #[command(after_help = "Example: herenow group remove --subscribe-key sub-c-… all support\n\n\
        With --json: {\"version\":1,\"group\":\"all\",\"removed\":[\"support\"]}")]
    Remove(Members),
    /// Forget it; its channels stay as they are.
    #[command(after_help = "Example: herenow group delete --subscribe-key sub-c-… all\n\n\
        With --json: {\"version\":1,\"deleted\":true,\"group\":\"all\"}")]
    Delete(Whole),
}

/// A group.
#[derive(Debug, ClapArgs)]
pub struct Whole {
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
pub struct Members {
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

pub(super) async fn run(args: Group) -> Result<(), Failure> {
    match args.act {
        Act::List(args) => list(&args).await,
        Act::Add(args) => add(&args).await,
        Act::Remove(args) => remove(&args).await,
        Act::Delete(args) => delete(&args).await,
    }
}

fn names(channels: &[Channel]) -> Vec<&str> {
    channels.iter().map(Channel::as_str).collect()
}

fn in_a_line(channels: &[Channel]) -> String {
    channels.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

async fn list(args: &Whole) -> Result<(), Failure> {
    let group = places::group(&args.group)?;
    let mut channels = args.keyset.connect(UnnamedUser::Asks, KeysetUse::Reads).await?.list_group(&group).await?;
    channels.sort();
    if args.format.json {
        return print::json(&json!({"group": group.as_str(), "channels": names(&channels)}));
    }
    let heading = format!("{group}  {}", print::many(channels.len(), "channel"));
    print::text(&print::list(heading, &names(&channels)))
}

async fn add(args: &Members) -> Result<(), Failure> {
    let (group, channels) = (places::group(&args.group)?, places::channels(&args.channels)?);
    args.keyset.connect(UnnamedUser::Asks, KeysetUse::Changes).await?.add_to_group(&group, &channels).await?;
    if args.format.json {
        return print::json(&json!({"group": group.as_str(), "added": names(&channels)}));
    }
    print::text(&format!("added to {group}: {}", in_a_line(&channels)))
}

async fn remove(args: &Members) -> Result<(), Failure> {
    let (group, channels) = (places::group(&args.group)?, places::channels(&args.channels)?);
    args.keyset.connect(UnnamedUser::Asks, KeysetUse::Changes).await?.remove_from_group(&group, &channels).await?;
    if args.format.json {
        return print::json(&json!({"group": group.as_str(), "removed": names(&channels)}));
    }
    print::text(&format!("removed from {group}: {}", in_a_line(&channels)))
}

async fn delete(args: &Whole) -> Result<(), Failure> {
    let group = places::group(&args.group)?;
    args.keyset.connect(UnnamedUser::Asks, KeysetUse::Changes).await?.delete_group(&group).await?;
    if args.format.json {
        return print::json(&json!({"group": group.as_str(), "deleted": true}));
    }
    print::text(&format!("deleted {group}"))
}
