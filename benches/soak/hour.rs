//! An hour of virtual time.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap, HashMap},
    io,
    time::{Duration, Instant},
};

use herenow::{
    presence::{EventKind, Moment, UserId},
    service::{Access, ActiveFaults, Core, Decision, PollId, Settings},
    wire::{HereNow, RawReply, Request, parse_event},
};

use crate::{
    hold_flat,
    options::Options,
    people::{Deed, People, TIMEOUT},
    report,
    server::own_usage,
};

const BEGIN: Moment = Moment::from_micros(1_795_262_400_000_000);

/// An interval, and a timeout's grace: for so long the list of a listener may be behind.
const BEHIND: Duration = Duration::from_secs(13);

/// Somebody who makes a list of a channel's occupants out of what its poll brings.
#[derive(Default)]
struct Listener {
    present: BTreeSet<UserId>,
    events: u64,
    refresh: bool,
}

struct World {
    core: Core,
    now: Moment,
    people: People,
    channels: usize,
    listeners: Vec<Listener>,
    polls: HashMap<PollId, usize>,
    windows: BinaryHeap<Reverse<(Moment, PollId)>>,
    requests: u64,
}

fn other(why: impl std::fmt::Display) -> io::Error {
    io::Error::other(why.to_string())
}

/// The channel that a user is on: of very different sizes, so that some are announced and some summed up.
fn channel_of(who: usize, channels: usize) -> usize {
    let (row, place) = (who / channels, who % channels);
    // Of row r, every channel whose number is a multiple of something: channel 0 is in all of them.
    if row.is_multiple_of(place % 7 + 1) { place } else { place / 2 }
}

impl World {
    fn new(options: &Options) -> Self {
        let channels = options.channels as usize;
        let settings = Settings { deltas: true, ..Settings::default() };
        Self {
            core: Core::new(settings, Access::default(), ActiveFaults::new(1)),
            now: BEGIN,
            people: People::new(options.users as usize, BEGIN),
            channels,
            listeners: (0..channels).map(|_| Listener::default()).collect(),
            polls: HashMap::new(),
            windows: BinaryHeap::new(),
            requests: 0,
        }
    }

    fn ask(&mut self, path: &str, query: &str) -> io::Result<Decision> {
        self.requests += 1;
        let request = Request::parse(&format!("/v2/{path}"), query).map_err(|why| other(format!("{why:?}")))?;
        Ok(self.core.answer(request, self.now))
    }

    fn ask_now(&mut self, path: &str, query: &str) -> io::Result<String> {
        match self.ask(path, query)? {
            Decision::Answer(200, body) => Ok(body),
            refused => Err(other(format!("{path} was not answered: {refused:?}"))),
        }
    }

    fn listen(&mut self, which: usize, cursor: u64) -> io::Result<()> {
        let mut cursor = cursor;
        loop {
            let path = format!("subscribe/demo/room-{which}-pnpres/0");
            match self.ask(&path, &format!("tt={cursor}&tr=1&uuid=listener-{which}"))? {
                Decision::Answer(200, body) => cursor = self.hear(which, &body)?,
                Decision::Wait(poll, until) => {
                    self.polls.insert(poll, which);
                    self.windows.push(Reverse((until, poll)));
                    return Ok(());
                }
                refused @ Decision::Answer(..) => return Err(other(format!("a poll was refused: {refused:?}"))),
            }
        }
    }

    /// Take the events of a reply in. Returns its cursor.
    fn hear(&mut self, which: usize, body: &str) -> io::Result<u64> {
        let reply = RawReply::parse(body).map_err(other)?;
        let listener = &mut self.listeners[which];
        for raw in &reply.raw {
            let envelope = RawReply::envelope(raw.get()).map_err(other)?.ok_or_else(|| other("an unknown envelope"))?;
            let event = parse_event(&envelope).map_err(other)?.ok_or_else(|| other("not a presence event"))?;
            listener.events += 1;
            match event.what {
                EventKind::Joined { user, .. } => listener.present.extend([user]),
                EventKind::Left { user } | EventKind::TimedOut { user } => {
                    listener.present.remove(&user);
                }
                EventKind::Interval { joined, left, timed_out, refresh } => {
                    listener.present.extend(joined);
                    for user in left.iter().chain(&timed_out) {
                        listener.present.remove(user);
                    }
                    listener.refresh |= refresh;
                }
                _ => {}
            }
        }
        Ok(reply.cursor.timetoken.ticks())
    }

    /// Answer the polls that something was published for, and those whose window is over.
    fn answer_polls(&mut self) -> io::Result<()> {
        loop {
            let mut ready: Vec<(PollId, bool)> = self.core.take_woken().into_iter().map(|poll| (poll, false)).collect();
            while self.windows.peek().is_some_and(|Reverse((until, _))| *until <= self.now) {
                ready.extend(self.windows.pop().map(|Reverse((_, poll))| (poll, true)));
            }
            if ready.is_empty() {
                return Ok(());
            }
            for (poll, over) in ready {
                let Some(which) = self.polls.get(&poll).copied() else { continue };
                if let Some(body) = self.core.resume(poll, over, self.now) {
                    self.polls.remove(&poll);
                    let cursor = self.hear(which, &body)?;
                    if std::mem::take(&mut self.listeners[which].refresh) {
                        self.listeners[which].present = self.here_now(which)?;
                    }
                    self.listen(which, cursor)?;
                }
            }
        }
    }

    fn here_now(&mut self, which: usize) -> io::Result<BTreeSet<UserId>> {
        let name = format!("room-{which}");
        let body = self.ask_now(&format!("presence/sub-key/demo/channel/{name}"), "limit=1000")?;
        let answer = HereNow::parse(&body, Some(&name)).map_err(other)?;
        let listed = answer.channels.into_values().filter_map(|channel| channel.listed).flatten();
        Ok(listed.map(|listed| listed.user).collect())
    }

    fn act(&mut self, who: usize, deed: Deed) -> io::Result<()> {
        let channel = format!("presence/sub-key/demo/channel/room-{}", channel_of(who, self.channels));
        match deed {
            Deed::Beat => self.ask_now(&format!("{channel}/heartbeat"), &format!("uuid=u{who}&heartbeat={TIMEOUT}")),
            Deed::Leave => self.ask_now(&format!("{channel}/leave"), &format!("uuid=u{who}")),
            Deed::SetState => {
                let state = format!("state=%7B%22n%22%3A{}%7D", self.requests);
                self.ask_now(&format!("{channel}/uuid/u{who}/data"), &state)
            }
            Deed::FallSilent => return Ok(()),
        }
        .map(drop)
    }

    /// Let everything happen until a moment.
    fn run_until(&mut self, until: Moment, end: Moment) -> io::Result<()> {
        loop {
            let window = self.windows.peek().map(|Reverse((until, _))| *until);
            let next = [self.people.next_at(), self.core.next_deadline(), window].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= until) else { break };
            self.now = self.now.max(next);
            while self.people.next_at().is_some_and(|at| at <= self.now) {
                let Some((who, deed)) = self.people.take_next(end) else { break };
                self.act(who, deed)?;
            }
            self.core.advance(self.now);
            self.answer_polls()?;
        }
        self.now = until;
        self.core.advance(until);
        self.answer_polls()
    }

    /// Compare what listeners made of events with here now, and here now with who beats.
    fn check_lists(&mut self, users: usize) -> io::Result<usize> {
        let mut expected: Vec<HashMap<UserId, Option<bool>>> = (0..self.channels).map(|_| HashMap::new()).collect();
        for who in 0..users {
            let present = self.people.is_present(who, self.now, BEHIND);
            expected[channel_of(who, self.channels)].insert(UserId::from_wire(&format!("u{who}")), present);
        }
        let mut present = 0;
        for (which, expected) in expected.into_iter().enumerate() {
            let listed = self.here_now(which)?;
            let heard = &self.listeners[which].present;
            for (user, wanted) in expected {
                let (listed, heard) = (listed.contains(&user), heard.contains(&user));
                present += usize::from(listed);
                if wanted.is_some_and(|wanted| listed != wanted || heard != wanted) {
                    return Err(other(format!(
                        "{user} on room-{which}: present by their heartbeats {wanted:?}, by here now {listed}, by events {heard}"
                    )));
                }
            }
        }
        Ok(present)
    }
}

pub fn run(options: &Options) -> io::Result<()> {
    let Options { users, channels, virtual_seconds, .. } = *options;
    report::part(format_args!("{users} users on {channels} channels for {virtual_seconds} virtual seconds"));
    let began = Instant::now();
    let mut world = World::new(options);
    (0..channels as usize).try_for_each(|which| world.listen(which, 0))?;
    let end = BEGIN.plus(Duration::from_secs(u64::from(virtual_seconds)));
    // Until everybody has come, left and come back, tables grow.
    let settled = BEGIN.plus(Duration::from_secs(u64::from(virtual_seconds) / 2));
    world.run_until(settled, end)?;
    let resident = own_usage().resident;
    world.run_until(end, end)?;
    let resident_at_end = own_usage().resident;
    // Nobody acts any more; the last intervals tell what there is to tell.
    world.run_until(end.plus(BEHIND), end)?;
    let present = world.check_lists(users as usize)?;
    let events: u64 = world.listeners.iter().map(|listener| listener.events).sum();
    report::line("took", &format!("{:.1?}, {} requests, {events} events", began.elapsed(), world.requests), None);
    report::line("lists made of events", &format!("agree, {present} present"), Some("exact: pass".into()));
    hold_flat(resident, resident_at_end)?;
    // And all are gone when nobody says otherwise.
    world.run_until(end.plus(Duration::from_secs(2 * TIMEOUT)), end)?;
    match world.check_lists(users as usize)? {
        0 => Ok(()),
        left => Err(other(format!("{left} are still present when nobody is"))),
    }
}
