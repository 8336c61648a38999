//! Whole screens as text, at the sizes people have, in the states that matter; and every size without
//! a panic.

#[path = "support/sim.rs"]
mod sim;

use std::time::Duration;

use herenow::{
    crowd::{Profile, Script, people},
    model::{Action, Msg},
    presence::{LinkChange, Notice, SceneStatus, Subscription, Trouble},
    service::Settings,
};
use sim::Sim;

const CHANNELS: [&str; 5] = ["lobby", "support", "match.eu.1", "match.us.2", "stage"];

fn world(size: usize) -> Sim {
    let script = Script::new(Profile::STEADY, people(size, 1), 1);
    let settings = Settings { deltas: true, ..Settings::default() };
    Sim::new(settings, script, &CHANNELS, "watcher-4f2a", 1)
}

fn crowd(size: usize) -> Sim {
    let mut sim = world(size);
    sim.run(Duration::from_secs(1));
    sim.connect();
    sim.run(Duration::from_secs(45));
    sim
}

fn text(sim: &Sim, width: u16, height: u16) -> String {
    let buffer = sim.frame(width, height);
    let row = |y| {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..width {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
            }
            skip = std::cmp::max(skip, unicode_width::UnicodeWidthStr::width(symbol)).saturating_sub(1);
        }
        line.trim_end().to_owned()
    };
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

fn link(sim: &mut Sim, change: LinkChange) {
    let notice = Notice::Link { poll: 0, change, at: sim.now };
    sim.tell(Msg::Notice(notice));
}

fn lost(sim: &mut Sim) {
    let sentence =
        "https://ps.pndsn.com can't be reached: connection refused; check the network, the origin and any proxy";
    let trouble = Trouble { sentence: sentence.into(), passing: true, refused: Vec::new(), retry_after: None };
    let retry_at = sim.now.plus(Duration::from_secs(4));
    link(sim, LinkChange::Lost { trouble, attempt: 3, retry_at });
}

#[test]
fn nothing_yet() {
    insta::assert_snapshot!(text(&world(0), 80, 24));
}

#[test]
fn never_reached() {
    let mut sim = world(0);
    lost(&mut sim);
    insta::assert_snapshot!(text(&sim, 80, 24));
}

#[test]
fn a_crowd_at_every_size_people_have() {
    let sim = crowd(60);
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12), (20, 5), (1, 1)] {
        insta::assert_snapshot!(format!("crowd_{width}x{height}"), text(&sim, width, height));
    }
}

#[test]
fn one_person_and_that_is_us() {
    let mut sim = crowd(0);
    sim.tell(Msg::Act(Action::Heartbeat));
    sim.run(Duration::from_secs(10));
    insta::assert_snapshot!(text(&sim, 80, 24));
}

#[test]
fn a_lost_link_with_a_crowd_in_sight() {
    let mut sim = crowd(60);
    lost(&mut sim);
    insta::assert_snapshot!(text(&sim, 80, 24));
}

#[test]
fn a_refused_channel_among_others() {
    let mut sim = crowd(60);
    let sentence = "access refused (403) for support-pnpres (\"Forbidden\"); the token needs read permission";
    let trouble = Trouble {
        sentence: sentence.into(),
        passing: false,
        refused: vec!["support-pnpres".into()],
        retry_after: None,
    };
    let what = vec![Subscription::parse("support").unwrap()];
    link(&mut sim, LinkChange::Refused { trouble, what, everything: false });
    link(&mut sim, LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) });
    sim.tell(Msg::Act(Action::NextChannel));
    insta::assert_snapshot!(text(&sim, 80, 24));
}

#[test]
fn the_help() {
    let mut sim = crowd(60);
    sim.tell(Msg::Act(Action::Help));
    insta::assert_snapshot!(text(&sim, 80, 24));
}

#[test]
fn in_front_of_our_own_crowd_the_header_says_what_it_is_at_and_what_comes() {
    let mut sim = crowd(60);
    let next = Some(("eu comes back".to_owned(), sim.now.plus(Duration::from_millis(11_500))));
    let phase = Some("eu has no network".to_owned());
    let scene = SceneStatus { profile: "outage", label: None, phase: None, speed: 1.0, next: None };
    let line = |sim: &Sim, width| text(sim, width, 24).lines().nth(1).unwrap().to_owned();
    sim.tell(Msg::Scene(scene.clone()));
    insta::assert_snapshot!(line(&sim, 80), @" crowd: outage  join in: origin 127.0.0.1:7710 without TLS · subscribe key demo…");
    sim.tell(Msg::Scene(SceneStatus { phase, speed: 1.5, next, ..scene }));
    insta::assert_snapshot!(line(&sim, 160), @" crowd: outage, eu has no network ×1.5 · next: eu comes back in 12 s  join in: origin 127.0.0.1:7710 without TLS · subscribe key demo · publish key demo");
    insta::assert_snapshot!(line(&sim, 80), @" crowd: eu has no network ×1.5 · next: eu comes back in 12 s");
    let label = Some("A router dies\u{1b}[2J".to_owned());
    let scene = SceneStatus { label, ..sim.model.scene.clone().unwrap() };
    sim.tell(Msg::Scene(scene));
    insta::assert_snapshot!(line(&sim, 160), @" crowd: A router dies␛[2J (outage), eu has no network ×1.5 · next: eu comes back in 12 s  join in: origin 127.0.0.1:7710 without TLS · subscribe key demo · pub…");
    insta::assert_snapshot!(line(&sim, 80), @" crowd: eu has no network ×1.5 · next: eu comes back in 12 s");
    insta::assert_snapshot!(line(&sim, 60), @" crowd: eu has no network ×1.5 · next: eu comes back in 12 s");
    assert!(text(&sim, 120, 40).contains("crowd: A router dies␛[2J (outage), eu has no network"), "it is in the log");
    let footer = text(&sim, 80, 24).lines().last().unwrap().to_owned();
    assert!(["n scene", "o outage", "? help", "q quit"].iter().all(|key| footer.contains(key)), "{footer}");
    sim.tell(Msg::Act(Action::Help));
    insta::assert_snapshot!("the_help_before_our_own_crowd", text(&sim, 80, 24));
    sim.tell(Msg::Act(Action::Help));
    lost(&mut sim);
    assert!(line(&sim, 120).contains("can't be reached"), "trouble goes first");
}

#[test]
fn exam_26_no_size_panics_in_any_pane_with_anything_open() {
    let mut sim = crowd(60);
    let (label, phase) = (Some("宽".repeat(60)), Some("everybody to stage".to_owned()));
    let next = Some(("🧑‍🚀 is packed".to_owned(), sim.now.plus(Duration::from_secs(90_000))));
    sim.tell(Msg::Scene(SceneStatus { profile: "stampede", label, phase, speed: 0.1, next }));
    for _ in 0..3 {
        sim.tell(Msg::Act(Action::NextPane));
        for help in [true, false] {
            sim.tell(Msg::Act(Action::Help));
            assert_eq!(sim.model.open.is_some(), help);
            for (width, height) in (0..=60).flat_map(|w| (0..=20).map(move |h| (w, h))) {
                sim.frame(width, height);
            }
            for (width, height) in [(500, 200), (1, 200), (200, 1), (65_535, 1), (100, 20), (99, 20), (100, 19)] {
                sim.frame(width, height);
            }
        }
    }
}

#[test]
fn exam_20_an_empty_channel_has_no_percentages_to_get_wrong() {
    let screen = text(&crowd(0), 120, 40);
    assert!(screen.contains("0 here · peak 0") && screen.contains("nobody is here"), "{screen}");
    assert!(!screen.contains("NaN"));
}
