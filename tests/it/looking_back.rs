//! Looking back: what is shown of an instant is what was so then, and the screen says that it is the past.

use std::time::Duration;

use herenow::{
    keys::{Key, Keys},
    presence::Moment,
    ui::{Action, Dialog, EditKey, History, KeepLimits, Pane, TimeMarkKind, UiEvent},
    world::{Input, World},
};

use crate::{
    model::{Looking, wakes_at},
    sim::{Faults, START, Sim},
    storm::Storm,
};

/// What is known at an instant.
struct Known {
    at: Moment,
    world: World,
    /// The rows of the log.
    rows: Vec<String>,
    /// What is told of incidents.
    incidents: Vec<String>,
}

impl Known {
    /// What is known now. The world is told of the time first, as it is when nothing else comes.
    fn of(storm: &mut Storm) -> Self {
        storm.sim.tell(Input::Tick);
        let model = &storm.sim.model;
        let log = &model.listener.log;
        Self {
            at: storm.sim.now,
            world: model.world.clone(),
            rows: log.last_entries(usize::MAX).map(|entry| format!("{entry:?}")).collect(),
            incidents: model.listener.incidents.incidents().map(|incident| format!("{incident:?}")).collect(),
        }
    }
}

#[test]
fn an_instant_that_is_looked_at_equals_the_world_as_it_was_and_so_does_its_log() {
    let cases = std::env::var("HERENOW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(6);
    let mut compared = 0;
    for seed in std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0)..cases {
        let mut storm = Storm::new(seed);
        storm.sim.faults = Faults { drop: 0.05, duplicate: 0.05, delay: 0.1, stale: 0.2 };
        let mut known = Vec::new();
        for _ in 0..40 {
            storm.blow(25);
            known.push(Known::of(&mut storm));
            // Nothing else happens at that very moment.
            storm.sim.now = storm.sim.now.plus(Duration::from_millis(1));
        }
        let history = &mut storm.sim.model.listener.history;
        assert!(history.weigh() <= history.limits().bytes);
        let earliest = history.earliest().unwrap();
        let kept = known.iter().enumerate().filter(|(_, known)| known.at >= earliest);
        for (place, Known { at, world, rows, incidents }) in kept {
            let instant = history.look_at(*at).unwrap();
            let what = format!("seed {seed}, picture {place}");
            assert!(*instant.world == *world, "the worlds differ: {what}");
            let told: Vec<String> =
                instant.told.log.last_entries(usize::MAX).map(|entry| format!("{entry:?}")).collect();
            assert!(told.eq(rows), "the logs differ: {what}");
            let told = instant.told.incidents.incidents().map(|incident| format!("{incident:?}"));
            let told: Vec<String> = told.collect();
            assert_eq!(told, *incidents, "{what}");
            compared += 1;
        }
    }
    assert!(compared > 20, "only {compared} instants were compared");
}

fn crowd() -> Sim {
    let mut sim = Sim::crowd(40, "me").watched(Duration::from_secs(60));
    sim.model.listener.focus.pane = Pane::Channels;
    sim
}

fn press(sim: &mut Sim, keys: &str) {
    for key in keys.chars() {
        if let Some(event) = Keys::default().translate(&sim.model.screen(), Key::Char(key)) {
            sim.tell(event);
        }
    }
}

fn type_time(sim: &mut Sim, text: &str) {
    press(sim, "g");
    press(sim, text);
    sim.tell(UiEvent::Type(EditKey::Enter));
}

/// What the footer was told last.
fn said(sim: &Sim) -> &str {
    sim.model.listener.status.as_ref().map_or("", |status| status.text.as_str())
}

fn shown(sim: &Sim) -> Moment {
    sim.model.screen().as_of(sim.now)
}

#[test]
fn the_past_says_so_at_every_size() {
    let mut sim = crowd();
    press(&mut sim, "[[[");
    sim.run(Duration::from_secs(192));
    assert!(sim.model.screen().is_past());
    insta::assert_snapshot!("past_120x40", sim.text(120, 40));
    insta::assert_snapshot!("past_80x24", sim.text(80, 24));
    insta::assert_snapshot!("past_40x12", sim.text(40, 12));
    press(&mut sim, " ");
    for (width, height) in [(120, 40), (80, 24), (60, 20), (40, 15), (40, 12), (30, 8), (20, 3), (40, 1)] {
        let frame = sim.text(width, height);
        assert!(frame.contains("PAST") && !frame.contains("● live"), "{width}x{height}\n{frame}");
        sim.tell(UiEvent::Act(Action::Wall));
        let wall = sim.text(width, height);
        assert!(wall.contains("PAST"), "{width}x{height}\n{wall}");
        press(&mut sim, "L");
        let refused = sim.text(width, height);
        assert!(
            width < 40 || height < 12 || refused.contains("this is the past: `leave`"),
            "{width}x{height}\n{refused}"
        );
        sim.tell(UiEvent::Act(Action::Wall));
    }
}

#[test]
fn steps_lead_from_event_to_event_and_back_to_now() {
    let mut sim = crowd();
    let last = |sim: &Sim| {
        let log = sim.model.screen().log;
        let visible = log.last_entries(usize::MAX).filter(|entry| log.view().filter().shows_kind(entry.body.kind()));
        visible.last().map(|entry| format!("{entry:?}"))
    };
    let rows = |sim: &Sim| sim.model.screen().log.last_entries(usize::MAX).count();
    let now = last(&sim);
    let mut seen = vec![(shown(&sim), rows(&sim), now.clone())];
    for _ in 0..10 {
        press(&mut sim, "[");
        seen.push((shown(&sim), rows(&sim), last(&sim)));
    }
    assert!(seen.windows(2).all(|two| two[0].0 >= two[1].0 && two[0].1 >= two[1].1), "{seen:?}");
    assert_eq!(seen[1].2, now, "the first step leads to right after the last event");
    assert!(seen[1].1 > seen[10].1);
    for earlier in seen[1..10].iter().rev() {
        press(&mut sim, "]");
        assert_eq!((shown(&sim), rows(&sim), last(&sim)), *earlier);
    }
    press(&mut sim, "]");
    assert_eq!(said(&sim), "no later event so far; End goes to now");
    sim.tell(UiEvent::Act(Action::Bottom));
    assert!(sim.model.pause().is_none());
    press(&mut sim, "{");
    assert!(sim.model.screen().is_past());
    sim.tell(UiEvent::Act(Action::Close));
    assert!(sim.model.pause().is_none());
}

#[test]
fn a_move_in_time_takes_the_message_of_the_one_before_away() {
    let mut sim = crowd();
    sim.run(Duration::from_secs(120));
    for keys in ["[", "{", "g"] {
        press(&mut sim, "[");
        sim.tell(UiEvent::Act(Action::Bottom));
        assert_eq!(said(&sim), "this is now");
        if keys == "g" {
            type_time(&mut sim, "-8s");
        } else {
            press(&mut sim, keys);
        }
        assert!(sim.model.screen().is_past() && said(&sim).is_empty(), "{keys}: {}", said(&sim));
    }
    press(&mut sim, "L}");
    assert!(!said(&sim).contains("the past"), "{}", said(&sim));
}

#[test]
fn a_time_that_is_typed_is_gone_to() {
    let mut sim = crowd();
    sim.run(Duration::from_secs(120));
    type_time(&mut sim, "12:01:10");
    assert_eq!(shown(&sim).seconds(), START.seconds() + 70);
    type_time(&mut sim, "-20s");
    assert_eq!(shown(&sim).seconds(), START.seconds() + 50);
    press(&mut sim, "}");
    assert_eq!(shown(&sim).seconds(), START.seconds() + 110);
    type_time(&mut sim, "-1h");
    assert_eq!(said(&sim), "this is the earliest instant that is kept");
    type_time(&mut sim, "soon");
    assert!(matches!(&sim.model.listener.dialog, Some(Dialog::Prompt(prompt)) if prompt.mistake.is_some()));
    sim.tell(UiEvent::Type(EditKey::Cancel));
    type_time(&mut sim, "now");
    assert!(sim.model.pause().is_none());
}

#[test]
fn the_past_is_played_at_the_speed_that_is_chosen_and_draws_only_what_changes() {
    let mut sim = crowd();
    sim.run(Duration::from_secs(120));
    type_time(&mut sim, "-100s");
    let begin = shown(&sim);
    sim.run(Duration::from_secs(5));
    assert_eq!(shown(&sim), begin, "it is held");
    press(&mut sim, " ");
    sim.run(Duration::from_secs(10));
    let went = shown(&sim).since(begin);
    assert!(went > Duration::from_secs(9) && went < Duration::from_secs(11), "{went:?}");
    press(&mut sim, "+++");
    assert_eq!(said(&sim), "speed ×10");
    sim.run(Duration::from_secs(4));
    let went = shown(&sim).since(begin);
    assert!(went > Duration::from_secs(45) && went < Duration::from_secs(55), "{went:?}");
    let wake = wakes_at(&sim.model, sim.now).unwrap();
    assert!(wake >= sim.now.plus(Duration::from_millis(20)), "{:?}", wake.since(sim.now));
    // It catches up with now, and goes along.
    press(&mut sim, "++++++");
    assert_eq!(said(&sim), "speed as fast as it goes");
    sim.run(Duration::from_secs(60));
    assert!(sim.model.pause().is_none());
}

#[test]
fn what_asks_the_service_has_to_wait_for_now_and_the_world_goes_on() {
    let mut sim = crowd();
    press(&mut sim, "[[");
    let events = sim.model.world.counters.events;
    for key in ["H", "L", "r", "e", "a", "x", "t", "A", "K"] {
        press(&mut sim, key);
        assert!(said(&sim).starts_with("this is the past: `"), "{key}: {}", said(&sim));
        assert!(sim.model.listener.dialog.is_none(), "{key}");
        sim.model.listener.status = None;
        sim.tell(UiEvent::Type(EditKey::Cancel));
    }
    sim.run(Duration::from_secs(30));
    assert!(sim.model.world.counters.events > events);
    assert_eq!(
        sim.model.pause().unwrap().waiting,
        sim.model.world.counters.events - sim.model.screen().world.counters.events
    );
}

#[test]
fn the_text_for_what_is_refused_in_the_past_presses_no_key() {
    for key in ["b", "a", "t", "e", "K", "n"] {
        let mut sim = crowd();
        press(&mut sim, "[[");
        let at = shown(&sim);
        press(&mut sim, key);
        press(&mut sim, "[H q");
        let screen = sim.text(120, 40);
        assert!(screen.contains("nothing to type here; Enter or Esc goes on"), "{key}: {screen}");
        assert!(said(&sim).starts_with("this is the past: `") && !sim.model.listener.quitting, "{key}");
        assert_eq!((shown(&sim), sim.model.screen().is_past()), (at, true), "{key}");
        sim.tell(UiEvent::Type(EditKey::End));
        assert!(sim.model.pause().is_none(), "{key}: End goes to now, as is said");
        press(&mut sim, "q");
        assert!(sim.model.listener.quitting, "{key}");
    }
}

#[test]
fn where_nothing_is_kept_it_is_said_what_to_raise() {
    for (limits, wanted) in [
        (KeepLimits::OFF, "nothing is kept to look back at: `--keep` is 0"),
        (
            KeepLimits { bytes: 1 << 10, ..KeepLimits::default() },
            "nothing is kept to look back at: it would take 1 MiB, and `--keep-memory` is 1",
        ),
    ] {
        let mut sim = Sim::crowd(40, "me");
        *sim.model.listener.history = History::new(limits);
        let mut sim = sim.watched(Duration::from_secs(30));
        press(&mut sim, "[");
        assert_eq!(said(&sim), wanted);
        assert!(sim.model.pause().is_none());
        assert_eq!(sim.model.listener.history.weigh(), 0);
    }
}

#[test]
fn what_is_kept_stays_within_its_bounds() {
    let mut sim = Sim::crowd(60, "me");
    let limits = KeepLimits { time: Duration::from_secs(120), bytes: 3 << 20 };
    *sim.model.listener.history = History::new(limits);
    let mut sim = sim.watched(Duration::from_secs(1));
    for _ in 0..40 {
        sim.run(Duration::from_secs(20));
        let history = &sim.model.listener.history;
        assert!(history.weigh() <= limits.bytes, "{}", history.weigh());
        let kept = sim.now.since(history.earliest().unwrap());
        assert!(kept < Duration::from_secs(400), "{kept:?}");
    }
}

#[test]
fn a_mark_is_in_the_events_along_the_chart_and_in_the_past() {
    let mut sim = crowd();
    press(&mut sim, "bdeploy 412");
    sim.tell(UiEvent::Type(EditKey::Enter));
    let marked = sim.now;
    sim.run(Duration::from_secs(20));
    let screen = sim.text(200, 60);
    assert!(screen.contains("mark: deploy 412"), "{screen}");
    let marks = sim.model.screen().list_time_marks(sim.now);
    assert!(marks.iter().any(|mark| mark.at == marked && mark.kind == TimeMarkKind::Marked("deploy 412".into())));
    type_time(&mut sim, "-21s");
    assert!(!sim.text(200, 60).contains("deploy 412"), "it was not made yet");
    type_time(&mut sim, "+2s");
    assert!(sim.text(200, 60).contains("mark: deploy 412"));
    press(&mut sim, "b");
    assert!(sim.model.listener.dialog.is_none(), "a mark is about now");
}
