//! Labelled scenarios that were written and played once before anything was mended by them.

use std::time::Duration;

use herenow::{
    crowd::{BUILT_IN, Director, Play, Profile, Scenario as Scenes, Scenes as Script},
    presence::{LinkChange, Trouble},
    service::Settings,
};

use super::{
    scenarios::lose_link,
    town::{Plan, Town},
};
use crate::{
    happen::{all, trouble},
    sim::{Faults, START, Sim},
};

const ONE_BY_ONE: (usize, bool) = (100_000, false);

/// The people on some channels.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub size: usize,
    pub channels: usize,
    pub announce: (usize, bool),
    pub timeout: u64,
    pub churn: f64,
}

/// By what they are watched.
#[derive(Debug, Clone, Copy)]
enum Watch {
    Names,
    Pattern,
    Group,
}

/// The label, what it is in a few words, and how it is played.
pub type Row = (&'static str, &'static str, fn(u64) -> Sim);

fn begin_watched(watch: Watch, world: World, seed: u64) -> Town {
    let World { size, channels, announce, timeout, churn } = world;
    let separator = if matches!(watch, Watch::Pattern) { '.' } else { '-' };
    let names: Vec<String> = (0..channels).map(|number| format!("hall{separator}{number}")).collect();
    let listed: Vec<&str> = match watch {
        Watch::Names => names.iter().map(String::as_str).collect(),
        Watch::Pattern => vec!["hall.*"],
        Watch::Group => vec!["group:all"],
    };
    let mut town = Town::watched_by((size, &names), &listed, announce, churn, seed, timeout);
    town.run(50.0);
    town
}

pub fn begin(world: World, seed: u64) -> Town {
    begin_watched(Watch::Names, world, seed)
}

/// One after the other leaves within so many seconds, and each is back `away` to twice as many seconds later.
pub fn roll(town: &mut Town, who: &[usize], within: f64, away: f64) {
    for (number, person) in who.iter().enumerate() {
        let at = number as f64 * within / who.len() as f64;
        town.plan(&[*person], Plan::Leave, at, 0.5);
        town.follow(*person, Plan::Join, away * (1.0 + (number % 5) as f64 / 5.0));
    }
}

/// A scenario that comes with the program, or a profile of the demo, at a speed, until so many of its seconds are over.
pub fn direct(
    script: Script,
    (people, places): (usize, usize),
    announce: (usize, bool),
    speed: f64,
    until: f64,
) -> Sim {
    let places = herenow::crowd::Places::usual(places);
    let director = Director::new(Play { people, places, seed: 5, speed, script }, START);
    let names: Vec<String> = director.channels().iter().map(ToString::to_string).collect();
    let listed: Vec<&str> = names.iter().map(String::as_str).collect();
    let settings = Settings { announce_max: announce.0, deltas: announce.1, ..Settings::default() };
    let mut sim = Sim::new(settings, director, &listed, "watcher", 5);
    sim.run(Duration::from_secs(1));
    sim.connect();
    sim.run(Duration::from_secs_f64(until / speed));
    sim
}

fn built_in(name: &str) -> Script {
    let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name).unwrap();
    Script::Scenario(Scenes::parse(text, name).unwrap())
}

pub const USUAL: World = World { size: 300, channels: 10, announce: ONE_BY_ONE, timeout: 60, churn: 0.01 };

const ROWS: &[Row] = &[
    ("calm", "strangers come and go, a tenth of all a minute", |seed| {
        let mut town = begin(World { churn: 0.0, ..USUAL }, seed);
        let (present, absent) = (town.present(), town.absent());
        let gone = town.some(&present, 0.33);
        town.plan(&gone, Plan::Leave, 0.0, 240.0);
        town.plan(&absent, Plan::Join, 0.0, 240.0);
        town.run(250.0);
        town.sim
    }),
    ("reconnect", "a rolling deploy, a tenth of all a minute, each away for half a minute", |seed| {
        let mut town = begin(World { churn: 0.005, ..USUAL }, seed);
        let present = town.present();
        let who = town.some(&present, 0.6);
        roll(&mut town, &who, 360.0, 20.0);
        town.run(330.0);
        town.sim
    }),
    ("reconnect", "a rolling deploy in intervals with deltas", |seed| {
        let mut town = begin(World { announce: (20, true), churn: 0.005, ..USUAL }, seed);
        let present = town.present();
        let who = town.some(&present, 0.8);
        roll(&mut town, &who, 360.0, 12.0);
        town.run(340.0);
        town.sim
    }),
    ("calm", "a rolling deploy in intervals that name nobody", |seed| {
        let mut town = begin(World { announce: (1, false), churn: 0.005, ..USUAL }, seed);
        let present = town.present();
        let who = town.some(&present, 0.6);
        roll(&mut town, &who, 360.0, 20.0);
        town.run(330.0);
        town.sim
    }),
    ("mass-timeout", "an outage on channels of a pattern", |seed| {
        let mut town = begin_watched(Watch::Pattern, World { size: 200, timeout: 20, ..USUAL }, seed);
        let present = town.present();
        let who = town.some(&present, 0.3);
        town.plan(&who, Plan::Vanish, 0.0, 2.0);
        town.run(27.0);
        town.sim
    }),
    ("rush", "many come to the channels of a group", |seed| {
        let mut town = begin_watched(Watch::Group, World { size: 240, channels: 6, ..USUAL }, seed);
        let absent = town.absent();
        town.plan(&absent, Plan::Join, 0.0, 5.0);
        town.run(9.0);
        town.sim
    }),
    ("mass-leave", "a kick on the channels of a group, in intervals with deltas", |seed| {
        let mut town = begin_watched(Watch::Group, World { announce: (15, true), ..USUAL }, seed);
        let present = town.present();
        let who = town.some(&present, 0.4);
        town.plan(&who, Plan::Leave, 0.0, 2.0);
        town.run(26.0);
        town.sim
    }),
    ("unclear", "a kick where nobody is named", |seed| {
        let mut town = begin(World { size: 400, channels: 5, announce: (10, false), ..USUAL }, seed);
        let present = town.present();
        let who = town.some(&present, 0.4);
        town.plan(&who, Plan::Leave, 0.0, 2.0);
        town.run(26.0);
        town.sim
    }),
    ("herd", "half time out, and are back a minute later, in intervals with deltas", |seed| {
        let mut town = begin(World { size: 500, announce: (10, true), ..USUAL }, seed);
        let present = town.present();
        let who = town.some(&present, 0.5);
        town.plan(&who, Plan::Vanish, 0.0, 0.0);
        town.run(120.0);
        town.plan(&who, Plan::Join, 0.0, 4.0);
        town.run(20.0);
        town.sim
    }),
    ("calm", "a hall fills within four minutes", |seed| {
        let mut town = begin(World { announce: (20, true), ..USUAL }, seed);
        let absent = town.absent();
        town.plan(&absent, Plan::Join, 0.0, 240.0);
        town.run(250.0);
        town.sim
    }),
    ("calm", "one by one goes to another channel", |seed| {
        let mut town = begin(USUAL, seed);
        let who = town.on_channel(0);
        town.plan(&who, Plan::Go(4), 0.0, 150.0);
        town.run(160.0);
        town.sim
    }),
    ("mass-timeout", "an outage during a rolling deploy", |seed| {
        let mut town = begin(World { timeout: 20, ..USUAL }, seed);
        let present = town.present();
        let (deployed, others) = present.split_at(present.len() / 2);
        roll(&mut town, deployed, 240.0, 15.0);
        town.run(100.0);
        let who = town.some(others, 0.5);
        town.plan(&who, Plan::Vanish, 0.0, 0.0);
        town.run(25.0);
        town.sim
    }),
    ("mass-leave", "a rush, and a minute later all of them leave", |seed| {
        let mut town = begin(World { size: 400, ..USUAL }, seed);
        let absent = town.absent();
        town.plan(&absent, Plan::Join, 0.0, 5.0);
        town.run(65.0);
        town.plan(&absent, Plan::Leave, 0.0, 4.0);
        town.run(11.0);
        town.sim
    }),
    ("flapping", "six flap while others leave one by one", |seed| {
        let mut town = begin(USUAL, seed);
        let present = town.present();
        let (flapping, others) = present.split_at(6);
        let who = town.some(others, 0.4);
        town.plan(&who, Plan::Leave, 0.0, 240.0);
        for cycle in 0..12 {
            town.plan(flapping, Plan::Leave, f64::from(cycle) * 5.0, 0.5);
            town.plan(flapping, Plan::Join, f64::from(cycle) * 5.0 + 2.0, 0.5);
        }
        town.run(55.0);
        town.sim
    }),
    ("rush", "the launch at twice its speed, in intervals with deltas", |_| {
        direct(built_in("product-launch"), (60, 5), (20, true), 2.0, 100.0)
    }),
    ("rush", "the launch at six times its speed", |_| {
        direct(built_in("product-launch"), (120, 5), ONE_BY_ONE, 6.0, 300.0 + 90.0)
    }),
    ("herd", "the bad evening, when the network is back", |_| {
        direct(built_in("bad-evening"), (200, 8), ONE_BY_ONE, 1.0, 100.0)
    }),
    // Its opening is over before what is heard is news; those whom later intervals name as joined were there before.
    ("calm", "a steady crowd at five times its speed, in intervals with deltas", |_| {
        direct(Script::Profile(Profile::STEADY), (150, 6), (20, true), 5.0, 900.0)
    }),
    ("calm", "a conference at three times its speed, in intervals that name nobody", |_| {
        direct(Script::Profile(Profile::CONFERENCE), (200, 8), (10, false), 3.0, 600.0)
    }),
    ("lost-link", "many come while the link is lost", |seed| {
        let mut town = begin(USUAL, seed);
        lose_link(&mut town);
        let absent = town.absent();
        town.plan(&absent, Plan::Join, 2.0, 4.0);
        town.run(20.0);
        town.sim.connect();
        town.run(15.0);
        town.sim
    }),
    ("calm", "a first look at many channels, in intervals that name nobody", |seed| {
        let world = World { size: 2_000, channels: 40, announce: (20, false), ..USUAL };
        begin(world, seed).sim
    }),
    ("unclear", "some leave while as many time out, in intervals with deltas", |seed| {
        let mut town = begin(World { size: 400, announce: (50, true), churn: 0.0, ..USUAL }, seed);
        let present = town.present();
        let who = town.some(&present, 0.5);
        let (leave, vanish) = who.split_at(who.len() / 2);
        town.plan(vanish, Plan::Vanish, 0.0, 0.0);
        // Those who vanished do so half a minute to a minute later.
        town.plan(leave, Plan::Leave, 32.0, 28.0);
        town.run(75.0);
        town.sim
    }),
    ("refused", "one channel is refused", |seed| {
        let mut town = begin(USUAL, seed);
        let what = all(&["hall-3"]);
        let trouble = Trouble { passing: false, ..trouble("not allowed") };
        town.sim.link(LinkChange::Refused { trouble, what, everything: false });
        town.run(10.0);
        town.sim
    }),
    ("mass-timeout", "two outages, a minute and a half apart", |seed| {
        let mut town = begin(World { timeout: 20, ..USUAL }, seed);
        for _ in 0..2 {
            let present = town.present();
            let who = town.some(&present, 0.2);
            town.plan(&who, Plan::Vanish, 0.0, 0.0);
            town.run(90.0);
        }
        town.sim
    }),
    ("mass-leave", "a channel of forty is closed, in intervals with deltas", |seed| {
        let mut town = begin(World { size: 600, channels: 40, announce: (10, true), ..USUAL }, seed);
        let who = town.on_channel(0);
        town.plan(&who, Plan::Leave, 0.0, 1.0);
        town.run(25.0);
        town.sim
    }),
    ("calm", "a busy channel at the announce max", |seed| {
        let mut town = begin(World { size: 27, channels: 1, announce: (20, true), churn: 0.05, ..USUAL }, seed);
        town.run(240.0);
        town.sim
    }),
    ("drift", "events are lost, in intervals with deltas", |seed| {
        let mut town = begin(World { size: 200, channels: 5, announce: (20, true), churn: 0.03, ..USUAL }, seed);
        town.sim.faults = Faults { drop: 0.4, ..Faults::default() };
        town.run(200.0);
        town.sim
    }),
    ("reconnect", "all are back at once after a deploy, in intervals with deltas", |seed| {
        let mut town = begin(World { size: 250, channels: 4, announce: (30, true), timeout: 300, ..USUAL }, seed);
        let present = town.present();
        let who = town.some(&present, 0.7);
        for person in who {
            town.plan(&[person], Plan::Leave, 0.0, 3.0);
            town.follow(person, Plan::Join, 1.5);
        }
        town.run(30.0);
        town.sim
    }),
];

#[test]
fn f01_scenarios_that_nobody_tuned_on_are_told_apart() {
    let seeds: u64 = std::env::var("HERENOW_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    let played: Vec<(&Row, u64)> = (0..seeds).flat_map(|round| ROWS.iter().zip(900 + round * 100..)).collect();
    super::expect_played_apart(&played, |(row, seed)| (row.0, row.1.to_owned(), (row.2)(*seed)));
}
