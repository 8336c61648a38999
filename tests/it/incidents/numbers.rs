//! The numbers in a sentence are those that can be counted.

use herenow::incident::{Incident, IncidentKind};

use super::{
    town::{Plan, Town},
    unseen::{USUAL, World, begin},
};

const CROWD: World = World { size: 100, channels: 2, timeout: 20, churn: 0.0, ..USUAL };

/// The latest incident of a kind.
#[track_caller]
fn find(town: &Town, kind: IncidentKind) -> &Incident {
    let all: Vec<&Incident> = town.sim.model.listener.incidents.incidents().collect();
    all.iter().find(|incident| incident.kind == kind).unwrap_or_else(|| panic!("{all:#?}"))
}

#[test]
fn f01_the_occupancy_after_a_departure_does_not_rise_with_those_who_come_back() {
    for (plan, kind) in [(Plan::Vanish, IncidentKind::MassTimeout), (Plan::Leave, IncidentKind::MassLeave)] {
        let mut town = begin(CROWD, 5);
        let present = town.present();
        let who = town.some(&present, 0.4);
        town.plan(&who, plan, 0.0, 1.0);
        // The first are back when the last have hardly gone.
        let gone = if plan == Plan::Vanish { 21.5 } else { 1.5 };
        town.plan(&who[..6], Plan::Join, gone, 3.0);
        town.run(gone + 10.0);
        let incident = find(&town, kind);
        let (before, left) = (present.len() as u64, (present.len() - who.len()) as u64);
        assert_eq!((incident.before, incident.after), (before, left), "{}", incident.sentence());
    }
}

#[test]
fn f01_who_is_back_while_others_still_go_came_to_those_who_were_left() {
    let mut town = begin(CROWD, 7);
    let present = town.present();
    let who = town.some(&present, 0.5);
    town.plan(&who, Plan::Vanish, 0.0, 10.0);
    // The first are back when the last are not gone yet.
    for person in who {
        town.follow(person, Plan::Join, 22.0);
    }
    town.run(45.0);
    let incident = find(&town, IncidentKind::Herd);
    let most = present.len() as u64 * 7 / 10;
    assert!(incident.before <= most && incident.after == present.len() as u64, "{}", incident.sentence());
}

#[test]
fn f01_more_people_than_there_were_are_no_share_of_them() {
    let mut town = begin(CROWD, 9);
    let (present, absent) = (town.present(), town.absent());
    town.plan(&present, Plan::Leave, 0.0, 12.0);
    town.plan(&absent, Plan::Join, 0.0, 4.0);
    for person in absent {
        town.follow(person, Plan::Leave, 6.0);
    }
    town.run(25.0);
    let incident = find(&town, IncidentKind::MassLeave);
    assert!(incident.presences > incident.before, "{incident:#?}");
    let said = incident.sentences();
    let numbers = format!(", {}→{}", incident.before, incident.after);
    assert!(said[0].contains(&numbers) && said.iter().all(|said| !said.contains('%')), "{said:#?}");
}

#[test]
fn f01_who_is_back_before_an_interval_told_of_it_had_timed_out_too() {
    for seed in 1..4 {
        let mut town = begin(World { size: 260, channels: 8, announce: (12, true), ..CROWD }, seed);
        let present = town.present();
        let who = town.some(&present, 0.4);
        town.plan(&who, Plan::Vanish, 0.0, 3.0);
        for person in &who {
            town.follow(*person, Plan::Join, 24.0);
        }
        town.run(50.0);
        let gone = find(&town, IncidentKind::MassTimeout);
        let (count, all) = (gone.count(), who.len() as u64);
        assert!(count * 10 >= all * 9 && count <= all, "seed {seed}, {all}: {}", gone.sentence());
        let unheard = format!("{} back before it was told", gone.unheard);
        assert!(gone.unheard > 0 && gone.sentence().contains(&unheard), "seed {seed}: {}", gone.sentence());
        let back = find(&town, IncidentKind::Herd);
        assert!(back.users * 10 >= all * 9 && back.returned == count, "seed {seed}, {all}: {}", back.sentence());
    }
}

/// All that was told of a kind, one after the other.
fn list_told_as(town: &Town, what: &str) -> Vec<String> {
    super::returning::list_told(town).into_iter().filter(|said| said.contains(what)).collect()
}

/// The number at the beginning of the last sentence.
fn read_count(told: &[String]) -> usize {
    told.last().unwrap().split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn f01_what_goes_on_after_it_was_told_is_told_again_with_all_of_them() {
    let mut town = begin(World { size: 260, channels: 5, ..CROWD }, 3);
    let present = town.present();
    let who = town.some(&present, 0.5);
    town.plan(&who, Plan::Leave, 0.0, 30.0);
    town.run(50.0);
    let told = list_told_as(&town, "people left");
    let last = read_count(&told);
    assert!(told.len() == 2 && last * 20 >= who.len() * 19 && last <= who.len(), "{} {told:#?}", who.len());
}

#[test]
fn f01_what_grows_by_a_fifth_after_it_was_read_has_to_be_read_again() {
    let mut town = begin(World { size: 260, channels: 5, ..CROWD }, 3);
    let present = town.present();
    let who = town.some(&present, 0.5);
    let is_told = |town: &Town| town.sim.model.listener.incidents.current(town.sim.now).is_some();
    town.plan(&who[..who.len() / 2], Plan::Leave, 0.0, 1.0);
    town.run(5.0);
    assert!(is_told(&town));
    town.read_all();
    town.run(1.0);
    assert!(!is_told(&town), "it was read, and nothing else happened");
    town.plan(&who[who.len() / 2..], Plan::Leave, 0.0, 1.0);
    town.run(4.0);
    assert!(is_told(&town), "twice as many have left by now");
}

#[test]
fn f01_timeouts_are_followed_for_as_long_as_the_default_takes() {
    let mut town = begin(World { size: 260, channels: 5, timeout: 300, ..CROWD }, 3);
    town.run(200.0);
    let present = town.present();
    let who = town.some(&present, 0.5);
    town.plan(&who, Plan::Vanish, 0.0, 1.0);
    town.run(330.0);
    let told = list_told_as(&town, "timed out");
    let last = read_count(&told);
    assert!(last * 10 >= who.len() * 8 && last <= who.len(), "{} {told:#?}", who.len());
    let incidents = town.sim.model.listener.incidents.incidents();
    assert_eq!(incidents.filter(|incident| incident.kind == IncidentKind::MassTimeout).count(), 1);
}

#[test]
fn f01_who_joins_a_channel_before_leaving_another_has_moved() {
    for (plan, seed) in [(Plan::Go(5), 1), (Plan::Over(5), 1), (Plan::Over(5), 2)] {
        let mut town = begin(World { size: 260, channels: 6, ..CROWD }, seed);
        let elsewhere: Vec<usize> = (0..5).flat_map(|channel| town.on_channel(channel)).collect();
        let who = town.some(&elsewhere, 0.4);
        town.plan(&who, plan, 0.0, 6.0);
        town.run(25.0);
        let rush = find(&town, IncidentKind::Rush);
        let (count, all) = (rush.count(), who.len() as u64);
        assert!(count * 10 >= all * 9 && count <= all, "{plan:?} {all}: {}", rush.sentence());
        let told = super::returning::list_told(&town);
        assert!(told.iter().all(|said| said.contains("joined")), "{plan:?}: {told:#?}");
    }
}

#[test]
fn f01_a_few_who_leave_together_may_be_friends() {
    for (share, said) in [(0.1, "a group, a deploy or a kick"), (0.4, " · a deploy or a kick")] {
        let mut town = begin(CROWD, 9);
        let present = town.on_channel(0);
        let who = town.some(&present, 7.0 / present.len() as f64 * share * 10.0);
        town.plan(&who, Plan::Leave, 0.0, 1.0);
        town.run(12.0);
        let sentence = find(&town, IncidentKind::MassLeave).sentence();
        assert!(sentence.contains(said), "{}: {sentence}", who.len());
    }
}
