use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use super::*;
use crate::{
    crowd::{Profile, people},
    presence::Channel,
};

fn simulation(profile: Profile, size: usize) -> Simulation {
    Simulation::new(profile, people(size, 1), 3)
}

/// What happens within a time, each with when.
fn within(simulation: &mut Simulation, span: Duration) -> Vec<(Duration, CrowdStep)> {
    let mut steps = Vec::new();
    while simulation.due().is_some_and(|at| at < span) {
        if let Some(step) = simulation.step() {
            steps.push((simulation.now, step));
        }
    }
    steps
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn every_profile_is_repeatable_and_makes_sense_to_a_service() {
    for profile in Profile::ALL {
        let take = |seed| Simulation::new(*profile, people(80, 1), seed).take(1_000).collect::<Vec<_>>();
        assert_eq!(take(3), take(3), "{}", profile.name);
        assert_ne!(take(3), take(4), "{}", profile.name);
        // Nobody is in two places, leaves where they are not, or speaks while away.
        let mut places: BTreeMap<usize, Channel> = BTreeMap::new();
        for step in take(3) {
            match step.act {
                CrowdAct::Arrive => assert_eq!(places.insert(step.person, step.place), None, "{}", profile.name),
                CrowdAct::Restate(_) => assert_eq!(places.get(&step.person), Some(&step.place), "{}", profile.name),
                CrowdAct::Leave | CrowdAct::Vanish | CrowdAct::Lapse(_) => {
                    assert_eq!(places.remove(&step.person), Some(step.place), "{}", profile.name);
                }
            }
        }
    }
}

#[test]
fn a_steady_crowd_stays_about_as_large_as_it_says() {
    let mut simulation = simulation(Profile::STEADY, 80);
    let kinds: HashSet<_> = simulation.by_ref().take(5_000).map(|step| std::mem::discriminant(&step.act)).collect();
    assert_eq!(kinds.len(), 4, "everything but an outage happens");
    assert!((50..=75).contains(&simulation.crowd.online().len()), "{}", simulation.crowd.online().len());
}

#[test]
fn a_rush_brings_nearly_everybody_and_ebbs() {
    let mut simulation = simulation(Profile::RUSH_HOUR, 300);
    let mut online = |until| {
        within(&mut simulation, seconds(until));
        simulation.crowd.online().len()
    };
    let counts = [online(10), online(40), online(102)];
    assert!((60..90).contains(&counts[0]) && counts[1] > 270 && counts[2] < 90, "{counts:?}");
}

#[test]
fn a_stampede_takes_one_channel_past_any_announce_max_within_seconds() {
    let mut simulation = simulation(Profile::STAMPEDE, 200);
    within(&mut simulation, seconds(10));
    assert!(simulation.count_gathered() < 20, "{}", simulation.count_gathered());
    within(&mut simulation, seconds(16));
    assert!(simulation.count_gathered() > 180, "{}", simulation.count_gathered());
    within(&mut simulation, seconds(68));
    assert!(simulation.count_gathered() < 30, "{}", simulation.count_gathered());
}

#[test]
fn an_outage_silences_a_region_at_one_instant_and_nobody_else() {
    let mut simulation = simulation(Profile::OUTAGE, 100);
    let steps = within(&mut simulation, seconds(60));
    let lapses: Vec<_> = steps.iter().filter(|(_, step)| matches!(step.act, CrowdAct::Lapse(_))).collect();
    assert!(lapses.len() > 20, "{}", lapses.len());
    let at = lapses[0].0;
    assert!(lapses.iter().all(|(when, step)| *when == at && simulation.people()[step.person].region == 0));
    let back_at = at + simulation.rhythm.timeout + super::state::STAYS_OUT;
    let eu = |step: &CrowdStep| step.person < 100 && simulation.people()[step.person].region == 0;
    let said_meanwhile = steps.iter().filter(|(when, step)| *when > at && *when < back_at && eu(step)).count();
    assert_eq!(said_meanwhile, 0);
    let back: HashSet<usize> = steps
        .iter()
        .filter(|(when, step)| *when >= back_at && *when < back_at + seconds(3) && step.act == CrowdAct::Arrive)
        .map(|(_, step)| step.person)
        .collect();
    assert!(lapses.iter().all(|(_, step)| back.contains(&step.person)), "all come back");
    let quiet = steps.iter().filter(|(when, step)| *when > at && *when < back_at && step.act == CrowdAct::Vanish);
    assert_eq!(quiet.count(), 0, "nobody else goes silent");
}

#[test]
fn an_outage_says_whose_turn_it_is() {
    let mut simulation = simulation(Profile::OUTAGE, 100);
    let mut said = Vec::new();
    while simulation.due().is_some_and(|at| at < seconds(80)) {
        simulation.step();
        let now = simulation.current_phase().unwrap();
        if said.last() != Some(&now) {
            said.push(now);
        }
    }
    assert_eq!(
        said,
        ["settling", "all well", "eu has no network", "eu is back", "recovered", "all well", "us has no network"]
    );
}

#[test]
fn what_the_usual_crowd_does_between_two_polls_fits_into_one_reply() {
    // At five requests a second a watcher polls three times a second; a reply holds a hundred events.
    let window = Duration::from_millis(340);
    for profile in Profile::ALL {
        let mut simulation = simulation(*profile, 90);
        let times: Vec<Duration> = within(&mut simulation, seconds(300)).into_iter().map(|(at, _)| at).collect();
        let most = times.iter().enumerate().map(|(n, at)| times[n..].partition_point(|t| *t < *at + window)).max();
        assert!(most.is_some_and(|most| most < 100), "{}: {most:?}", profile.name);
    }
}

#[test]
fn flapping_means_the_same_users_leave_and_are_back_within_seconds() {
    let mut simulation = simulation(Profile::FLAPPING, 100);
    let mut left: BTreeMap<usize, Duration> = BTreeMap::new();
    let mut flaps: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, step) in within(&mut simulation, seconds(40)) {
        match step.act {
            CrowdAct::Leave => drop(left.insert(step.person, at)),
            CrowdAct::Arrive if left.get(&step.person).is_some_and(|gone| at.saturating_sub(*gone) < seconds(3)) => {
                *flaps.entry(step.person).or_default() += 1;
            }
            _ => {}
        }
    }
    assert!(flaps.values().filter(|times| **times >= 5).count() >= 5, "{flaps:?}");
}

#[test]
fn a_conference_is_short_visits_to_many_channels() {
    let mut simulation = simulation(Profile::CONFERENCE, 100);
    let mut came: BTreeMap<usize, Duration> = BTreeMap::new();
    let (mut stays, mut places) = (Vec::new(), BTreeMap::<usize, HashSet<Channel>>::new());
    for (at, step) in within(&mut simulation, seconds(300)) {
        match step.act {
            CrowdAct::Arrive => {
                came.insert(step.person, at);
                places.entry(step.person).or_default().insert(step.place);
            }
            CrowdAct::Leave => stays.extend(came.remove(&step.person).map(|from| at.saturating_sub(from))),
            _ => {}
        }
    }
    stays.sort();
    assert!(stays.len() > 500 && stays[stays.len() / 2] < seconds(15), "{} {:?}", stays.len(), stays[stays.len() / 2]);
    assert!(places.values().filter(|seen| seen.len() >= 3).count() > 50);
    assert!((40..80).contains(&simulation.crowd.online().len()), "{}", simulation.crowd.online().len());
}

#[test]
fn at_night_there_are_few() {
    let mut simulation = simulation(Profile::NIGHT, 100);
    let acts = within(&mut simulation, seconds(120)).len();
    assert!(acts < 60, "{acts}");
    assert!((2..16).contains(&simulation.crowd.online().len()), "{}", simulation.crowd.online().len());
}

#[test]
fn the_hostile_come_when_they_are_called_and_go_again() {
    let mut simulation = simulation(Profile::HOSTILE, 60);
    let steps = within(&mut simulation, seconds(60));
    let ids = steps.iter().map(|(_, step)| simulation.people()[step.person].user.as_str());
    assert!(ids.filter(|id| id.chars().any(char::is_control)).count() > 5);
    assert!(simulation.hostile.online().len() > 15);
    simulation.change(Profile::STEADY);
    within(&mut simulation, seconds(70));
    assert!(simulation.hostile.online().is_empty());
    let calm = simulation.by_ref().take(3_000).all(|step| step.person < 60);
    assert!(calm);
}

#[test]
fn a_change_of_profile_brings_as_many_as_it_begins_with_within_seconds() {
    let mut simulation = simulation(Profile::STEADY, 100);
    within(&mut simulation, seconds(10));
    simulation.pass(seconds(10));
    simulation.change(Profile::NIGHT);
    assert_eq!(simulation.current_phase().as_deref(), Some("settling"));
    within(&mut simulation, seconds(17));
    assert!((4..14).contains(&simulation.crowd.online().len()), "{}", simulation.crowd.online().len());
    assert_eq!((simulation.current_phase(), simulation.next_phase()), (None, None));
}

#[test]
fn a_large_crowd_keeps_to_what_the_service_can_take() {
    let mut simulation = simulation(Profile::STAMPEDE, 20_000);
    let steps = within(&mut simulation, seconds(60));
    let mut per_second: BTreeMap<u64, usize> = BTreeMap::new();
    for (at, _) in &steps {
        *per_second.entry(at.as_secs()).or_default() += 1;
    }
    let most = per_second.values().max().copied().unwrap();
    // People who come over leave first, and those who arrive set a state now and then.
    assert!((1_000..3_200).contains(&most), "{most}");
}

#[test]
fn pace_shrinks_pauses() {
    let count = |pace| {
        let mut simulation = simulation(Profile::STEADY, 100);
        within(&mut simulation, seconds(5));
        simulation.set_pace(pace);
        within(&mut simulation, seconds(35)).len()
    };
    let (slow, usual, fast) = (count(0.1), count(1.0), count(4.0));
    assert!(slow * 3 < usual && usual * 2 < fast, "{slow} {usual} {fast}");
}

#[test]
fn nobody_does_nothing() {
    assert_eq!(Simulation::new(Profile::STEADY, people(0, 1), 1).next(), None);
}
