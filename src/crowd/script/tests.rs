use std::collections::{BTreeMap, HashSet};

use super::*;
use crate::crowd::people;

fn script(profile: Profile, size: usize) -> Script {
    Script::new(profile, people(size, 1), 3)
}

/// What happens within a time, each with when.
fn within(script: &mut Script, span: Duration) -> Vec<(Duration, Cue)> {
    let mut cues = Vec::new();
    while script.due().is_some_and(|at| at < span) {
        if let Some(cue) = script.step() {
            cues.push((script.now, cue));
        }
    }
    cues
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn every_profile_is_repeatable_and_makes_sense_to_a_service() {
    for profile in Profile::ALL {
        let take = |seed| Script::new(*profile, people(80, 1), seed).take(1_000).collect::<Vec<_>>();
        assert_eq!(take(3), take(3), "{}", profile.name);
        assert_ne!(take(3), take(4), "{}", profile.name);
        // Nobody is in two places, leaves where they are not, or speaks while away.
        let mut places: BTreeMap<usize, Channel> = BTreeMap::new();
        for cue in take(3) {
            match cue.act {
                Act::Arrive => assert_eq!(places.insert(cue.person, cue.place), None, "{}", profile.name),
                Act::Restate(_) => assert_eq!(places.get(&cue.person), Some(&cue.place), "{}", profile.name),
                Act::Leave | Act::Vanish | Act::Lapse => {
                    assert_eq!(places.remove(&cue.person), Some(cue.place), "{}", profile.name);
                }
            }
        }
    }
}

#[test]
fn a_steady_crowd_stays_about_as_large_as_it_says() {
    let mut script = script(Profile::STEADY, 80);
    let kinds: HashSet<_> = script.by_ref().take(5_000).map(|cue| std::mem::discriminant(&cue.act)).collect();
    assert_eq!(kinds.len(), 4, "everything but an outage happens");
    assert!((50..=75).contains(&script.crowd.online().len()), "{}", script.crowd.online().len());
}

#[test]
fn a_rush_brings_nearly_everybody_and_ebbs() {
    let mut script = script(Profile::RUSH_HOUR, 300);
    let mut online = |until| {
        within(&mut script, seconds(until));
        script.crowd.online().len()
    };
    let counts = [online(10), online(40), online(102)];
    assert!((60..90).contains(&counts[0]) && counts[1] > 270 && counts[2] < 90, "{counts:?}");
}

#[test]
fn a_stampede_takes_one_channel_past_any_announce_max_within_seconds() {
    let mut script = script(Profile::STAMPEDE, 200);
    within(&mut script, seconds(10));
    assert!(script.gathered() < 20, "{}", script.gathered());
    within(&mut script, seconds(16));
    assert!(script.gathered() > 180, "{}", script.gathered());
    within(&mut script, seconds(68));
    assert!(script.gathered() < 30, "{}", script.gathered());
}

#[test]
fn an_outage_silences_a_region_at_one_instant_and_nobody_else() {
    let mut script = script(Profile::OUTAGE, 100);
    let cues = within(&mut script, seconds(60));
    let lapses: Vec<_> = cues.iter().filter(|(_, cue)| cue.act == Act::Lapse).collect();
    assert!(lapses.len() > 20, "{}", lapses.len());
    let at = lapses[0].0;
    assert!(lapses.iter().all(|(when, cue)| *when == at && script.people()[cue.person].region == 0));
    let back_at = at + script.rhythm.timeout + seconds(6);
    let eu = |cue: &Cue| cue.person < 100 && script.people()[cue.person].region == 0;
    let said_meanwhile = cues.iter().filter(|(when, cue)| *when > at && *when < back_at && eu(cue)).count();
    assert_eq!(said_meanwhile, 0);
    let back: HashSet<usize> = cues
        .iter()
        .filter(|(when, cue)| *when >= back_at && *when < back_at + seconds(3) && cue.act == Act::Arrive)
        .map(|(_, cue)| cue.person)
        .collect();
    assert!(lapses.iter().all(|(_, cue)| back.contains(&cue.person)), "all come back");
    let quiet = cues.iter().filter(|(when, cue)| *when > at && *when < back_at && cue.act == Act::Vanish);
    assert_eq!(quiet.count(), 0, "nobody else goes silent");
}

#[test]
fn an_outage_says_whose_turn_it_is() {
    let mut script = script(Profile::OUTAGE, 100);
    let mut said = Vec::new();
    while script.due().is_some_and(|at| at < seconds(70)) {
        script.step();
        let now = script.happening().unwrap();
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
        let mut script = script(*profile, 90);
        let times: Vec<Duration> = within(&mut script, seconds(300)).into_iter().map(|(at, _)| at).collect();
        let most = times.iter().enumerate().map(|(n, at)| times[n..].partition_point(|t| *t < *at + window)).max();
        assert!(most.is_some_and(|most| most < 100), "{}: {most:?}", profile.name);
    }
}

#[test]
fn flapping_means_the_same_users_leave_and_are_back_within_seconds() {
    let mut script = script(Profile::FLAPPING, 100);
    let mut left: BTreeMap<usize, Duration> = BTreeMap::new();
    let mut flaps: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, cue) in within(&mut script, seconds(40)) {
        match cue.act {
            Act::Leave => drop(left.insert(cue.person, at)),
            Act::Arrive if left.get(&cue.person).is_some_and(|gone| at.saturating_sub(*gone) < seconds(3)) => {
                *flaps.entry(cue.person).or_default() += 1;
            }
            _ => {}
        }
    }
    assert!(flaps.values().filter(|times| **times >= 5).count() >= 5, "{flaps:?}");
}

#[test]
fn a_conference_is_short_visits_to_many_channels() {
    let mut script = script(Profile::CONFERENCE, 100);
    let mut came: BTreeMap<usize, Duration> = BTreeMap::new();
    let (mut stays, mut places) = (Vec::new(), BTreeMap::<usize, HashSet<Channel>>::new());
    for (at, cue) in within(&mut script, seconds(300)) {
        match cue.act {
            Act::Arrive => {
                came.insert(cue.person, at);
                places.entry(cue.person).or_default().insert(cue.place);
            }
            Act::Leave => stays.extend(came.remove(&cue.person).map(|from| at.saturating_sub(from))),
            _ => {}
        }
    }
    stays.sort();
    assert!(stays.len() > 500 && stays[stays.len() / 2] < seconds(15), "{} {:?}", stays.len(), stays[stays.len() / 2]);
    assert!(places.values().filter(|seen| seen.len() >= 3).count() > 50);
    assert!((40..80).contains(&script.crowd.online().len()), "{}", script.crowd.online().len());
}

#[test]
fn at_night_there_are_few() {
    let mut script = script(Profile::NIGHT, 100);
    let acts = within(&mut script, seconds(120)).len();
    assert!(acts < 60, "{acts}");
    assert!((2..16).contains(&script.crowd.online().len()), "{}", script.crowd.online().len());
}

#[test]
fn the_hostile_come_when_they_are_called_and_go_again() {
    let mut script = script(Profile::HOSTILE, 60);
    let cues = within(&mut script, seconds(60));
    let ids = cues.iter().map(|(_, cue)| script.people()[cue.person].user.as_str());
    assert!(ids.filter(|id| id.chars().any(char::is_control)).count() > 5);
    assert!(script.rogues.online().len() > 15);
    script.change(Profile::STEADY);
    within(&mut script, seconds(70));
    assert!(script.rogues.online().is_empty());
    let calm = script.by_ref().take(3_000).all(|cue| cue.person < 60);
    assert!(calm);
}

#[test]
fn a_change_of_profile_brings_as_many_as_it_begins_with_within_seconds() {
    let mut script = script(Profile::STEADY, 100);
    within(&mut script, seconds(10));
    script.pass(seconds(10));
    script.change(Profile::NIGHT);
    assert_eq!(script.happening().as_deref(), Some("settling"));
    within(&mut script, seconds(17));
    assert!((4..14).contains(&script.crowd.online().len()), "{}", script.crowd.online().len());
    assert_eq!((script.happening(), script.coming()), (None, None));
}

#[test]
fn a_large_crowd_keeps_to_what_the_service_can_take() {
    let mut script = script(Profile::STAMPEDE, 20_000);
    let cues = within(&mut script, seconds(60));
    let mut per_second: BTreeMap<u64, usize> = BTreeMap::new();
    for (at, _) in &cues {
        *per_second.entry(at.as_secs()).or_default() += 1;
    }
    let most = per_second.values().max().copied().unwrap();
    // People who come over leave first, and those who arrive set a state now and then.
    assert!((1_000..3_200).contains(&most), "{most}");
}

#[test]
fn pace_shrinks_pauses() {
    let count = |pace| {
        let mut script = script(Profile::STEADY, 100);
        within(&mut script, seconds(5));
        script.set_pace(pace);
        within(&mut script, seconds(35)).len()
    };
    let (slow, usual, fast) = (count(0.1), count(1.0), count(4.0));
    assert!(slow * 3 < usual && usual * 2 < fast, "{slow} {usual} {fast}");
}

#[test]
fn nobody_does_nothing() {
    assert_eq!(Script::new(Profile::STEADY, people(0, 1), 1).next(), None);
}
