//! One JSON object a line: exact, for programs. These are rows of a table, as in the other formats: what is promised
//! of an entry by a schema is the line of [`lines`](crate::output::lines).

use std::io::{self, Write};

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{
    output::{ChannelRow, ListedOccupant, TableData},
    presence::{Channel, Since, UserId, json_in_a_line, to_json_line},
    world::{Entry, EntryBody, EntryTime},
};

/// `2026-11-21T12:00:00.123456Z`; empty for a time beyond all calendars.
pub(super) fn format_time(micros: u64) -> String {
    let stamp = i64::try_from(micros).ok().and_then(|micros| Timestamp::from_microsecond(micros).ok());
    stamp.map_or(String::new(), |stamp| stamp.to_string())
}

/// What brought an entry, if that is not its channel itself.
pub(super) fn find_subscription(entry: &Entry) -> Option<&str> {
    Some(entry.event.as_ref()?.subscription.as_ref()?.as_str())
}

/// JSON as it came; as a text, should it be none.
#[expect(clippy::ref_option, reason = "serde hands over fields like this")]
fn serialize_raw<S: Serializer>(json: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    match json.as_deref().map(serde_json::from_str::<&RawValue>) {
        Some(Ok(value)) => value.serialize(serializer),
        Some(Err(_)) => json.serialize(serializer),
        None => serializer.serialize_none(),
    }
}

#[derive(Serialize)]
struct OccupantLine<'a> {
    channel: &'a str,
    user: &'a str,
    since: String,
    seen_joining: bool,
    present_s: u64,
    sightings: u32,
    #[serde(serialize_with = "serialize_raw")]
    state: Option<String>,
}

#[derive(Serialize)]
struct EntryLine<'a> {
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    timetoken: Option<String>,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occupancy: Option<u64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    said: &'a str,
    #[serde(serialize_with = "serialize_raw", skip_serializing_if = "Option::is_none")]
    event: Option<String>,
}

#[derive(Serialize)]
struct ChannelLine<'a> {
    channel: &'a str,
    occupancy: u64,
    listed: usize,
    peak: u64,
    events: u64,
    mode: &'a str,
    certainty: &'a str,
}

pub(super) fn write_table(table: &TableData, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    match table {
        TableData::Occupants(as_of, rows) => rows.iter().try_for_each(|row| {
            let ListedOccupant { channel, user, since, sightings, state } = row;
            let (since, seen_joining) = match since {
                Since::Joined(since) => (*since, true),
                Since::Before(since) => (*since, false),
            };
            let state = state.as_ref().map(|state| json_in_a_line(state.as_json()));
            let (channel, user, sightings) = (channel.as_str(), user.as_str(), *sightings);
            let present_s = as_of.since(since).as_secs();
            let since = format_time(since.ticks() / 10);
            write_line(out, &OccupantLine { channel, user, since, seen_joining, present_s, sightings, state })
        }),
        TableData::Log(rows) => rows.iter().try_for_each(|row| write_entry_row(row, out)),
        TableData::Channels(rows) => rows.iter().try_for_each(|row| {
            let ChannelRow { channel, occupancy, listed, peak, events, interval, certainty } = row;
            let mode = if *interval { "interval" } else { "announce" };
            let (occupancy, listed, peak, events) = (*occupancy, *listed, *peak, *events);
            write_line(
                out,
                &ChannelLine { channel: channel.as_str(), occupancy, listed, peak, events, mode, certainty },
            )
        }),
    }
}

fn write_entry_row(row: &Entry, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let timetoken = match row.at {
        EntryTime::Service(timetoken) => Some(timetoken.to_string()),
        EntryTime::Here(_) => None,
    };
    // What is in the event needs no other words.
    let said =
        if matches!(row.body, EntryBody::State | EntryBody::Unknown) { "".into() } else { row.describe_details() };
    let line_of = EntryLine {
        time: format_time(row.at.micros()),
        timetoken,
        kind: row.body.kind().name(),
        channel: row.channel.as_ref().map(Channel::as_str),
        subscription: find_subscription(row),
        user: row.user.as_ref().map(UserId::as_str),
        occupancy: row.occupancy,
        said: &said,
        event: row.raw().map(json_in_a_line),
    };
    write_line(out, &line_of)
}

fn write_line(out: &mut (impl Write + ?Sized), object: &impl Serialize) -> io::Result<()> {
    writeln!(out, "{}", to_json_line(object)?)
}
