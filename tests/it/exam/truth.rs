//! What happens to events on the way, in virtual time: the list is what the service says in the end.

use std::time::Duration;

use herenow::{
    crowd::{Profile, Simulation, people},
    presence::{EventKind, LinkChange, Moment, Timetoken},
    service::Settings,
    ui::{Action, UiEvent},
    wire::{Names, Operation},
    world::{Certainty, EntryBody, Input, Session},
};

use crate::{
    happen::{all, batch, event, joined, live, session, snapshot, user, without_state},
    model::{Looking, Model, model, update},
    sim::{CHANNELS, Faults, START, Sim},
};

/// Longer than a disagreement may last, an interval, and the audit.
const RECONCILED: Duration = Duration::from_secs(90);

fn crowd(deltas: bool, announce_max: usize, seed: u64) -> Sim {
    let script = Simulation::new(Profile::STEADY, people(40, seed), seed);
    let settings = Settings { announce_max, deltas, ..Settings::default() };
    let mut sim = Sim::new(settings, script, &CHANNELS, "watcher", seed);
    sim.run(Duration::from_secs(1));
    sim.connect();
    sim
}

/// Once the crowd rests, list and count are the service's.
#[track_caller]
fn assert_true(sim: &mut Sim, within: Duration) {
    sim.pause_crowd();
    sim.run(within);
    for channel in CHANNELS {
        let truth = sim.truth(channel);
        assert_eq!(sim.believed(channel), truth, "{channel}");
        let watched = sim.model.world.channels.iter().find(|w| w.channel.as_str() == channel).unwrap();
        assert_eq!(watched.occupancy(), truth.len() as u64, "{channel}");
    }
}

/// What was found to be wrong.
fn drift_reports(sim: &Sim) -> Vec<String> {
    let said = |body: &EntryBody| match body {
        EntryBody::Note(note) if note.is_grave() => Some(note.to_string()),
        _ => None,
    };
    sim.model.listener.log.last_entries(usize::MAX).filter_map(|entry| said(&entry.body)).collect()
}

#[test]
fn exam_17_duplicates() {
    for seed in 0..8 {
        let mut sim = crowd(seed % 2 == 0, 20, seed);
        sim.faults = Faults { duplicate: 1.0, delay: 0.5, ..Faults::default() };
        sim.run(Duration::from_secs(120));
        sim.faults = Faults::default();
        assert_true(&mut sim, RECONCILED);
    }
}

#[test]
fn exam_18_lost_events() {
    let mut noticed = 0;
    for seed in 0..8 {
        let mut sim = crowd(true, 20, seed);
        sim.faults = Faults { drop: 0.05, ..Faults::default() };
        sim.run(Duration::from_secs(300));
        noticed += drift_reports(&sim).len();
        sim.faults = Faults::default();
        assert_true(&mut sim, RECONCILED);
    }
    assert!(noticed > 0, "what was lost is told");
}

/// The lobby is watched, `ann` and `bob` are on it, and here now says so.
fn settled() -> (Model, Moment) {
    let mut model = model(Session { ..session("me", all(&["lobby"])) }, Duration::from_secs(300), START);
    update(&mut model, Input::Notice(crate::happen::link(live(), START)), START);
    let asked = update(&mut model, Input::Tick, START.plus(Duration::from_secs(1)));
    drop(asked);
    (model, START.plus(Duration::from_secs(1)))
}

#[test]
fn exam_19_interval_deltas() {
    use herenow::presence::{Command, CommandAnswer};
    let (mut model, mut now) = settled();
    let places = all(&["lobby"]);
    let answer = |model: &mut Model, listed: &[&str], at: u64, now| {
        let listed = listed.iter().map(|id| without_state(id)).collect();
        let result = Ok(CommandAnswer::HereNow(vec![snapshot("lobby", listed, Timetoken::new(at))]));
        let command = Command::AskHereNow { places: places.clone() };
        update(model, Input::Outcome(crate::happen::outcome(command, result, now)), now)
    };
    let tt = |second: u64| START.micros() * 10 + second * 10_000_000;
    answer(&mut model, &["ann", "bob"], tt(1), now);
    // Lists that overlap: who joined and left, joined twice, timed out and was never there.
    let interval = |second, refresh| {
        let names = |ids: &[&str]| ids.iter().map(|id| user(id)).collect::<Vec<_>>();
        let what = EventKind::Interval {
            joined: names(&["cat", "cat", "dan", "eve"]),
            left: names(&["ann", "dan"]),
            timed_out: names(&["dan", "nobody"]),
            refresh,
        };
        event("lobby", Timetoken::new(tt(second)), what)
    };
    let mut asked = 0;
    let count = |commands: Vec<Command>| {
        commands.iter().filter(|command| matches!(command, Command::AskHereNow { .. })).count()
    };
    for second in [10, 11, 12] {
        now = START.plus(Duration::from_secs(second));
        let heard = batch([interval(second, true)], Timetoken::new(tt(second)), now);
        asked += count(update(&mut model, Input::Notice(herenow::presence::Notice::from(heard)), now));
    }
    for quarter in 1..8 {
        asked += count(update(&mut model, Input::Tick, now.plus(Duration::from_millis(250 * quarter))));
    }
    assert_eq!(asked, 1, "asked once, however often the service says so");
    now = now.plus(Duration::from_secs(2));
    answer(&mut model, &["bob", "cat", "eve"], tt(13), now);
    let listed: Vec<String> =
        model.people(10, now).iter().filter_map(|row| row.user().map(ToString::to_string)).collect();
    assert_eq!(listed, ["bob", "cat", "eve"]);
}

#[test]
fn exam_23_flapper() {
    let mut sim = Sim::crowd(40, "me").watched(Duration::from_secs(20));
    sim.pause_crowd();
    let names = || Names { channels: vec!["lobby".into()], groups: Vec::new() };
    sim.tell(UiEvent::Act(Action::Bottom));
    sim.tell(UiEvent::Act(Action::Up));
    let selected = |sim: &Sim| sim.model.screen().selected_person().map(|(id, _)| id.clone());
    let before = selected(&sim).expect("somebody is selected");
    // Comes before everybody in the list, and goes again.
    let flapper = user("!flapper");
    for _ in 0..3_000 {
        sim.request(&flapper, Operation::Heartbeat { names: names(), timeout: Some(300), state: None });
        sim.run(Duration::from_micros(500));
        sim.request(&flapper, Operation::Leave { names: names() });
        sim.run(Duration::from_micros(500));
        assert_eq!(selected(&sim).as_ref(), Some(&before), "the selection stays where it is");
    }
    assert!(sim.model.listener.log.len() <= 10_000);
    let frame = sim.text(120, 40);
    assert!(frame.contains("!flapper"), "the log tells of it: {frame}");
    assert_true(&mut sim, RECONCILED);
}

/// Clocks are set, ahead and back; leap seconds, time zones and 1970 make no difference to what counts.
#[test]
fn exam_61_clock_moves() {
    let year = Duration::from_secs(365 * 86_400);
    for jump in [Duration::from_secs(3_600), year, Duration::from_secs(1)] {
        let mut sim = Sim::crowd(30, "me").watched(Duration::from_secs(20));
        // As after a suspend that nobody noticed, and with nobody who would have come meanwhile.
        sim.pause_crowd();
        sim.now = sim.now.plus(jump);
        sim.tell(Input::Tick);
        sim.run(Duration::from_secs(5));
        let lost = LinkChange::Lost { trouble: crate::happen::trouble("reset"), attempt: 1, retry_at: sim.now };
        sim.link(lost);
        sim.link(live());
        let screen = sim.text(120, 40);
        // Such as `-5s`.
        let is_age = |word: &str| {
            let number = word.trim_start_matches('-').trim_end_matches(['s', 'm', 'h', 'd']);
            word.starts_with('-') && word.ends_with(['s', 'm', 'h', 'd']) && number.parse::<u64>().is_ok()
        };
        assert!(!screen.split_whitespace().any(is_age) && !screen.contains("NaN"), "{screen}");
        assert_true(&mut sim, RECONCILED.max(Duration::from_secs(400)));
    }
    // Events of another time than ours are put in order by their timetokens, and nothing is older than nothing.
    for start in [0, 1_000_000, START.micros(), 4_000_000_000_000_000] {
        let start = Moment::from_micros(start);
        let mut model = model(session("me", all(&["lobby"])), Duration::from_secs(300), start);
        update(&mut model, Input::Notice(crate::happen::link(live(), start)), start);
        let tt = |n: u64| Timetoken::new(START.micros() * 10 + n);
        let heard = batch(
            [
                event("lobby", tt(3), EventKind::Left { user: user("ann") }),
                event("lobby", tt(2), joined("ann")),
                event("lobby", tt(4), joined("bob")),
            ],
            tt(4),
            start,
        );
        update(&mut model, Input::Notice(herenow::presence::Notice::from(heard)), start);
        let listed: Vec<String> =
            model.people(10, start).iter().filter_map(|row| row.user().map(ToString::to_string)).collect();
        assert_eq!(listed, ["bob"], "the leave was later, although it came first");
        let certainty = model.world.certainty(model.world.channels.get(0).unwrap(), start);
        assert!(!matches!(certainty, Certainty::Exact), "nobody has been asked yet");
        for seconds in [0, 1, 59, 3_600, 86_400] {
            let now = start.plus(Duration::from_secs(seconds));
            update(&mut model, Input::Tick, now);
            let next = crate::model::wakes_at(&model, now);
            assert!(next.is_none_or(|at| at >= now), "no busy loop");
        }
    }
}
