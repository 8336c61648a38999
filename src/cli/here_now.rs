//! `herenow here-now`: who is on channels, page by page or the page that was asked for.

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args as ClapArgs;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Failure,
    flags::{format::FormatArgs, keyset::KeysetArgs, past_time::PastTime, places::PlacesArgs},
    keyset::{KeysetUse, UnnamedUser},
    print,
    state::raw,
};
use crate::{
    client::{Client, Error, Wanted},
    presence::{Channel, ListedUser, Moment, Snapshot, Subscription},
    wire::{ChannelOccupants, Page},
};

/// `herenow here-now`
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example: herenow here-now --subscribe-key sub-c-… --state lobby support",
    after_long_help = "Example: herenow here-now --subscribe-key sub-c-… --state lobby support\n\n\
    With --json:\n  \
    {\"version\":1,\"channels\":{\"lobby\":{\"occupancy\":2,\"complete\":true,\"occupants\":\
    [{\"user\":\"ann\",\"state\":{\"mood\":\"busy\"}},{\"user\":\"bob\",\"state\":null}]}},\
    \"total_channels\":1,\"total_occupancy\":2}\n\
    With --count there are no `occupants` and no `complete`, without --state no `state`. `complete` is false where \
    the list is not everybody: with --limit or --offset, beyond the 100,000 users per channel that are collected at \
    the most, where names could not be read, or where people came and went between two pages. Who is on two channels counts twice in \
    `total_occupancy`. With --from there are `time`, in milliseconds, and `certainty`, a word for each channel: what is \
    not `exact` was not known then, and the exit code is 3."
)]
pub struct HereNowArgs {
    /// Where.
    #[command(flatten)]
    pub places: PlacesArgs,
    /// Everywhere: every channel of the keyset where somebody is.
    #[arg(long, conflicts_with_all = ["channels", "groups"])]
    pub all: bool,
    /// With the state of each user.
    #[arg(long)]
    pub state: bool,
    /// Only how many they are.
    #[arg(long, conflicts_with_all = ["state", "limit", "offset"])]
    pub count: bool,
    /// One request, for at most so many users per channel, 1 to 1000; without it and --offset, all
    /// users are collected.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: Option<u32>,
    /// One request, leaving out the first so many users of each channel.
    #[arg(long, value_name = "N")]
    pub offset: Option<u32>,
    /// Answer from this recording; no request is sent.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["limit", "offset", "groups"])]
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

/// Who is on one channel.
#[derive(Debug, Default)]
pub(super) struct FoundOccupants {
    occupancy: u64,
    /// In the order of their ids; `None` when only counts were asked for.
    listed: Option<Vec<ListedUser>>,
    /// Whether the list is everybody.
    complete: bool,
    /// How many names could not be read, and the first of them.
    unread: usize,
    first_unread: Option<String>,
    /// How many were collected, if no more are.
    cut: Option<usize>,
}

impl FoundOccupants {
    /// Who was known to be there.
    pub fn of_past(occupancy: u64, listed: Option<Vec<ListedUser>>, complete: bool) -> Self {
        Self { occupancy, listed, complete, ..Self::default() }
    }
}

pub(super) type FoundChannels = BTreeMap<Channel, FoundOccupants>;

pub(super) async fn run_here_now(args: HereNowArgs) -> Result<(), Failure> {
    let places = args.places.read()?;
    if places.is_empty() && !args.all {
        return Err(Failure::usage(
            "no channel to ask about; name at least one, as in `herenow here-now lobby`, or a --group, or --all",
        ));
    }
    let client = args.keyset.connect(UnnamedUser::Asks, KeysetUse::Reads).await?;
    let paged = args.limit.is_some() || args.offset.is_some();
    let found = if paged { ask_page(&client, &args, &places).await? } else { ask_all(&client, &args, &places).await? };
    if args.format.json {
        print::json(&HereNowAnswer::of(&found, args.state))?;
    } else {
        print::text(&if args.count { show_counts(&found) } else { show_lists(&found, paged) })?;
    }
    if !args.count {
        for sentence in explain_missing(&found, paged) {
            print::remark(&sentence);
        }
    }
    Ok(())
}

impl HereNowArgs {
    fn find_wanted(&self) -> Wanted {
        match (self.count, self.state) {
            (true, _) => Wanted::Counts,
            (false, true) => Wanted::States,
            (false, false) => Wanted::UserIds,
        }
    }
}

/// Everybody, in as many requests as that takes.
async fn ask_all(client: &Client, args: &HereNowArgs, places: &[Subscription]) -> Result<FoundChannels, Error> {
    let snapshots = client.here_now_all(places, args.find_wanted()).await?;
    let found = snapshots.into_iter().map(|snapshot| {
        let Snapshot { channel, occupancy, listed, complete, unread, first_unread, part, .. } = snapshot;
        (channel, FoundOccupants { occupancy, listed, complete, unread, first_unread, cut: part.cut })
    });
    Ok(found.collect())
}

/// One page, in one request.
async fn ask_page(client: &Client, args: &HereNowArgs, places: &[Subscription]) -> Result<FoundChannels, Error> {
    let page = Page { limit: args.limit.map(i64::from), offset: args.offset.map(i64::from) };
    let answer = client.here_now_once(places, args.find_wanted(), page).await?;
    // Where nobody is, the service may say nothing: then that is the answer.
    let empty = || FoundOccupants { listed: Some(Vec::new()), complete: true, ..FoundOccupants::default() };
    let mut found: FoundChannels = places
        .iter()
        .filter_map(
            |place| if let Subscription::Channel(channel) = place { Some((channel.clone(), empty())) } else { None },
        )
        .collect();
    for (channel, occupants) in answer.channels {
        let ChannelOccupants { occupancy, listed, unread, first_unread } = occupants;
        let mut listed = listed.unwrap_or_default();
        listed.sort_by(|a, b| a.user.cmp(&b.user));
        let complete = listed.len() as u64 == occupancy && unread == 0;
        let listed = Some(listed);
        found.insert(channel, FoundOccupants { occupancy, listed, complete, unread, first_unread, cut: None });
    }
    Ok(found)
}

/// The sum over all channels.
fn sum_occupancy(found: &FoundChannels) -> u64 {
    found.values().fold(0, |sum, channel| sum.saturating_add(channel.occupancy))
}

/// Channels and how many are there.
pub(super) fn show_counts(found: &FoundChannels) -> String {
    let mut rows: Vec<(String, String)> =
        found.iter().map(|(channel, found)| (print::name(channel.as_str()), found.occupancy.to_string())).collect();
    if rows.len() != 1 {
        rows.push(("total".to_owned(), sum_occupancy(found).to_string()));
    }
    let widest = rows.iter().map(|(_, count)| count.len()).max().unwrap_or(0);
    for (_, count) in &mut rows {
        *count = format!("{count:>widest$}");
    }
    print::columns(&rows, "")
}

/// Channels and who is there.
pub(super) fn show_lists(found: &FoundChannels, paged: bool) -> String {
    let mut blocks: Vec<String> = found.iter().map(|(channel, found)| show_list(channel, found, paged)).collect();
    if found.len() != 1 {
        blocks.push(format!("total  {} here on {}\n", sum_occupancy(found), print::many(found.len(), "channel")));
    }
    blocks.concat()
}

fn show_list(channel: &Channel, found: &FoundOccupants, paged: bool) -> String {
    let listed = found.listed.as_deref().unwrap_or_default();
    let part = if paged && !found.complete { format!(", {} listed", listed.len()) } else { String::new() };
    let row = |counted: &ListedUser| {
        (print::name(counted.user.as_str()), counted.state.as_ref().map(print::state).unwrap_or_default())
    };
    let rows: Vec<(String, String)> = listed.iter().map(row).collect();
    let rows = print::columns(&rows, "  ");
    format!("{}  {} here{part}\n{rows}", print::name(channel.as_str()), found.occupancy)
}

/// A list that is not everybody is said to be none.
fn explain_missing(found: &FoundChannels, paged: bool) -> Vec<String> {
    // A page was not asked to be everybody.
    let partial = found.iter().filter(|(_, found)| !found.complete && (found.unread > 0 || !paged));
    let sentence = |(channel, found): (&Channel, &FoundOccupants)| {
        let listed = found.listed.as_ref().map_or(0, Vec::len);
        let (name, occupancy) = (print::name(channel.as_str()), found.occupancy);
        if found.unread > 0 {
            let (unread, first) = (print::many(found.unread, "name"), found.first_unread.as_deref().unwrap_or("``"));
            let counted = format!("{listed} users are listed and {occupancy} counted");
            return format!("{name}: {counted}, as {unread} could not be read, such as {first}");
        }
        if found.cut.is_some() {
            return format!("{name}: {listed} of {occupancy} users are listed, as no more are collected per channel");
        }
        format!("{name}: {listed} users are listed and {occupancy} counted, as some came or went meanwhile; ask again")
    };
    partial.map(sentence).collect()
}

#[derive(Serialize)]
pub(super) struct HereNowAnswer<'a> {
    /// Of the past: when.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<u64>,
    /// Of the past: how certain each list was.
    #[serde(skip_serializing_if = "Option::is_none")]
    certainty: Option<BTreeMap<&'a str, &'static str>>,
    channels: BTreeMap<&'a str, AnswerChannel<'a>>,
    total_channels: usize,
    total_occupancy: u64,
}

#[derive(Serialize)]
struct AnswerChannel<'a> {
    occupancy: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occupants: Option<Vec<AnswerOccupant<'a>>>,
}

#[derive(Serialize)]
struct AnswerOccupant<'a> {
    user: &'a str,
    /// Absent if it was not asked for, null if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Box<RawValue>>,
}

impl<'a> HereNowAnswer<'a> {
    /// Of the past: with how certain each list was.
    pub fn of_past(
        found: &'a FoundChannels,
        with_state: bool,
        at: Moment,
        certainty: BTreeMap<&'a str, &'static str>,
    ) -> Self {
        Self { time: Some(at.micros() / 1_000), certainty: Some(certainty), ..Self::of(found, with_state) }
    }

    fn of(found: &'a FoundChannels, with_state: bool) -> Self {
        let occupant = |counted: &'a ListedUser| AnswerOccupant {
            user: counted.user.as_str(),
            state: with_state.then(|| raw(counted.state.as_ref())),
        };
        let channel = |found: &'a FoundOccupants| AnswerChannel {
            occupancy: found.occupancy,
            complete: found.listed.is_some().then_some(found.complete),
            occupants: found.listed.as_ref().map(|listed| listed.iter().map(occupant).collect()),
        };
        Self {
            channels: found.iter().map(|(name, found)| (name.as_str(), channel(found))).collect(),
            total_channels: found.len(),
            total_occupancy: sum_occupancy(found),
            time: None,
            certainty: None,
        }
    }
}

#[cfg(test)]
mod tests;
