//! A demo that has just begun, in virtual time: it does not warn of itself.

use std::time::Duration;

use herenow::{
    crowd::{Profile, Simulation, crowd_budget, people},
    doctor::{Finding, Gravity, examine_world},
    service::Settings,
};

use crate::sim::{CHANNELS, Sim};

/// The people of a demo, where nobody says how many.
const PEOPLE: usize = 90;

#[test]
fn f14_a_fresh_demo_of_any_profile_has_nothing_to_warn_of() {
    for profile in Profile::ALL {
        let script = Simulation::new(*profile, people(PEOPLE, 1), 1);
        let settings = Settings { deltas: true, ..Settings::default() };
        let mut sim = Sim::new(settings, script, &CHANNELS, "watcher-4f2a", 1).watched(Duration::ZERO);
        sim.model.world.session.budget = crowd_budget(PEOPLE);
        sim.model.world.session.follows = true;
        for second in 0..120 {
            sim.run(Duration::from_secs(1));
            let found = examine_world(&sim.model.world, sim.now);
            // Around the announce max a list drifts for some seconds, until here now repairs it: that is about the
            // service, and true.
            let warns = |finding: &&Finding| finding.gravity != Gravity::Remark && !finding.what.contains("drifting");
            let grave: Vec<_> = found.iter().filter(warns).collect();
            assert!(grave.is_empty(), "{} after {second} s: {grave:#?}", profile.name);
        }
    }
}

#[test]
fn f14_the_budget_of_a_demo_follows_its_crowd() {
    let budgets = [0, 90, 200, 1_000, 100_000].map(crowd_budget);
    assert_eq!(budgets, [100, 100, 100, 500, 1_000]);
}
