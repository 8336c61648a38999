use std::time::Duration;

use super::{
    PlainUi,
    gathered::Gathered,
    sentence::{end_sentence, join_names},
};
use crate::{
    alerts::{Alert, AlertKind, AlertSubject},
    presence::{Channel, EventKind, ListedUser, Moment, UserId},
    recording::testing::{answer, at, happen, live, name, open_world},
    ui::{Effect, Ui},
    world::{Entry, EntryBody, Input, Note},
};

fn entry(channel: &str, user: &str, here: u64, body: EntryBody) -> Entry {
    let note = Note::Crowd { title: String::new() };
    Entry {
        user: Some(UserId::from_wire(user)),
        occupancy: Some(here),
        body,
        ..Entry::from_note(Some(Channel::from_wire(channel)), note, Moment::from_micros(0))
    }
}

const JOIN: EntryBody = EntryBody::Join { sightings: 1 };
const TIMEOUT: EntryBody = EntryBody::Timeout { stayed: None };

#[test]
fn what_happens_together_on_a_channel_is_one_sentence() {
    let mut gathered = Gathered::default();
    for (at, user) in ["ann", "bob", "cat"].into_iter().enumerate() {
        gathered.take_entry(&entry("lobby", user, at as u64 + 1, JOIN));
    }
    gathered.take_entry(&entry("stage", "dan", 0, EntryBody::Leave { stayed: Some(Duration::from_secs(9)) }));
    let told = gathered.take_sentences();
    assert_eq!(told, ["dan left stage, 0 there now.", "ann, bob and cat joined lobby, 3 there now."]);
    assert!(gathered.take_sentences().is_empty());
    for at in 0..37 {
        gathered.take_entry(&entry("lobby", &format!("u{at}"), at, JOIN));
    }
    assert_eq!(gathered.take_sentences(), ["37 people joined lobby, among them u0, u1 and u2, 36 there now."]);
}

#[test]
fn a_mass_event_is_one_sentence_however_many_and_memory_is_bounded() {
    let mut gathered = Gathered::default();
    for at in 0..94_u64 {
        let channel = if at < 30 { "stage".to_owned() } else { format!("room.{}", at % 11) };
        gathered.take_entry(&entry(&channel, &format!("u{at}"), at, TIMEOUT));
    }
    assert_eq!(gathered.take_sentences(), ["94 timeouts on 12 channels, most of them on stage, 30."]);
    for at in 0..100_000 {
        gathered.take_entry(&entry(&format!("c{at}"), "ann", 1, JOIN));
        gathered.say(&at.to_string());
    }
    let told = gathered.take_sentences();
    assert!(told.len() < 300, "{}", told.len());
    assert!(
        told[0].starts_with("200 joins on 200 channels")
            && told.last().unwrap().ends_with("more changes are not told.")
    );
}

#[test]
fn what_strangers_wrote_is_safe_and_on_one_line() {
    let mut gathered = Gathered::default();
    gathered.take_entry(&entry("lo\u{1b}[2Jbby\n", "a\r\u{202e}nn", 1, JOIN));
    gathered.take_entry(&Entry {
        user: None,
        ..entry("x\n", "", 1, EntryBody::Garbled { why: "no JSON".into(), raw: "\u{1b}[31m\n{".repeat(900) })
    });
    for told in gathered.take_sentences() {
        assert!(!told.chars().any(char::is_control) && !told.contains('\u{202e}') && told.len() < 600, "{told:?}");
    }
}

#[test]
fn a_sentence_ends_and_is_read_with_pauses() {
    assert_eq!(end_sentence("calm for 3 s · lists exact"), "calm for 3 s; lists exact.");
    assert_eq!((end_sentence("leaving lobby …"), end_sentence("sure?")), ("leaving lobby …".into(), "sure?".into()));
    let names = ["ann".to_owned(), "bob".to_owned()];
    assert_eq!((join_names(&names, 2), join_names(&names, 5)), ("ann and bob".into(), "ann, bob and 3 more".into()));
}

#[test]
fn an_incident_is_told_once_although_it_is_an_alert_too() {
    let (mut world, mut plain) = (open_world(), PlainUi::default());
    let mut lines = Vec::new();
    let mut step = |second: u64, input: Option<Input>| {
        if let Some(input) = input {
            world.step(at(second), input, &mut plain);
        }
        world.step(at(second), Input::Tick, &mut plain);
        plain.do_due(&world, true, at(second));
        lines.extend(plain.take_lines(&world, at(second)));
    };
    step(1, Some(live(1)));
    step(2, Some(answer((0..60).map(|n| ListedUser { user: name(n), state: None }).collect(), 2)));
    (3..120).for_each(|second| step(second, None));
    for n in 0..40 {
        step(120, Some(happen(EventKind::TimedOut { user: name(n) }, 59 - n, 120)));
    }
    (121..140).for_each(|second| step(second, None));
    let told: Vec<&String> = lines.iter().filter(|line| line.contains("people timed out within")).collect();
    assert!(matches!(&told[..], [once] if once.starts_with("Unusual: 40 people timed out")), "{lines:#?}");
}

#[test]
fn an_incident_that_another_replaces_as_the_verdict_within_a_block_is_told() {
    let (world, mut ui) = (open_world(), Ui::default());
    ui.effects.push(Effect::Tell(Alert {
        subject: AlertSubject::Incident("rush"),
        kind: AlertKind::Unusual("20 people joined within 4 s".to_owned()),
        channel: None,
        occupancy: None,
        at: at(1),
        more: 0,
    }));
    let mut plain = PlainUi::new(ui);
    plain.take_lines(&world, at(1));
    plain.do_due(&world, true, at(2));
    assert!(plain.take_lines(&world, at(2)).is_empty(), "within the block");
    let told = plain.take_lines(&world, at(3));
    assert!(told.iter().any(|line| line.starts_with("Unusual: ") && line.contains("20 people joined")), "{told:#?}");
    assert!(plain.take_rest(&world, at(4)).is_empty());
}
