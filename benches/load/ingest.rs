//! What the dashboard adds to each event of a flood: the same events through the real loop with a screen and without,
//! as fast as they are taken in.

use std::{io, time::Duration};

use futures_util::{StreamExt, stream};
use herenow::{
    dashboard::{self, Services},
    engine::Engine,
    presence::{EventKind, Notice, PresenceEvent, Timetoken},
    terminal::TerminalEvent,
    view::Appearance,
};
use tokio::sync::mpsc;

use crate::{
    cpu::measure,
    flood::{CHANNEL, Flood, TOGETHER},
    happen::{batch, event, joined, link, live, user},
    world::{Plan, Screen},
};

/// People who come and go.
const PEOPLE: usize = 1_000;

const ROUNDS: usize = 5;

pub fn run(full: bool) -> io::Result<()> {
    let replies = if full { 2_000 } else { 5 };
    let events = replies * TOGETHER;
    println!("{events} events of {PEOPLE} people, {TOGETHER} together, as fast as they are taken in: CPU time");
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..if full { ROUNDS } else { 1 } {
        let stock = stock(replies);
        let runtime = runtime()?;
        without.push(measure(|| runtime.block_on(take_in(stock, u64::from(events)))));
        let stock = self::stock(replies);
        let mut failed = None;
        with.push(measure(|| failed = runtime.block_on(look_on(stock, u64::from(events))).err()));
        if let Some(failed) = failed {
            return Err(failed);
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (without, with) = (median(&mut without), median(&mut with));
    let each = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(events);
    println!("  world alone          {:>6.2} us an event", each(without));
    println!("  dashboard of 120x40  {:>6.2} us an event", each(with));
    println!("  {:.2} of the events in the same CPU time\n", without.as_secs_f64() / with.as_secs_f64());
    Ok(())
}

/// The replies, made beforehand.
fn stock(replies: u32) -> Vec<Notice> {
    let clock = herenow::clock::Clock::start();
    let mut flood = Flood::new(PEOPLE);
    let reply = |number: u32| {
        let at = clock.now();
        let published = |place: u32| Timetoken::new(Timetoken::at(at).ticks() + u64::from(number * TOGETHER + place));
        let heard = (0..TOGETHER).zip(flood.by_ref()).map(|(place, step)| {
            let what = if step.joined { joined(&step.user) } else { EventKind::Left { user: user(&step.user) } };
            let raw = Some(format!("{{\"u\":\"{}\",\"p\":\"{}\"}}", step.user, "x".repeat(280)).into());
            PresenceEvent { occupancy: Some(step.occupancy), raw, ..event(CHANNEL, published(place), what) }
        });
        Notice::from(batch(heard, published(TOGETHER), at))
    };
    (0..replies).map(reply).collect()
}

async fn take_in(stock: Vec<Notice>, events: u64) {
    let (io, model, beyond) = Plan { notices: 1024, ..Plan::watching(&[CHANNEL]) }.open(herenow::clock::Clock::start());
    beyond.live();
    let pouring = tokio::spawn(pour(stock, beyond.notices.clone()));
    let mut engine = Engine::new(io, model.world, ());
    while engine.watcher.world.counters.events < events {
        if engine.step(None).await.is_err() {
            break;
        }
    }
    drop(pouring.await);
}

async fn look_on(stock: Vec<Notice>, events: u64) -> io::Result<()> {
    let (io, model, beyond) = Plan { notices: 1024, ..Plan::watching(&[CHANNEL]) }.open(herenow::clock::Clock::start());
    beyond.notices.send(link(live(), beyond.clock.now())).await.map_err(io::Error::other)?;
    let (hands, pressed) = mpsc::channel(16);
    let input = stream::unfold(pressed, |mut pressed| async { Some((pressed.recv().await?, pressed)) }).boxed();
    let looking = tokio::spawn(async move {
        let (screen, look) = (Screen::new(120, 40), Appearance::default());
        Box::pin(dashboard::run(screen, input, io, model, look, &mut Services::default())).await
    });
    pour(stock, beyond.notices.clone()).await;
    while beyond.notices.capacity() < beyond.notices.max_capacity() {
        tokio::task::yield_now().await;
    }
    drop(beyond.outcomes);
    hands.send(TerminalEvent::End).await.map_err(io::Error::other)?;
    let model = looking.await.map_err(io::Error::other)?.map_err(|e| io::Error::other(e.to_string()))?;
    let heard = model.world.counters.events;
    if heard == events { Ok(()) } else { Err(io::Error::other(format!("{heard} of {events} events"))) }
}

async fn pour(stock: Vec<Notice>, notices: mpsc::Sender<Notice>) {
    for notice in stock {
        if notices.send(notice).await.is_err() {
            return;
        }
    }
}
