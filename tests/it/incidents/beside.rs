//! Two things at about the same time, each of which is told, and numbers where others come and go meanwhile.

use herenow::incident::{Incident, IncidentKind};

use super::{
    town::{Plan, Town},
    unseen::{World, begin},
};

const ONE_BY_ONE: (usize, bool) = (100_000, false);
const NAMED: (usize, bool) = (20, true);
const CROWD: World = World { size: 260, channels: 5, announce: ONE_BY_ONE, timeout: 20, churn: 0.004 };

/// Of what is told, one of a kind that concerns about so many.
#[track_caller]
fn find(town: &Town, kind: IncidentKind, users: usize) -> Incident {
    let told = town.sim.model.listener.incidents.incidents().filter(|incident| !incident.continued);
    let all: Vec<Incident> = told.cloned().collect();
    let is_one = |incident: &&Incident| {
        incident.kind == kind && (incident.count() as f64 - users as f64).abs() <= (users as f64 * 0.15).max(2.0)
    };
    let said: Vec<String> = all.iter().map(Incident::sentence).collect();
    all.iter().find(is_one).cloned().unwrap_or_else(|| panic!("{kind} of {users}: {said:#?}"))
}

/// Those who were absent come to the last channel.
fn rush(town: &mut Town) -> usize {
    let who = town.absent();
    town.plan(&who, Plan::Go(4), 0.0, 3.0);
    who.len()
}

fn kick(town: &mut Town) -> usize {
    let who = town.on_channel(0);
    town.plan(&who, Plan::Leave, 0.0, 1.0);
    who.len()
}

/// All on two channels are not heard from any more.
fn vanish(town: &mut Town) -> usize {
    let who: Vec<usize> = [1, 2].into_iter().flat_map(|channel| town.on_channel(channel)).collect();
    town.plan(&who, Plan::Join, 0.0, 0.0);
    town.plan(&who, Plan::Vanish, 0.3, 0.0);
    who.len()
}

#[test]
fn f01_who_comes_while_others_go_is_told_as_well() {
    for (announce, gap, seed) in [(ONE_BY_ONE, 0.0, 1), (ONE_BY_ONE, 6.0, 2), (NAMED, 6.0, 3)] {
        let mut town = begin(World { announce, ..CROWD }, seed);
        town.run(20.0);
        let came = rush(&mut town);
        town.run(gap);
        let kicked = kick(&mut town);
        town.run(40.0);
        find(&town, IncidentKind::Rush, came);
        find(&town, IncidentKind::MassLeave, kicked);
    }
    for (announce, seed) in [(ONE_BY_ONE, 4), (ONE_BY_ONE, 5), (NAMED, 5)] {
        let mut town = begin(World { announce, ..CROWD }, seed);
        town.run(20.0);
        let absent = town.absent();
        let gone = vanish(&mut town);
        town.run(25.0);
        town.plan(&absent, Plan::Go(4), 0.0, 3.0);
        town.run(35.0);
        find(&town, IncidentKind::MassTimeout, gone);
        find(&town, IncidentKind::Rush, absent.len());
    }
}

#[test]
fn f01_who_leaves_before_or_after_others_time_out_is_told_as_well() {
    for gap in [12.0, 28.0] {
        let mut town = begin(CROWD, 5);
        let gone = vanish(&mut town);
        town.run(gap);
        let kicked = kick(&mut town);
        town.run(30.0);
        find(&town, IncidentKind::MassTimeout, gone);
        find(&town, IncidentKind::MassLeave, kicked);
    }
}

#[test]
fn f01_a_kick_in_a_busy_crowd_is_counted_without_most_of_those_who_go_anyway() {
    let (mut kicked, mut told) = (0, 0);
    for seed in 1..9 {
        let mut town = begin(World { size: 600, churn: 0.03, timeout: 60, ..CROWD }, seed);
        town.run(40.0);
        let present = town.present();
        let who = town.some(&present, 0.1);
        town.plan(&who, Plan::Leave, 0.0, 2.0);
        town.run(20.0);
        let incidents: Vec<&Incident> = town.sim.model.listener.incidents.incidents().collect();
        let [incident] = incidents[..] else { panic!("seed {seed}: {incidents:#?}") };
        (kicked, told) = (kicked + who.len() as u64, told + incident.count());
    }
    assert!(told * 100 <= kicked * 127, "{told} of {kicked}");
}

#[test]
fn f01_a_crowd_that_doubles_within_three_minutes_is_no_rush() {
    for seed in 1..6 {
        let mut town = begin(World { size: 120, channels: 3, churn: 0.002, timeout: 60, ..CROWD }, seed);
        let present = town.present();
        let gone = town.some(&present, 0.5);
        town.plan(&gone, Plan::Leave, 0.0, 200.0);
        town.run(260.0);
        let absent = town.absent();
        town.plan(&absent, Plan::Join, 0.0, 180.0);
        town.run(190.0);
        let told: Vec<String> = town.sim.model.listener.incidents.incidents().map(Incident::sentence).collect();
        assert!(told.is_empty(), "seed {seed}: {told:#?}");
    }
}

#[test]
fn f01_as_many_had_come_right_before_is_said_of_the_same_users() {
    for are_same in [true, false] {
        let mut town = begin(World { size: 200, channels: 2, ..CROWD }, 8);
        let (came, others) = (town.absent(), town.on_channel(0));
        town.plan(&came, Plan::Go(0), 0.0, 3.0);
        town.run(35.0);
        let who = if are_same { came.clone() } else { others.into_iter().take(came.len()).collect() };
        town.plan(&who, Plan::Leave, 0.0, 2.0);
        town.run(15.0);
        assert_eq!(find(&town, IncidentKind::MassLeave, who.len()).ebb, are_same);
    }
}

#[test]
fn f01_flapping_lasts_from_the_first_to_the_last_and_names_those_who_do_so() {
    for announce in [ONE_BY_ONE, NAMED] {
        let mut town = begin(World { size: 80, channels: 3, churn: 0.0, timeout: 60, announce }, 9);
        town.run(40.0);
        let who: Vec<usize> = town.present().into_iter().take(5).collect();
        let began = town.sim.now;
        for cycle in 0..8 {
            town.plan(&who, Plan::Leave, f64::from(cycle) * 8.0, 0.5);
            town.plan(&who, Plan::Join, f64::from(cycle) * 8.0 + 2.0, 0.5);
        }
        town.run(75.0);
        let told = find(&town, IncidentKind::Flapping, who.len());
        let slack = if announce == NAMED { 10 } else { 1 };
        assert!(told.begin.seconds().abs_diff(began.seconds()) <= slack, "{:?}, {began:?}", told.begin);
        // It lasts as long as they do so, and names them and nobody who came or went meanwhile.
        assert!(told.last.since(began).as_secs() >= 55, "{:?}", told.last.since(began));
        let mut names: Vec<_> = who.iter().map(|person| town.user(*person).clone()).collect();
        let mut named = told.names.clone();
        names.sort();
        named.sort();
        assert_eq!(named, names);
    }
}

#[test]
fn f01_who_is_back_a_second_after_a_timeout_is_counted_also_if_others_were_back_before() {
    let mut town = begin(World { timeout: 20, ..CROWD }, 10);
    let present = town.present();
    let who = town.some(&present, 0.3);
    for person in &who {
        town.plan(&[*person], Plan::Join, 0.0, 3.0);
        town.follow(*person, Plan::Vanish, 0.3);
        town.follow(*person, Plan::Join, 21.0);
    }
    town.run(40.0);
    let herd = find(&town, IncidentKind::Herd, who.len());
    assert!(herd.returned >= herd.users, "{}", herd.sentence());
}

#[test]
fn f01_the_occupancy_after_a_reconnect_is_that_with_those_who_are_back() {
    for away in [3.0, 12.0] {
        let mut town = begin(World { churn: 0.0, ..CROWD }, 11);
        let present = town.present();
        for person in town.some(&present, 0.3) {
            town.plan(&[person], Plan::Leave, 0.0, 2.0);
            town.follow(person, Plan::Join, away);
        }
        town.run(30.0);
        let told = find(&town, IncidentKind::Reconnect, present.len() * 3 / 10);
        assert_eq!((told.before, told.after), (present.len() as u64, present.len() as u64), "{}", told.sentence());
    }
}

#[test]
fn f01_who_is_back_is_no_newcomer_in_a_rush_right_after_a_deploy() {
    for (announce, gap, seed) in [(ONE_BY_ONE, 3.0, 12), (ONE_BY_ONE, 5.0, 13), (NAMED, 20.0, 14)] {
        let mut town = begin(World { announce, timeout: 60, ..CROWD }, seed);
        town.run(20.0);
        let absent = town.absent();
        let present = town.present();
        let restarted = town.some(&present, 0.2);
        for person in &restarted {
            town.plan(&[*person], Plan::Leave, 0.0, 1.0);
            town.follow(*person, Plan::Join, 3.0);
        }
        town.run(gap);
        town.plan(&absent, Plan::Join, 0.0, 3.0);
        town.run(40.0);
        find(&town, IncidentKind::Reconnect, restarted.len());
        find(&town, IncidentKind::Rush, absent.len());
    }
}
