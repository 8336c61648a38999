//! The scenes of a product launch at several speeds: people run to one channel, and that is told.

use std::time::Duration;

use herenow::{
    crowd::{BUILT_IN, Director, Play, Scenario, Scenes},
    incident::{Incident, IncidentKind, OverallVerdict},
    service::Settings,
};

use crate::sim::{START, Sim};

/// After so many seconds of the launch, at a speed of 1, the keynote begins: many leave, and ten seconds later all run to
/// the stage. Then they stay there for a while.
const KEYNOTE: f64 = 55.0;
const STAY: f64 = 96.0;

/// Nearly all have gone home after so many seconds.
const GONE: f64 = 140.0;

/// The launch is over after so many seconds, and begins again.
const ROUND: f64 = 300.0;

/// Play the launch at this speed until people have run to the stage: at a high speed in its second round, since in the
/// first one nobody knows yet what is usual.
fn play_launch(speed: f64, announce: (usize, bool), seed: u64) -> (Sim, u64) {
    let round = if speed < 5.0 { 0.0 } else { ROUND };
    // Intervals tell of it some seconds later.
    let until = (round + STAY) / speed + if announce.0 < 100 { 5.0 } else { 1.0 };
    (play_launch_until(until, speed, announce, seed), ((round + KEYNOTE) / speed) as u64)
}

/// Play the launch at this speed for so many seconds.
fn play_launch_until(seconds: f64, speed: f64, announce: (usize, bool), seed: u64) -> Sim {
    let (_, text) = BUILT_IN.iter().find(|(name, _)| *name == "product-launch").unwrap();
    let scenario = Scenario::parse(text, "product-launch").unwrap();
    let (people, places) = (scenario.people.unwrap(), scenario.places.clone().unwrap());
    let script = Scenes::Scenario(scenario);
    let director = Director::new(Play { people, places, seed, speed, script }, START);
    let names: Vec<String> = director.channels().iter().map(ToString::to_string).collect();
    let listed: Vec<&str> = names.iter().map(String::as_str).collect();
    let settings = Settings { announce_max: announce.0, deltas: announce.1, ..Settings::default() };
    let mut sim = Sim::new(settings, director, &listed, "watcher", seed);
    sim.run(Duration::from_secs(1));
    sim.connect();
    sim.run(Duration::from_secs_f64(seconds));
    sim
}

#[test]
fn f01_who_runs_to_the_stage_is_told_as_a_rush_at_every_speed() {
    let mut wrong = Vec::new();
    for speed in [1.0, 3.0, 10.0] {
        for announce in [(100_000, false), (20, true), (20, false)] {
            // At ten times the speed a whole launch fits between a few intervals, which tell it in no order.
            let may_be_unclear = speed > 5.0 && announce.0 < 100;
            let is_right = |kind| kind == IncidentKind::Rush || may_be_unclear && kind == IncidentKind::Unclear;
            for seed in [1, 7].into_iter().take(if speed < 3.0 { 1 } else { 2 }) {
                let (sim, keynote) = play_launch(speed, announce, seed);
                let incidents = &sim.model.listener.incidents;
                let began = |incident: &Incident| incident.begin.since(START).as_secs();
                let told: Vec<&Incident> = incidents.incidents().filter(|incident| !incident.continued).collect();
                // At a high speed they run while guests still arrive: that is one rush.
                let since = told.iter().filter(|incident| incident.last.since(START).as_secs() >= keynote);
                let (rushes, others): (Vec<&Incident>, Vec<&Incident>) =
                    since.copied().partition(|incident| is_right(incident.kind));
                let now = incidents.verdict(&sim.model.world, sim.now);
                let is_first = matches!(now, OverallVerdict::Incident(first) if is_right(first.kind));
                let is_to_stage = rushes.iter().any(|rush| rush.channels[0].channel.as_str() == "stage");
                if !(is_to_stage || may_be_unclear)
                    || !is_first
                    || others.iter().any(|incident| incident.severity() > 3)
                {
                    let all: Vec<String> = told
                        .iter()
                        .map(|incident| {
                            format!("{}: {} {}", began(incident), incident.kind.name(), incident.sentence())
                        })
                        .collect();
                    wrong.push(format!("speed {speed}, {announce:?}, seed {seed}, keynote at {keynote}: {all:#?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n"));
}

#[test]
fn f01_who_goes_home_after_a_launch_is_told_as_leaving() {
    for (seed, announce) in [(1, (20, true)), (7, (20, true)), (1, (100_000, false))] {
        let sim = play_launch_until(GONE, 1.0, announce, seed);
        let incidents = &sim.model.listener.incidents;
        let OverallVerdict::Incident(told) = incidents.verdict(&sim.model.world, sim.now) else {
            panic!("{announce:?}, seed {seed}: nothing is told")
        };
        let is_right = told.kind == IncidentKind::MassLeave && told.ebb;
        assert!(is_right, "{announce:?}, seed {seed}: {} {}", told.kind, told.sentence());
    }
}
