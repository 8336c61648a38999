//! Rows of cells, for formats that know nothing else.

use std::{borrow::Cow, io};

use super::json_lines::{find_subscription, format_time};
use crate::{
    incident::Incident,
    output::{ChannelRow, ListedOccupant, TableData},
    presence::{Since, Timetoken, json_in_a_line, sanitize, sanitize_sentence},
    world::{Entry, EntryBody, EntryTime},
};

/// A cell: of ours, to be written as it is, or foreign.
pub(super) enum ExportCell<'a> {
    /// A number or a word of ours.
    Ours(Cow<'a, str>),
    /// What strangers wrote.
    Foreign(Cow<'a, str>),
    /// A sentence of ours about what strangers wrote.
    Sentence(Cow<'a, str>),
}

impl ExportCell<'_> {
    /// What may be shown of it.
    pub fn make_safe(&self) -> Cow<'_, str> {
        match self {
            Self::Ours(text) => Cow::Borrowed(text),
            Self::Foreign(text) => sanitize(text),
            Self::Sentence(text) => sanitize_sentence(text),
        }
    }
}

fn ours<'a>(text: impl Into<Cow<'a, str>>) -> ExportCell<'a> {
    ExportCell::Ours(text.into())
}

fn number<'a>(number: u64) -> ExportCell<'a> {
    ExportCell::Ours(number.to_string().into())
}

fn foreign<'a>(text: impl Into<Cow<'a, str>>) -> ExportCell<'a> {
    ExportCell::Foreign(text.into())
}

/// Each row, the headings first.
pub(super) fn for_each_row(
    table: &TableData,
    mut each: impl FnMut(&[ExportCell<'_>]) -> io::Result<()>,
) -> io::Result<()> {
    let mut headings = |names: &[&'static str]| {
        let cells: Vec<ExportCell<'_>> = names.iter().map(|name| ours(*name)).collect();
        each(&cells)
    };
    match table {
        TableData::Occupants(as_of, rows) => {
            headings(&["channel", "user", "since", "seen_joining", "present_s", "sightings", "state"])?;
            rows.iter().try_for_each(|row| each(&make_occupant_row(*as_of, row)))
        }
        TableData::Log(rows) => {
            headings(&["time", "timetoken", "kind", "channel", "subscription", "user", "occupancy", "said", "state"])?;
            rows.iter().try_for_each(|row| each(&make_entry_row(row)))
        }
        TableData::Channels(rows) => {
            headings(&["channel", "occupancy", "listed", "peak", "events", "mode", "certainty"])?;
            rows.iter().try_for_each(|row| each(&make_channel_row(row)))
        }
    }
}

/// Each incident as a row, with the facts of its line, the headings first.
pub(super) fn for_each_incident(
    incidents: &[Incident],
    mut each: impl FnMut(&[ExportCell<'_>]) -> io::Result<()>,
) -> io::Result<()> {
    const HEADINGS: [&str; 15] = [
        "incident",
        "began",
        "ended",
        "users",
        "changes",
        "unnamed",
        "left",
        "timed_out",
        "returned",
        "before",
        "after",
        "concerned",
        "in_view",
        "channels",
        "text",
    ];
    each(&HEADINGS.map(ours))?;
    incidents.iter().try_for_each(|incident| {
        let channels: Vec<&str> = incident.channels.iter().map(|change| change.channel.as_str()).collect();
        each(&[
            ours(incident.kind.name()),
            ours(format_time(incident.begin.micros())),
            ours(format_time(incident.last.micros())),
            number(incident.users),
            number(incident.presences),
            number(incident.unnamed),
            number(incident.left),
            number(incident.timed_out),
            number(incident.returned),
            number(incident.before),
            number(incident.after),
            number(incident.concerned as u64),
            number(incident.in_view as u64),
            foreign(channels.join(" ")),
            ExportCell::Sentence(incident.sentence().into()),
        ])
    })
}

fn make_occupant_row(as_of: Timetoken, row: &ListedOccupant) -> [ExportCell<'_>; 7] {
    let (since, seen) = match row.since {
        Since::Joined(since) => (since, "yes"),
        Since::Before(since) => (since, "no"),
    };
    let state = row.state.as_ref().map_or(String::new(), |state| json_in_a_line(state.as_json()));
    [
        foreign(row.channel.as_str()),
        foreign(row.user.as_str()),
        ours(format_time(since.ticks() / 10)),
        ours(seen),
        number(as_of.since(since).as_secs()),
        number(row.sightings.into()),
        foreign(state),
    ]
}

fn make_entry_row(row: &Entry) -> [ExportCell<'_>; 9] {
    let timetoken = match row.at {
        EntryTime::Service(timetoken) => timetoken.to_string(),
        EntryTime::Here(_) => String::new(),
    };
    let state = row.state().map(|state| json_in_a_line(state.as_json()));
    // The words of a state are the state.
    let said = if matches!(row.body, EntryBody::State) { Cow::Borrowed("") } else { row.describe_details() };
    [
        ours(format_time(row.at.micros())),
        ours(timetoken),
        ours(row.body.kind().name()),
        foreign(row.channel.as_ref().map_or("", |channel| channel.as_str())),
        foreign(find_subscription(row).unwrap_or_default()),
        foreign(row.user.as_ref().map_or("", |user| user.as_str())),
        ours(row.occupancy.map_or(String::new(), |occupancy| occupancy.to_string())),
        ExportCell::Sentence(said),
        foreign(state.unwrap_or_default()),
    ]
}

fn make_channel_row(row: &ChannelRow) -> [ExportCell<'_>; 7] {
    [
        foreign(row.channel.as_str()),
        number(row.occupancy),
        number(row.listed as u64),
        number(row.peak),
        number(row.events),
        ours(if row.interval { "interval" } else { "announce" }),
        ours(row.certainty),
    ]
}
