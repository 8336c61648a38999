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
