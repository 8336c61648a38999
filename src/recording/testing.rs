//! A small recording for tests: a channel with some people, whom a here now lists again and again.

use std::time::Duration;

use super::{GzipMembers, KeptInput, LineComposer, RecordLine, RecordingHeader, ToldLists};
use crate::{
    presence::{
        Batch, Channel, Command, CommandAnswer, EventKind, Ledger, LinkChange, ListPart, ListedUser, Moment, Notice,
        Outcome, PresenceEvent, ReplyItem, Snapshot, State, Subscription, Timetoken, UserId,
    },
    world::{Input, Session, World},
};

pub fn lobby() -> Channel {
    Channel::from_wire("lobby")
}

/// So many seconds after noon.
pub fn at(second: u64) -> Moment {
    Moment::from_micros((1_795_262_400 + second) * 1_000_000)
}

pub fn open_world() -> World {
    let session = Session::for_a_test(vec![Subscription::Channel(lobby())]);
    World::new(session, Duration::from_secs(300), at(0))
}

pub fn link(change: LinkChange, second: u64) -> Input {
    Input::Notice(Notice::Link { poll: 0, change, at: at(second) })
}

pub fn live(second: u64) -> Input {
    link(LinkChange::Live { resumed: None, round_trip: Duration::from_millis(3) }, second)
}

pub fn happen(what: EventKind, occupancy: u64, second: u64) -> Input {
    let event = PresenceEvent {
        channel: lobby(),
        subscription: None,
        published: Timetoken::at(at(second)),
        timestamp: Some(at(second).seconds()),
        occupancy: Some(occupancy),
        what,
        raw: Some(format!("{{\"n\":{second}}}").into()),
    };
    let heard = vec![ReplyItem::from(event)];
    let cursor = Timetoken::at(at(second));
    let batch = Batch { poll: 0, heard, cursor, copies: 0, repeats: 0, full: false, over_limit: 0, at: at(second) };
    Input::Notice(Notice::from(batch))
}

pub fn name(n: u64) -> UserId {
    UserId::from_wire(&format!("user-{n:02}"))
}

pub fn join(n: u64, occupancy: u64, second: u64) -> Input {
    let state = n.is_multiple_of(2).then(|| State::parse(&format!("{{\"n\":{n}}}")).unwrap());
    happen(EventKind::Joined { user: name(n), state }, occupancy, second)
}

/// Everybody on the list is listed again, in our order or in another.
pub fn list_again(world: &World, second: u64) -> Input {
    let roster = &world.channels.look_up(&lobby()).unwrap().roster;
    let listed = roster.iter().map(|(user, one)| ListedUser { user: user.clone(), state: one.state().cloned() });
    let mut listed: Vec<ListedUser> = listed.collect();
    if second.is_multiple_of(2) {
        listed.reverse();
    }
    answer(listed, second)
}

pub fn answer(listed: Vec<ListedUser>, second: u64) -> Input {
    answer_of(lobby(), listed, second)
}

fn answer_of(channel: Channel, listed: Vec<ListedUser>, second: u64) -> Input {
    let place = Subscription::Channel(channel.clone());
    let snapshot = Snapshot {
        channel,
        occupancy: listed.len() as u64,
        listed: Some(listed),
        with_state: true,
        as_of: Timetoken::at(at(second)),
        complete: true,
        part: ListPart::default(),
        unread: 0,
        first_unread: None,
    };
    Input::Outcome(Outcome {
        command: Command::AskHereNow { places: vec![place] },
        at: at(second),
        took: Duration::from_millis(7),
        ledger: Ledger::default(),
        result: Ok(CommandAnswer::HereNow(vec![snapshot])),
    })
}

/// What was recorded, and what it came from.
pub struct Recorded {
    pub lines: Vec<u8>,
    pub inputs: Vec<(Moment, Input)>,
    /// The world before each input and after the last.
    pub worlds: Vec<World>,
}

impl Recorded {
    pub fn begin() -> Self {
        Self { lines: Vec::new(), inputs: Vec::new(), worlds: vec![open_world()] }
    }

    /// Somebody comes every second, and all are listed every seventh.
    pub fn record(people: u64) -> Self {
        let mut recorded = Self::begin();
        recorded.take(1, live(1));
        recorded.take(2, answer(Vec::new(), 2));
        for n in 0..people {
            recorded.take(10 + n, join(n, n + 1, 10 + n));
            if n % 7 == 6 {
                let again = list_again(recorded.worlds.last().unwrap(), 10 + n);
                recorded.take(10 + n, again);
            }
        }
        recorded.write(usize::MAX);
        recorded
    }

    pub fn take(&mut self, second: u64, input: Input) {
        let mut world = self.worlds.last().unwrap().clone();
        world.step(at(second), input.clone(), &mut ());
        self.inputs.push((at(second), input));
        self.worlds.push(world);
    }

    /// Compose the lines, with a check after every tenth input, and without the input at `without`.
    pub fn write(&mut self, without: usize) {
        let (mut composer, mut out, mut told) = (LineComposer::default(), Vec::new(), ToldLists::default());
        let header = RecordingHeader::describe(&self.worlds[0], None);
        composer.write(&mut out, at(0), &RecordLine::Header(Box::new(header)));
        for (index, (moment, input)) in self.inputs.iter().enumerate() {
            let world = &self.worlds[index];
            let line = if index == without {
                RecordLine::Lost { inputs: 1, since: *moment }
            } else {
                RecordLine::Input(Box::new(KeptInput::keep(world, input, (index > without).then_some(&told))))
            };
            composer.write(&mut out, *moment, &line);
            if index > without {
                told.take_input(input);
            }
            if index % 10 == 9 {
                composer.write_check(&mut out, &self.worlds[index + 1]);
            }
        }
        composer.write_check(&mut out, self.worlds.last().unwrap());
        composer.write(&mut out, self.worlds.last().unwrap().now(), &RecordLine::Closed);
        self.lines = out;
    }

    /// The same, packed into members of so many lines.
    pub fn pack(&self, lines: usize) -> Vec<u8> {
        let mut members = GzipMembers::default();
        let mut out = Vec::new();
        for (index, line) in self.lines.split_inclusive(|byte| *byte == b'\n').enumerate() {
            members.add_lines(line);
            if index % lines == lines - 1 {
                out.extend(members.end_member());
            }
        }
        out.extend(members.end_member());
        out
    }
}

/// A recording of so many events, ten in each reply, a thousand a second. First everybody comes, each on one channel; then
/// chance has them leave, come back and change their states, and nine of ten are there.
pub fn record_crowd(events: u64, people: u64, channels: u64) -> Vec<u8> {
    let names: Vec<Channel> = (0..channels).map(|n| Channel::from_wire(&format!("room-{n}"))).collect();
    let session = Session::for_a_test(names.iter().cloned().map(Subscription::Channel).collect());
    let mut world = World::new(session, Duration::from_secs(300), at(0));
    let (mut composer, mut out) = (LineComposer::default(), Vec::new());
    composer.write(&mut out, at(0), &RecordLine::Header(Box::new(RecordingHeader::describe(&world, None))));
    let mut take = |moment: Moment, input: Input, out: &mut Vec<u8>| {
        let kept = Box::new(KeptInput::keep(&world, &input, None));
        composer.write(out, moment, &RecordLine::Input(kept));
        world.step(moment, input, &mut ());
    };
    take(at(1), live(1), &mut out);
    for name in &names {
        take(at(2), answer_of(name.clone(), Vec::new(), 2), &mut out);
    }
    let mut crowd = Crowd { names, here: Vec::new(), is_here: Vec::new(), chance: fastrand::Rng::with_seed(11) };
    (crowd.here, crowd.is_here) = (vec![0; crowd.names.len()], vec![false; usize::try_from(people).unwrap()]);
    for reply in 0..events / 10 {
        let moment = at(3).plus(Duration::from_millis(reply * 10));
        let heard = (0..10).map(|n| ReplyItem::from(crowd.happen(reply * 10 + n, moment))).collect();
        let cursor = Timetoken::at(moment);
        let batch = Batch { poll: 0, heard, cursor, copies: 0, repeats: 0, full: false, over_limit: 0, at: moment };
        take(moment, Input::Notice(Notice::from(batch)), &mut out);
    }
    out
}

/// Who is where.
struct Crowd {
    names: Vec<Channel>,
    here: Vec<u64>,
    is_here: Vec<bool>,
    chance: fastrand::Rng,
}

impl Crowd {
    fn happen(&mut self, n: u64, moment: Moment) -> PresenceEvent {
        let people = self.is_here.len();
        let n = usize::try_from(n).unwrap();
        let who = if n < people { n } else { self.chance.usize(..people) };
        let (user, place) = (UserId::from_wire(&format!("user-{who:06}-of-the-crowd")), who % self.names.len());
        let state = State::parse(&format!("{{\"status\":\"online\",\"battery\":{}}}", self.chance.u8(..100)));
        let state = state.unwrap();
        let what = if !std::mem::replace(&mut self.is_here[who], true) {
            self.here[place] += 1;
            EventKind::Joined { user, state: Some(state) }
        } else if self.chance.u8(..10) == 0 {
            self.is_here[who] = false;
            self.here[place] -= 1;
            EventKind::Left { user }
        } else {
            EventKind::StateChanged { user, state }
        };
        PresenceEvent {
            channel: self.names[place].clone(),
            subscription: None,
            published: Timetoken::new(Timetoken::at(moment).ticks() + n as u64 % 10),
            timestamp: Some(moment.seconds()),
            occupancy: Some(self.here[place]),
            what,
            raw: None,
        }
    }
}
