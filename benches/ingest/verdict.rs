//! What the verdict adds to each event: the same replies, read and taken in by a world with nobody who listens and by
//! one that looks for incidents, in this process, one after the other.

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

pub fn run(options: &Options) -> io::Result<()> {
    let mut table = Table::new(&["channels", "people", "CPU for an event", "with the verdict", "it adds"]);
    println!("\n### What the verdict adds to an event, at most {MOST} % wanted\n");
    for (channels, users) in [(1, 1_000), (10, 100), (1_000, 10)] {
        let plan = Plan::empty(channels, users);
        let mut costs = [Vec::new(), Vec::new()];
        for _ in 0..options.rounds {
            costs[0].push(take_in::<()>(&plan, options.replies())?);
            costs[1].push(take_in::<Watching>(&plan, options.replies())?);
        }
        let [without, with] = costs.map(|costs| median(costs.into_iter()));
        table.add(&[
            channels.to_string(),
            (channels * users).to_string(),
            format!("{without:.2} µs"),
            format!("{with:.2} µs"),
            format!("{:.1} %", (with / without - 1.0) * 100.0),
        ]);
    }
    print!("{table}");
    Ok(())
}

/// Take in so many replies; returns the time on a core for an event, in microseconds.
fn take_in<L: Looks>(plan: &Plan, replies: u32) -> io::Result<f64> {
    let names = plan.watched();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut world = World::new(session("bench", all(&names)), Duration::from_secs(300), BEGIN);
    let (mut listener, mut reader) = (L::default(), ReplyReader::default());
    world.step(BEGIN, Input::Notice(link(live(), BEGIN)), &mut listener);
    let mut stream = Stream::new(plan, Timetoken::at(BEGIN).ticks());
    let bodies: Vec<AnswerText> = (1..=replies)
        .map(|number| AnswerText::from(stream.reply(Timetoken::at(BEGIN.plus(PAUSE * number)).ticks())))
        .collect();
    let begin = read_clock()?;
    let mut now = BEGIN;
    for body in bodies {
        now = now.plus(PAUSE);
        let reply = ParsedReply::parse(&body).map_err(|e| io::Error::other(e.to_string()))?;
        let batch = reader.read(&reply, &body, 0, now);
        world.step(now, Input::Notice(Notice::from(batch)), &mut listener);
        listener.look(&world, now);
    }
    let taken = read_clock()?.saturating_sub(begin);
    Ok(taken.as_secs_f64() * 1e6 / f64::from(replies * TOGETHER))
}

/// The time that this thread has had a core.
fn read_clock() -> io::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}
