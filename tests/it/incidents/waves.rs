//! Who leaves after others were restarted: the next batch of a deploy, or others who are not back.

use herenow::incident::{Incident, IncidentKind};

use super::{
    returning::list_told,
    town::{Plan, Town},
    unseen::{World, begin},
};

const CROWD: World = World { size: 200, channels: 5, announce: (100_000, false), timeout: 60, churn: 0.004 };

/// All that is told at the end.
fn list(town: &Town) -> Vec<Incident> {
    let incidents = town.sim.model.listener.incidents.incidents();
    incidents.filter(|incident| !incident.continued).cloned().collect()
}

fn restart(town: &mut Town, who: &[usize], after: f64, away: f64) {
    for person in who {
        town.plan(&[*person], Plan::Leave, after, 1.0);
        town.follow(*person, Plan::Join, away);
    }
}

#[test]
fn f01_who_leaves_after_a_deploy_is_told_as_leaving_and_not_as_a_part_of_it() {
    for (away, gap, seed) in [(1.0, 4.0, 1), (3.0, 5.0, 2), (3.0, 8.0, 3), (8.0, 12.0, 4)] {
        let mut town = begin(CROWD, seed);
        town.run(20.0);
        let present = town.present();
        let (restarted, others) = present.split_at(present.len() / 5);
        restart(&mut town, restarted, 0.0, away);
        town.run(gap);
        let kicked = town.some(others, 0.35);
        town.plan(&kicked, Plan::Leave, 0.0, 1.0);
        town.run(40.0);
        let all = list(&town);
        let said: Vec<String> = all.iter().map(Incident::sentence).collect();
        let mut kinds: Vec<(IncidentKind, u64)> =
            all.iter().map(|incident| (incident.kind, incident.count())).collect();
        kinds.sort_by_key(|(kind, _)| kind.severity());
        let meant = [(IncidentKind::Reconnect, restarted.len()), (IncidentKind::MassLeave, kicked.len())];
        let is_right = kinds.len() == 2
            && kinds.iter().zip(meant).all(|((kind, told), (meant, count))| {
                *kind == meant && told.abs_diff(count as u64) * 10 <= count as u64
            });
        assert!(is_right, "away {away}, after {gap}: {meant:?} {said:#?}");
    }
}

#[test]
fn f01_a_deploy_in_large_batches_is_one_that_rolls() {
    let few = (4, 0.25);
    let many = (8, 0.12);
    for ((count, share), every, away, seed) in [(few, 20.0, 5.0, 1), (many, 15.0, 5.0, 2), (few, 12.0, 1.0, 3)] {
        let mut town = begin(CROWD, seed);
        town.run(20.0);
        let present = town.present();
        let who = town.some(&present, share * f64::from(count));
        for (number, batch) in who.chunks(who.len().div_ceil(count as usize)).enumerate() {
            restart(&mut town, batch, number as f64 * every, away);
        }
        town.run(f64::from(count) * every + away + 20.0);
        let all = list(&town);
        let said: Vec<String> = all.iter().map(Incident::sentence).collect();
        let is_right = all.len() == 1
            && all[0].rolling
            && all[0].kind == IncidentKind::Reconnect
            && all[0].count().abs_diff(who.len() as u64) * 10 <= who.len() as u64;
        assert!(is_right, "{count} batches of {}: {said:#?}", who.len());
        let told = list_told(&town);
        assert!(told.len() <= 5, "each batch is not told by itself: {told:#?}");
    }
}

#[test]
fn f01_who_leaves_in_intervals_after_others_are_back_is_counted() {
    let mut told = Vec::new();
    for seed in 1..9 {
        let mut town = begin(World { size: 260, announce: (20, true), ..CROWD }, seed);
        town.run(20.0);
        let present = town.present();
        let (restarted, others) = present.split_at(present.len() / 5);
        restart(&mut town, restarted, 0.0, 3.0);
        town.run(15.0);
        let kicked = town.some(others, 0.3);
        town.plan(&kicked, Plan::Leave, 0.0, 1.0);
        town.run(40.0);
        let is_right = |incident: &Incident| {
            incident.kind == IncidentKind::MassLeave
                && incident.count().abs_diff(kicked.len() as u64) * 7 <= kicked.len() as u64
        };
        told.push(list(&town).iter().any(is_right));
    }
    assert!(told.iter().filter(|told| **told).count() >= 6, "{told:?}");
}
