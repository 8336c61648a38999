//! The list is true: random crowds through the real service core into the real model, with and
//! without faults on the way, in virtual time.

use std::time::Duration;

use herenow::{
    crowd::{Profile, Simulation, people},
    service::Settings,
    world::{Certainty, EntryBody},
};
use proptest::{prelude::*, test_runner::RngSeed};

use crate::sim::{CHANNELS, Faults, Sim};

/// Longer than a disagreement may last, an interval, and the audit.
const RECONCILED: Duration = Duration::from_secs(90);

#[derive(Debug, Clone)]
struct World {
    seed: u64,
    size: usize,
    announce_max: usize,
    deltas: bool,
    page: usize,
    pause: u64,
    faults: (f64, f64, f64, f64),
}

fn world() -> impl Strategy<Value = World> {
    let fault = || prop_oneof![Just(0.0), 0.0..0.2];
    (
        any::<u64>(),
        1_usize..80,
        0_usize..=100,
        any::<bool>(),
        prop_oneof![Just(1000_usize), 3_usize..12],
        40_u64..3000,
        (fault(), fault(), fault(), 0.0..1.0),
    )
        .prop_map(|(seed, size, announce_max, deltas, page, pause, faults)| World {
            seed,
            size,
            announce_max,
            deltas,
            page,
            pause,
            faults,
        })
}

fn start(world: &World) -> Sim {
    let mut script = Simulation::new(Profile::STEADY, people(world.size, world.seed), world.seed);
    script.set_pace(Duration::from_millis(450).div_duration_f64(Duration::from_millis(world.pause)));
    let settings = Settings { announce_max: world.announce_max, deltas: world.deltas, ..Settings::default() };
    let mut sim = Sim::new(settings, script, &CHANNELS, "watcher", world.seed);
    sim.page = world.page;
    sim.run(Duration::from_millis(world.seed % 2000));
    sim.connect();
    sim
}

fn drift_reports(sim: &Sim) -> Vec<String> {
    let grave = |line: &EntryBody| match line {
        EntryBody::Note(note) if note.is_grave() => Some(note.to_string()),
        _ => None,
    };
    sim.model.listener.log.last_entries(usize::MAX).filter_map(|entry| grave(&entry.body)).collect()
}

#[track_caller]
fn assert_true(sim: &mut Sim) {
    // The crowd rests, so that the truth stands still while it is compared.
    sim.pause_crowd();
    sim.run(RECONCILED);
    for channel in CHANNELS {
        let truth = sim.truth(channel);
        assert_eq!(sim.believed(channel), truth, "{channel} at {:?}", sim.now);
        let watched = sim.model.world.channels.iter().find(|w| w.channel.as_str() == channel).unwrap();
        assert_eq!(watched.occupancy(), truth.len() as u64, "{channel}");
        let certainty = sim.model.world.certainty(watched, sim.now);
        assert!(matches!(certainty, Certainty::Exact | Certainty::Partial(_)), "{channel}: {certainty:?}");
    }
}

fn without_faults(world: &World) {
    let mut sim = start(world);
    for _ in 0..6 {
        sim.run(Duration::from_secs(20));
        assert_eq!(drift_reports(&sim), Vec::<String>::new(), "{world:?}");
    }
    assert_true(&mut sim);
    assert_eq!(drift_reports(&sim), Vec::<String>::new(), "{world:?}");
}

fn with_faults(world: &World) {
    let mut sim = start(world);
    let (drop, duplicate, delay, stale) = world.faults;
    sim.faults = Faults { drop, duplicate, delay, stale };
    sim.run(Duration::from_secs(120));
    sim.faults = Faults::default();
    assert_true(&mut sim);
}

/// The same worlds every time, so that a change is judged by what it changes; as many other worlds as
/// `HERENOW_CASES` asks for.
fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("HERENOW_CASES").ok().and_then(|n| n.parse().ok());
    let rng_seed = if asked.is_some() { RngSeed::Random } else { RngSeed::Fixed(20_261_121) };
    let cases = asked.unwrap_or(usual);
    ProptestConfig { cases, rng_seed, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn without_faults_there_is_never_a_drift_report_and_the_list_is_true(world in world()) {
        without_faults(&world);
    }

    #[test]
    fn once_faults_stop_list_and_truth_are_equal_within_one_reconcile_period(world in world()) {
        with_faults(&world);
    }
}
