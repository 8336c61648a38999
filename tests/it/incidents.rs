//! Incidents, told from crowds on the service's core in virtual time: labelled ones of every kind, mixed ones and
//! quiet ones.

mod scenarios;
mod town;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use herenow::{
    crowd::{Profile, Simulation, people},
    incident::{Incident, OverallVerdict},
    service::Settings,
};

use crate::sim::{CHANNELS, Sim};
use scenarios::list_scenarios;

/// What is told now, as a label.
fn label(sim: &Sim) -> &'static str {
    match sim.model.listener.incidents.verdict(&sim.model.world, sim.now) {
        OverallVerdict::Unknown => "unknown",
        OverallVerdict::CutOff if sim.model.world.link.retry_at().is_some() => "lost-link",
        OverallVerdict::CutOff => "refused",
        OverallVerdict::Incident(incident) => incident.kind.name(),
        OverallVerdict::Rules(_) => "rule",
        OverallVerdict::Calm(_) => "calm",
    }
}

/// The mean over all labels of the harmonic mean of precision and recall.
fn compute_macro_f1(told: &BTreeMap<(&'static str, &'static str), usize>) -> f64 {
    let labels: BTreeSet<&str> = told.keys().map(|(meant, _)| *meant).collect();
    let sum = |is_one: &dyn Fn(&str, &str) -> bool| -> usize {
        told.iter().filter(|((meant, said), _)| is_one(meant, said)).map(|(_, count)| count).sum()
    };
    let of = |label: &str| {
        let right = sum(&|meant, said| meant == label && said == label);
        let others = sum(&|meant, said| (meant == label) != (said == label));
        2.0 * right as f64 / (2.0 * right as f64 + others as f64)
    };
    labels.iter().map(|label| of(label)).sum::<f64>() / labels.len() as f64
}

#[test]
fn f01_labelled_scenarios_are_told_apart() {
    let scenarios = list_scenarios();
    assert!(scenarios.len() >= 60, "{}", scenarios.len());
    let mut told = BTreeMap::new();
    let mut wrong = Vec::new();
    for scenario in &scenarios {
        let sim = scenario.play();
        let said = label(&sim);
        *told.entry((scenario.label, said)).or_default() += 1;
        if said != scenario.label {
            let all: Vec<String> = sim
                .model
                .listener
                .incidents
                .incidents()
                .map(|i| format!("{} at {}: {}", i.kind, i.begin.since(crate::sim::START).as_secs(), i.sentence()))
                .collect();
            wrong.push(format!("{scenario:?} is told as {said}: {all:#?}"));
        }
    }
    let score = compute_macro_f1(&told);
    let kinds: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.label).collect();
    assert!(kinds.len() >= 11, "{kinds:?}");
    println!("{score:.3} {told:#?}\n{}", wrong.join("\n"));
    assert!(score >= 0.9, "{score:.3}\n{told:#?}\n{}", wrong.join("\n"));
    let alarms = told.iter().filter(|((meant, said), _)| *meant == "calm" && *said != "calm").count();
    assert_eq!(alarms, 0, "{}", wrong.join("\n"));
}

/// Ten minutes of a steady crowd.
fn play_calm(seed: u64) {
    let size = 8 + usize::try_from(seed).unwrap() * 7 % 24;
    let settings = match seed % 3 {
        0 => Settings::default(),
        1 => Settings { deltas: true, ..Settings::default() },
        _ => Settings { announce_max: 1000, ..Settings::default() },
    };
    let script = Simulation::new(Profile::STEADY, people(size, seed), seed);
    let mut sim = Sim::new(settings, script, &CHANNELS, "watcher", seed);
    sim.run(Duration::from_secs(1));
    sim.connect();
    for _ in 0..60 {
        sim.run(Duration::from_secs(10));
        let told: Vec<String> = sim.model.listener.incidents.incidents().map(Incident::sentence).collect();
        assert_eq!((label(&sim), told), ("calm", Vec::new()), "seed {seed}, {size} people, at {:?}", sim.now);
    }
}

#[test]
fn f01_calm_minutes_are_never_more_than_calm() {
    std::thread::scope(|scope| {
        for part in 0..4 {
            scope.spawn(move || (part * 25..(part + 1) * 25).for_each(play_calm));
        }
    });
}
