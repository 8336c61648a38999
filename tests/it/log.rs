//! The log, the pause, copying and writing to files: as screens of a simulated world, and by the real loop
//! with scripted keys.

use std::time::Duration;

use crate::model::{Looking, wakes_at};
use herenow::{
    keys::Key,
    presence::{Batch, Channel, EventKind, LinkChange, Moment, PresenceEvent, State, SubscribeKey, Timetoken},
    ui::{Action, Dialog, EditKey, LogRowPart, Pane, UiEvent},
    world::EntryKind,
};

use crate::{
    happen::{batch, event, joined, live, on, trouble, user},
    sim::Sim,
    world::{Desk, Plan},
};

fn crowd(size: usize) -> Sim {
    Sim::crowd(size, "me").watched(Duration::from_secs(45))
}

fn act(sim: &mut Sim, actions: &[Action]) {
    for action in actions {
        sim.tell(UiEvent::Act(*action));
    }
}

fn type_in(sim: &mut Sim, text: &str) {
    for c in text.chars() {
        sim.tell(UiEvent::Type(EditKey::Char(c)));
    }
    sim.tell(UiEvent::Type(EditKey::Enter));
}

fn lost_and_back(sim: &mut Sim) {
    let trouble = trouble("https://ps.pndsn.com can't be reached: connection refused");
    for change in [LinkChange::Lost { trouble, attempt: 1, retry_at: sim.now }, live()] {
        sim.link(change);
        sim.run(Duration::from_secs(2));
    }
}

/// Heard on the lobby, from outside the simulated service.
fn heard(now: Moment, what: impl IntoIterator<Item = EventKind>, raw: &str) -> Batch {
    let published = Timetoken::at(now);
    let event = |what| PresenceEvent {
        subscription: Some(on("lob.*")),
        occupancy: Some(7),
        raw: Some(raw.into()),
        ..event("lobby", published, what)
    };
    batch(what.into_iter().map(event), published, now)
}

#[test]
fn the_box_of_an_event_offers_what_works_for_it() {
    let mut sim = crowd(20);
    let offered = |sim: &Sim| {
        let text = sim.text(120, 40);
        let footer = text.lines().last().unwrap_or_default().to_owned();
        ["y copy id", "Y copy JSON", "w where now", "Esc close"].map(|offer| footer.contains(offer))
    };
    act(&mut sim, &[Action::Mark]);
    type_in(&mut sim, "deploy");
    act(&mut sim, &[Action::GoTo(Pane::Log), Action::Open]);
    assert!(matches!(&sim.model.listener.dialog, Some(Dialog::Entry(_))), "{}", sim.text(120, 40));
    assert_eq!(offered(&sim), [false, false, false, true], "{}", sim.text(120, 40));
    assert!(!sim.text(120, 40).contains("Y copies"), "{}", sim.text(120, 40));
    act(&mut sim, &[Action::Close]);
    sim.hear(heard(sim.now, [joined("ann")], "{}"));
    act(&mut sim, &[Action::Open]);
    assert_eq!(offered(&sim), [true, true, true, true], "{}", sim.text(120, 40));
    act(&mut sim, &[Action::WhereNow]);
    let said = sim.model.listener.status.as_ref().map_or("", |status| status.text.as_str());
    assert_eq!(said, "ann is on no channel", "the service is asked about the user of the event");
}

#[test]
fn bursts_and_breaks_in_the_log() {
    let mut sim = crowd(30);
    sim.pause_crowd();
    let names = (0..40).map(|n| joined(&format!("guest-{n:02}")));
    sim.hear(heard(sim.now, names, "{}"));
    lost_and_back(&mut sim);
    act(&mut sim, &[Action::NextPane]);
    assert_eq!(sim.model.listener.focus.pane, Pane::Log);
    insta::assert_snapshot!("log_burst", sim.text(100, 30));
    let burst = sim.model.listener.log.view().visible_rows(usize::MAX).find(|row| row.part == LogRowPart::Burst);
    while sim.model.listener.log.view().cursor() != burst {
        act(&mut sim, &[Action::Up]);
    }
    act(&mut sim, &[Action::Open]);
    insta::assert_snapshot!("log_burst_unfolded", sim.text(100, 30));
    act(&mut sim, &[Action::Open, Action::Bottom]);
    assert!(!sim.model.listener.log.view().is_held());
}

#[test]
fn scope_kinds_and_filter_stand_in_the_title() {
    let mut sim = crowd(60);
    let all = sim.model.listener.log.len();
    act(&mut sim, &[Action::NextPane, Action::LogOfChannel, Action::EventLevel, Action::EventLevel]);
    let of_lobby = sim.model.listener.log.view().len();
    assert!(of_lobby > 0 && of_lobby < all);
    act(&mut sim, &[Action::NextChannel]);
    let selected = sim.model.selected().map(|watched| watched.channel.clone());
    assert_eq!(sim.model.listener.log.view().filter().channel, selected);
    assert_ne!(selected.as_ref().map(Channel::as_str), Some("lobby"));
    act(&mut sim, &[Action::PreviousChannel, Action::LogOfChannel, Action::Filter]);
    type_in(&mut sim, "a !state.mood");
    act(&mut sim, &[Action::Kinds]);
    type_in(&mut sim, "state");
    insta::assert_snapshot!("log_kinds", sim.text(80, 24));
    sim.tell(UiEvent::Type(EditKey::Cancel));
    assert!(!sim.model.listener.log.view().filter().shows_kind(EntryKind::StateChange));
    insta::assert_snapshot!("log_filtered", sim.text(120, 40));
    act(&mut sim, &[Action::Filter]);
    sim.tell(UiEvent::Type(EditKey::Clear));
    type_in(&mut sim, "state.level>x");
    assert!(
        matches!(&sim.model.listener.dialog, Some(Dialog::Prompt(line)) if line.mistake.is_some()),
        "a mistake stays typed"
    );
}

#[test]
fn an_entry_opens_with_its_json_and_nothing_hostile_gets_out() {
    let mut sim = crowd(0);
    let hostile = "\u{202e}evil\u{1b}[2J|=cmd";
    let raw = r#"{"action":"state-change","uuid":"BIDIevil\u001b[2J|=cmd","occupancy":7,
        "data":{"mood":"busy","big":12345678901234567890.10,"list":[1,{"deep":"BIDI"}],"empty":{},"long":"LONG"}}"#
        .replace("LONG", &"宽 ".repeat(60))
        .replace("BIDI", "\u{202e}");
    let state = State::parse(r#"{"mood":"busy"}"#).unwrap();
    sim.hear(heard(sim.now, [EventKind::StateChanged { user: user(hostile), state }], &raw));
    act(&mut sim, &[Action::NextPane, Action::EventLevel, Action::Open]);
    let screen = sim.text(100, 30);
    insta::assert_snapshot!("log_entry", screen);
    assert!(!screen.contains(['\u{202e}', '\u{1b}']));
    let small = sim.text(50, 12);
    act(&mut sim, &[Action::PageDown, Action::Down]);
    assert_ne!(sim.text(50, 12), small, "it scrolls");
    for (width, height) in (0..=60).flat_map(|w| (0..=20).map(move |h| (w, h))) {
        sim.frame(width, height);
    }
    act(&mut sim, &[Action::CopyId, Action::CopyJson]);
    let copied: Vec<String> = sim.model.listener.effects.drain(..).map(|wish| format!("{wish:?}")).collect();
    assert_eq!(copied, [format!("Copy({hostile:?})"), format!("Copy({raw:?})")], "exactly as it came");
    act(&mut sim, &[Action::Close]);
    assert!(sim.model.listener.dialog.is_none());
}

#[test]
fn while_paused_the_picture_stands_still_and_the_world_goes_on_behind_it() {
    let mut sim = crowd(60);
    act(&mut sim, &[Action::Pause]);
    let before = sim.text(100, 30);
    let shown = |sim: &Sim| {
        let world = sim.model.screen().world;
        let lobby = world.channels.look_up(&Channel::from_wire("lobby")).unwrap();
        (lobby.roster.iter().map(|(user, _)| user.clone()).collect::<Vec<_>>(), world.counters.events)
    };
    let before_all = shown(&sim);
    sim.run(Duration::from_secs(90));
    let after = sim.text(100, 30);
    let body = |screen: &str| screen.lines().skip(1).collect::<Vec<_>>().join("\n");
    assert_eq!(body(&before), body(&after), "clocks and ages, too");
    let waiting = sim.model.pause().unwrap().waiting;
    assert!(waiting > 10 && after.contains(&format!("❚❚ PAUSED 12:00:46, {waiting} wait")), "{after}");
    insta::assert_snapshot!("paused", after);
    // However small it is, one can read which key goes on, and that a link is lost behind the picture.
    assert!(sim.text(40, 12).contains("PAUSED · Space"), "{}", sim.text(40, 12));
    sim.link(LinkChange::Lost { trouble: trouble("no answer"), attempt: 1, retry_at: sim.now });
    for (width, height) in [(100, 30), (40, 12)] {
        let screen = sim.text(width, height);
        assert!(screen.contains("LINK LOST") && screen.contains("PAUSED"), "{screen}");
    }
    sim.link(live());
    assert_eq!(shown(&sim), before_all);
    // Moving about, in the picture.
    act(&mut sim, &[Action::NextPane, Action::Up, Action::Up, Action::LogOfChannel, Action::Filter]);
    type_in(&mut sim, "lobby");
    let held = sim.model.screen().log.view().cursor();
    assert!(held.is_some());
    // What is done is done to the world: the heartbeat is sent and answered, and the picture knows nothing of it.
    act(&mut sim, &[Action::Heartbeat]);
    sim.run(Duration::from_secs(5));
    assert!(sim.model.screen().world.own_presence.places.is_empty());
    assert!(sim.truth("lobby").contains(&sim.model.world.session.user), "but there we are");
    act(&mut sim, &[Action::Pause]);
    assert!(sim.model.world.own_presence.places.len() == 1 && sim.model.pause().is_none());
    assert_eq!(sim.model.listener.log.view().cursor(), held, "where one was is where one is");
    assert_eq!(sim.model.listener.log.view().filter().expression.as_str(), "lobby");
    sim.run(Duration::from_secs(5));
    assert_eq!(sim.believed("lobby"), sim.truth("lobby"), "nothing was missed");
}

#[test]
fn paused_and_quiet_nothing_is_to_be_done_but_our_heartbeats_and_audits() {
    let mut sim = crowd(20);
    sim.pause_crowd();
    sim.run(Duration::from_secs(30));
    act(&mut sim, &[Action::Pause]);
    let still = sim.model.screen().still_key();
    assert!(still.is_some());
    // No ticking of clocks and ages: what is due is at least seconds away, and leaves the picture alone.
    let wake = wakes_at(&sim.model, sim.now).unwrap();
    assert!(wake.since(sim.now) >= Duration::from_secs(2), "{:?}", wake.since(sim.now));
    sim.run(Duration::from_secs(600));
    let waits = sim.model.screen().still_key().unwrap().waiting;
    // The simulated people stopped sending heartbeats: timeouts came, and were counted.
    assert_eq!(waits > 0, sim.model.pause().unwrap().waiting > 0);
}

#[test]
fn exports_are_suggested_written_and_asked_about() {
    let mut sim = crowd(20);
    act(&mut sim, &[Action::Export]);
    let Some(Dialog::Prompt(line)) = &sim.model.listener.dialog else { panic!("a question") };
    assert_eq!(line.field.text(), "herenow-lobby-people-20261121T120046Z.csv");
    sim.tell(UiEvent::Type(EditKey::Clear));
    type_in(&mut sim, "x.txt");
    assert!(matches!(&sim.model.listener.dialog, Some(Dialog::Prompt(line)) if line.mistake.is_some()));
    sim.tell(UiEvent::Type(EditKey::Clear));
    type_in(&mut sim, "x.JSONL");
    assert!(sim.model.listener.dialog.is_none());
    assert!(format!("{:?}", sim.model.listener.effects).contains("JsonLines"), "{:?}", sim.model.listener.effects);
}

/// The real loop, with nobody there.
async fn open() -> Desk {
    let mut plan = Plan::watching(&["lobby"]);
    plan.session.subscribe_key = SubscribeKey::from_wire("sub-c-secret");
    let mut desk = plan.desk();
    desk.beyond.connect(&[]).await;
    desk.settle().await;
    desk
}

/// Somebody comes, a tenth of a second before anything else.
async fn come(desk: &Desk, id: &str) {
    desk.beyond.hear(heard(desk.beyond.clock.now(), [joined(id)], "{\"a\":1}"));
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test(start_paused = true)]
async fn paused_it_draws_nothing_by_itself_and_counts_once_a_second() {
    let desk = open().await;
    desk.keys([Key::Char(' ')]).await;
    desk.frames();
    tokio::time::sleep(Duration::from_secs(50)).await;
    assert_eq!(desk.frames(), 0);
    for n in 0..100 {
        come(&desk, &format!("u{n}")).await;
    }
    let frames = desk.frames();
    assert!((8..=12).contains(&frames), "{frames} frames in ten seconds of events");
    desk.keys([Key::Tab]).await;
    assert_eq!(desk.frames(), 1, "a key is answered all the same");
    let model = desk.end().await;
    assert!((90..=100).contains(&model.pause().unwrap().waiting));
}

#[tokio::test(start_paused = true)]
async fn what_is_copied_reaches_the_terminal_in_one_sequence() {
    let desk = open().await;
    come(&desk, "ann\u{7}").await;
    desk.keys([Key::Tab, Key::Char('y'), Key::Char('Y')]).await;
    assert_eq!(desk.said(), "\u{1b}]52;c;YW5uBw==\u{7}\u{1b}]52;c;eyJhIjoxfQ==\u{7}");
    let model = desk.end().await;
    assert!(model.listener.status.unwrap().text.starts_with("copied the event as JSON, 7 bytes"));
}

#[tokio::test(start_paused = true)]
async fn a_file_is_written_whole_and_never_over_another_without_asking() {
    let folder = std::env::temp_dir().join(format!("herenow-export-{:016x}", fastrand::u64(..)));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("a.jsonl").to_str().unwrap().to_owned();
    let written = |path: String| async move {
        // The clock stands still while a file is being written: no time passes here that is not needed.
        for _ in 0..500 {
            if let Ok(text) = std::fs::read_to_string(&path) {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nothing was written");
    };
    let desk = open().await;
    come(&desk, "ann").await;
    desk.keys([Key::Tab, Key::Char('E'), Key::Ctrl('u')]).await;
    desk.type_in(&path).await;
    desk.keys([Key::Enter]).await;
    let text = written(path.clone()).await;
    assert!(text.ends_with("\"user\":\"ann\",\"occupancy\":7,\"event\":{\"a\":1}}\n"), "{text}");
    assert!(!text.contains("sub-c-"), "no keys");
    // Once more: it asks; another name is a new file, the same name replaces the old one.
    std::fs::write(&path, "precious").unwrap();
    desk.keys([Key::Char('E'), Key::Ctrl('u')]).await;
    desk.type_in(&path).await;
    desk.keys([Key::Enter]).await;
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
    desk.keys([Key::Backspace; 5]).await;
    desk.type_in("csv").await;
    desk.keys([Key::Esc]).await;
    desk.keys([Key::Char('E'), Key::Ctrl('u')]).await;
    desk.type_in(&path).await;
    desk.keys([Key::Enter]).await;
    desk.keys([Key::Enter]).await;
    for _ in 0..500 {
        if std::fs::read_to_string(&path).unwrap() != "precious" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(std::fs::read_to_string(&path).unwrap().contains("\"ann\""));
    let model = desk.end().await;
    assert!(model.listener.dialog.is_none(), "{:?}", model.listener.dialog);
    std::fs::remove_dir_all(&folder).unwrap();
}
