use std::sync::Arc;

use super::*;
use crate::presence::{
    Channel, ChannelGroup, EventKind, Moment, PresenceEvent, Since, State, Subscription, Timetoken, UserId,
};
use crate::{
    output::{ChannelRow, ListedOccupant},
    world::{Entry, EntryBody, EntryTime, Note},
};

const START: u64 = 17_952_624_000_000_000;

fn occupants() -> TableData {
    let listed = |user: &str, since: Since, state: Option<&str>| ListedOccupant {
        channel: Channel::from_wire("lob,by"),
        user: UserId::from_wire(user),
        since,
        sightings: 2,
        state: state.map(|json| State::from_wire(serde_json::from_str(json).unwrap())),
    };
    let joined = Since::Joined(Timetoken::new(START));
    let rows = vec![
        listed("ann", joined, Some("{ \"mood\" : \"busy, \\\"very\\\"\",\n \"n\":1.50}")),
        listed("=HYPERLINK(\"http://x\")", Since::Before(Timetoken::new(START)), None),
        listed("@sum|pipe `code` [a](b) <b>", joined, None),
        listed(" -1+2", joined, None),
        listed("e\u{202e}vil\u{1b}[2J\r\n,", joined, Some("{}")),
        listed("李雷 Zoë", joined, None),
    ];
    TableData::Occupants(Timetoken::new(START + 900_000_000), rows)
}

fn log() -> TableData {
    let event = |what: EventKind, body: EntryBody, raw: &str| {
        let user = what.user().cloned();
        let event = PresenceEvent {
            channel: Channel::from_wire("lobby"),
            subscription: Some(Subscription::Group(ChannelGroup::from_wire("team"))),
            published: Timetoken::new(START),
            timestamp: None,
            occupancy: Some(3),
            what,
            raw: Some(raw.into()),
        };
        let (at, channel) = (EntryTime::Service(event.published), Some(event.channel.clone()));
        let (heard, late) = (Moment::from_micros(START / 10), std::time::Duration::ZERO);
        Arc::new(Entry {
            at,
            heard,
            late,
            channel,
            user,
            occupancy: Some(3),
            odd: false,
            event: Some(Arc::new(event)),
            body,
        })
    };
    let state = State::parse(r#"{"mood":"a|b"}"#).unwrap();
    let user = UserId::from_wire("+ann");
    let note = Entry {
        at: EntryTime::Here(Moment::from_micros(START / 10)),
        heard: Moment::from_micros(START / 10),
        late: std::time::Duration::ZERO,
        channel: None,
        user: None,
        occupancy: None,
        odd: false,
        event: None,
        body: EntryBody::Note(Note::OverLimit { envelopes: 3 }),
    };
    TableData::Log(vec![
        event(
            EventKind::Joined { user: user.clone(), state: None },
            EntryBody::Join { sightings: 3 },
            "{ \"a\": [1,\n2] }",
        ),
        event(EventKind::StateChanged { user, state }, EntryBody::State, "{\"data\":{\"mood\":\"a|b\"}}"),
        Arc::new(note),
    ])
}

fn channels() -> TableData {
    TableData::Channels(vec![ChannelRow {
        channel: Channel::from_wire("lobby"),
        occupancy: 60,
        listed: 59,
        peak: 70,
        events: 345,
        interval: true,
        certainty: "drifting",
    }])
}

fn written(table: &TableData, format: ExportFormat) -> String {
    let mut out = Vec::new();
    write_table(table, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_sheet_in_every_format() {
    for (name, table) in [("occupants", occupants()), ("log", log()), ("channels", channels())] {
        for (end, format) in
            [("csv", ExportFormat::Csv), ("jsonl", ExportFormat::JsonLines), ("md", ExportFormat::Markdown)]
        {
            let text = written(&table, format);
            insta::assert_snapshot!(format!("{name}_{end}"), text.replace('\r', "␍"));
        }
    }
}

#[test]
fn no_formula_no_control_character_and_no_stray_column_survives_for_people() {
    let (csv, markdown) = (written(&occupants(), ExportFormat::Csv), written(&occupants(), ExportFormat::Markdown));
    for text in [&csv, &markdown] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']));
    }
    for line in csv.split("\r\n") {
        assert!(!line.split(',').any(|cell| cell.trim_matches(['"', ' ']).starts_with(['=', '+', '-', '@'])), "{line}");
    }
    for line in markdown.lines() {
        assert_eq!(line.replace("\\|", "").matches('|').count(), 8, "{line}");
    }
}

#[test]
fn json_lines_give_back_exactly_what_came() {
    let lines = written(&occupants(), ExportFormat::JsonLines);
    let users: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["user"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(users[4], "e\u{202e}vil\u{1b}[2J\r\n,");
    assert!(lines.contains("\"n\":1.50"), "no digit is lost");
    assert_eq!(lines.lines().count(), 6);
}
