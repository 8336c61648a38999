//! Which channels and groups a verb is about. Patterns are for watching: everything else takes
//! `match.*` for the name of a channel, and would answer about one that nobody meant.

use std::collections::BTreeSet;

use clap::Args as ClapArgs;

use crate::{
    cli::{Failure, print},
    presence::{Channel, ChannelGroup, Subscription, sanitize},
};

/// Channels and groups.
#[derive(Debug, Clone, ClapArgs)]
pub struct PlacesArgs {
    /// Channels.
    #[arg(value_name = "CHANNEL")]
    pub channels: Vec<String>,
    /// A channel group, which stands for its channels; may be given several times.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
}

impl PlacesArgs {
    /// Channels and then groups, each once, in the order given.
    pub fn read(&self) -> Result<Vec<Subscription>, Failure> {
        let mut all: Vec<Subscription> =
            read_channels(&self.channels)?.into_iter().map(Subscription::Channel).collect();
        let mut seen = BTreeSet::new();
        for name in &self.groups {
            let group = read_group(name)?;
            if seen.insert(group.clone()) {
                all.push(Subscription::Group(group));
            }
        }
        Ok(all)
    }

    /// As [`read`](Self::read), and at least one; `example` is a command that would do.
    pub fn read_some(&self, example: &str) -> Result<Vec<Subscription>, Failure> {
        let places = self.read()?;
        if places.is_empty() {
            return Err(Failure::usage(format!("no channel; name at least one, as in `{example}`, or a --group")));
        }
        Ok(places)
    }
}

/// Channels, each once, in the order given.
pub fn read_channels(names: &[String]) -> Result<Vec<Channel>, Failure> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for name in names {
        if name.ends_with(".*") {
            return Err(Failure::usage(format!(
                "`{}` is a pattern, which only `herenow watch` takes; name the channels themselves",
                sanitize(name)
            )));
        }
        let channel = Channel::parse(name).map_err(|e| Failure::usage(e.to_string()))?;
        if seen.insert(channel.clone()) {
            all.push(channel);
        }
    }
    print::warn_of_names(&all.iter().cloned().map(Subscription::Channel).collect::<Vec<_>>());
    Ok(all)
}

/// A group.
pub fn read_group(name: &str) -> Result<ChannelGroup, Failure> {
    let group = ChannelGroup::parse(name).map_err(|e| Failure::usage(e.to_string()))?;
    print::warn_of_names(&[Subscription::Group(group.clone())]);
    Ok(group)
}

/// In a line: `lobby, support, group all`.
pub fn list_places(places: &[Subscription]) -> String {
    let names = places.iter().map(|place| match place {
        Subscription::Group(group) => format!("group {group}"),
        other => other.to_string(),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// The names, for programs: channels, groups.
pub fn split_names(places: &[Subscription]) -> (Vec<&str>, Vec<&str>) {
    let (groups, channels): (Vec<_>, Vec<_>) = places.iter().partition(|p| matches!(p, Subscription::Group(_)));
    (channels.into_iter().map(Subscription::as_str).collect(), groups.into_iter().map(Subscription::as_str).collect())
}
