//! From a key to the frame that shows it, in calm and in a flood, through the real loop.

use std::{
    io,
    time::{Duration, Instant},
};

use crate::model::{Model, update};
use futures_util::{StreamExt, stream};
use herenow::{
    clock::Clock,
    dashboard::{self, Services},
    keys::Key,
    presence::{Command, CommandAnswer, EventKind, ListedUser, Notice, PresenceEvent, Timetoken},
    terminal::TerminalEvent,
    view::Appearance,
    world::Input,
};
use ratatui::buffer::{Buffer, Cell};
use tokio::sync::{mpsc, watch};

use crate::{
    flood::{CHANNEL, Flood, TOGETHER},
    happen::{all, batch, event, joined, link, live, outcome, snapshot, user},
    world::{Beyond, Plan, Screen},
};

const PEOPLE: usize = 100_000;

/// Events a second.
const FLOODS: [u32; 3] = [0, 1_000, 10_000];

/// From key to key: no multiple of what a frame takes, so that keys fall anywhere in between.
const BETWEEN_KEYS: Duration = Duration::from_millis(71);

/// Stands on the screen while the help is open, and at no other time.
const TITLE: &str = "╭ help ";

/// Whether a box with the help lies over the panes: its title stands in the upper half.
fn shows_help(screen: &Buffer) -> bool {
    let title = |row: &[Cell]| row.iter().map(Cell::symbol).collect::<String>().contains(TITLE);
    screen.content.chunks(usize::from(screen.area.width)).take(20).any(title)
}

/// What a round came to.
struct Round {
    /// From each key to the frame that showed it, in order of length.
    delays: Vec<Duration>,
    frames_per_second: f64,
    taken_in: u64,
}

pub fn run(full: bool) -> io::Result<()> {
    let (keys, people) = if full { (140, PEOPLE) } else { (4, 1_000) };
    println!("From a key to its frame, 120x40, {people} people on the channel, {keys} keys each");
    println!("{:>12}  {:>9} {:>9} {:>9}  {:>12} {:>10}", "events/s", "p50", "p99", "max", "taken in/s", "frames/s");
    let mut calm = None;
    for rate in FLOODS {
        let round = crate::runtime()?.block_on(press(rate, keys, people))?;
        let at = |part: usize| round.delays[(round.delays.len() - 1) * part / 100].as_secs_f64() * 1e3;
        let calm = *calm.get_or_insert(at(99));
        println!(
            "{rate:>12}  {:>6.1} ms {:>6.1} ms {:>6.1} ms  {:>12} {:>10.1}   p99 {:.1} times that in calm",
            at(50),
            at(99),
            at(100),
            round.taken_in,
            round.frames_per_second,
            at(99) / calm,
        );
    }
    println!("A frame follows the last one after 33 ms at the earliest: that much of each is waiting on purpose.\n");
    Ok(())
}

async fn press(rate: u32, keys: usize, people: usize) -> io::Result<Round> {
    let clock = Clock::start();
    let flood = Flood::new(people);
    let plan = Plan { notices: 1024, ..Plan::watching(&[CHANNEL]) };
    let (world, mut model, beyond) = plan.open(clock);
    let Beyond { notices, outcomes, commands: _kept, .. } = beyond;
    list(&mut model, &flood, clock);
    let (hands, pressed) = mpsc::channel(16);
    let input = stream::unfold(pressed, |mut pressed| async { Some((pressed.recv().await?, pressed)) }).boxed();
    let (help, mut shown) = watch::channel((false, 0u64));
    let mut screen = Screen::new(120, 40);
    screen.eye =
        Box::new(move |frame| help.send_modify(|(open, frames)| (*open, *frames) = (shows_help(frame), *frames + 1)));
    let looking = tokio::spawn(async move {
        Box::pin(dashboard::run(screen, input, world, model, Appearance::default(), &mut Services::default())).await
    });
    let pouring = tokio::spawn(pour(flood, rate, notices, clock));

    let begun = Instant::now();
    let before = shown.borrow_and_update().1;
    let mut delays = Vec::with_capacity(keys);
    for turn in 0..keys {
        let opens = turn % 2 == 0;
        let key = if opens { Key::Char('?') } else { Key::Esc };
        let pressed = Instant::now();
        hands.send(TerminalEvent::Key(key)).await.map_err(io::Error::other)?;
        shown.wait_for(|(open, _)| *open == opens).await.map_err(io::Error::other)?;
        delays.push(pressed.elapsed());
        tokio::time::sleep(BETWEEN_KEYS).await;
    }
    let (frames, took) = (shown.borrow().1 - before, begun.elapsed().as_secs_f64());
    pouring.abort();
    // Nobody answers any more, and nothing is waited for on the way out.
    drop(outcomes);
    hands.send(TerminalEvent::End).await.map_err(io::Error::other)?;
    let model = looking.await.map_err(io::Error::other)?.map_err(|e| io::Error::other(e.to_string()))?;
    delays.sort_unstable();
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "figures")]
    let (frames_per_second, taken_in) = (frames as f64 / took, (model.world.counters.events as f64 / took) as u64);
    Ok(Round { delays, frames_per_second, taken_in })
}

/// So many events a second, in batches, as a poll brings them.
async fn pour(flood: Flood, rate: u32, notices: mpsc::Sender<Notice>, clock: Clock) {
    if rate == 0 {
        // The link stays up all the same.
        return std::future::pending().await;
    }
    let mut flood = flood;
    let mut pause = tokio::time::interval(Duration::from_secs(1) * TOGETHER / rate);
    loop {
        pause.tick().await;
        let at = clock.now();
        let published = |place: u32| Timetoken::new(Timetoken::at(at).ticks() + u64::from(place));
        let heard = (0..TOGETHER).zip(flood.by_ref()).map(|(place, step)| {
            let what = if step.joined { joined(&step.user) } else { EventKind::Left { user: user(&step.user) } };
            PresenceEvent { occupancy: Some(step.occupancy), ..event(CHANNEL, published(place), what) }
        });
        let batch = batch(heard, published(TOGETHER), at);
        if notices.send(Notice::from(batch)).await.is_err() {
            return;
        }
    }
}

/// Everybody is listed.
fn list(model: &mut Model, flood: &Flood, clock: Clock) {
    let now = clock.now();
    update(model, Input::Notice(link(live(), now)), now);
    let listed = flood.everybody().map(|user| ListedUser { user, state: None }).collect();
    let found = snapshot(CHANNEL, listed, Timetoken::at(now));
    let command = Command::AskHereNow { places: all(&[CHANNEL]) };
    update(model, Input::Outcome(outcome(command, Ok(CommandAnswer::HereNow(vec![found])), now)), now);
}
