//! What many channels cost on which nothing happens: the real loop on a clock that runs as fast as the work
//! allows, so that the time a minute takes is the work in it.

use std::{
    io,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use herenow::{
    dashboard::{self, Services},
    keys::Key,
    terminal::TerminalEvent,
    view::Appearance,
};
use tokio::sync::{mpsc, watch};

use crate::{
    happen::without_state,
    world::{Plan, Screen},
};

/// Channels that are watched.
const CHANNELS: [usize; 3] = [10, 1_000, 10_000];

/// What is measured; every list is checked once in it.
const MINUTE: Duration = Duration::from_secs(60);

/// What a minute came to.
struct Minute {
    /// The work in it.
    work: Duration,
    /// The work from each key to the frame that showed it, in order.
    keys: Vec<Duration>,
    frames: u64,
}

pub fn run(full: bool) -> io::Result<()> {
    println!("An idle minute of the dashboard, 120x40: one occupant a channel, each list checked once");
    println!("{:>12}  {:>9} {:>9}  {:>12} {:>10}", "channels", "work", "of a core", "key, longest", "frames");
    let mut few = None;
    for channels in &CHANNELS[..if full { 3 } else { 1 }] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
        let Minute { work, keys, frames } = runtime.block_on(watch(*channels, if full { 20 } else { 2 }))?;
        let few = *few.get_or_insert(work.as_secs_f64());
        println!(
            "{channels:>12}  {:>6.1} ms {:>7.2} %  {:>9.1} ms {frames:>10}   {:.0} times the work of the first",
            work.as_secs_f64() * 1e3,
            work.as_secs_f64() / MINUTE.as_secs_f64() * 100.0,
            keys.last().copied().unwrap_or_default().as_secs_f64() * 1e3,
            work.as_secs_f64() / few,
        );
    }
    println!();
    Ok(())
}

async fn watch(channels: usize, keys: usize) -> io::Result<Minute> {
    let names: Vec<String> = (0..channels).map(|n| format!("channel-{n:05}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (io, model, mut beyond) = Plan { notices: 1024, ..Plan::watching(&names) }.open(herenow::clock::Clock::start());
    beyond.here = vec![without_state("ann")];
    beyond.live();
    // Whatever is asked is answered.
    let answering = tokio::spawn(async move {
        loop {
            drop(beyond.ordered().await);
        }
    });
    let (hands, pressed) = mpsc::channel(16);
    let input = stream::unfold(pressed, |mut pressed| async { Some((pressed.recv().await?, pressed)) }).boxed();
    let (frame, mut shown) = watch::channel(0_u64);
    let mut screen = Screen::new(120, 40);
    screen.eye = Box::new(move |_| frame.send_modify(|frames| *frames += 1));
    let looking = tokio::spawn(async move {
        Box::pin(dashboard::run(screen, input, io, model, Appearance::default(), &mut Services::default())).await
    });
    // All are asked about, and the picture comes to rest.
    tokio::time::sleep(2 * MINUTE).await;
    let before = *shown.borrow_and_update();
    let begun = Instant::now();
    tokio::time::sleep(MINUTE).await;
    let work = begun.elapsed();
    let frames = *shown.borrow_and_update() - before;
    let mut delays = Vec::with_capacity(keys);
    for _ in 0..keys {
        tokio::time::sleep(Duration::from_millis(710)).await;
        shown.mark_unchanged();
        let pressed = Instant::now();
        hands.send(TerminalEvent::Key(Key::Char('l'))).await.map_err(io::Error::other)?;
        shown.changed().await.map_err(io::Error::other)?;
        delays.push(pressed.elapsed());
    }
    delays.sort_unstable();
    hands.send(TerminalEvent::End).await.map_err(io::Error::other)?;
    answering.abort();
    // The far end is gone: nothing is waited for on the way out.
    let _ = looking.await.map_err(io::Error::other)?;
    Ok(Minute { work, keys: delays, frames })
}
