//! The three laws of the world: extra ticks change nothing; who looks changes nothing but by an order; and the
//! inputs of a run, folded again, lead to an equal world.
//!
//! The runs are storms: a crowd on the real core of the service, answers from its cache, events that are lost,
//! doubled or late, a link that fails, and somebody who presses anything at any size. `HERENOW_CASES` says how
//! many of them, each with another seed.

use std::{sync::Arc, time::Duration};

use herenow::{
    presence::{Command, Moment},
    recording::{
        GzipMembers, KeptInput, LineComposer, Past, PastStep, RecordLine, RecordingEnd, RecordingHeader,
        RecordingReader, mask_session, verify_recording,
    },
    world::{ChannelId, Entry, Input, Listener, Touched, World},
};

use crate::{
    sim::{Faults, Sim},
    storm::Storm,
};

/// A run of somebody who looked at a world.
pub struct Run {
    /// The world before the first input.
    pub start: World,
    pub inputs: Vec<(Moment, Input)>,
    /// The world as it was after so many of them, here and there.
    pub worlds: Vec<(usize, World)>,
}

impl Run {
    fn new(seed: u64) -> Self {
        // From the very first input on.
        let mut sim = Sim::crowd(40, "me");
        sim.inputs = Some(Vec::new());
        let start = sim.model.world.clone();
        let mut storm = Storm::blow_over(seed, sim);
        storm.sim.faults = Faults { drop: 0.05, duplicate: 0.05, delay: 0.1, stale: 0.2 };
        let mut worlds = Vec::new();
        for _ in 0..40 {
            storm.blow(25);
            worlds.push((storm.sim.inputs.as_ref().map_or(0, Vec::len), storm.sim.model.world.clone()));
        }
        Self { start, inputs: storm.sim.inputs.unwrap_or_default(), worlds }
    }

    pub fn all() -> impl Iterator<Item = (u64, Self)> {
        let cases = std::env::var("HERENOW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(6);
        (0..cases).map(|seed| (seed, Self::new(seed)))
    }
}

/// Everything that a world tells, as text.
#[derive(Debug, Default, PartialEq)]
struct Heard(Vec<String>);

impl Listener for Heard {
    fn take_command(&mut self, command: Command) {
        self.0.push(format!("{command:?}"));
    }

    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        self.0.push(format!("{:?} {entry:?}", world.now()));
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        self.0.push(format!("{} {touched:?}", world.channels.at(channel).channel));
    }
}

/// Neither a failed assertion nor its text may print worlds.
#[track_caller]
pub fn assert_same(one: &World, other: &World, what: &str) {
    assert!(one == other, "the worlds differ: {what}");
}

#[test]
fn extra_ticks_change_nothing() {
    for (seed, run) in Run::all() {
        let mut chance = fastrand::Rng::with_seed(seed);
        let (mut still, mut ticked) = (run.start.clone(), run.start.clone());
        let (mut told, mut told_ticked) = (Heard::default(), Heard::default());
        for (index, (at, input)) in run.inputs.iter().enumerate() {
            let span = u64::try_from(at.since(ticked.now()).as_micros()).unwrap();
            let mut ticks: Vec<u64> = (0..chance.usize(..4)).map(|_| chance.u64(..=span)).collect();
            ticks.sort_unstable();
            let before = ticked.now();
            for tick in ticks {
                ticked.step(before.plus(Duration::from_micros(tick)), Input::Tick, &mut told_ticked);
            }
            still.step(*at, input.clone(), &mut told);
            ticked.step(*at, input.clone(), &mut told_ticked);
            assert_same(&still, &ticked, &format!("seed {seed}, input {index}"));
            assert_eq!(told, told_ticked, "seed {seed}, input {index}");
            (told, told_ticked) = (Heard::default(), Heard::default());
        }
        let end = still.now().plus(Duration::from_secs(400));
        let middle = still.now().plus(Duration::from_millis(chance.u64(..400_000)));
        ticked.step(middle, Input::Tick, &mut told_ticked);
        ticked.step(end, Input::Tick, &mut told_ticked);
        still.step(end, Input::Tick, &mut told);
        assert_same(&still, &ticked, &format!("seed {seed}, at the end"));
        assert_eq!(told, told_ticked, "seed {seed}, at the end");
    }
}

#[test]
fn who_looks_changes_nothing_but_by_an_order() {
    let mut orders = 0;
    for (seed, run) in Run::all() {
        // The same inputs with nobody who looks: no keys, clicks, filters, pauses, sizes or frames.
        let mut alone = run.start.clone();
        let mut next = run.inputs.iter();
        let mut taken = 0;
        for (count, looked_at) in &run.worlds {
            for (at, input) in next.by_ref().take(count - taken) {
                alone.step(*at, input.clone(), &mut ());
            }
            taken = *count;
            alone.step(looked_at.now(), Input::Tick, &mut ());
            assert_same(&alone, looked_at, &format!("seed {seed}, after {count} inputs"));
        }
        orders += run.inputs.iter().filter(|(_, input)| matches!(input, Input::Order(_))).count();
    }
    assert!(orders > 0, "storms that want nothing prove nothing");
}

#[test]
fn the_inputs_of_a_run_lead_to_the_same_world_at_every_index() {
    for (seed, run) in Run::all() {
        let fold = |from: &World, inputs: &[(Moment, Input)]| {
            let mut world = from.clone();
            for (at, input) in inputs {
                world.step(*at, input.clone(), &mut ());
            }
            world
        };
        let mut chance = fastrand::Rng::with_seed(seed);
        for _ in 0..5 {
            // From the start, and from a copy on the way: both lead to the same.
            let end = chance.usize(..=run.inputs.len());
            let middle = chance.usize(..=end);
            let whole = fold(&run.start, &run.inputs[..end]);
            let parts = fold(&fold(&run.start, &run.inputs[..middle]), &run.inputs[middle..end]);
            assert_same(&whole, &parts, &format!("seed {seed}, {end} inputs, copied after {middle}"));
        }
        let (count, live) = run.worlds.last().unwrap();
        let mut again = fold(&run.start, &run.inputs[..*count]);
        again.step(live.now(), Input::Tick, &mut ());
        assert_same(&again, live, &format!("seed {seed}, live"));
    }
}

/// A run as a file, with a check now and then, packed or not; and the inputs that are in it.
pub fn record_run(run: &Run, is_packed: bool) -> Vec<u8> {
    let (mut composer, mut members, mut out) = (LineComposer::default(), GzipMembers::default(), Vec::new());
    let header = RecordingHeader::describe(&run.start, None);
    composer.write(&mut out, run.start.now(), &RecordLine::Header(Box::new(header)));
    let mut world = run.start.clone();
    for (index, (at, input)) in run.inputs.iter().enumerate() {
        let kept = KeptInput::keep(&world, input, None);
        composer.write(&mut out, *at, &RecordLine::Input(Box::new(kept)));
        world.step(*at, input.clone(), &mut ());
        if index % 100 == 99 {
            composer.write_check(&mut out, &world);
        }
    }
    composer.write_check(&mut out, &world);
    composer.write(&mut out, world.now(), &RecordLine::Closed);
    if !is_packed {
        return out;
    }
    let mut packed = Vec::new();
    for line in out.split_inclusive(|byte| *byte == b'\n') {
        members.add_lines(line);
        if members.is_full() {
            packed.extend(members.end_member());
        }
    }
    packed.extend(members.end_member());
    packed
}

pub fn open_past(bytes: Vec<u8>) -> Past {
    let (header, reader) = RecordingReader::open(std::io::Cursor::new(bytes)).unwrap();
    Past::new(header, reader)
}

#[test]
fn a_file_leads_to_the_same_world_at_every_index() {
    for (seed, run) in Run::all() {
        let mut past = open_past(record_run(&run, seed % 2 == 0));
        let mut folded = 0;
        for (count, live) in &run.worlds {
            while folded < *count {
                let (_, _, step) = past.step_next(&mut ()).expect("all of it is there");
                folded += usize::from(step == PastStep::Input);
            }
            // A recording keeps no key and no origin.
            let mut expected = live.clone();
            expected.session = mask_session(&live.session);
            past.pass_time(live.now(), &mut ());
            assert_same(past.world(), &expected, &format!("seed {seed}, after {count} inputs"));
        }
        let found = verify_recording(&mut open_past(record_run(&run, false)));
        assert_eq!((found.inputs, found.difference), (run.inputs.len() as u64, None), "seed {seed}");
        while past.step_next(&mut ()).is_some() {}
        assert_eq!(past.end(), Some(&RecordingEnd::Closed));
    }
}
