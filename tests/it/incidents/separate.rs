//! Some leave while others time out: told as two where these are on other channels, and as unclear where they are not.

use herenow::incident::{Incident, IncidentKind};

use super::{
    town::{Plan, Town},
    unseen::{World, begin},
};

const CROWD: World = World { size: 200, channels: 5, announce: (100_000, false), timeout: 20, churn: 0.004 };
const NAMED: World = World { announce: (20, true), ..CROWD };

/// What is told at the end: of which kind, and of how many.
fn list(town: &Town) -> Vec<(IncidentKind, u64)> {
    let incidents = town.sim.model.listener.incidents.incidents().filter(|incident| !incident.continued);
    let mut all: Vec<(IncidentKind, u64)> = incidents.map(|incident| (incident.kind, incident.count())).collect();
    all.sort_by_key(|(kind, _)| kind.severity());
    all
}

/// All that was told is of these kinds and of about so many.
#[track_caller]
fn expect(town: &Town, meant: &[(IncidentKind, usize)], what: &str) {
    let told = list(town);
    let is_right = |((kind, count), (meant, users)): (&(IncidentKind, u64), &(IncidentKind, usize))| {
        kind == meant && count.abs_diff(*users as u64) * 7 <= (*users as u64).max(14)
    };
    let said: Vec<String> = town.sim.model.listener.incidents.incidents().map(Incident::sentence).collect();
    let are_right = told.len() == meant.len() && told.iter().zip(meant).all(is_right);
    assert!(are_right, "{what}: {meant:?} {said:#?}");
}

#[test]
fn f01_who_leaves_other_channels_than_those_of_an_outage_is_told_by_itself() {
    for (world, gap) in [(CROWD, 20.0), (NAMED, 20.0), (NAMED, 28.0), (NAMED, 35.0)] {
        for seed in 1..3 {
            let mut town = begin(world, seed);
            town.run(20.0);
            let gone: Vec<usize> = [1, 2].into_iter().flat_map(|channel| town.on_channel(channel)).collect();
            town.plan(&gone, Plan::Join, 0.0, 0.0);
            town.plan(&gone, Plan::Vanish, 0.3, 0.0);
            town.run(gap);
            let kicked = town.on_channel(0);
            town.plan(&kicked, Plan::Leave, 0.0, 1.0);
            town.run(40.0);
            let meant = [(IncidentKind::MassLeave, kicked.len()), (IncidentKind::MassTimeout, gone.len())];
            expect(&town, &meant, &format!("{:?}, {gap} s, seed {seed}", world.announce));
        }
    }
}

#[test]
fn f01_some_who_leave_and_some_who_time_out_on_the_same_channels_are_unclear() {
    for (world, seed) in [(CROWD, 3), (CROWD, 7), (NAMED, 5), (World { size: 60, channels: 2, ..CROWD }, 5)] {
        let mut town = begin(world, seed);
        let present = town.present();
        let who = town.some(&present, 0.5);
        let (silent, others) = who.split_at(who.len() / 2);
        town.plan(&who, Plan::Join, 0.0, 0.0);
        town.plan(silent, Plan::Vanish, 0.3, 0.0);
        town.plan(others, Plan::Leave, 20.0, 1.0);
        town.run(60.0);
        expect(&town, &[(IncidentKind::Unclear, who.len())], &format!("{world:?}, seed {seed}"));
    }
}
