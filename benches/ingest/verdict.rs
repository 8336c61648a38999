//! What the verdict adds to each event: the same replies, read and taken in by a world with nobody who listens and by
//! one that looks for incidents, in this process, in turn.

use std::{io, sync::Arc, time::Duration};

use herenow::{
    client::AnswerText,
    incident::IncidentWatch,
    presence::{Moment, Notice, Timetoken},
    source::{ParsedReply, ReplyReader},
    world::{ChannelId, Entry, Input, Listener, Touched, World},
};
use nix::time::{ClockId, clock_gettime};

use crate::{
    happen::{all, link, live, session},
    options::Options,
    stream::{Plan, Stream, TOGETHER},
    table::{Table, median},
};

/// Between two replies: ten thousand events a second.
const PAUSE: Duration = Duration::from_millis(10);

/// Where time begins.
const BEGIN: Moment = Moment::from_micros(1_795_262_400_000_000);

/// Each takes in so many replies before it is the turn of the other: what else goes on on this machine slows both.
const IN_TURN: usize = 100;

/// The most that the verdict may add, in percent.
const MOST: f64 = 5.0;

/// One that looks for incidents, and does nothing else.
#[derive(Default)]
struct Watching(IncidentWatch);

impl Listener for Watching {
    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        self.0.take_entry(world, entry);
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        self.0.take_change(world, channel, touched);
    }
}

/// One that may look at the world after each reply.
trait Looks: Listener + Default {
    fn look(&mut self, world: &World, now: Moment);
}

impl Looks for () {
    fn look(&mut self, _: &World, _: Moment) {}
}

impl Looks for Watching {
    fn look(&mut self, world: &World, now: Moment) {
        if self.0.next_due().is_some_and(|due| due <= now) {
            self.0.look(world, now);
        }
    }
}

/// A world, who listens to it, and the time on a core that both have taken.
struct Side<L> {
    world: World,
    listener: L,
    reader: ReplyReader,
    taken: Duration,
}

impl<L: Looks> Side<L> {
    fn new(plan: &Plan) -> Self {
        let names = plan.watched();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut world = World::new(session("bench", all(&names)), Duration::from_secs(300), BEGIN);
        let mut listener = L::default();
        world.step(BEGIN, Input::Notice(link(live(), BEGIN)), &mut listener);
        Self { world, listener, reader: ReplyReader::default(), taken: Duration::ZERO }
    }

    /// Take in replies, the first of them at this time.
    fn take_in(&mut self, mut now: Moment, bodies: &[Vec<u8>]) -> io::Result<()> {
        let bodies: Vec<AnswerText> = bodies.iter().cloned().map(AnswerText::from).collect();
        let begin = read_clock()?;
        for body in bodies {
            let reply = ParsedReply::parse(&body).map_err(|e| io::Error::other(e.to_string()))?;
            let batch = self.reader.read(&reply, &body, 0, now);
            self.world.step(now, Input::Notice(Notice::from(batch)), &mut self.listener);
            self.listener.look(&self.world, now);
            now = now.plus(PAUSE);
        }
        self.taken += read_clock()?.saturating_sub(begin);
        Ok(())
    }
}

pub fn run(options: &Options) -> io::Result<()> {
    let mut table = Table::new(&["channels", "people", "CPU for an event", "with the verdict", "it adds"]);
    println!("\n### What the verdict adds to an event, at most {MOST} % wanted\n");
    for (channels, users) in [(1, 1_000), (10, 100), (1_000, 10)] {
        let plan = Plan::empty(channels, users);
        let costs = (0..options.rounds).map(|_| compare(&plan, options.replies()));
        let costs = costs.collect::<io::Result<Vec<_>>>()?;
        let middle = |of: fn(&(f64, f64)) -> f64| median(costs.iter().map(of));
        table.add(&[
            channels.to_string(),
            (channels * users).to_string(),
            format!("{:.2} µs", middle(|(without, _)| *without)),
            format!("{:.2} µs", middle(|(_, with)| *with)),
            format!("{:.1} %", middle(|(without, with)| (with / without - 1.0) * 100.0)),
        ]);
    }
    print!("{table}");
    Ok(())
}

/// Take in so many replies, without and with the verdict; returns the time on a core for an event of each, in
/// microseconds.
fn compare(plan: &Plan, replies: u32) -> io::Result<(f64, f64)> {
    let (mut without, mut with) = (Side::<()>::new(plan), Side::<Watching>::new(plan));
    let mut stream = Stream::new(plan, Timetoken::at(BEGIN).ticks());
    let at = |number: u32| BEGIN.plus(PAUSE * number);
    let numbers: Vec<u32> = (1..=replies).collect();
    for (turn, numbers) in numbers.chunks(IN_TURN).enumerate() {
        let begin = at(numbers[0]);
        let bodies: Vec<Vec<u8>> =
            numbers.iter().map(|number| stream.reply(Timetoken::at(at(*number)).ticks())).collect();
        // What is generated right before is in the cache: now for one, now for the other.
        if turn % 2 == 0 {
            without.take_in(begin, &bodies)?;
            with.take_in(begin, &bodies)?;
        } else {
            with.take_in(begin, &bodies)?;
            without.take_in(begin, &bodies)?;
        }
    }
    let each = |taken: Duration| taken.as_secs_f64() * 1e6 / f64::from(replies * TOGETHER);
    Ok((each(without.taken), each(with.taken)))
}

/// The time that this thread has had a core.
fn read_clock() -> io::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}
