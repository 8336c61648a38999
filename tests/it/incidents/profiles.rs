//! The profiles of the demo, each played for ten minutes: what is told of them.

use std::{collections::BTreeMap, time::Duration};

use herenow::{
    crowd::{Places, Population, Profile, Simulation},
    incident::{Incident, IncidentKind},
    service::Settings,
};

use crate::sim::{START, Sim};

/// How a profile is played.
#[derive(Debug, Clone, Copy)]
pub struct Playing {
    pub profile: Profile,
    pub size: usize,
    pub channels: usize,
    pub announce: (usize, bool),
    pub seed: u64,
}

/// What was told once: at which second, in which phase of the profile, and the incident.
#[derive(Debug, Clone)]
pub struct Told {
    pub at: u64,
    pub phase: String,
    pub incident: Incident,
}

impl Playing {
    fn simulate(&self) -> Simulation {
        let population = Population::new(self.size, Places::usual(self.channels), self.seed);
        Simulation::new(self.profile, population, self.seed)
    }

    /// The phases of the profile, and the second at which each begins.
    pub fn list_phases(&self, seconds: u64) -> Vec<(u64, String)> {
        let mut script = self.simulate();
        let mut phases: Vec<(u64, String)> = Vec::new();
        while let Some(due) = script.due().filter(|due| due.as_secs() < seconds) {
            script.step();
            let phase = script.current_phase().unwrap_or_default();
            if phases.last().is_none_or(|(_, last)| *last != phase) {
                phases.push((due.as_secs(), phase));
            }
        }
        phases
    }

    /// Play it for so many seconds, and list each sentence that was told.
    pub fn play(&self, seconds: u64) -> Vec<Told> {
        let (max, deltas) = self.announce;
        let settings = Settings { announce_max: max, deltas, ..Settings::default() };
        let phases = self.list_phases(seconds + 2);
        let script = self.simulate();
        let names: Vec<String> = script.channels().iter().map(ToString::to_string).collect();
        let listed: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut sim = Sim::new(settings, script, &listed, "watcher", self.seed);
        sim.run(Duration::from_secs(1));
        sim.connect();
        let mut told: BTreeMap<(u64, &str), Told> = BTreeMap::new();
        for _ in 0..seconds {
            sim.run(Duration::from_secs(1));
            let at = sim.now.since(START).as_secs();
            let incidents = &sim.model.listener.incidents;
            for incident in incidents.incidents().filter(|incident| !incident.continued) {
                let began = incident.begin.since(START).as_secs();
                let phase = phases.iter().rev().find(|(from, _)| *from <= began).map_or("", |(_, phase)| phase);
                let entry = told.entry((incident.number, incident.kind.name()));
                let phase = phase.to_owned();
                entry.or_insert_with(|| Told { at, phase, incident: incident.clone() }).incident = incident.clone();
            }
        }
        told.into_values().collect()
    }
}

/// The kinds of incidents that a profile's own scenes are. Where intervals name nobody, nor is it told whether they
/// left or timed out.
fn list_scenes(profile: &Profile, names: bool) -> &'static [&'static str] {
    match profile.name {
        "outage" if !names => &["mass-timeout", "unclear", "herd", "rush"],
        // Those with bad intentions come, all in the first seconds.
        "hostile" => &["rush"],
        "flapping" => &["flapping"],
        "outage" => &["mass-timeout", "herd"],
        // All come, and nearly all go again within half a minute.
        "rush hour" | "stampede" => &["rush", "mass-leave", "unclear"],
        _ => &[],
    }
}

/// An incident that is at least this bad is red.
const RED: u8 = 4;

/// What was told of a profile that its own scenes are not.
fn list_false(playing: &Playing, seconds: u64) -> Vec<String> {
    let (max, deltas) = playing.announce;
    let names = deltas || max > playing.size;
    let scenes = list_scenes(&playing.profile, names);
    let is_wrong = |told: &Told| {
        let incident = &told.incident;
        // Where nobody is named, an outage is known by how many are gone at once.
        let is_outage = !names && playing.profile.name == "outage" && incident.kind == IncidentKind::Unclear;
        let is_red = incident.severity() >= RED && incident.kind != IncidentKind::MassTimeout && !is_outage;
        let is_empty = incident.sentences().iter().any(|form| form.contains("(0 %)") || form.contains(", 0 %"));
        is_red || is_empty || !scenes.contains(&incident.kind.name())
    };
    let wrong = playing.play(seconds).into_iter().filter(is_wrong);
    let describe = |told: Told| {
        let Playing { profile, size, channels, announce, seed } = playing;
        let world = format!("{} {size}/{channels} {announce:?} seed {seed}", profile.id());
        format!("{world} [{}] at {}: {}", told.phase, told.at, told.incident.sentence())
    };
    wrong.map(describe).collect()
}

#[test]
fn f01_the_profiles_of_the_demo_are_told_as_what_their_scenes_are() {
    let worlds: [(usize, usize, (usize, bool)); 5] = [
        (90, 5, (20, true)),
        (24, 3, (20, true)),
        (300, 12, (100_000, false)),
        (90, 5, (20, false)),
        (120, 5, (1, false)),
    ];
    let seeds = std::env::var("HERENOW_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    let all = Profile::ALL.iter().flat_map(|profile| {
        let plays = worlds.into_iter().flat_map(move |world| (1..=seeds).map(move |seed| (world, seed)));
        plays.map(|((size, channels, announce), seed)| Playing {
            profile: *profile,
            size,
            channels,
            announce,
            seed: seed * 31 + size as u64,
        })
    });
    // Many people take long; they are needed where many come and go.
    let is_needed = |playing: &Playing| playing.size < 300 || matches!(playing.profile.name, "conference" | "stampede");
    let all: Vec<Playing> = all.filter(is_needed).collect();
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let parts = all.chunks(all.len().div_ceil(4));
        let played: Vec<_> = parts
            .map(|part| scope.spawn(|| part.iter().flat_map(|playing| list_false(playing, 600)).collect::<Vec<_>>()))
            .collect();
        played.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), all.len());
}
