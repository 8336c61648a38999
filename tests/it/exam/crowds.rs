//! Crowds and nights: many at once, and for a long time.

use std::time::{Duration, Instant};

use herenow::{
    presence::{Command, CommandAnswer, EventKind, Moment, Timetoken},
    ui::{Action, UiEvent},
    world::Input,
};

use crate::{
    happen::{all, batch, event, joined, link, live, outcome, session, snapshot, user, without_state},
    model::{Looking, Model, model, update},
    sim::{START, Sim, written},
};

fn tt(micros: u64) -> Timetoken {
    Timetoken::new((START.micros() + micros) * 10)
}

fn draw(model: &Model, now: Moment) -> String {
    use herenow::view::{Appearance, draw_screen};
    use ratatui::{buffer::Buffer, layout::Rect};
    let area = Rect::new(0, 0, 120, 40);
    let mut buffer = Buffer::empty(area);
    draw_screen(&model.screen(), &Appearance::default(), now, area, &mut buffer);
    written(&buffer)
}

/// So many come in one go, then so many events a second for so long; drawn 20 times a second, and a key each time.
fn stampede(people: usize, per_second: u64, seconds: u64) -> Duration {
    let mut model = model(session("me", all(&["lobby"])), Duration::from_secs(300), START);
    update(&mut model, Input::Notice(link(live(), START)), START);
    let listed = (0..people).map(|n| without_state(&format!("user-{n:07}"))).collect();
    let result = Ok(CommandAnswer::HereNow(vec![snapshot("lobby", listed, tt(0))]));
    let command = Command::AskHereNow { places: all(&["lobby"]) };
    update(&mut model, Input::Outcome(outcome(command, result, START)), START);
    let mut longest = Duration::ZERO;
    let step = per_second / 20;
    for frame in 0..seconds * 20 {
        let began = Instant::now();
        let now = START.plus(Duration::from_millis(50 * (frame + 1)));
        let events = (0..step).map(|n| {
            let id = format!("runner-{:04}", n / 2);
            let micros = frame * 50_000 + n * 50_000 / step + 1;
            let what = if n % 2 == 0 { joined(&id) } else { EventKind::Left { user: user(&id) } };
            event("lobby", tt(micros), what)
        });
        let heard = batch(events.collect::<Vec<_>>(), tt((frame + 1) * 50_000), now);
        update(&mut model, Input::Notice(herenow::presence::Notice::from(heard)), now);
        update(&mut model, UiEvent::Act(if frame % 2 == 0 { Action::Down } else { Action::PageDown }), now);
        let screen = draw(&model, now);
        assert!(screen.contains("lobby"), "{screen}");
        longest = longest.max(began.elapsed());
    }
    assert_eq!(model.world.channels.get(0).unwrap().roster.len(), people, "everybody who ran is gone again");
    assert!(model.listener.log.len() <= 10_000);
    longest
}

#[test]
fn exam_21_stampede() {
    stampede(20_000, 10_000, 2);
}

/// Without optimization a frame takes ten times as long: run it with `--release`.
#[test]
#[ignore = "a million people; run it with --release"]
fn exam_21_stampede_in_full() {
    let longest = stampede(1_000_000, 10_000, 60);
    assert!(longest < Duration::from_millis(100), "{longest:?}");
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        let kib: u64 = peak.split_whitespace().nth(1).unwrap().parse().unwrap();
        assert!(kib < 512 << 10, "{kib} KiB");
    }
}

/// What the world keeps of a crowd, after some time and after much more of it.
fn night(first: Duration, rest: Duration) -> (usize, usize) {
    let mut sim = Sim::crowd(60, "me").watched(first);
    let kept = |sim: &Sim| {
        let model = &sim.model;
        assert!(model.listener.log.len() <= 10_000);
        format!("{:?}", model.world).len()
    };
    let before = kept(&sim);
    sim.run(rest);
    (before, kept(&sim))
}

#[test]
fn exam_22_long_night() {
    // By then everybody has been everywhere.
    let (before, after) = night(Duration::from_secs(1_800), Duration::from_secs(3_600));
    assert!(after < before + before / 3, "{before} and then {after}");
}

#[test]
#[ignore = "two weeks take half an hour"]
fn exam_22_long_night_in_full() {
    let (before, after) = night(Duration::from_secs(86_400), Duration::from_secs(13 * 86_400));
    assert!(after < before + before / 20, "{before} and then {after}");
}
