//! What intervals tell, whatever their clock shows when it happens.

use herenow::incident::{Incident, IncidentKind};

use super::{
    town::{Plan, Town},
    unseen::{World, begin},
};

const CROWD: World = World { size: 140, channels: 3, announce: (20, true), timeout: 60, churn: 0.003 };

/// All that is told.
fn list(town: &Town) -> Vec<Incident> {
    let incidents = town.sim.model.listener.incidents.incidents();
    incidents.filter(|incident| !incident.continued).cloned().collect()
}

#[test]
fn f01_a_quick_deploy_is_told_in_each_second_of_an_interval() {
    for second in [0, 2, 4, 6, 8] {
        // A part of all, and all, so that channels fall below the announce max meanwhile.
        for (share, away) in [(0.2, 2.0), (0.5, 5.0), (1.0, 3.0)] {
            let mut town = begin(CROWD, 3 + second);
            town.run(90.0 + second as f64);
            let present = town.present();
            let who = town.some(&present, share);
            for person in &who {
                town.plan(&[*person], Plan::Leave, 0.0, 1.5);
                town.follow(*person, Plan::Join, away);
            }
            town.run(35.0);
            let all = list(&town);
            let told = all.first().map_or(0, Incident::count);
            let kinds: Vec<IncidentKind> = all.iter().map(|incident| incident.kind).collect();
            let said: Vec<String> = all.iter().map(Incident::sentence).collect();
            assert_eq!(kinds, [IncidentKind::Reconnect], "at {second}, {share}: {said:#?}");
            let most = who.len() as u64;
            assert!(told * 10 >= most * 7 && told <= most + 4, "at {second}, {share} of {most}: {said:#?}");
        }
    }
}

#[test]
fn f01_a_network_that_fails_and_is_back_within_an_interval_is_no_deploy() {
    let mut unheard = 0;
    for second in 0..10 {
        let mut town = begin(World { size: 134, channels: 2, timeout: 16, ..CROWD }, 5);
        town.run(90.0 + f64::from(second));
        let present = town.present();
        for person in town.some(&present, 0.5) {
            town.plan(&[person], Plan::Vanish, 0.0, 0.0);
            town.follow(person, Plan::Join, 17.5);
        }
        town.run(50.0);
        let all = list(&town);
        let said: Vec<String> = all.iter().map(Incident::sentence).collect();
        let is_told = |kind| all.iter().any(|incident| incident.kind == kind);
        assert!(is_told(IncidentKind::MassTimeout) || is_told(IncidentKind::Herd), "at {second}: {said:#?}");
        assert!(!said.iter().any(|said| said.contains("a deploy or a reconnect")), "at {second}: {said:#?}");
        unheard += usize::from(!is_told(IncidentKind::MassTimeout));
    }
    assert!(unheard > 0, "in none of the seconds it was over before an interval told of it");
}

#[test]
fn f01_who_goes_from_a_channel_that_falls_below_the_announce_max_is_counted() {
    for seed in 1..5 {
        for (share, away) in [(0.7, None), (0.6, Some(6.0))] {
            let mut town = begin(World { size: 130, channels: 5, announce: (20, false), churn: 0.004, ..CROWD }, seed);
            town.run(20.0);
            let present = town.present();
            let who = town.some(&present, share);
            for person in &who {
                town.plan(&[*person], Plan::Leave, 0.0, 1.0);
                if let Some(away) = away {
                    town.follow(*person, Plan::Join, away);
                }
            }
            town.run(40.0);
            let all = list(&town);
            let said: Vec<String> = all.iter().map(Incident::sentence).collect();
            let [told] = &all[..] else { panic!("seed {seed}, of {}: {said:#?}", who.len()) };
            let is_meant = told.kind == away.map_or(IncidentKind::MassLeave, |_| IncidentKind::Reconnect);
            let is_right = told.count().abs_diff(who.len() as u64) * 8 <= who.len() as u64;
            let was_there = told.before.abs_diff(present.len() as u64) * 10 <= present.len() as u64;
            assert!(is_meant && is_right && was_there, "seed {seed}, of {}: {said:#?}", who.len());
        }
    }
}
