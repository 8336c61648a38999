//! What a pane shows, taken out of the model: to be copied, or written to a file elsewhere.

use std::{path::Path, sync::Arc};

use crate::model::{Entry, Mode, Model, Open, Pane, Wish};
use crate::presence::{Channel, Moment, Since, State, Timetoken, UserId};

/// More bytes than this are not copied: terminals take escape sequences of at most 100,000 bytes, of which
/// base64 and the frame around it leave this much.
pub const MOST_COPIED: usize = 74_994;

/// Letters of a channel name that go into the name of a file.
const NAMED: usize = 40;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, for spreadsheets.
    Csv,
    /// One JSON object a line, for programs: exact.
    JsonLines,
    /// A table, for people.
    Markdown,
}

impl Format {
    /// By the end of a file's name.
    pub fn of(path: &str) -> Option<Self> {
        let end = Path::new(path).extension()?.to_str()?;
        let formats = [("csv", Self::Csv), ("jsonl", Self::JsonLines), ("md", Self::Markdown)];
        formats.into_iter().find(|(name, _)| end.eq_ignore_ascii_case(name)).map(|(_, format)| format)
    }
}

/// Somebody in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Who.
    pub user: UserId,
    /// Since when.
    pub since: Since,
    /// How often they were announced while present.
    pub sightings: u32,
    /// Their state, if they have any.
    pub state: Option<State>,
}

/// A channel, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Which.
    pub channel: Channel,
    /// How many are present, as the service counts.
    pub occupancy: u64,
    /// How many of them the list names.
    pub listed: usize,
    /// The highest occupancy seen.
    pub peak: u64,
    /// Events heard.
    pub events: u64,
    /// Whether the service sums up.
    pub interval: bool,
    /// How sure the list is, in a word.
    pub certainty: &'static str,
}

/// All rows of what a pane shows, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sheet {
    /// The occupants of a channel, at a time of the service's clock.
    Occupants(Channel, Timetoken, Vec<Listed>),
    /// The log.
    Log(Vec<Arc<Entry>>),
    /// The channels.
    Channels(Vec<Tally>),
}

impl Sheet {
    /// What the focused pane shows. Takes time and memory by its rows: names and states are shared, not
    /// copied.
    pub fn of(model: &Model, now: Moment) -> Option<Self> {
        match model.focus.pane {
            Pane::Channels => {
                let tally = |watched: &crate::model::Watched| Tally {
                    channel: watched.channel.clone(),
                    occupancy: watched.occupancy(),
                    listed: watched.roster.len(),
                    peak: watched.peak,
                    events: watched.events,
                    interval: matches!(watched.mode, Mode::Interval { .. }),
                    certainty: model.world.certainty(watched, now).word(),
                };
                Some(Self::Channels(model.world.channels.iter().map(tally).collect()))
            }
            Pane::Occupants => {
                let watched = model.selected()?;
                let rows = watched.roster.iter().map(|(user, occupant)| Listed {
                    user: user.clone(),
                    since: occupant.since,
                    sightings: occupant.sightings,
                    state: occupant.state.clone(),
                });
                Some(Self::Occupants(watched.channel.clone(), model.world.clock.now(now), rows.collect()))
            }
            Pane::Log => Some(Self::Log(
                model.log.journal().numbers().filter_map(|number| model.log.get(number)).cloned().collect(),
            )),
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Occupants(.., rows) => rows.len(),
            Self::Log(rows) => rows.len(),
            Self::Channels(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Rows on their way into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Which file, as it was typed.
    pub path: String,
    /// How it is written.
    pub format: Format,
    /// What.
    pub sheet: Sheet,
    /// A file that is there already is to be replaced.
    pub over: bool,
}

/// A name for a file with what the focused pane shows.
pub(crate) fn suggested(model: &Model, now: Moment) -> String {
    let channel = match model.focus.pane {
        Pane::Occupants => model.selected().map(|watched| watched.channel.clone()),
        Pane::Log => model.log.journal().shown().channel.clone(),
        Pane::Channels => None,
    };
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let channel = channel.map_or(String::new(), |channel| {
        let name: String = channel.as_str().chars().take(NAMED).map(plain).collect();
        format!("-{name}")
    });
    let what = match model.focus.pane {
        Pane::Channels => "channels",
        Pane::Occupants => "occupants",
        Pane::Log => "events",
    };
    let seconds = i64::try_from(model.as_of(now).seconds()).unwrap_or_default();
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ");
    format!("herenow{channel}-{what}-{time}.csv")
}

/// What is selected, to be copied: the text and what it is, or why there is none.
pub(crate) fn selected(model: &Model, json: bool) -> Result<(Wish, String), &'static str> {
    let copy = |text: &str, what: &str| {
        if text.len() > MOST_COPIED {
            return Err("too large to be copied: terminals take at most 74 994 bytes; E writes it to a file");
        }
        Ok((Wish::Copy(text.to_owned()), format!("{what}, {} bytes", text.len())))
    };
    let entry = match &model.open {
        Some(Open::Watchlist(_)) if model.watchlist.items().is_empty() => return Err("the watch list is empty"),
        Some(Open::Watchlist(_)) => return copy(&model.watchlist.as_entry(), "the list for [notifications]"),
        Some(Open::Reading(reading)) => Some(&reading.entry),
        _ if model.focus.pane == Pane::Log => Some(model.log.at_cursor().ok_or("the log shows nothing to copy")?),
        _ => None,
    };
    if let Some(entry) = entry {
        return if json {
            copy(entry.raw().ok_or("this line has no JSON: it was not told by the service")?, "the event as JSON")
        } else {
            copy(entry.user.as_ref().ok_or("this line is not about one user")?.as_str(), "the user id")
        };
    }
    let watched = model.selected().ok_or("no channel is selected")?;
    if model.focus.pane == Pane::Channels {
        return if json {
            Err("a channel has no JSON; its occupants and events have")
        } else {
            copy(watched.channel.as_str(), "the channel name")
        };
    }
    let user = model.focus.user.as_ref().ok_or("nobody is selected")?;
    if !json {
        return copy(user.as_str(), "the user id");
    }
    let state = watched.roster.get(user).and_then(|occupant| occupant.state.as_ref());
    copy(state.ok_or("the selected user has no state, as far as we know")?.as_json(), "the state as JSON")
}
