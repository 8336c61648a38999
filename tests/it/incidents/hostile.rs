//! Labelled scenarios as an examiner who means no good would think of them: unusual sizes and speeds, night and rush,
//! two things at once, ids and states that have nothing or much in common, and what comes after.

use herenow::{
    crowd::{BUILT_IN, Profile, Scenario as Scenes, Scenes as Script},
    presence::LinkChange,
};

use super::{
    scenarios::lose_link,
    town::{Folk, Plan, Town, name_usually},
    unseen::{Row, direct, roll},
};
use crate::{
    happen::{all, trouble},
    sim::Faults,
};

const ONE_BY_ONE: (usize, bool) = (100_000, false);
const NAMED: (usize, bool) = (20, true);
const NAMELESS: (usize, bool) = (20, false);

/// The people on some channels, three quarters of them present.
#[derive(Debug, Clone, Copy)]
struct World {
    size: usize,
    channels: usize,
    announce: (usize, bool),
    timeout: u64,
    churn: f64,
    /// So long it was watched before anything happened.
    known: f64,
}

const USUAL: World = World { size: 300, channels: 10, announce: ONE_BY_ONE, timeout: 20, churn: 0.01, known: 60.0 };

impl World {
    fn begin(self, seed: u64) -> Town {
        self.begin_with(seed, &["hall"], name_usually, None)
    }

    fn begin_with(
        self,
        seed: u64,
        listed: &[&str],
        name: fn(usize, String) -> String,
        state: Option<fn(usize, usize) -> String>,
    ) -> Town {
        let names: Vec<String> = (0..self.channels).map(|number| format!("hall.{number}")).collect();
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        let listed = if listed == ["hall"] { &all } else { listed };
        let folk = Folk { size: self.size, channels: &names, name, state };
        let mut town = Town::of_folk(&folk, listed, self.announce, self.churn, seed, self.timeout);
        town.run(self.known);
        town
    }
}

/// As a random identifier: nobody's begins like another's.
fn name_at_random(number: usize, _: String) -> String {
    let mixed =
        (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23).wrapping_mul(0xd1b5_4a32_d192_ed03);
    format!("{mixed:016x}")
}

/// A version of the app, a device and a region; one in four has the new version.
fn state_app(number: usize, region: usize) -> String {
    let version = if number % 4 == 1 { "3.2.0" } else { "3.1.9" };
    let device = ["phone", "laptop", "tv"][number % 3];
    format!(r#"{{"app":"{version}","device":"{device}","site":{region},"battery":{}}}"#, number * 7 % 101)
}

/// They leave and are back, over and over: a cycle takes so long, of which they are away so long.
fn flap(town: &mut Town, who: &[usize], seconds: f64, cycle: f64, away: f64) {
    for person in who {
        let mut at = 0.0;
        while at < seconds {
            town.plan(&[*person], Plan::Leave, at, 0.5);
            town.plan(&[*person], Plan::Join, at + away, 0.5);
            at += cycle;
        }
    }
}

/// They leave within so many seconds, and each is back so many seconds later.
fn restart(town: &mut Town, who: &[usize], within: f64, away: f64) {
    for person in who {
        town.plan(&[*person], Plan::Leave, 0.0, within);
        town.follow(*person, Plan::Join, away);
    }
}

fn part(town: &mut Town, share: f64) -> Vec<usize> {
    let present = town.present();
    town.some(&present, share)
}

fn vanish(town: &mut Town, share: f64, within: f64) -> Vec<usize> {
    let who = part(town, share);
    town.plan(&who, Plan::Vanish, 0.0, within);
    who
}

fn built_in(name: &str) -> Script {
    let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name).unwrap();
    Script::Scenario(Scenes::parse(text, name).unwrap())
}

const ROWS: &[Row] = &[
    // Sizes: five, forty, four hundred, five thousand.
    ("calm", "a family of four, of whom two go out and are back after minutes", |seed| {
        let mut town = World { size: 5, channels: 1, churn: 0.0, ..USUAL }.begin(seed);
        let who = part(&mut town, 0.5);
        restart(&mut town, &who, 20.0, 90.0);
        town.run(130.0);
        town.sim
    }),
    ("mass-timeout", "all six of a small team time out", |seed| {
        let mut town = World { size: 8, channels: 1, churn: 0.0, ..USUAL }.begin(seed);
        vanish(&mut town, 1.0, 0.0);
        town.run(26.0);
        town.sim
    }),
    ("flapping", "three flap among forty, where many come and go", |seed| {
        let mut town = World { size: 40, channels: 3, churn: 0.03, ..USUAL }.begin(seed);
        let who: Vec<usize> = town.present().into_iter().take(3).collect();
        flap(&mut town, &who, 50.0, 6.0, 2.0);
        town.run(50.0);
        town.sim
    }),
    ("mass-leave", "a twelfth of five thousand are disconnected, in intervals with deltas", |seed| {
        let mut town = World { size: 5_000, channels: 25, announce: (50, true), ..USUAL }.begin(seed);
        let who = part(&mut town, 0.12);
        town.plan(&who, Plan::Leave, 0.0, 2.0);
        town.run(25.0);
        town.sim
    }),
    ("herd", "a third of five thousand time out, and all are back a minute later", |seed| {
        let mut town = World { size: 5_000, channels: 40, timeout: 60, churn: 0.005, ..USUAL }.begin(seed);
        let who = vanish(&mut town, 0.33, 0.0);
        town.run(120.0);
        town.plan(&who, Plan::Join, 0.0, 5.0);
        town.run(10.0);
        town.sim
    }),
    ("mass-timeout", "a tenth of four hundred time out within twenty seconds", |seed| {
        let mut town = World { size: 400, channels: 8, churn: 0.02, ..USUAL }.begin(seed);
        vanish(&mut town, 0.12, 10.0);
        town.run(36.0);
        town.sim
    }),
    // Speeds.
    ("mass-timeout", "half of all lose their network one after the other, within a minute", |seed| {
        let mut town = USUAL.begin(seed);
        vanish(&mut town, 0.5, 60.0);
        town.run(85.0);
        town.sim
    }),
    ("mass-timeout", "the same in intervals with deltas", |seed| {
        let mut town = World { announce: NAMED, ..USUAL }.begin(seed);
        vanish(&mut town, 0.5, 60.0);
        town.run(95.0);
        town.sim
    }),
    ("mass-timeout", "heartbeats every two and a half minutes: an outage is spread over as long", |seed| {
        let mut town = World { size: 400, timeout: 300, churn: 0.003, known: 120.0, ..USUAL }.begin(seed);
        vanish(&mut town, 0.6, 0.0);
        town.run(310.0);
        town.sim
    }),
    (
        "reconnect",
        "a rolling deploy of a tenth a minute, watched for fifty seconds before, where many come and go",
        |seed| {
            let mut town = World { known: 50.0, churn: 0.02, timeout: 60, ..USUAL }.begin(seed);
            let who = part(&mut town, 0.6);
            roll(&mut town, &who, 360.0, 15.0);
            town.run(330.0);
            town.sim
        },
    ),
    ("reconnect", "a deploy in two halves, a minute apart", |seed| {
        let mut town = World { timeout: 60, ..USUAL }.begin(seed);
        let all = town.present();
        let (blue, green) = all.split_at(all.len() / 2);
        restart(&mut town, blue, 4.0, 3.0);
        town.run(60.0);
        restart(&mut town, green, 4.0, 3.0);
        town.run(15.0);
        town.sim
    }),
    ("reconnect", "a part of a service is deployed: a tenth of all, each away for four seconds", |seed| {
        let mut town = World { size: 480, channels: 12, timeout: 60, ..USUAL }.begin(seed);
        let present = town.present();
        let service = town.of_service(&present);
        let who = town.some(&service, 0.5);
        restart(&mut town, &who, 6.0, 4.0);
        town.run(18.0);
        town.sim
    }),
    ("reconnect", "the page of one channel is loaded again by all who have it open", |seed| {
        let mut town = World { timeout: 60, ..USUAL }.begin(seed);
        let who = town.on_channel(0);
        restart(&mut town, &who, 12.0, 2.0);
        town.run(20.0);
        town.sim
    }),
    // Where a share means nothing.
    ("calm", "one user with eight devices is signed out everywhere", |seed| {
        let mut town = World { size: 240, channels: 12, ..USUAL }.begin(seed);
        let who: Vec<usize> = town.absent().into_iter().take(8).collect();
        town.unite(&who);
        town.plan(&who, Plan::Join, 0.0, 20.0);
        town.run(60.0);
        town.plan(&who, Plan::Leave, 0.0, 0.3);
        town.run(12.0);
        town.sim
    }),
    ("calm", "calls of two to four: now and then one of sixty ends", |seed| {
        let mut town = World { size: 240, channels: 60, churn: 0.002, ..USUAL }.begin(seed);
        for call in [50, 52, 55, 57, 59] {
            let who = town.on_channel(call);
            town.plan(&who, Plan::Leave, 0.0, 1.0);
            town.run(25.0);
        }
        town.sim
    }),
    ("calm", "a quiet night: hardly anybody, and three come within a minute", |seed| {
        let mut town = World { size: 24, channels: 4, churn: 0.0005, known: 240.0, ..USUAL }.begin(seed);
        let who: Vec<usize> = town.absent().into_iter().take(3).collect();
        town.plan(&who, Plan::Join, 0.0, 60.0);
        town.run(70.0);
        town.sim
    }),
    ("calm", "all go from the plenary to ten rooms, and nobody leaves", |seed| {
        let mut town = World { size: 160, channels: 11, churn: 0.002, ..USUAL }.begin(seed);
        let all = town.present();
        town.plan(&all, Plan::Go(10), 0.0, 120.0);
        town.run(240.0);
        town.read_all();
        for (number, person) in all.into_iter().enumerate() {
            town.plan(&[person], Plan::Go(number % 10), 0.0, 12.0);
        }
        town.run(25.0);
        town.sim
    }),
    ("calm", "lunch: a third leaves within five minutes, and is back within five more", |seed| {
        let mut town = World { timeout: 60, ..USUAL }.begin(seed);
        let who = part(&mut town, 0.33);
        town.plan(&who, Plan::Leave, 0.0, 300.0);
        for person in who {
            town.follow(person, Plan::Join, 300.0);
        }
        town.run(600.0);
        town.sim
    }),
    ("calm", "five thousand on intervals that name nobody, busy", |seed| {
        let mut town = World { size: 5_000, channels: 30, announce: NAMELESS, churn: 0.02, ..USUAL }.begin(seed);
        town.run(240.0);
        town.sim
    }),
    ("mass-leave", "at night the twelve who are left are disconnected", |seed| {
        let mut town = World { size: 16, channels: 4, churn: 0.0005, known: 200.0, timeout: 300, ..USUAL }.begin(seed);
        let who = town.present();
        town.plan(&who, Plan::Leave, 0.0, 2.0);
        town.run(9.0);
        town.sim
    }),
    // Those concerned have something in common, or nothing.
    ("mass-leave", "all of one version of the app are signed out, with ids that have nothing in common", |seed| {
        let mut town = World { size: 400, ..USUAL }.begin_with(seed, &["hall"], name_at_random, Some(state_app));
        let who: Vec<usize> = town.present().into_iter().filter(|number| number % 4 == 1).collect();
        town.plan(&who, Plan::Leave, 0.0, 2.0);
        town.run(9.0);
        town.sim
    }),
    ("mass-timeout", "a site falls silent, with ids that have nothing in common, in intervals with deltas", |seed| {
        let world = World { size: 400, announce: NAMED, ..USUAL };
        let mut town = world.begin_with(seed, &["hall"], name_at_random, Some(state_app));
        let who = town.in_region(0);
        town.plan(&who, Plan::Vanish, 0.0, 0.0);
        town.run(35.0);
        town.sim
    }),
    ("unclear", "the same where nobody is named", |seed| {
        let world = World { size: 400, channels: 5, announce: (1, false), ..USUAL };
        let mut town = world.begin_with(seed, &["hall"], name_at_random, Some(state_app));
        let who = town.in_region(0);
        town.plan(&who, Plan::Vanish, 0.0, 0.0);
        town.run(35.0);
        town.sim
    }),
    ("mass-timeout", "where the large channels name nobody, and the small ones do", |seed| {
        let mut town = World { size: 1_500, channels: 90, announce: NAMELESS, ..USUAL }.begin(seed);
        vanish(&mut town, 0.35, 0.0);
        town.run(35.0);
        town.sim
    }),
    // One channel of many, a group, a pattern.
    ("rush", "a fifth more come to the channels of a group", |seed| {
        let world = World { size: 240, channels: 6, ..USUAL };
        let mut town = world.begin_with(seed, &["group:all"], name_usually, None);
        let absent = town.absent();
        let who = town.some(&absent, 0.62);
        town.plan(&who, Plan::Join, 0.0, 5.0);
        town.run(9.0);
        town.sim
    }),
    ("rush", "twenty come to a channel of five, by a pattern", |seed| {
        let world = World { size: 30, channels: 1, churn: 0.0, ..USUAL };
        let mut town = world.begin_with(seed, &["hall.*"], name_usually, None);
        let who: Vec<usize> = town.present().into_iter().skip(5).collect();
        town.plan(&who, Plan::Leave, 0.0, 100.0);
        town.run(200.0);
        town.read_all();
        let absent = town.absent();
        town.plan(&absent[..20], Plan::Join, 0.0, 8.0);
        town.run(12.0);
        town.sim
    }),
    ("flapping", "eight flap on one channel of forty", |seed| {
        let mut town = World { size: 600, channels: 40, timeout: 60, ..USUAL }.begin(seed);
        let who: Vec<usize> = town.on_channel(3).into_iter().take(8).collect();
        flap(&mut town, &who, 60.0, 5.0, 2.0);
        town.run(58.0);
        town.sim
    }),
    ("flapping", "the heartbeats of four come too late: they time out and are back, over and over", |seed| {
        let mut town = World { size: 50, channels: 3, churn: 0.005, ..USUAL }.begin(seed);
        let who: Vec<usize> = town.present().into_iter().take(4).collect();
        for person in who {
            for cycle in 0..7 {
                let at = f64::from(cycle) * 28.0;
                town.plan(&[person], Plan::Join, at, 1.0);
                town.plan(&[person], Plan::Vanish, at + 1.1, 0.0);
            }
        }
        town.run(190.0);
        town.sim
    }),
    ("flapping", "five flap in intervals with deltas", |seed| {
        let mut town = World { size: 200, channels: 3, announce: NAMED, timeout: 60, ..USUAL }.begin(seed);
        let who: Vec<usize> = town.present().into_iter().take(5).collect();
        flap(&mut town, &who, 120.0, 11.0, 5.0);
        town.run(120.0);
        town.sim
    }),
    // Two at once, and one after the other.
    ("mass-leave", "all on one channel are disconnected while others come elsewhere", |seed| {
        let mut town = World { timeout: 60, channels: 5, ..USUAL }.begin(seed);
        let (kicked, others) = (town.on_channel(0), town.absent());
        town.plan(&kicked, Plan::Leave, 4.0, 1.0);
        town.plan(&others, Plan::Join, 0.0, 10.0);
        town.run(16.0);
        town.sim
    }),
    ("mass-timeout", "a channel is closed, and two minutes later a network fails", |seed| {
        let mut town = USUAL.begin(seed);
        let kicked = town.on_channel(0);
        town.plan(&kicked, Plan::Leave, 0.0, 1.0);
        town.run(120.0);
        vanish(&mut town, 0.3, 0.0);
        town.run(26.0);
        town.sim
    }),
    ("mass-timeout", "an outage, from which all come back one by one within three minutes", |seed| {
        let mut town = USUAL.begin(seed);
        let who = vanish(&mut town, 0.4, 0.0);
        town.run(30.0);
        town.plan(&who, Plan::Join, 0.0, 180.0);
        town.run(190.0);
        town.sim
    }),
    ("herd", "of those who timed out two thirds are back at once", |seed| {
        let mut town = USUAL.begin(seed);
        let who = vanish(&mut town, 0.5, 0.0);
        town.run(60.0);
        let back = town.some(&who, 0.67);
        town.plan(&back, Plan::Join, 0.0, 4.0);
        town.run(9.0);
        town.sim
    }),
    ("herd", "the same in intervals with deltas, with four hundred on four channels", |seed| {
        let mut town = World { size: 400, channels: 4, announce: NAMED, ..USUAL }.begin(seed);
        let who = vanish(&mut town, 0.5, 0.0);
        town.run(60.0);
        let back = town.some(&who, 0.67);
        town.plan(&back, Plan::Join, 0.0, 4.0);
        town.run(20.0);
        town.sim
    }),
    ("calm", "an outage that was read, and all is well again", |seed| {
        let mut town = USUAL.begin(seed);
        let who = vanish(&mut town, 0.4, 0.0);
        town.run(26.0);
        town.read_all();
        town.plan(&who, Plan::Join, 60.0, 240.0);
        town.run(320.0);
        town.sim
    }),
    ("drift", "a few events in a hundred are lost where few come and go", |seed| {
        let mut town = World { size: 120, channels: 4, churn: 0.01, timeout: 60, ..USUAL }.begin(seed);
        town.sim.faults = Faults { drop: 0.2, ..Faults::default() };
        town.run(240.0);
        town.sim
    }),
    ("calm", "events come twice and late, and none is lost", |seed| {
        let mut town = World { size: 120, channels: 4, churn: 0.03, ..USUAL }.begin(seed);
        town.sim.faults = Faults { duplicate: 0.3, delay: 0.2, ..Faults::default() };
        town.run(200.0);
        town.sim
    }),
    ("calm", "events come late, and none is lost", |seed| {
        let mut town = World { size: 120, channels: 4, churn: 0.03, ..USUAL }.begin(seed);
        town.sim.faults = Faults { delay: 0.2, ..Faults::default() };
        town.run(200.0);
        town.sim
    }),
    ("calm", "events come twice, and none is lost", |seed| {
        let mut town = World { size: 120, channels: 4, churn: 0.03, ..USUAL }.begin(seed);
        town.sim.faults = Faults { duplicate: 0.3, ..Faults::default() };
        town.run(200.0);
        town.sim
    }),
    ("reconnect", "half of all are restarted one after the other within forty seconds", |seed| {
        let mut town = World { timeout: 60, ..USUAL }.begin(seed);
        let who = part(&mut town, 0.5);
        roll(&mut town, &who, 40.0, 4.0);
        town.run(55.0);
        town.sim
    }),
    ("lost-link", "the link is lost, back, and lost again during an outage", |seed| {
        let mut town = USUAL.begin(seed);
        lose_link(&mut town);
        town.run(10.0);
        town.sim.connect();
        town.run(10.0);
        vanish(&mut town, 0.4, 0.0);
        town.run(12.0);
        lose_link(&mut town);
        town.run(10.0);
        town.sim
    }),
    ("refused", "access to everything is taken away in the middle of a rush", |seed| {
        let mut town = USUAL.begin(seed);
        let absent = town.absent();
        town.plan(&absent, Plan::Join, 0.0, 3.0);
        town.run(5.0);
        town.sim.link(LinkChange::Refused {
            trouble: trouble("not allowed"),
            what: all(&["hall.1"]),
            everything: true,
        });
        town.run(6.0);
        town.sim
    }),
    // What comes with the program, at other sizes and speeds.
    ("mass-timeout", "the bad evening with forty people, after the router died", |_| {
        direct(built_in("bad-evening"), (40, 4), NAMED, 1.0, 63.0)
    }),
    ("herd", "the bad evening with five hundred in intervals, when the network is back", |_| {
        direct(built_in("bad-evening"), (500, 12), (50, true), 1.0, 95.0)
    }),
    ("calm", "small hours of the day at twice its speed", |_| {
        direct(Script::Profile(Profile::NIGHT), (120, 5), NAMELESS, 2.0, 800.0)
    }),
];

#[test]
fn f01_scenarios_of_a_hostile_examiner_are_told_apart() {
    let seeds: u64 = std::env::var("HERENOW_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    let played: Vec<(&Row, u64)> = (0..seeds).flat_map(|round| ROWS.iter().zip(4_100 + round * 100..)).collect();
    super::expect_played_apart(&played, |(row, seed)| (row.0, row.1.to_owned(), (row.2)(*seed)));
}
