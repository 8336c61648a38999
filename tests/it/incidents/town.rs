//! People who do what a scenario says: present on channels of the service's core, each kept alive by heartbeats.

use std::{fmt, time::Duration};

use herenow::{
    crowd::{Profile, Simulation, people},
    presence::{Channel, Moment, UserId},
    service::Settings,
    wire::{Names, Operation},
};

use crate::sim::{Dice, Sim};

/// The usual presence timeout, in seconds.
pub const TIMEOUT: u64 = 16;

/// One of the people.
struct Person {
    user: UserId,
    channel: usize,
    region: usize,
    next: Option<Moment>,
    /// Not back by chance.
    away: bool,
    /// The state, as JSON.
    state: Option<String>,
}

/// So many people, and where, by which names and in which state they are, by their numbers and regions.
#[derive(Clone, Copy)]
pub struct Folk<'a> {
    pub size: usize,
    pub channels: &'a [String],
    pub name: fn(usize, String) -> String,
    pub state: Option<fn(usize, usize) -> String>,
}

/// One in five is of a service.
pub fn name_usually(number: usize, user: String) -> String {
    if number % 5 == 2 { format!("worker-{number}") } else { user }
}

/// What is planned for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    Join,
    Leave,
    /// No more heartbeats from now on.
    Vanish,
    /// Go to this channel.
    Go(usize),
    /// Join this channel, and only then leave the other.
    Over(usize),
}

/// All people, and the watcher.
pub struct Town {
    pub sim: Sim,
    pub channels: Vec<String>,
    people: Vec<Person>,
    plans: Vec<(Moment, usize, Plan)>,
    dice: Dice,
    /// The presence timeout of all, in seconds.
    timeout: u64,
    /// People who come, go and vanish by chance, per second and person.
    pub churn: f64,
}

impl fmt::Debug for Town {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Town").field("people", &self.people.len()).finish_non_exhaustive()
    }
}

impl Town {
    /// So many people on so many channels, three quarters of them present; watched for `usual` seconds.
    pub fn new(size: usize, channels: usize, announce: (usize, bool), churn: f64, seed: u64) -> Self {
        Self::with_timeout(size, channels, announce, churn, seed, TIMEOUT)
    }

    /// The same with another presence timeout, in seconds.
    pub fn with_timeout(
        size: usize,
        channels: usize,
        announce: (usize, bool),
        churn: f64,
        seed: u64,
        timeout: u64,
    ) -> Self {
        let names: Vec<String> = (0..channels).map(|n| format!("room-{n}")).collect();
        let listed: Vec<&str> = names.iter().map(String::as_str).collect();
        Self::watched_by((size, &names), &listed, announce, churn, seed, timeout)
    }

    /// The same on channels of these names, watched by `watching`: names, patterns, or `group:all`, of which they are
    /// the members.
    pub fn watched_by(
        (size, channels): (usize, &[String]),
        watching: &[&str],
        announce: (usize, bool),
        churn: f64,
        seed: u64,
        timeout: u64,
    ) -> Self {
        let folk = Folk { size, channels, name: name_usually, state: None };
        Self::of_folk(&folk, watching, announce, churn, seed, timeout)
    }

    /// The same with names and states.
    pub fn of_folk(
        &Folk { size, channels: names, name, state }: &Folk<'_>,
        watching: &[&str],
        (max, deltas): (usize, bool),
        churn: f64,
        seed: u64,
        timeout: u64,
    ) -> Self {
        let settings = Settings { announce_max: max, deltas, ..Settings::default() };
        let (names, channels) = (names.to_vec(), names.len());
        let script = Simulation::new(Profile::STEADY, people(0, seed), seed);
        let mut sim = Sim::new(settings, script, watching, "watcher", seed);
        let members = names.iter().map(|name| name.as_str().into()).collect();
        sim.request(&UserId::from_wire("admin"), Operation::AddToGroup { group: "all".into(), channels: members });
        let mut dice = Dice::new(seed + 1);
        let crowd = people(size, seed);
        let people = crowd.people.into_iter().take(size).enumerate().map(|(n, person)| Person {
            user: UserId::from_wire(&name(n, person.user.as_str().to_owned())),
            channel: (dice.roll().powi(2) * channels as f64) as usize % channels,
            region: person.region,
            next: None,
            away: false,
            state: state.map(|state| state(n, person.region)),
        });
        let people = people.collect();
        let mut town =
            Self { sim, channels: names, people, plans: Vec::new(), dice: Dice::new(seed + 2), timeout, churn };
        let present: Vec<usize> = (0..size).filter(|n| n % 4 > 0).collect();
        town.plan(&present, Plan::Join, 0.0, 1.0);
        town.people.iter_mut().for_each(|person| person.away = false);
        town.run(2.0);
        town.sim.connect();
        town
    }

    /// As SDKs do: twice within the presence timeout, less a second.
    fn heartbeat(&self) -> Duration {
        Duration::from_secs(self.timeout / 2 - 1)
    }

    /// A person reads all that was told so far.
    pub fn read_all(&mut self) {
        let told: Vec<u64> = self.sim.model.listener.incidents.incidents().map(|incident| incident.number).collect();
        for number in told {
            self.sim.model.listener.incidents.mark_read(number);
        }
    }

    /// These are connections of one user, each on a channel of its own.
    pub fn unite(&mut self, who: &[usize]) {
        let user = self.people[who[0]].user.clone();
        let channels = self.channels.len();
        for (number, person) in who.iter().enumerate() {
            (self.people[*person].user, self.people[*person].channel) = (user.clone(), number % channels);
        }
    }

    /// The user id of somebody.
    pub fn user(&self, person: usize) -> &UserId {
        &self.people[person].user
    }

    /// Those who are present.
    pub fn present(&self) -> Vec<usize> {
        (0..self.people.len()).filter(|n| self.people[*n].next.is_some()).collect()
    }

    /// Those who are not.
    pub fn absent(&self) -> Vec<usize> {
        (0..self.people.len()).filter(|n| self.people[*n].next.is_none()).collect()
    }

    /// A part of these, by chance.
    pub fn some(&mut self, of: &[usize], share: f64) -> Vec<usize> {
        let mut all = of.to_vec();
        for place in (1..all.len()).rev() {
            let other = (self.dice.roll() * (place + 1) as f64) as usize;
            all.swap(place, other.min(place));
        }
        all.truncate(((of.len() as f64 * share).round() as usize).max(1));
        all
    }

    /// Of these, those of one service: their user ids begin alike.
    pub fn of_service(&self, of: &[usize]) -> Vec<usize> {
        of.iter().copied().filter(|n| self.people[*n].user.as_str().starts_with("worker-")).collect()
    }

    /// Those who are present on a channel.
    pub fn on_channel(&self, channel: usize) -> Vec<usize> {
        self.present().into_iter().filter(|n| self.people[*n].channel == channel).collect()
    }

    /// Those who are present in a region.
    pub fn in_region(&self, region: usize) -> Vec<usize> {
        self.present().into_iter().filter(|n| self.people[*n].region == region).collect()
    }

    /// Plan something for these people, at a chance moment between `after` and `after` + `within` seconds from now.
    pub fn plan(&mut self, who: &[usize], plan: Plan, after: f64, within: f64) {
        for person in who {
            let at = self.sim.now.plus(Duration::from_secs_f64(after + self.dice.roll() * within));
            self.plans.push((at, *person, plan));
            self.people[*person].away = true;
        }
        self.plans.sort_by_key(|(at, person, _)| (std::cmp::Reverse(*at), *person));
    }

    /// Plan something for a person so many seconds after what is planned for them last.
    pub fn follow(&mut self, person: usize, plan: Plan, gap: f64) {
        let last = self.plans.iter().filter(|(_, one, _)| *one == person).map(|(at, ..)| *at).max();
        let at = last.unwrap_or(self.sim.now).plus(Duration::from_secs_f64(gap));
        self.plans.push((at, person, plan));
        self.plans.sort_by_key(|(at, person, _)| (std::cmp::Reverse(*at), *person));
    }

    fn ask(&mut self, person: usize, leave: bool) {
        let Person { user, channel, state, .. } = &self.people[person];
        let (user, channel) = (user.clone(), Channel::from_wire(&self.channels[*channel]));
        let state = state.as_ref().map(|state| format!(r#"{{"{channel}":{state}}}"#));
        let names = Names { channels: vec![channel.as_str().into()], groups: Vec::new() };
        if leave {
            self.sim.request(&user, Operation::Leave { names });
        } else {
            self.sim.request(&user, Operation::Heartbeat { names, timeout: Some(self.timeout), state });
        }
    }

    fn carry_out(&mut self, person: usize, plan: Plan) {
        let next = self.sim.now.plus(self.heartbeat());
        match plan {
            Plan::Join => {
                self.ask(person, false);
                self.people[person].next = Some(next);
            }
            Plan::Leave => {
                self.ask(person, true);
                self.people[person].next = None;
            }
            Plan::Vanish => self.people[person].next = None,
            Plan::Over(channel) => {
                let before = std::mem::replace(&mut self.people[person].channel, channel);
                self.carry_out(person, Plan::Join);
                self.people[person].channel = before;
                self.ask(person, true);
                self.people[person].channel = channel;
            }
            Plan::Go(channel) => {
                if self.people[person].next.is_some() {
                    self.ask(person, true);
                }
                self.people[person].channel = channel;
                self.carry_out(person, Plan::Join);
            }
        }
    }

    /// Let so many seconds pass.
    pub fn run(&mut self, seconds: f64) {
        let end = self.sim.now.plus(Duration::from_secs_f64(seconds));
        while self.sim.now < end {
            self.sim.run(Duration::from_millis(250));
            while self.plans.last().is_some_and(|(at, ..)| *at <= self.sim.now) {
                let (_, person, plan) = self.plans.pop().unwrap();
                self.carry_out(person, plan);
            }
            for person in 0..self.people.len() {
                if self.people[person].next.is_some_and(|next| next <= self.sim.now) {
                    self.ask(person, false);
                    self.people[person].next = Some(self.sim.now.plus(self.heartbeat()));
                }
            }
            self.live(0.25);
        }
    }

    /// People come and go by chance.
    fn live(&mut self, seconds: f64) {
        let mut acts = self.churn * self.people.len() as f64 * seconds;
        while self.dice.roll() < acts {
            acts -= 1.0;
            let person = (self.dice.roll() * self.people.len() as f64) as usize % self.people.len();
            let plan = match (self.people[person].next.is_some(), self.dice.roll()) {
                // Three quarters are present, so as many come as go.
                (true, chance) if chance < 0.10 => Plan::Vanish,
                (true, chance) if chance < 0.33 => Plan::Leave,
                (true, _) => continue,
                (false, _) if self.people[person].away => continue,
                (false, _) => Plan::Join,
            };
            self.carry_out(person, plan);
        }
    }
}
