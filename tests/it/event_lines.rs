//! Every line that can be written fits the documented schema, whatever strangers called themselves.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::model::{Both, Model, Told};
use herenow::{
    incident::{ChannelChange, Common, Incident, IncidentWatch},
    output::lines,
    presence::{
        Channel, ChannelGroup, Difference, EventKind, Moment, Notice, PresenceEvent, ReplyItem, State, Subscription,
        Timetoken, Trouble,
    },
    world::{
        AlertNote, Cause, Certainty, Entry, EntryBody, EntryKind, EntryTime, Input, MissingEvents, Mode, Note, Removal,
    },
};
use serde_json::Value;

use crate::{
    happen::{batch, event, link, live, session, user},
    schema::Schema,
};

/// Names that a terminal or a parser might trip over.
const NAMES: [&str; 5] = ["ann", "a\"b\\c", "\u{1b}]0;x\u{7}\n\r", "\u{202e}李\u{301}\u{301}", "{\"version\":2}"];

fn difference(name: &str) -> Difference {
    Difference {
        missing: vec![user(name), user("bob")],
        extra: vec![user(name)],
        restated: vec![user(name)],
        ..Difference::default()
    }
}

fn trouble(name: &str) -> Trouble {
    Trouble { refused: vec![name.to_owned()], ..crate::happen::trouble(&format!("no: {name}")) }
}

fn notes(name: &str) -> Vec<Note> {
    let places = || {
        vec![
            Subscription::Channel(Channel::from_wire(name)),
            Subscription::Pattern(Channel::from_wire("match.*")),
            Subscription::Group(ChannelGroup::from_wire(name)),
        ]
    };
    let (difference, trouble) = (|| difference(name), || trouble(name));
    let retry_at = Moment::from_micros(1_790_605_537_327_000);
    let (poll, round_trip) = (1, Duration::from_millis(12));
    let mut notes = vec![
        Note::Connecting { poll },
        Note::Live { poll, round_trip, resumed: None, again: false },
        Note::Live { poll, round_trip, resumed: Some(Timetoken::new(17_906_055_373_270_001)), again: true },
        Note::Lost { poll, trouble: trouble(), attempt: 2, retry_at },
        Note::Refused { what: places(), everything: true, trouble: trouble() },
        Note::HereNowRefused { trouble: trouble() },
        Note::Allowed { what: places() },
        Note::ClockSetBack,
        Note::ClockOff { seconds: -90 },
        Note::EventsMissing(MissingEvents { expected: 4, told: 6 }),
        Note::OverLimit { envelopes: 3 },
        Note::NotRecorded { inputs: 7, since: Moment::from_micros(1_795_262_400_000_000) },
        Note::TooManyChannels,
        Note::Mode(Mode::Announce),
        Note::Mode(Mode::Interval { deltas: true }),
        Note::FirstLook { here: 2, difference: difference() },
        Note::AskedAgain { difference: difference() },
        Note::NothingChanged,
        Note::Unlisted,
        Note::HeartbeatFailed { places: places(), trouble: trouble() },
        Note::Crowd { title: name.to_owned() },
        Note::Mark { text: name.to_owned() },
        Note::Added { what: places() },
        Note::Removed { what: Removal::Hide(Channel::from_wire(name)), channels: 1, left: false },
        Note::Removed {
            what: Removal::Whole(Subscription::Channel(Channel::from_wire(name))),
            channels: 1,
            left: false,
        },
        Note::RanOut { places: places() },
        Note::Told(AlertNote {
            what: "holds",
            about: name.to_owned(),
            sentence: herenow::presence::sanitize(name).into_owned(),
        }),
    ];
    for cause in [
        Cause::First,
        Cause::Gap,
        Cause::FullReply,
        Cause::Missing,
        Cause::Unreadable,
        Cause::RefreshAsked,
        Cause::BareInterval,
        Cause::Disagreement,
        Cause::Audit,
        Cause::SecondSession,
        Cause::OwnJoin,
        Cause::ByHand,
    ] {
        notes.push(Note::Corrected { cause, difference: difference() });
        notes.push(Note::Repaired { cause, difference: difference() });
        notes.push(Note::CaughtUp { cause, difference: difference() });
        notes.push(Note::Drift { cause, difference: difference() });
        let state = || State::parse("{\"mood\":\"busy\"}").ok();
        notes.push(Note::StateCorrected { cause, state: state(), before: None });
        notes.push(Note::StateCorrected { cause, state: None, before: state() });
    }
    notes
}

fn happenings(name: &str) -> Vec<EventKind> {
    let raw = |json: &str| State::from_wire(&serde_json::value::RawValue::from_string(json.to_owned()).unwrap());
    let states = ["{\"mood\" :\n \"busy\"}", "{}", "null", "[1, 2]", "\"\u{9b}\"", "7"];
    let mut all = vec![
        EventKind::Joined { user: user(name), state: None },
        EventKind::Left { user: user(name) },
        EventKind::TimedOut { user: user(name) },
        EventKind::Interval {
            joined: vec![user(name), user("bob")],
            left: Vec::new(),
            timed_out: vec![user("cat")],
            refresh: true,
        },
        EventKind::Interval { joined: Vec::new(), left: Vec::new(), timed_out: Vec::new(), refresh: false },
        EventKind::Unknown { action: name.to_owned(), raw: format!("{{\"action\":{name}") },
    ];
    for state in states {
        all.push(EventKind::Joined { user: user(name), state: Some(raw(state)) });
        all.push(EventKind::StateChanged { user: user(name), state: raw(state) });
    }
    all
}

/// What the model itself makes of these events, each told twice a second apart.
fn heard(name: &str) -> (Model, Vec<Arc<Entry>>) {
    let at = |n: u64| Moment::from_micros(1_790_605_537_000_000 + n * 1_000_000);
    let watching =
        vec![Subscription::Pattern(Channel::from_wire("match.*")), Subscription::Channel(Channel::from_wire(name))];
    let mut model = crate::model::model(session("me", watching), Duration::from_secs(300), at(0));
    let mut told = Told::default();
    let hear = |model: &mut Model, told: &mut Told, notice: Notice, at: Moment| {
        let Model { world, listener, .. } = model;
        world.step(at, Input::Notice(notice), &mut Both(listener, told));
    };
    hear(&mut model, &mut told, link(live(), at(0)), at(0));
    for n in 1..40 {
        let published = Timetoken::at(at(n));
        let event = |what: EventKind| PresenceEvent {
            subscription: (n % 2 == 0).then(|| Subscription::Pattern(Channel::from_wire("match.*"))),
            occupancy: (n % 3 == 0).then_some(2),
            ..event(name, published, what)
        };
        let mut batch = batch(happenings(name).into_iter().map(event), published, at(n));
        let turn = usize::try_from(n).unwrap() % batch.heard.len();
        batch.heard.rotate_left(turn);
        batch.heard.push(ReplyItem::Garbled { why: "no".into(), raw: name.to_owned() });
        (batch.repeats, batch.full) = (1, n == 5);
        hear(&mut model, &mut told, Notice::from(batch), at(n));
    }
    (model, told.0)
}

#[test]
fn f61_a_note_does_not_repeat_the_word_of_its_kind() {
    for note in NAMES.into_iter().flat_map(notes) {
        let entry = Entry::from_note(None, note, Moment::from_micros(1_790_605_537_327_000));
        let line = herenow::view::show_plain_entry(&entry, &herenow::view::Appearance::default(), 120);
        // After the time and the glyph: the kind, and the first words of the sentence.
        let words: Vec<&str> =
            line.split_whitespace().skip(2).take(6).filter(|word| word.chars().count() >= 4).collect();
        let distinct: BTreeSet<&str> = words.iter().copied().collect();
        assert_eq!(distinct.len(), words.len(), "{line}");
    }
}

#[test]
fn every_line_fits_the_schema_and_is_one_harmless_line() {
    let schema = Schema::new(lines::SCHEMA);
    let mut seen = BTreeSet::new();
    let mut check = |line: &str| {
        let body = line.strip_suffix('\n').unwrap();
        assert!(!body.chars().any(|c| c.is_control() || c == '\u{202e}'), "{line:?}");
        let value: Value = serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {line}"));
        schema.check(&value).unwrap_or_else(|why| panic!("{why}"));
        seen.insert(value["type"].as_str().unwrap().to_owned());
        value
    };
    for name in NAMES {
        let note = |note: Note| Entry {
            at: EntryTime::Here(Moment::from_micros(1_790_605_537_327_000)),
            heard: Moment::from_micros(1_790_605_537_327_000),
            late: std::time::Duration::ZERO,
            channel: (note.difference().is_some()
                || matches!(
                    note,
                    Note::NothingChanged
                        | Note::Mode(_)
                        | Note::Unlisted
                        | Note::EventsMissing(_)
                        | Note::StateCorrected { .. }
                ))
            .then(|| Channel::from_wire(name)),
            user: matches!(note, Note::StateCorrected { .. }).then(|| user(name)),
            occupancy: None,
            odd: false,
            event: None,
            body: EntryBody::Note(note),
        };
        let (model, entries) = heard(name);
        for entry in notes(name).into_iter().map(note).map(Arc::new).chain(entries) {
            let mut line = String::new();
            lines::write_entry(&mut line, &entry);
            let value = check(&line);
            assert_eq!(value["type"], entry.body.kind().name());
            if let Some(user) = &entry.user {
                assert_eq!(value["user"], user.as_str());
            }
        }
        let mut line = String::new();
        let watched = model.world.channels.look_up(&Channel::from_wire(name)).unwrap();
        lines::write_roster(&mut line, watched, &Certainty::Exact, Moment::default());
        check(&line);
        let mut line = String::new();
        lines::write_incident(&mut line, &incident(name), Moment::default());
        check(&line);
    }
    // The summary has a test of its own, with the verb.
    seen.insert("summary".to_owned());
    let whole: Value = serde_json::from_str(lines::SCHEMA).unwrap();
    let branches = whole["oneOf"].as_array().unwrap().iter();
    let types = branches.map(|branch| branch["$ref"].as_str().unwrap().rsplit('/').next().unwrap().to_owned());
    assert_eq!(seen, types.collect());
    let kinds: BTreeSet<String> = EntryKind::ALL.iter().map(|kind| kind.name().to_owned()).collect();
    assert!(kinds.is_subset(&seen));
}

#[test]
fn what_a_flap_a_return_and_a_stranger_did_is_said() {
    let (_, entries) = heard("ann");
    let lines: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let mut line = String::new();
            lines::write_entry(&mut line, entry);
            serde_json::from_str(&line).unwrap()
        })
        .collect();
    let has = |kind: &str, key: &str| lines.iter().any(|line| line["type"] == kind && !line[key].is_null());
    for (kind, key) in [("join", "flap"), ("join", "sightings"), ("leave", "stayed"), ("leave", "odd")] {
        assert!(has(kind, key), "{kind} {key}");
    }
    // The departure before a flap is told, though the dashboard's log takes it back.
    let flap = lines.iter().position(|line| !line["flap"].is_null()).unwrap();
    assert!(lines[..flap].iter().any(|line| line["type"] == "leave" || line["type"] == "timeout"));
    let state = lines.iter().find(|line| line["type"] == "state-change").unwrap();
    assert!(state.as_object().unwrap().contains_key("state"));
}

#[test]
fn the_schema_refuses_what_is_no_line() {
    let schema = Schema::new(lines::SCHEMA);
    let join = |more: &str| {
        let line =
            format!("{{\"version\":1,\"type\":\"join\",\"time\":1,\"timetoken\":\"1\",\"channel\":\"a\"{more}}}");
        schema.check(&serde_json::from_str(&line).unwrap())
    };
    assert_eq!(join(",\"user\":\"ann\""), Ok(()));
    assert!(join("").is_err(), "no user");
    assert!(join(",\"user\":7").is_err());
    assert!(join(",\"user\":\"ann\",\"mood\":1").is_err());
    assert!(join(",\"user\":\"ann\",\"sightings\":0").is_err());
    assert!(schema.check(&serde_json::json!({"version": 1, "type": "dance", "time": 1})).is_err());
}

#[test]
fn an_event_is_shared_and_not_copied() {
    let (model, entries) = heard("ann");
    let of = |entries: &mut dyn Iterator<Item = &Entry>| {
        entries.filter_map(|entry| entry.event.as_ref().map(std::ptr::from_ref)).collect::<BTreeSet<_>>()
    };
    assert!(of(&mut model.listener.log.last_entries(50)).is_subset(&of(&mut entries.iter().map(Arc::as_ref))));
}

/// An incident with this name wherever a name may be.
fn incident(name: &str) -> Incident {
    let mut incidents = IncidentWatch::default();
    let entry = Entry::from_note(
        None,
        Note::Lost { poll: 0, trouble: trouble(name), attempt: 1, retry_at: Moment::default() },
        Moment::default(),
    );
    let model = crate::model::model(session("me", Vec::new()), Duration::from_secs(20), Moment::default());
    incidents.take_entry(&model.world, &entry);
    let mut incident = incidents.incidents().next().unwrap().clone();
    let channel = Channel::from_wire(name);
    incident.channels = vec![ChannelChange { channel, changes: 1, before: 2, after: 1 }];
    incident.names = vec![user(name)];
    let (field, value) = (Some(name.to_owned()), name.to_owned());
    incident.common = Some(Common { field, value, with: 4, of: 5, others_with: 0, others: 9 });
    incident
}
