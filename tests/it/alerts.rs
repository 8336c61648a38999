//! The watch list and the doctor as people meet them: screens from a simulated world, and the real loop
//! with scripted keys, listening to what it tells aloud.

use std::time::Duration;

use crate::model::Looking;
use herenow::{
    keys::Key,
    presence::{EventKind, Ledger, LinkChange, Notice, PresenceEvent, Prices, Timetoken},
    ui::{Action, UiEvent},
    view::{Symbols, Theme},
    world::Input,
};

use crate::{
    happen::{batch, event, joined, on, trouble, user},
    sim::{Sim, written},
    world::{Desk, Plan},
};

/// A crowd of 60, the watcher at the look, for so many seconds.
fn crowd(seconds: u64) -> Sim {
    Sim::crowd(60, "watcher-4f2a").watched(Duration::from_secs(seconds))
}

fn watching(seconds: u64) -> Sim {
    let mut sim = crowd(5);
    let someone = sim.believed("lobby").first().unwrap().as_str().to_owned();
    for what in [
        &format!("user {someone}"),
        "lobby",
        "user e\u{202e}vil;李雷",
        "channel later.on",
        "occupancy of lobby > 3",
        "occupancy of match.* > 500",
        "no timeout in support for 10m",
    ] {
        sim.model.watch_for(what).unwrap();
    }
    sim.run(Duration::from_secs(seconds));
    sim
}

/// Somewhere between unlucky and broken.
fn ill() -> Sim {
    let mut sim = crowd(5);
    let mut ledger = Ledger::default();
    for (kind, count, failed) in [("subscribe", 1_284, 3), ("here now", 61, 0), ("heartbeat", 12, 1), ("time", 9, 0)] {
        (0..count).for_each(|n| ledger.note(kind, n < failed));
    }
    let alive = |ledger: &Ledger| LinkChange::Alive { round_trip: Duration::from_millis(12), ledger: ledger.clone() };
    sim.link(alive(&ledger));
    sim.run(Duration::from_secs(85));
    for (what, sentence) in [("support", "the token does not grant `read` on support-pnpres"), ("stage", "the same")] {
        let change = LinkChange::Refused { trouble: trouble(sentence), what: vec![on(what)], everything: false };
        sim.tell(Input::Notice(Notice::Link { poll: 1, change, at: sim.now }));
    }
    for change in [
        LinkChange::Lost { trouble: trouble("no answer"), attempt: 1, retry_at: sim.now },
        LinkChange::Live { resumed: None, round_trip: Duration::from_millis(12) },
    ] {
        for poll in [0, 1] {
            sim.tell(Input::Notice(Notice::Link { poll, change: change.clone(), at: sim.now }));
        }
    }
    sim.run(Duration::from_secs(5));
    (0..40).for_each(|_| ledger.note("subscribe", false));
    sim.link(alive(&ledger));
    sim.model.world.session.production = true;
    sim.model.world.session.name = Some("shop".into());
    sim.model.world.own_presence.timeout = Duration::from_secs(10);
    sim
}

#[test]
fn the_watch_list_at_several_sizes() {
    let mut sim = watching(60);
    sim.tell(UiEvent::Act(Action::Watchlist));
    sim.tell(UiEvent::Act(Action::Down));
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("watch_list_{width}x{height}"), sim.text(width, height));
    }
    sim.tell(UiEvent::Act(Action::Mute));
    assert!(sim.text(80, 24).contains("watch list · 7 · muted"));
}

#[test]
fn an_empty_watch_list_says_how_to_fill_it() {
    let mut sim = crowd(5);
    sim.tell(UiEvent::Act(Action::Watchlist));
    insta::assert_snapshot!(sim.text(80, 24));
}

#[test]
fn the_panes_mark_who_is_watched_and_the_log_says_what_was_told() {
    let sim = watching(1);
    let all = sim.text(110, 40);
    assert!(all.contains("★ watch"), "{all}");
    assert!(all.lines().any(|line| line.contains("● lobby") && line.contains('★')), "{all}");
    let all = written(&sim.frame_in(Theme::terminal(), Symbols::Ascii, 110, 40));
    assert!(all.is_ascii() && all.contains("* watch"), "{all}");
}

#[test]
fn a_healthy_doctor_says_what_it_looked_at() {
    let mut sim = crowd(45);
    sim.tell(UiEvent::Act(Action::Doctor));
    insta::assert_snapshot!(sim.text(120, 40));
}

#[test]
fn findings_come_gravest_first_and_are_counted_below() {
    let mut sim = ill();
    for (width, height) in [(120, 40), (80, 24)] {
        insta::assert_snapshot!(format!("ill_{width}x{height}"), sim.text(width, height));
    }
    sim.tell(UiEvent::Act(Action::Doctor));
    sim.model.listener.prices = Some(Prices { currency: "EUR".into(), per_million: Some(12.5), ..Prices::default() });
    for (width, height) in [(120, 50), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("doctor_{width}x{height}"), sim.text(width, height));
    }
    for _ in 0..9 {
        sim.tell(UiEvent::Act(Action::PageDown));
    }
    insta::assert_snapshot!("doctor_80x24_end", sim.text(80, 24));
}

#[test]
fn every_size_draws() {
    let mut sim = watching(5);
    for action in [Action::Watchlist, Action::Doctor] {
        sim.tell(UiEvent::Act(Action::Close));
        sim.model.listener.dialog = None;
        sim.tell(UiEvent::Act(action));
        assert!(sim.model.listener.dialog.is_some());
        for width in (1..40).chain([60, 99, 140, 500]) {
            for height in (1..14).chain([24, 60, 200]) {
                sim.frame(width, height);
            }
        }
    }
}

/// The real loop, with ann on the lobby.
async fn open() -> Desk {
    let mut desk = Plan::watching(&["lobby"]).desk();
    desk.beyond.connect(&["ann"]).await;
    desk.settle().await;
    desk
}

async fn happen(desk: &Desk, what: EventKind, occupancy: u64) {
    let now = desk.beyond.clock.now();
    let published = Timetoken::at(now);
    let event = PresenceEvent { occupancy: Some(occupancy), ..event("lobby", published, what) };
    desk.beyond.hear(batch([event], published, now));
    desk.settle().await;
}

#[tokio::test(start_paused = true)]
async fn a_watched_user_rings_and_names_the_window_until_a_key_is_pressed() {
    let desk = open().await;
    desk.keys([Key::Down, Key::Char('*')]).await;
    assert_eq!(desk.said(), "");
    happen(&desk, EventKind::Left { user: user("ann") }, 0).await;
    assert_eq!(desk.said(), "\x1b]2;herenow · lobby 0 · ann left\x1b\\\x07");
    desk.keys([Key::Char('m')]).await;
    assert_eq!(desk.said(), "\x1b]2;herenow\x1b\\");
    tokio::time::advance(Duration::from_secs(60)).await;
    happen(&desk, joined("ann"), 1).await;
    assert_eq!(desk.said(), "", "muted");
    assert!(desk.quit().await.listener.alerts.muted);
}

#[tokio::test(start_paused = true)]
async fn the_list_is_kept_by_keys_and_a_wrong_answer_stays_typed() {
    let desk = open().await;
    desk.keys([Key::Char('W'), Key::Char('a')]).await;
    desk.type_in("occupancy of lobby").await;
    desk.keys([Key::Enter]).await;
    desk.type_in(" > 0").await;
    desk.keys([Key::Enter, Key::Char('a')]).await;
    assert_eq!(desk.said(), "\x1b]2;herenow · occupancy of lobby > 0 holds\x1b\\\x07\x1b]2;herenow\x1b\\");
    desk.type_in("bob\x1b").await;
    desk.keys([Key::Backspace, Key::Enter, Key::Char('x')]).await;
    desk.keys([Key::Esc, Key::Char('d'), Key::Down, Key::Char('d')]).await;
    let model = desk.quit().await;
    let names: Vec<String> = model.listener.alerts.items().iter().map(|item| item.subject().to_string()).collect();
    assert_eq!(names, ["occupancy of lobby > 0"]);
    assert!(model.listener.dialog.is_none());
}

#[tokio::test(start_paused = true)]
async fn enter_goes_where_somebody_is() {
    let desk = open().await;
    desk.keys([Key::Char('W'), Key::Char('a')]).await;
    desk.type_in("ann").await;
    desk.keys([Key::Enter, Key::Enter]).await;
    let model = desk.quit().await;
    assert_eq!(model.listener.focus.user, Some(user("ann")));
}
