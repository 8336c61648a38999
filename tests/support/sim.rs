//! A whole world without sockets or clocks: the real service core, the real reader and the real
//! model, with virtual time between them and faults on the way.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use crate::model::{Happens, Looking, Model, update_and_keep, wakes_at};
use herenow::{
    client::AnswerText,
    client::{Collected, Pages},
    crowd::{CrowdAct, CrowdStep, Director, Person, Profile, Simulation, people},
    presence::{
        Batch, Channel, Command, CommandAnswer, LinkChange, MOST_NAMES, Moment, Notice, Outcome, Snapshot,
        SubscribeKey, Subscription, Timetoken, UserId,
    },
    service::{Core, Decision, PollId, Settings},
    source::{ParsedReply, ReplyReader},
    view::{self, Appearance, Symbols, Theme},
    wire::{Caller, Cursor, HereNow, Names, Operation, RawReply, ReplyForm, Request, WhereNow, encode_reply},
    world::{Input, JoinIn, Session},
};
use ratatui::{buffer::Buffer, layout::Rect};
use unicode_width::UnicodeWidthStr;

use crate::happen::{link, live, on, outcome, session};

/// Where virtual time starts: 2026-11-21 12:00:00 UTC.
pub const START: Moment = Moment::from_micros(1_795_262_400_000_000);

/// Where the crowds of the tests are.
pub const CHANNELS: [&str; 5] = ["lobby", "support", "match.eu.1", "match.us.2", "stage"];

const HEARTBEAT: Duration = Duration::from_secs(7);
const TIMEOUT: u64 = 16;

/// What is written on a screen.
pub fn written(buffer: &Buffer) -> String {
    let row = |y| {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
            }
            // A wide letter has two cells.
            skip = std::cmp::max(skip, symbol.width()).saturating_sub(1);
        }
        line.trim_end().to_owned()
    };
    (0..buffer.area.height).map(row).collect::<Vec<_>>().join("\n")
}

/// What may go wrong on the way, each as a part of all events or answers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    pub drop: f64,
    pub duplicate: f64,
    pub delay: f64,
    /// Here-now answers that come from a cache of up to 3 s.
    pub stale: f64,
}

/// Numbers from a seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

/// A pattern or a group by its notation, and a channel of any name.
fn watch(name: &str) -> Subscription {
    let is_channel = !name.ends_with(".*") && !name.starts_with("group:");
    if is_channel { Subscription::Channel(Channel::from_wire(name)) } else { on(name) }
}

/// Who leads the crowd.
pub enum Script {
    /// One profile, for ever.
    Profile(Box<Simulation>),
    /// The scenes of a play, at its speed.
    Scenes(Box<Director>),
}

impl From<Simulation> for Script {
    fn from(simulation: Simulation) -> Self {
        Self::Profile(Box::new(simulation))
    }
}

impl From<Director> for Script {
    fn from(director: Director) -> Self {
        Self::Scenes(Box::new(director))
    }
}

impl Script {
    fn people(&self) -> &[Person] {
        match self {
            Self::Profile(simulation) => simulation.people(),
            Self::Scenes(director) => director.people(),
        }
    }

    fn next(&mut self) -> Option<CrowdStep> {
        match self {
            Self::Profile(simulation) => simulation.next(),
            Self::Scenes(director) => loop {
                director.due()?;
                if let Some(step) = director.step() {
                    return Some(step);
                }
            },
        }
    }
}

struct Asked {
    command: Command,
    started: Moment,
    pages: Pages,
    /// The pages that are on their way, and for who wants all at once, all that came.
    coming: Option<Vec<Snapshot>>,
    all: Collected,
    /// The service's time when the next page was asked for, at least.
    told: Option<Timetoken>,
    due: Moment,
}

pub struct Sim {
    pub core: Core,
    pub model: Model,
    pub now: Moment,
    pub faults: Faults,
    pub page: usize,
    dice: Dice,
    script: Script,
    cue: Option<(Moment, CrowdStep)>,
    online: BTreeMap<usize, (Moment, Channel)>,
    reader: ReplyReader,
    cursor: Option<Cursor>,
    poll: Option<PollId>,
    late: VecDeque<(Moment, String)>,
    asked: Vec<Asked>,
    /// What the world has taken in since somebody wanted it kept, ticks left out.
    pub inputs: Option<Vec<(Moment, Input)>>,
    cache: BTreeMap<String, (Moment, String)>,
    /// How often the service was told that somebody left a channel.
    pub leaves: BTreeMap<(Channel, UserId), u32>,
}

impl Sim {
    pub fn new(settings: Settings, script: impl Into<Script>, channels: &[&str], me: &str, seed: u64) -> Self {
        let session = Session {
            announce_max: Some(settings.announce_max as u64),
            origin: "http://127.0.0.1:7710".to_owned(),
            join_in: Some(JoinIn {
                clients: vec![
                    ("JavaScript", "new PubNub({ origin: \"127.0.0.1:7710\", ssl: false })".to_owned()),
                    ("Go", "config.Secure = false; ".repeat(9)),
                ],
                line: format!(
                    "herenow watch --origin http://127.0.0.1:7710 --subscribe-key demo {}",
                    channels.join(" ")
                ),
            }),
            ..session(me, channels.iter().map(|name| watch(name)).collect())
        };
        let mut script = script.into();
        let cue = script.next().map(|cue| (START.plus(cue.pause), cue));
        // Names as another service may send them.
        let settings = Settings { lenient: true, ..settings };
        Self {
            core: Core::new(settings, herenow::service::Access::default(), herenow::service::ActiveFaults::new(seed)),
            model: crate::model::model(session, Duration::from_secs(300), START),
            now: START,
            faults: Faults::default(),
            page: 1000,
            dice: Dice::new(seed),
            script,
            cue,
            online: BTreeMap::new(),
            reader: ReplyReader::default(),
            cursor: None,
            poll: None,
            late: VecDeque::new(),
            asked: Vec::new(),
            inputs: None,
            cache: BTreeMap::new(),
            leaves: BTreeMap::new(),
        }
    }

    /// A steady crowd of so many, its service with intervals that say who came and went, and `me` who has not
    /// looked yet.
    pub fn crowd(size: usize, me: &str) -> Self {
        let script = Simulation::new(Profile::STEADY, people(size, 1), 1);
        Self::new(Settings { deltas: true, ..Settings::default() }, script, &CHANNELS, me, 1)
    }

    /// After a second the watcher connects, and so much time passes.
    pub fn watched(mut self, span: Duration) -> Self {
        self.run(Duration::from_secs(1));
        self.connect();
        self.run(span);
        self
    }

    pub fn request(&mut self, user: &UserId, ask: Operation) -> Decision {
        let caller = Caller { user: Some(user.clone()), auth: None };
        self.core.answer(Request { subscribe_key: SubscribeKey::from_wire("demo"), caller, operation: ask }, self.now)
    }

    pub fn tell(&mut self, what: impl Into<Happens>) {
        let mut taken = Vec::new();
        let commands = update_and_keep(&mut self.model, what, self.now, |input| taken.push(input.clone()));
        if let Some(inputs) = &mut self.inputs {
            inputs.extend(taken.into_iter().filter(|input| *input != Input::Tick).map(|input| (self.now, input)));
        }
        for command in commands {
            self.take(command);
        }
    }

    fn ask(&mut self, command: Command, pages: Pages) {
        let (coming, all) = (None, Collected::default());
        let told = self.model.world.clock.lower_bound(self.now);
        let due = self.now.plus(Duration::from_millis(5));
        self.asked.push(Asked { command, started: self.now, pages, coming, all, told, due });
    }

    fn take(&mut self, command: Command) {
        let me = self.model.world.session.user.clone();
        let mut result = Ok(CommandAnswer::Done);
        match &command {
            Command::AskHereNow { places } => {
                let pages = Pages::new(places, self.page, MOST_NAMES);
                self.ask(command, pages);
                return;
            }
            Command::FindChannels => {
                self.ask(command, Pages::new(&[], self.page, MOST_NAMES));
                return;
            }
            Command::SendHeartbeat { places, timeout, .. } => {
                let ask = Operation::Heartbeat {
                    names: Names::from_subscriptions(places),
                    timeout: Some(timeout.as_secs()),
                    state: None,
                };
                self.request(&me, ask);
            }
            Command::AskWhereNow { user } => {
                let Decision::Answer(200, body) = self.request(&me, Operation::WhereNow { user: user.clone() }) else {
                    panic!("where now is answered")
                };
                result = Ok(CommandAnswer::WhereNow(WhereNow::parse(&body).unwrap().channels));
            }
            Command::AskRequests { .. } => result = Ok(CommandAnswer::Requests(None)),
            Command::Direct(_) | Command::Watch(_) => return,
            Command::SetState { places, state } => {
                let state = state.as_json().to_owned();
                self.request(
                    &me,
                    Operation::SetState { names: Names::from_subscriptions(places), user: me.clone(), state },
                );
            }
            Command::Leave { places } => {
                self.request(&me, Operation::Leave { names: Names::from_subscriptions(places) });
            }
        }
        self.tell(Input::Outcome(outcome(command, result, self.now)));
    }

    pub fn link(&mut self, change: LinkChange) {
        self.tell(Input::Notice(link(change, self.now)));
    }

    pub fn hear(&mut self, batch: Batch) {
        self.tell(Input::Notice(Notice::from(batch)));
    }

    /// Connect the watcher.
    pub fn connect(&mut self) {
        let names = Names::watching(&self.model.world.session.watching);
        let me = self.model.world.session.user.clone();
        let ask =
            Operation::Subscribe { names, cursor: None, timeout: None, state: None, filter: None, form: ReplyForm::V2 };
        let Decision::Answer(200, body) = self.request(&me, ask) else { panic!("a handshake is answered") };
        self.cursor = Some(RawReply::parse(&body).unwrap().cursor);
        let cursor = self.cursor.unwrap().timetoken;
        if self.inputs.is_none() {
            // Who keeps the inputs wants nothing to come in beside them.
            self.model.world.clock.hear(cursor, self.now);
        }
        self.link(live());
    }

    /// The watcher ends, and another begins that knows nothing.
    pub fn restart_watcher(&mut self) {
        let session = self.model.world.session.clone();
        self.model = crate::model::model(session, Duration::from_secs(300), self.now);
        (self.reader, self.poll) = (ReplyReader::default(), None);
        (self.asked, self.late) = (Vec::new(), VecDeque::new());
    }

    /// Let virtual time pass.
    pub fn run(&mut self, span: Duration) {
        let end = self.now.plus(span);
        let mut standing = 0;
        loop {
            self.listen();
            let heartbeat = self.online.values().map(|(at, _)| *at).min();
            let next = [
                self.core.next_deadline(),
                self.cue.as_ref().map(|(at, _)| *at),
                heartbeat,
                self.late.iter().map(|(at, _)| *at).min(),
                self.asked.iter().map(|asked| asked.due).min(),
                wakes_at(&self.model, self.now),
            ];
            let Some(next) = next.into_iter().flatten().min().map(|at| at.max(self.now)).filter(|at| *at <= end) else {
                self.now = end;
                return;
            };
            standing = if next == self.now { standing + 1 } else { 0 };
            assert!(
                standing < 10_000,
                "time stands still: {:?} {:?} due {:?} paused {} open {:?} now {:?} word {:?} rows {:?}",
                self.core.next_deadline(),
                wakes_at(&self.model, self.now),
                self.model.world.next_due(),
                self.model.pause().is_some(),
                self.model.listener.dialog,
                self.now,
                self.model.listener.status,
                self.model.world.request_rate
            );
            self.now = next;
            self.core.advance(self.now);
            self.play();
            self.answer_questions();
            self.deliver_late();
            if wakes_at(&self.model, self.now).is_some_and(|at| at <= self.now) || next == self.now {
                self.tell(Input::Tick);
            }
        }
    }

    /// From here on nobody comes, goes or changes; those who are online stay.
    pub fn pause_crowd(&mut self) {
        self.cue = None;
    }

    /// The crowd goes on.
    fn play(&mut self) {
        let due: Vec<(usize, Channel)> = self
            .online
            .iter()
            .filter(|(_, (at, _))| *at <= self.now)
            .map(|(person, (_, place))| (*person, place.clone()))
            .collect();
        for (person, place) in due {
            self.heartbeat(person, &place);
            self.online.insert(person, (self.now.plus(HEARTBEAT), place));
        }
        while let Some((at, cue)) = self.cue.take_if(|(at, _)| *at <= self.now) {
            let person = self.script.people()[cue.person].clone();
            let names = Names { channels: vec![cue.place.as_str().into()], groups: Vec::new() };
            match cue.act {
                CrowdAct::Arrive => {
                    self.online.insert(cue.person, (self.now.plus(HEARTBEAT), cue.place.clone()));
                    self.heartbeat(cue.person, &cue.place);
                }
                CrowdAct::Lapse(_) => {
                    self.online.remove(&cue.person);
                    self.heartbeat(cue.person, &cue.place);
                }
                CrowdAct::Leave => {
                    self.online.remove(&cue.person);
                    *self.leaves.entry((cue.place.clone(), person.user.clone())).or_default() += 1;
                    self.request(&person.user, Operation::Leave { names });
                }
                CrowdAct::Vanish => drop(self.online.remove(&cue.person)),
                CrowdAct::Restate(state) => {
                    let user = person.user.clone();
                    self.request(
                        &user,
                        Operation::SetState { names, user: user.clone(), state: state.as_json().to_owned() },
                    );
                }
            }
            self.cue = self.script.next().map(|cue| (at.plus(cue.pause), cue));
        }
    }

    fn heartbeat(&mut self, person: usize, place: &Channel) {
        let person = self.script.people()[person].clone();
        let names = Names { channels: vec![place.as_str().into()], groups: Vec::new() };
        self.request(&person.user, Operation::Heartbeat { names, timeout: Some(TIMEOUT), state: None });
    }

    /// The watcher's poll: what there is to hear is heard, with faults.
    fn listen(&mut self) {
        let Some(cursor) = self.cursor else { return };
        let body = if let Some(poll) = self.poll {
            self.core.resume(poll, false, self.now)
        } else {
            let names = Names::watching(&self.model.world.session.watching);
            let me = self.model.world.session.user.clone();
            let ask = Operation::Subscribe {
                names,
                cursor: Some(cursor),
                timeout: None,
                state: None,
                filter: None,
                form: ReplyForm::V2,
            };
            match self.request(&me, ask) {
                Decision::Answer(_, body) => Some(body),
                Decision::Wait(poll, _) => {
                    self.poll = Some(poll);
                    None
                }
            }
        };
        let Some(body) = body else { return };
        self.poll = None;
        let reply = RawReply::parse(&body).unwrap();
        self.cursor = Some(reply.cursor);
        let mut told: Vec<&str> = Vec::new();
        for raw in &reply.raw {
            let Faults { drop, duplicate, delay, .. } = self.faults;
            if self.dice.roll() < drop {
                continue;
            }
            if self.dice.roll() < delay {
                let later = self.now.plus(Duration::from_secs_f64(self.dice.roll() * 2.0));
                self.late.push_back((later, encode_reply(reply.cursor, [raw.get()])));
                continue;
            }
            told.push(raw.get());
            if self.dice.roll() < duplicate {
                told.push(raw.get());
            }
        }
        if !told.is_empty() && self.dice.roll() < self.faults.delay {
            told.reverse();
        }
        let body = encode_reply(reply.cursor, told);
        self.deliver(&body);
        self.listen();
    }

    fn deliver(&mut self, body: &str) {
        let body = AnswerText::from(body.as_bytes().to_vec());
        let reply = ParsedReply::parse(&body).unwrap();
        let batch = self.reader.read(&reply, &body, 0, self.now);
        self.hear(batch);
    }

    fn deliver_late(&mut self) {
        while let Some(at) = self.late.iter().position(|(at, _)| *at <= self.now) {
            let (_, body) = self.late.remove(at).unwrap();
            self.deliver(&body);
        }
    }

    /// Here nows are answered page by page, now and then from a cache.
    fn answer_questions(&mut self) {
        let me = self.model.world.session.user.clone();
        for mut asked in std::mem::take(&mut self.asked) {
            if asked.due > self.now {
                self.asked.push(asked);
                continue;
            }
            if let Some(page) = asked.coming.take() {
                let by_page = matches!(asked.command, Command::AskHereNow { .. });
                let answer = match (asked.pages.next().is_some(), by_page) {
                    (true, true) => Some(CommandAnswer::Page(page)),
                    (false, true) => Some(CommandAnswer::HereNow(page)),
                    (has_more, false) => {
                        asked.all.extend(page);
                        (!has_more).then(|| CommandAnswer::HereNow(std::mem::take(&mut asked.all).into_snapshots()))
                    }
                };
                if let Some(answer) = answer {
                    let took = self.now.since(asked.started);
                    self.tell(Input::Outcome(Outcome { took, ..outcome(asked.command.clone(), Ok(answer), self.now) }));
                }
            }
            let Some((names, page)) = asked.pages.next() else { continue };
            let single = names.single().cloned();
            let ask = Operation::HereNow { names, user_ids: true, state: true, page };
            let key = format!("{ask:?}");
            let Decision::Answer(200, fresh) = self.request(&me, ask) else { panic!("here now is answered") };
            let cached = self.cache.get(&key).filter(|(at, _)| self.now.since(*at) <= Duration::from_secs(3)).cloned();
            let body = match cached {
                Some((_, old)) if self.dice.roll() < self.faults.stale => old,
                _ => {
                    self.cache.insert(key, (self.now, fresh.clone()));
                    fresh
                }
            };
            asked.coming = Some(asked.pages.add(HereNow::parse(&body, single.as_deref()).unwrap(), asked.told));
            asked.told = self.model.world.clock.lower_bound(self.now);
            asked.due = self.now.plus(Duration::from_millis(40));
            self.asked.push(asked);
        }
    }

    /// What is on a screen of this size.
    pub fn frame(&self, width: u16, height: u16) -> Buffer {
        self.frame_in(Theme::terminal(), Symbols::Unicode, width, height)
    }

    /// The same in another look.
    pub fn frame_in(&self, theme: Theme, symbols: Symbols, width: u16, height: u16) -> Buffer {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        let look = Appearance { theme, symbols, ..Appearance::default() };
        view::draw_screen(&self.model.screen(), &look, self.now, area, &mut buffer);
        buffer
    }

    /// What is written on a screen of this size.
    pub fn text(&self, width: u16, height: u16) -> String {
        written(&self.frame(width, height))
    }

    /// Who is really on a channel.
    pub fn truth(&mut self, channel: &str) -> Vec<UserId> {
        let names = Names { channels: vec![channel.into()], groups: Vec::new() };
        let me = self.model.world.session.user.clone();
        let ask = Operation::HereNow { names, user_ids: true, state: false, page: herenow::wire::Page::default() };
        let Decision::Answer(200, body) = self.request(&me, ask) else { panic!("here now is answered") };
        let here = HereNow::parse(&body, Some(channel)).unwrap();
        let listed = here.channels.into_values().next().unwrap().listed.unwrap();
        let mut users: Vec<UserId> = listed.into_iter().map(|c| c.user).collect();
        users.sort();
        users
    }

    /// Who the model believes to be there.
    pub fn believed(&self, channel: &str) -> Vec<UserId> {
        let watched = self.model.world.channels.iter().find(|w| w.channel.as_str() == channel).unwrap();
        watched.roster.iter().map(|(user, _)| user.clone()).collect()
    }
}
