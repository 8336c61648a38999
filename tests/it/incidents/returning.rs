//! Labelled scenarios of users who are back: in batches, and within one interval.

use herenow::world::{EntryBody, Note};

use super::{
    town::{Plan, Town},
    unseen::{Row, USUAL, World, begin},
};
use crate::sim::Sim;

/// So many at a time leave, one batch after so many seconds; each is back so many seconds later.
struct Batches {
    of: usize,
    every: f64,
    away: f64,
    count: usize,
}

impl Batches {
    fn roll(&self, town: &mut Town) {
        let present = town.present();
        let who = town.some(&present, 1.0);
        for (number, batch) in who.chunks(self.of).take(self.count).enumerate() {
            let at = number as f64 * self.every;
            town.plan(batch, Plan::Leave, at, 0.3);
            town.plan(batch, Plan::Join, at + self.away, 0.3);
        }
        town.run(self.count as f64 * self.every + self.away + 5.0);
    }

    /// All of them where it was watched for so many seconds before, until some seconds after the last one.
    fn play_after(&self, seconds: f64, seed: u64) -> Sim {
        let World { size, channels, announce, timeout, churn } = CROWD;
        let mut town = Town::with_timeout(size, channels, announce, churn, seed, timeout);
        town.run(seconds);
        self.roll(&mut town);
        town.sim
    }
}

/// Those who flap leave for so many seconds and are here for so many, again and again.
fn flap(town: &mut Town, count: usize, (away, here): (f64, f64), seconds: f64) {
    let present = town.present();
    let who = town.some(&present, count as f64 / present.len() as f64);
    let cycles = (seconds / (away + here)) as usize;
    for cycle in 0..cycles {
        let at = cycle as f64 * (away + here);
        town.plan(&who, Plan::Leave, at, 0.5);
        town.plan(&who, Plan::Join, at + away, 0.5);
    }
    town.run(seconds);
}

/// Part of all leave one by one within so many seconds, and are back together after a pause.
fn go_and_return(town: &mut Town, part: f64, within: f64, pause: f64, back: f64) {
    let present = town.present();
    let who = town.some(&present, part);
    town.plan(&who, Plan::Leave, 0.0, within);
    town.plan(&who, Plan::Join, within + pause, back);
    town.run(within + pause + back + 12.0);
}

const CROWD: World = World { size: 240, channels: 8, timeout: 20, churn: 0.002, ..USUAL };

const ROWS: &[Row] = &[
    ("reconnect", "a deploy, all back within an interval or the next one", |seed| {
        let mut town = begin(World { announce: (12, true), ..CROWD }, seed);
        let present = town.present();
        for person in town.some(&present, 0.5) {
            town.plan(&[person], Plan::Leave, 0.0, 3.0);
            town.follow(person, Plan::Join, 3.0 + (person % 5) as f64);
        }
        town.run(32.0);
        town.sim
    }),
    ("flapping", "four flap within intervals", |seed| {
        let mut town = begin(World { size: 130, channels: 3, announce: (10, true), churn: 0.005, ..CROWD }, seed);
        flap(&mut town, 4, (2.0, 4.5), 104.0);
        town.sim
    }),
    ("reconnect", "ten every five seconds, three seconds away", |seed| {
        Batches { of: 10, every: 5.0, away: 3.0, count: 12 }.play_after(60.0, seed)
    }),
    ("reconnect", "the same half a minute after we came", |seed| {
        Batches { of: 10, every: 5.0, away: 3.0, count: 12 }.play_after(30.0, seed)
    }),
    ("reconnect", "ten every five seconds, twelve seconds away", |seed| {
        Batches { of: 10, every: 5.0, away: 12.0, count: 12 }.play_after(60.0, seed)
    }),
    ("reconnect", "fifteen every quarter of a minute, eight seconds away", |seed| {
        Batches { of: 15, every: 15.0, away: 8.0, count: 8 }.play_after(60.0, seed)
    }),
    ("reconnect", "twenty every ten seconds half a minute after we came", |seed| {
        Batches { of: 20, every: 10.0, away: 5.0, count: 6 }.play_after(30.0, seed)
    }),
    ("reconnect", "five every five seconds half a minute after we came", |seed| {
        Batches { of: 5, every: 5.0, away: 3.0, count: 20 }.play_after(30.0, seed)
    }),
    ("reconnect", "a third every half a minute, ten seconds away, in intervals", |seed| {
        let mut town = begin(World { announce: (12, true), ..CROWD }, seed);
        Batches { of: 60, every: 30.0, away: 10.0, count: 3 }.roll(&mut town);
        town.run(15.0);
        town.sim
    }),
    ("mass-leave", "of a third that leaves together two thirds stay away", |seed| {
        let mut town = begin(CROWD, seed);
        let present = town.present();
        let who = town.some(&present, 0.33);
        town.plan(&who, Plan::Leave, 0.0, 3.0);
        town.plan(&who[..who.len() / 3], Plan::Join, 6.0, 10.0);
        town.run(30.0);
        town.sim
    }),
    ("rush", "a quarter went one by one, and is back together after two minutes", |seed| {
        let mut town = begin(CROWD, seed);
        go_and_return(&mut town, 0.25, 120.0, 90.0, 5.0);
        town.sim
    }),
    ("rush", "ten of forty who went one by one are back together", |seed| {
        let mut town = begin(World { size: 40, channels: 2, ..CROWD }, seed);
        go_and_return(&mut town, 0.25, 60.0, 60.0, 4.0);
        town.sim
    }),
    ("rush", "a half went in intervals and is back after a while", |seed| {
        let mut town = begin(World { announce: (12, true), ..CROWD }, seed);
        go_and_return(&mut town, 0.5, 100.0, 100.0, 8.0);
        town.sim
    }),
    ("calm", "some who went come back one by one", |seed| {
        let mut town = begin(World { size: 60, channels: 2, ..CROWD }, seed);
        go_and_return(&mut town, 0.25, 60.0, 30.0, 60.0);
        town.sim
    }),
    ("calm", "people come and go in intervals, and many are back soon", |seed| {
        let mut town = begin(World { announce: (12, true), churn: 0.02, ..CROWD }, seed);
        town.run(120.0);
        town.sim
    }),
    ("reconnect", "a third leaves at once, and is back together after 25 seconds", |seed| {
        let mut town = begin(CROWD, seed);
        go_and_return(&mut town, 0.33, 1.0, 25.0, 2.0);
        town.sim
    }),
    ("rush", "a third leaves at once, and is back together after a minute", |seed| {
        let mut town = begin(CROWD, seed);
        let present = town.present();
        let who = town.some(&present, 0.33);
        town.plan(&who, Plan::Leave, 0.0, 1.0);
        town.run(30.0);
        town.read_all();
        town.plan(&who, Plan::Join, 30.0, 3.0);
        town.run(45.0);
        town.sim
    }),
];

/// All that was told of incidents, one sentence after the other.
pub fn list_told(town: &Town) -> Vec<String> {
    let told = town.sim.model.listener.log.last_entries(5_000).filter_map(|entry| match &entry.body {
        EntryBody::Note(Note::Told(alert)) => Some(alert.sentence.clone()),
        _ => None,
    });
    told.collect()
}

/// A third leaves together, and all of them are back so many seconds later.
fn deploy(away: f64) -> Vec<String> {
    let mut town = begin(CROWD, 11);
    let present = town.present();
    let who = town.some(&present, 0.33);
    town.plan(&who, Plan::Leave, 0.0, 2.0);
    town.plan(&who, Plan::Join, away, 2.0);
    town.run(away + 15.0);
    list_told(&town)
}

#[test]
fn f01_what_turns_out_to_be_something_else_is_told_once_more() {
    let told = deploy(10.0);
    assert!(told.len() == 2 && told[0].contains("a deploy or a kick") && told[1].contains("are back"), "{told:#?}");
    let told = deploy(3.0);
    assert!(told.len() == 1 && told[0].contains("are back"), "who is on the way back is waited for: {told:#?}");
}

#[test]
fn f01_a_reconnect_of_a_part_is_a_share_of_all_who_were_there() {
    let mut town = begin(World { size: 60, channels: 2, churn: 0.0, ..CROWD }, 11);
    let present = town.present();
    let who = town.some(&present, 0.66);
    town.plan(&who, Plan::Leave, 0.0, 0.1);
    town.plan(&who[..who.len() * 5 / 8], Plan::Join, 1.5, 0.3);
    town.run(20.0);
    let told = list_told(&town);
    let of = |sentence: &String| sentence.split(" % of ").nth(1)?.split(' ').next()?.parse::<usize>().ok();
    let all: Vec<usize> = told
        .iter()
        .filter(|sentence| sentence.contains("back") || sentence.contains("joined again"))
        .filter_map(of)
        .collect();
    assert!(!all.is_empty() && all.iter().all(|all| all * 20 >= present.len() * 19), "{} {told:#?}", present.len());
}

/// Phones: each is here for so many seconds on the average and away for so many, and one in five times out.
fn play_phones(world: World, (here, away): (f64, f64), seed: u64) -> Vec<String> {
    let World { size, channels, announce, timeout, .. } = world;
    let mut town = Town::with_timeout(size, channels, announce, 0.0, seed, timeout);
    town.run(4.0);
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut span = |mean: f64| -mean * (1.0 - chance.f64()).ln();
    for person in 0..size {
        let mut is_here = town.present().contains(&person);
        let mut at = 0.0;
        while at < 300.0 {
            at += span(if is_here { here } else { away });
            let plan = match is_here {
                false => Plan::Join,
                true if span(1.0) < 0.223 => Plan::Vanish,
                true => Plan::Leave,
            };
            town.plan(&[person], plan, at, 0.0);
            is_here = !is_here;
        }
    }
    town.run(300.0);
    list_told(&town)
}

#[test]
fn f01_people_who_come_back_by_themselves_are_no_deploy() {
    let seeds: u64 = std::env::var("HERENOW_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(3);
    let phones = World { size: 150, channels: 4, timeout: 20, churn: 0.0, ..USUAL };
    let mut told = Vec::new();
    for seed in 0..seeds {
        for announce in [(100_000, false), (12, true)] {
            for times in [(300.0, 60.0), (120.0, 60.0), (600.0, 30.0), (60.0, 15.0)] {
                let all = play_phones(World { announce, ..phones }, times, 40 + seed);
                told.extend(all.into_iter().map(|said| format!("seed {seed} {announce:?} {times:?}: {said}")));
            }
        }
    }
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn f01_who_is_back_is_told_as_that() {
    let seeds: u64 = std::env::var("HERENOW_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(2);
    let played: Vec<(&Row, u64)> = (0..seeds).flat_map(|round| ROWS.iter().zip(300 + round * 100..)).collect();
    super::expect_played_apart(&played, |(row, seed)| (row.0, row.1.to_owned(), (row.2)(*seed)));
}
