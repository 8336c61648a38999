use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::*;
use crate::{
    crowd::{CrowdAct, Person},
    presence::{Channel, Direction, Moment, State, UserId},
};

const START: Moment = Moment::from_micros(1_795_262_400_000_000);
const GRACE: Duration = Duration::from_millis(100);

fn play(people: usize, changes: Vec<(u64, usize, RecordedAct)>) -> RecordedPlay {
    let person = |n: usize| Person {
        user: UserId::from_wire(&format!("user-{n}")),
        home: Channel::from_wire("lobby"),
        region: 0,
    };
    let change = |(at, person, act)| PlayedChange { at: Duration::from_millis(at), person, act };
    RecordedPlay {
        title: "test".to_owned(),
        people: (0..people).map(person).collect(),
        first: Vec::new(),
        length: Duration::from_secs(60),
        changes: changes.into_iter().map(change).collect(),
        speed: 1.0,
        repeat: false,
    }
}

/// A service as far as it matters here, and a clock: each call takes some time, and silence ends in a timeout.
struct Service {
    now: Moment,
    deadlines: BTreeMap<Moment, usize>,
    told: Vec<(u64, String)>,
}

impl Service {
    fn pass(&mut self, until: Moment) {
        while let Some(due) = self.deadlines.first_entry().filter(|due| *due.key() <= until) {
            let (at, person) = due.remove_entry();
            self.tell(at, format!("timeout {person}"));
        }
        self.now = self.now.max(until);
    }

    fn tell(&mut self, at: Moment, what: String) {
        self.told.push((u64::try_from(at.since(START).as_millis()).unwrap(), what));
    }

    fn play(script: &mut RecordedScript, until: u64, mut delay: impl FnMut() -> u64) -> Vec<(u64, String)> {
        let mut service = Self { now: START, deadlines: BTreeMap::new(), told: Vec::new() };
        script.begin(START);
        while let Some(due) = script.due().filter(|due| *due < START.plus(Duration::from_millis(until))) {
            service.pass(due);
            let Some(step) = script.step(service.now) else { continue };
            service.pass(service.now.plus(Duration::from_micros(delay() * 1_000 + 1)));
            let renewed = script.rhythm().timeout;
            let (now, person) = (service.now, step.person);
            match step.act {
                CrowdAct::Arrive => service.tell(now, format!("join {person}")),
                CrowdAct::Leave => service.tell(now, format!("leave {person}")),
                CrowdAct::Restate(_) => service.tell(now, format!("state {person}")),
                CrowdAct::Lapse(timeout) => {
                    service.deadlines.retain(|_, silent| *silent != person);
                    assert!(timeout < Duration::from_secs(3) || timeout == renewed);
                    service.deadlines.insert(now.plus(timeout + GRACE), person);
                }
                CrowdAct::Vanish => unreachable!("a recording is played by calls"),
            }
            script.note_answer(service.now);
        }
        service.pass(START.plus(Duration::from_millis(until)));
        service.told
    }
}

fn name_act(act: &RecordedAct, person: usize) -> String {
    match act {
        RecordedAct::Join(_) => format!("join {person}"),
        RecordedAct::Leave => format!("leave {person}"),
        RecordedAct::TimeOut => format!("timeout {person}"),
        RecordedAct::SetState(_) => format!("state {person}"),
    }
}

fn words(told: &[(u64, String)]) -> Vec<&str> {
    told.iter().map(|(_, what)| what.as_str()).collect()
}

#[test]
fn a_timeout_comes_when_it_came_and_what_is_near_it_keeps_its_order() {
    use RecordedAct::{Join, Leave, TimeOut};
    let changes = vec![
        (1_000, 0, Join(None)),
        (1_500, 1, Join(None)),
        (9_800, 2, Join(None)),
        (10_000, 0, TimeOut),
        (10_000, 1, TimeOut),
        (10_010, 2, Leave),
    ];
    let mut script = RecordedScript::new(play(3, changes), GRACE, START);
    let told = Service::play(&mut script, 70_000, || 0);
    assert_eq!(words(&told), ["join 0", "join 1", "join 2", "timeout 0", "timeout 1", "leave 2"]);
    let at: Vec<u64> = told.iter().map(|(at, _)| *at).collect();
    assert_eq!(at[..5], [1_000, 1_500, 9_800, 10_000, 10_000]);
    assert!((10_020..10_030).contains(&at[5]), "{at:?}");
    assert_eq!(script.status().phase.as_deref(), Some(RECORDING_ENDS));
    assert_eq!(script.due(), None);
}

#[test]
fn who_was_there_for_less_than_a_silence_takes_is_waited_for() {
    use RecordedAct::{Join, Leave, TimeOut};
    let changes = vec![(1_000, 0, Join(None)), (1_200, 0, TimeOut), (1_300, 1, Join(None)), (9_000, 1, Leave)];
    let mut script = RecordedScript::new(play(2, changes), GRACE, START);
    let told = Service::play(&mut script, 70_000, || 0);
    assert_eq!(words(&told), ["join 0", "timeout 0", "join 1", "leave 1"]);
    // What was put off is made up for.
    assert_eq!(told[3].0, 9_000);
}

/// Random people, of whom each does what they can do, some at the same moment.
fn random_changes(people: usize, chance: &mut super::super::random::SeededRandom) -> Vec<(u64, usize, RecordedAct)> {
    let (mut at, mut here) = (0, BTreeSet::new());
    let state = State::parse("{\"n\":1}").unwrap();
    let mut changes = Vec::new();
    for _ in 0..200 {
        at += [0, 0, 3, 40, 900, 2_500][chance.below(6)];
        let person = chance.below(people);
        let act = match (here.contains(&person), chance.below(4)) {
            (false, what) => RecordedAct::Join((what == 0).then(|| state.clone())),
            (true, 0) => RecordedAct::Leave,
            (true, 1) => RecordedAct::SetState(state.clone()),
            (true, _) => RecordedAct::TimeOut,
        };
        match &act {
            RecordedAct::Join(_) => drop(here.insert(person)),
            RecordedAct::SetState(_) => {}
            _ => drop(here.remove(&person)),
        }
        changes.push((at, person, act));
    }
    changes
}

#[test]
fn order_is_kept_at_any_speed_and_by_a_machine_that_is_slow_at_times() {
    for seed in 0..300 {
        let mut chance = super::super::random::SeededRandom::new(seed);
        let mut played = play(20, random_changes(20, &mut chance));
        played.speed = [0.1, 1.0, 10.0, 100.0][chance.below(4)];
        let changes = played.changes.iter();
        let with_state = |change: &PlayedChange| matches!(change.act, RecordedAct::Join(Some(_)));
        // The state that a join brings along is set before it.
        let expected: Vec<String> = changes
            .flat_map(|change| {
                let state = with_state(change).then(|| format!("state {}", change.person));
                state.into_iter().chain([name_act(&change.act, change.person)])
            })
            .collect();
        let mut script = RecordedScript::new(played, GRACE, START);
        let mut slow = super::super::random::SeededRandom::new(seed + 1);
        let told =
            Service::play(&mut script, 4_000_000, || if slow.below(20) == 0 { 45 } else { slow.below(3) as u64 });
        assert_eq!(words(&told), expected, "seed {seed}");
    }
}

#[test]
fn a_change_of_speed_keeps_the_order_and_what_has_begun() {
    use RecordedAct::{Join, TimeOut};
    let changes: Vec<_> = (0..20).flat_map(|n| [(n * 1_000, 0, Join(None)), (n * 1_000 + 700, 0, TimeOut)]).collect();
    let expected: Vec<&str> = (0..20).flat_map(|_| ["join 0", "timeout 0"]).collect();
    let mut script = RecordedScript::new(play(1, changes), GRACE, START);
    script.direct(Direction::Slower, START);
    assert!((script.status().speed - 0.5).abs() < 1e-9);
    let mut turns = 0;
    let mut now = START;
    let mut told = Vec::new();
    let mut deadline = None;
    script.begin(START);
    while let Some(due) = script.due() {
        if let Some(at) = deadline.take_if(|at| *at <= due) {
            told.push("timeout 0");
            now = at;
        }
        now = now.max(due);
        turns += 1;
        if turns % 5 == 0 {
            script.direct(if turns % 2 == 0 { Direction::Slower } else { Direction::Faster }, now);
        }
        if script.due().is_none_or(|due| due > now) {
            continue;
        }
        match script.step(now).map(|step| step.act) {
            Some(CrowdAct::Arrive) => told.push("join 0"),
            Some(CrowdAct::Lapse(timeout)) => deadline = Some(now.plus(timeout + GRACE)),
            _ => {}
        }
        script.note_answer(now);
    }
    assert_eq!(told, expected);
}

#[test]
fn a_loop_begins_with_who_was_there_at_first() {
    use RecordedAct::{Join, Leave};
    let mut looped = play(2, vec![(1_000, 1, Join(None)), (2_000, 0, Leave)]);
    (looped.first, looped.repeat, looped.length) = (vec![(0, None)], true, Duration::from_secs(10));
    let mut script = RecordedScript::new(looped, GRACE, START);
    let told = Service::play(&mut script, 14_000, || 0);
    let expected = ["join 1", "leave 0", "join 0", "leave 1", "join 1", "leave 0"];
    assert_eq!(words(&told), expected);
    assert_eq!(told[4].0, 11_000);
    assert!(script.status().next.is_none());
}
