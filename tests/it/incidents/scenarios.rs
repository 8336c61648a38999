//! The labelled scenarios.

use herenow::{
    presence::{EventKind, LinkChange, PresenceEvent},
    world::ChannelState,
};

use super::town::{Plan, TIMEOUT, Town};
use crate::{
    happen::{batch, event, trouble},
    sim::Faults,
};

/// What happens in a scenario after some quiet minutes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Plot {
    /// Nothing.
    Quiet,
    /// This part of all leaves within four minutes.
    Drain(f64),
    /// This part of all is not heard from any more, from one moment on or within so many seconds.
    Outage(f64, f64),
    /// A whole region is not heard from any more.
    Region(usize),
    /// This part leaves within so many seconds.
    Kick(f64, f64),
    /// This part leaves within so many seconds, and each is back so many seconds later.
    Deploy(f64, f64, f64),
    /// This part times out, and is back together half a minute later.
    Return(f64),
    /// Those who are absent come within so many seconds.
    Rush(f64),
    /// This part of all goes to one channel within so many seconds.
    Gather(f64, f64),
    /// So many leave and come back, over and over.
    Flap(usize),
    /// This part of the events is lost.
    Drift(f64),
    /// This part leaves, and as many time out at the same time.
    Both(f64),
    /// The link is lost, while this part times out.
    Lost(f64),
    /// The service refuses everything.
    Refused,
    /// The link is lost for half a minute, while this part times out; then it is back.
    LostAndBack(f64),
    /// An outage of this part while some flap.
    OutageAndFlaps(f64, usize),
    /// Somebody changes the announce max: what was told one by one is summed up now.
    ModeSwitch,
    /// An outage of this part while those who are absent come.
    OutageInRush(f64),
    /// All of one service leave, and are back so many seconds later.
    ServiceDeploy(f64),
    /// All on one channel are made to leave.
    KickChannel(usize),
    /// An outage of this part, of whom two had flapped.
    FlappersGoOut(f64),
    /// An outage of this part, and the link is lost in the middle of it for so many seconds.
    LostInTheMiddle(f64, f64),
    /// The events of an outage of this part are lost, and a here now finds it out.
    FoundGone(f64),
    /// We begin to watch in the middle of an outage of this part.
    WatcherRestarts(f64),
    /// All on every second channel are not heard from any more.
    OutageOfHalf,
    /// One user flaps with so many connections, each to a channel of its own.
    OneFlaps(usize),
    /// An outage of this part, while all on a channel are made to leave.
    OutageAndKick(f64, usize),
    /// All of one service leave and are back at once, while this part times out.
    DeployInOutage(f64),
    /// So many flap while this part leaves and is back two seconds later.
    FlapsInDeploy(usize, f64),
}

/// One scenario with what it is to be called.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    pub label: &'static str,
    pub plot: Plot,
    pub size: usize,
    pub channels: usize,
    pub announce: (usize, bool),
    pub churn: f64,
    pub seed: u64,
    /// The presence timeout, in seconds.
    pub timeout: u64,
}

impl Scenario {
    /// Play it, to the moment at which it is looked at.
    pub fn play(&self) -> Town {
        let Self { size, channels, announce, churn, seed, timeout, .. } = *self;
        let mut town = Town::with_timeout(size, channels, announce, churn, seed, timeout);
        town.run(45.0);
        // In intervals it is told up to ten seconds later.
        let told = if self.announce.0 < 100 { 12.0 } else { 3.0 };
        self.act(&mut town, told);
        town
    }

    fn act(&self, town: &mut Town, told: f64) {
        let present = town.present();
        let part = |town: &mut Town, share: f64| town.some(&present, share);
        match self.plot {
            Plot::Quiet => town.run(120.0),
            Plot::Drain(share) => {
                let who = part(town, share);
                town.plan(&who, Plan::Leave, 0.0, 240.0);
                town.run(245.0);
            }
            Plot::Outage(share, within) => {
                let who = part(town, share);
                town.plan(&who, Plan::Vanish, 0.0, within);
                town.run(self.timeout as f64 + 1.0 + within + told);
            }
            Plot::Region(region) => {
                let who = town.in_region(region);
                town.plan(&who, Plan::Join, 0.0, 0.0);
                town.plan(&who, Plan::Vanish, 0.3, 0.0);
                town.run(self.timeout as f64 + 1.0 + told);
            }
            Plot::Kick(share, within) => {
                let who = part(town, share);
                town.plan(&who, Plan::Leave, 0.0, within);
                town.run(within + 3.0 + told);
                if told > 5.0 {
                    // What may have moved to another channel is waited for.
                    town.run(8.0);
                }
            }
            Plot::Deploy(share, within, gap) => {
                let who = part(town, share);
                for person in who {
                    town.plan(&[person], Plan::Leave, 0.0, within);
                    // As long after the leave for everybody, whenever that is.
                    town.follow(person, Plan::Join, gap);
                }
                town.run(within + gap + 6.0 + told);
            }
            Plot::Return(share) => {
                let who = part(town, share);
                town.plan(&who, Plan::Vanish, 0.0, 0.0);
                town.run(self.timeout as f64 + 29.0);
                town.plan(&who, Plan::Join, 0.0, 3.0);
                town.run(4.0 + told);
            }
            Plot::Rush(within) => {
                let who = town.absent();
                town.plan(&who, Plan::Join, 0.0, within);
                town.run(within + 1.0 + told);
            }
            Plot::Gather(share, within) => {
                let who = part(town, share);
                town.plan(&who, Plan::Go(self.channels - 1), 0.0, within);
                town.run(within + 2.0 + told);
            }
            Plot::Flap(count) => {
                flap(town, &present, count, 40);
                town.run(35.0);
            }
            Plot::Drift(drop) => {
                town.sim.faults = Faults { drop, ..Faults::default() };
                town.churn *= 2.0;
                town.run(150.0);
            }
            Plot::Both(share) => {
                let who = part(town, share * 2.0);
                let (leave, vanish) = who.split_at(who.len() / 2);
                town.plan(vanish, Plan::Vanish, 0.0, 0.0);
                town.plan(leave, Plan::Leave, 13.0, 3.0);
                town.run(19.0 + told);
            }
            Plot::Lost(share) => {
                lose_link(town);
                let who = part(town, share);
                town.plan(&who, Plan::Vanish, 0.0, 0.0);
                town.run(25.0);
            }
            Plot::Refused => {
                let everything =
                    LinkChange::Refused { trouble: trouble("not allowed"), what: Vec::new(), everything: true };
                town.sim.link(everything);
                town.run(10.0);
            }
            Plot::LostAndBack(share) => {
                lose_link(town);
                let who = part(town, share);
                town.plan(&who, Plan::Vanish, 0.0, 0.0);
                town.run(30.0);
                town.sim.connect();
                town.run(15.0);
            }
            Plot::OutageAndFlaps(share, count) => {
                let who = part(town, share);
                let others: Vec<usize> = present.iter().copied().filter(|person| !who.contains(person)).collect();
                flap(town, &others, count, 40);
                town.plan(&who, Plan::Vanish, 15.0, 0.0);
                town.run(32.0 + told);
            }
            _ => self.act_mixed(town, told, &present),
        }
    }

    /// What is of several kinds, or concerns a part that is no matter of chance.
    fn act_mixed(&self, town: &mut Town, told: f64, present: &[usize]) {
        let part = |town: &mut Town, share: f64| town.some(present, share);
        match self.plot {
            Plot::ModeSwitch => switch_mode(town),
            Plot::OutageInRush(share) => {
                let who = part(town, share);
                let others = town.absent();
                town.plan(&who, Plan::Vanish, 0.0, 0.0);
                town.plan(&others, Plan::Join, 12.0, 6.0);
                town.run(17.0 + told);
            }
            Plot::ServiceDeploy(gap) => {
                let who = town.of_service(present);
                town.plan(&who, Plan::Leave, 0.0, 1.0);
                for person in who {
                    town.follow(person, Plan::Join, gap);
                }
                town.run(gap + 7.0 + told);
            }
            Plot::KickChannel(channel) => {
                let who = town.on_channel(channel);
                town.plan(&who, Plan::Leave, 0.0, 1.0);
                town.run(4.0 + told);
            }
            Plot::FlappersGoOut(share) => {
                let who = part(town, share);
                flap(town, &who, 2, 14);
                town.plan(&who, Plan::Vanish, 15.0, 0.0);
                town.run(33.0 + told);
            }
            Plot::LostInTheMiddle(share, seconds) => {
                let who = part(town, share);
                town.plan(&who, Plan::Vanish, 0.0, 0.0);
                town.run(14.0);
                lose_link(town);
                town.run(seconds);
                town.sim.connect();
                town.run(12.0);
            }
            Plot::FoundGone(share) => {
                let who = part(town, share);
                town.sim.faults = Faults { drop: 1.0, ..Faults::default() };
                town.plan(&who, Plan::Leave, 0.0, 1.0);
                town.run(5.0);
                town.sim.faults = Faults::default();
                town.run(120.0);
            }
            Plot::WatcherRestarts(share) => {
                let who = part(town, share);
                town.plan(&who, Plan::Vanish, 0.0, 0.0);
                lose_link(town);
                town.run(15.0);
                town.sim.restart_watcher();
                town.sim.connect();
                town.run(15.0);
            }
            _ => self.act_twofold(town, told, present),
        }
    }

    /// What is two things at the same time, or one that is unlike the others.
    fn act_twofold(&self, town: &mut Town, told: f64, present: &[usize]) {
        let part = |town: &mut Town, share: f64| town.some(present, share);
        let timeout = self.timeout as f64;
        match self.plot {
            Plot::OutageOfHalf => {
                let who: Vec<usize> =
                    (0..self.channels).step_by(2).flat_map(|channel| town.on_channel(channel)).collect();
                town.plan(&who, Plan::Vanish, 0.0, 0.0);
                town.run(timeout + 1.0 + told);
            }
            Plot::OneFlaps(connections) => {
                let who: Vec<usize> = town.absent().into_iter().take(connections).collect();
                town.unite(&who);
                flap(town, &who, connections, 40);
                town.run(35.0);
            }
            Plot::OutageAndKick(share, channel) => {
                let kicked = town.on_channel(channel);
                let others: Vec<usize> = present.iter().copied().filter(|person| !kicked.contains(person)).collect();
                let who = town.some(&others, share);
                town.plan(&who, Plan::Vanish, 0.0, 0.0);
                town.plan(&kicked, Plan::Leave, timeout * 0.75, 1.0);
                town.run(timeout + 1.0 + told);
            }
            Plot::DeployInOutage(share) => {
                let service = town.of_service(present);
                let others: Vec<usize> = present.iter().copied().filter(|person| !service.contains(person)).collect();
                let who = town.some(&others, share);
                town.plan(&who, Plan::Vanish, 0.0, 0.0);
                town.plan(&service, Plan::Leave, timeout * 0.75, 1.0);
                for person in service {
                    town.follow(person, Plan::Join, 1.0);
                }
                town.run(timeout + 1.0 + told);
            }
            Plot::FlapsInDeploy(count, share) => {
                let who = part(town, share);
                let others: Vec<usize> = present.iter().copied().filter(|person| !who.contains(person)).collect();
                flap(town, &others, count, 40);
                town.plan(&who, Plan::Leave, 20.0, 2.0);
                for person in who {
                    town.follow(person, Plan::Join, 2.0);
                }
                town.run(32.0 + told);
            }
            _ => {}
        }
    }
}

/// The link is lost, and no try is near.
pub fn lose_link(town: &mut Town) {
    let retry_at = town.sim.now.plus(std::time::Duration::from_secs(3600));
    town.sim.link(LinkChange::Lost { trouble: trouble("no answer"), attempt: 1, retry_at });
}

/// From now on every channel tells of intervals, whatever its occupancy, and one by one of nothing.
fn switch_mode(town: &mut Town) {
    town.sim.faults = Faults { drop: 1.0, ..Faults::default() };
    for _ in 0..4 {
        let (now, world) = (town.sim.now, &town.sim.model.world);
        let published = world.clock.now(now);
        let nothing =
            EventKind::Interval { joined: Vec::new(), left: Vec::new(), timed_out: Vec::new(), refresh: false };
        let tell = |watched: &ChannelState| PresenceEvent {
            occupancy: Some(watched.occupancy()),
            ..event(watched.channel.as_str(), published, nothing.clone())
        };
        let events: Vec<PresenceEvent> = world.channels.iter().map(tell).collect();
        town.sim.hear(batch(events, published, now));
        town.run(8.0);
    }
}

fn flap(town: &mut Town, of: &[usize], count: usize, seconds: usize) {
    for person in &of[..count.min(of.len())] {
        for cycle in 0..seconds / 4 {
            town.plan(&[*person], Plan::Leave, cycle as f64 * 4.0, 0.5);
            town.plan(&[*person], Plan::Join, cycle as f64 * 4.0 + 1.5, 0.5);
        }
    }
}

/// All scenarios: each plot in worlds of several sizes, with events one by one and in intervals.
pub fn list_scenarios() -> Vec<Scenario> {
    let one_by_one = (100_000, false);
    let named = (20, true);
    let mut all: Vec<Scenario> = Vec::new();
    let mut add = |label, plot, (size, channels): (usize, usize), announce| {
        let seed = all.len() as u64 + 1;
        let churn = [0.01, 0.02, 0.04][all.len() % 3];
        all.push(Scenario { label, plot, size, channels, announce, churn, seed, timeout: TIMEOUT });
    };
    let worlds = [(40, 1), (120, 5), (300, 12), (1500, 100)];
    for (at, world) in worlds.into_iter().enumerate() {
        let part = [0.9, 0.5, 0.25, 0.12][at];
        add("calm", Plot::Quiet, world, one_by_one);
        add("calm", Plot::Quiet, world, named);
        add("calm", Plot::Drain(0.5), world, one_by_one);
        add("mass-timeout", Plot::Outage(part, 0.0), world, one_by_one);
        add("mass-timeout", Plot::Outage(part.max(0.25), 6.0), world, one_by_one);
        add("mass-timeout", Plot::Outage(part, 0.0), world, named);
        add("mass-timeout", Plot::Region(at % 3), world, one_by_one);
        add("mass-leave", Plot::Kick(part, 1.0), world, one_by_one);
        add("mass-leave", Plot::Kick(part.max(0.2), 4.0), world, named);
        add("reconnect", Plot::Deploy(part.max(0.2), 2.0, 1.0), world, one_by_one);
        add("reconnect", Plot::Deploy(part.max(0.2), 3.0, 6.0), world, one_by_one);
        add("herd", Plot::Return(part), world, one_by_one);
        add("rush", Plot::Rush(4.0), world, one_by_one);
        add("rush", Plot::Rush(12.0), world, named);
        add("flapping", Plot::Flap([3, 5, 12, 30][at]), world, one_by_one);
        add("unclear", Plot::Both(part.min(0.45)), world, one_by_one);
        add("drift", Plot::Drift(0.25), world, one_by_one);
        add("mass-timeout", Plot::OutageAndFlaps(part.max(0.25), 4), world, one_by_one);
        add("calm", Plot::Quiet, world, (20, false));
    }
    // Large, and small.
    add("calm", Plot::Quiet, (2_000, 1_000), one_by_one);
    add("mass-leave", Plot::Kick(0.2, 2.0), (2_000, 1_000), one_by_one);
    add("mass-timeout", Plot::Outage(0.2, 0.0), (10_000, 300), one_by_one);
    for world in [(8, 2), (1, 1), (12, 3)] {
        add("calm", Plot::Quiet, world, one_by_one);
        add("calm", Plot::Quiet, world, named);
    }
    add("mass-timeout", Plot::Outage(0.9, 0.0), (10, 2), one_by_one);
    add("mass-leave", Plot::Kick(1.0, 1.0), (10, 2), one_by_one);
    // One of one is nobody's incident.
    add("calm", Plot::Outage(1.0, 0.0), (1, 1), one_by_one);
    for (at, world) in [(120, 5), (300, 12)].into_iter().enumerate() {
        let part = [0.5, 0.3][at];
        add("mode-switch", Plot::ModeSwitch, world, one_by_one);
        add("mass-timeout", Plot::OutageInRush(part), world, one_by_one);
        add("reconnect", Plot::ServiceDeploy(1.5), world, one_by_one);
        add("mass-leave", Plot::KickChannel(0), world, one_by_one);
        add("mass-timeout", Plot::FlappersGoOut(part), world, one_by_one);
        add("mass-timeout", Plot::LostInTheMiddle(part, 5.0), world, one_by_one);
        add("drift", Plot::FoundGone(0.2), world, one_by_one);
        add("calm", Plot::WatcherRestarts(part), world, one_by_one);
        // Where intervals name nobody, and the small channels that do tell of timeouts: the same outage.
        add("mass-timeout", Plot::Outage(part, 0.0), (world.0 * 2, world.1 * 2), (20, false));
        // Where nobody at all is named it is said how many are gone, and not why.
        add("unclear", Plot::Outage(part, 0.0), world, (1, false));
        add("unclear", Plot::Kick(part, 1.0), world, (1, false));
    }
    for world in [(120, 5), (300, 12)] {
        add("rush", Plot::Gather(0.7, 5.0), world, one_by_one);
        add("lost-link", Plot::Lost(0.5), world, one_by_one);
        add("refused", Plot::Refused, world, one_by_one);
        add("lost-link", Plot::LostAndBack(0.4), world, one_by_one);
    }
    all
}
