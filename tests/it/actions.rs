//! Acting, by the real loop with scripted keys: our own state, more and less to watch, a presence that runs
//! out, other keysets; and what becomes of each when it fails.

use std::time::Duration;

use crate::model::{Looking, Model};
use herenow::{
    clock::Clock,
    dashboard::{NextWorld, WantedKeyset},
    engine::Io,
    keys::Key,
    presence::{Command, CommandAnswer, ListedUser, PresenceEvent, State, Timetoken},
    terminal::TerminalEvent,
    ui::{Dialog, KeysetLine, Keysets, Stage},
    world::{EntryBody, Note, Session},
};

use crate::{
    happen::{batch, event, joined, on, trouble, user},
    world::{Beyond, Desk, Plan},
};

/// The world of a keyset; wherever somebody asks, we are, with a state.
fn world(name: &str, watching: &[&str], clock: Clock, change: impl FnOnce(&mut Session)) -> (Io, Model, Beyond) {
    let mut plan = Plan { timeout: Duration::from_secs(20), ..Plan::watching(watching) };
    plan.session.name = Some(name.into());
    change(&mut plan.session);
    let (io, mut model, mut beyond) = plan.open(clock);
    let line = |name: &str| KeysetLine { name: name.into(), region: None, production: false, read_only: false };
    model.listener.keysets = Keysets { all: vec![line("staging"), line("live")], ..Keysets::default() };
    beyond.here = vec![ListedUser { user: user("me"), state: State::parse(r#"{"mood":"idle"}"#).ok() }];
    (io, model, beyond)
}

fn open_with(watching: &[&str], change: impl FnOnce(&mut Session)) -> Desk {
    let (io, model, beyond) = world("staging", watching, Clock::start(), change);
    Desk::in_a(io, model, beyond)
}

fn open(watching: &[&str]) -> Desk {
    open_with(watching, |_| {})
}

impl Beyond {
    fn join(&self, channel: &str, through: Option<&str>, id: &str, n: u64) {
        let published = Timetoken::new(n);
        let event = event(channel, published, joined(id));
        let event = PresenceEvent { subscription: through.map(on), occupancy: Some(1), ..event };
        self.hear(batch([event], published, self.clock.now()));
    }
}

fn names(model: &Model) -> Vec<&str> {
    model.world.channels.iter().map(|watched| watched.channel.as_str()).collect()
}

fn said(model: &Model) -> &str {
    model.listener.status.as_ref().map_or("", |word| word.text.as_str())
}

#[tokio::test(start_paused = true)]
async fn a_state_is_edited_checked_refused_kept_and_sent_again() {
    let mut desk = open(&["lobby"]);
    desk.beyond.live();
    desk.type_in("H").await;
    let heartbeat = desk.beyond.ordered().await;
    desk.beyond.answer(heartbeat, CommandAnswer::Done);
    desk.beyond.orders_nothing().await;
    desk.type_in("e").await;
    // What we carry there, laid out; one field more, at first without its value.
    desk.press(Key::Down).await;
    desk.press(Key::End).await;
    desk.type_in(", \"n\": ").await;
    desk.press(Key::Ctrl('s')).await;
    desk.press(Key::End).await;
    desk.beyond.orders_nothing().await;
    desk.press(Key::Up).await;
    desk.press(Key::End).await;
    desk.put(TerminalEvent::Paste("[1]".into())).await;
    desk.press(Key::Ctrl('s')).await;
    let sent = desk.beyond.ordered().await;
    // The cursor had gone to the mistake, at the end of its line or the start of the next.
    let Command::SetState { places, state } = sent.clone() else {
        panic!("{sent:?}");
    };
    assert_eq!((places, state.as_json()), (vec![on("lobby")], r#"{"mood":"idle","n":[1]}"#));
    desk.beyond.refuse(sent, trouble("the service can't be reached"));
    desk.settle().await;
    // What was typed is still there; sent again, the service takes it.
    desk.press(Key::Ctrl('s')).await;
    let again = desk.beyond.ordered().await;
    assert!(matches!(&again, Command::SetState { state, .. } if state.as_json().contains("[1]")), "{again:?}");
    desk.beyond.answer(again, CommandAnswer::Done);
    let model = desk.end().await;
    assert!(model.listener.dialog.is_none(), "closed once it was taken");
    assert_eq!(said(&model), "the service took the state on lobby");
}

#[tokio::test(start_paused = true)]
async fn a_refused_state_stays_with_the_reason_and_esc_throws_it_away_the_second_time_only() {
    let mut desk = open(&["lobby"]);
    desk.beyond.live();
    desk.type_in("e\"a\":1").await;
    desk.press(Key::Ctrl('s')).await;
    let sent = desk.beyond.ordered().await;
    desk.beyond.refuse(sent, trouble("no"));
    desk.settle().await;
    desk.press(Key::Esc).await;
    let model = desk.end().await;
    let Some(Dialog::Editor(editor)) = &model.listener.dialog else { panic!("{:?}", model.listener.dialog) };
    assert_eq!((editor.text.text().as_str(), &editor.stage), ("{\"a\":1}", &Stage::Leaving));

    let desk = open(&["lobby"]);
    desk.type_in("e ").await;
    desk.press(Key::Esc).await;
    desk.press(Key::Esc).await;
    assert!(desk.end().await.listener.dialog.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_state_for_nobody_present_says_so_and_production_asks_and_read_only_refuses() {
    let mut desk = open_with(&["lobby"], |session| session.production = true);
    desk.type_in("e").await;
    desk.press(Key::Ctrl('s')).await;
    desk.type_in("n").await;
    desk.press(Key::Ctrl('s')).await;
    desk.type_in("y").await;
    let sent = desk.beyond.ordered().await;
    assert!(matches!(sent, Command::SetState { .. }), "{sent:?}");
    desk.beyond.answer(sent, CommandAnswer::Done);
    desk.beyond.orders_nothing().await;
    assert!(said(&desk.end().await).contains("you are not present on lobby"));

    let desk = open_with(&["lobby"], |session| session.read_only = true);
    desk.type_in("e").await;
    let model = desk.end().await;
    assert!(model.listener.dialog.is_none() && said(&model).contains("read-only"));
}

#[tokio::test(start_paused = true)]
async fn more_is_watched_after_a_name_that_is_one() {
    let mut desk = open(&["lobby"]);
    desk.beyond.live();
    desk.type_in("alobby").await;
    desk.press(Key::Enter).await;
    desk.press(Key::Ctrl('u')).await;
    desk.type_in("a/b").await;
    desk.press(Key::Enter).await;
    desk.settle().await;
    assert!(desk.beyond.watching.borrow().is_empty(), "neither a name twice nor a bad one");
    desk.press(Key::Ctrl('u')).await;
    desk.type_in("support, match.* group:eu").await;
    desk.press(Key::Enter).await;
    desk.settle().await;
    let all = ["lobby", "support", "match.*", "group:eu"].map(on);
    assert_eq!(*desk.beyond.watching.borrow_and_update(), all);
    desk.beyond.join("match.1", Some("match.*"), "ann", 20);
    desk.beyond.join("stranger", None, "ann", 21);
    desk.beyond.join("strange", Some("group:us"), "ann", 22);
    // Here now is asked for what is new, and the answer shows it.
    desk.beyond.orders_nothing_for(Duration::from_secs(2)).await;
    let model = desk.end().await;
    assert_eq!(names(&model)[..3], ["lobby", "support", "match.1"]);
    assert_eq!(model.selected().unwrap().channel.as_str(), "support");
    assert_eq!(model.selected().unwrap().roster.len(), 1);
    assert!(!names(&model).contains(&"strange"), "{:?}", names(&model));
    assert!(
        model
            .listener
            .log
            .last_entries(50)
            .any(|entry| matches!(&entry.body, EntryBody::Note(Note::Added { what }) if what.len() == 3))
    );
}

#[tokio::test(start_paused = true)]
async fn a_channel_goes_with_a_leave_where_we_are_present_and_the_last_one_stays() {
    let mut desk = open(&["lobby", "support"]);
    desk.beyond.live();
    desk.type_in("H").await;
    let heartbeat = desk.beyond.ordered().await;
    desk.beyond.answer(heartbeat, CommandAnswer::Done);
    desk.settle().await;
    desk.type_in("x").await;
    let leave = desk.beyond.ordered().await;
    assert_eq!(leave, Command::Leave { places: vec![on("lobby")] });
    desk.beyond.answer(leave, CommandAnswer::Done);
    assert_eq!(*desk.beyond.watching.borrow_and_update(), [on("support")]);
    // Late news does not bring it back.
    desk.beyond.join("lobby", None, "ann", 20);
    desk.settle().await;
    desk.type_in("x").await;
    desk.settle().await;
    assert!(!desk.beyond.watching.has_changed().unwrap());
    let model = desk.end().await;
    assert_eq!(names(&model), ["support"]);
    assert!(model.world.own_presence.places.is_empty());
    assert!(said(&model).contains("all that is watched"), "{}", said(&model));
}

#[tokio::test(start_paused = true)]
async fn what_came_through_a_pattern_goes_alone_or_with_it() {
    let mut desk = open(&["lobby", "match.*"]);
    desk.beyond.live();
    for (n, name) in ["match.1", "match.2", "match.3"].into_iter().enumerate() {
        desk.beyond.join(name, Some("match.*"), "ann", 20 + n as u64);
    }
    desk.settle().await;
    // In the order of their names the lobby comes first.
    desk.type_in("1sname").await;
    desk.press(Key::Enter).await;
    // The first choice is this channel alone.
    desk.press(Key::Right).await;
    desk.type_in("x").await;
    desk.press(Key::Enter).await;
    desk.beyond.join("match.1", Some("match.*"), "bob", 30);
    desk.settle().await;
    assert!(!desk.beyond.watching.has_changed().unwrap(), "the pattern stays");
    desk.press(Key::Right).await;
    desk.type_in("x").await;
    desk.press(Key::Down).await;
    desk.press(Key::Enter).await;
    desk.settle().await;
    assert_eq!(*desk.beyond.watching.borrow_and_update(), [on("lobby")]);
    let model = desk.end().await;
    assert_eq!((names(&model), model.screen().selected_place()), (vec!["lobby"], Some(0)));
    let told = model
        .listener
        .log
        .last_entries(50)
        .filter(|entry| matches!(entry.body, EntryBody::Note(Note::Removed { .. })))
        .count();
    assert_eq!(told, 2);
}

#[tokio::test(start_paused = true)]
async fn a_presence_that_nothing_keeps_runs_out_and_one_that_is_kept_again_goes_on() {
    let mut desk = open_with(&["lobby"], |session| session.production = true);
    desk.beyond.live();
    desk.type_in("Hy").await;
    let heartbeat = desk.beyond.ordered().await;
    desk.beyond.answer(heartbeat, CommandAnswer::Done);
    desk.settle().await;
    // To stop is noticed by nobody; to go on is.
    desk.type_in("A").await;
    desk.beyond.orders_nothing_for(Duration::from_secs(15)).await;
    desk.type_in("Ay").await;
    let again = desk.beyond.ordered().await;
    assert!(matches!(again, Command::SendHeartbeat { by_hand: false, .. }), "{again:?}");
    desk.beyond.answer(again, CommandAnswer::Done);
    desk.type_in("A").await;
    desk.beyond.orders_nothing_for(Duration::from_secs(26)).await;
    let model = desk.end().await;
    assert!(model.world.own_presence.places.is_empty() && !model.world.own_presence.kept_alive);
    assert!(
        model.listener.log.last_entries(50).any(|entry| matches!(entry.body, EntryBody::Note(Note::RanOut { .. })))
    );
}

#[tokio::test(start_paused = true)]
async fn another_keyset_takes_over_once_it_stands_and_until_then_this_one_stays() {
    let mut desk = open(&["lobby"]);
    desk.beyond.live();
    desk.type_in("H").await;
    let heartbeat = desk.beyond.ordered().await;
    desk.beyond.answer(heartbeat, CommandAnswer::Done);
    desk.settle().await;
    // We are present: that is asked about.
    desk.type_in("K").await;
    desk.press(Key::Enter).await;
    desk.type_in("y").await;
    let wanted = desk.asked.recv().await.unwrap();
    assert_eq!(wanted, WantedKeyset { name: "live".into(), watching: vec![on("lobby")] });
    desk.ready.send(Err("it has no subscribe-key".into())).await.unwrap_or_default();
    desk.settle().await;
    desk.type_in("K").await;
    desk.press(Key::Enter).await;
    desk.type_in("y").await;
    assert_eq!(desk.asked.recv().await.unwrap().name.as_ref(), "live");
    let (io, model, next) = world("live", &["stage"], desk.beyond.clock, |_| {});
    assert!(desk.ready.send(Ok(NextWorld { io, world: model.world, keysets: model.listener.keysets })).await.is_ok());
    // The old world is left before the new one takes the keys.
    let leave = desk.beyond.ordered().await;
    assert_eq!(leave, Command::Leave { places: vec![on("lobby")] });
    let old = std::mem::replace(&mut desk.beyond, next);
    old.answer(leave, CommandAnswer::Done);
    drop(old);
    desk.beyond.live();
    desk.type_in("H").await;
    let heartbeat = desk.beyond.ordered().await;
    assert!(matches!(&heartbeat, Command::SendHeartbeat { places, .. } if *places == [on("stage")]), "{heartbeat:?}");
    let model = desk.end().await;
    assert_eq!(model.world.session.name.as_deref(), Some("live"));
}

#[tokio::test(start_paused = true)]
async fn a_keyset_that_can_not_be_reached_is_told_and_nothing_changes() {
    let mut desk = open(&["lobby"]);
    desk.type_in("Klive").await;
    desk.press(Key::Enter).await;
    desk.asked.recv().await.unwrap();
    desk.ready.send(Err("it has no subscribe-key".into())).await.unwrap_or_default();
    let model = desk.end().await;
    assert_eq!(said(&model), "still here; live can't be looked at: it has no subscribe-key");
    assert_eq!((model.world.session.name.as_deref(), model.listener.keysets.under_way), (Some("staging"), None));
}
