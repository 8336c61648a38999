//! From a key to the frame that shows it, in calm and in a flood, through the real loop.

use std::{
    convert::Infallible,
    io,
    time::{Duration, Instant},
};

use futures_util::{StreamExt, stream};
use herenow::{
    clock::Clock,
    dashboard::{self, Aside},
    engine::World,
    keys::Key,
    model::{Model, Msg, Session, update},
    presence::{
        Answered, Batch, Channel, Command, Counted, Happening, Heard, Ledger, LinkChange, Notice, Outcome,
        PresenceEvent, Snapshot, SubscribeKey, Subscription, Timetoken, UserId,
    },
    terminal::Input,
    view::Look,
};
use ratatui::{
    backend::{Backend, ClearType, TestBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::flood::{CHANNEL, Flood, TOGETHER};

const PEOPLE: usize = 100_000;

/// Events a second.
const FLOODS: [u32; 3] = [0, 1_000, 10_000];

/// From key to key: no multiple of what a frame takes, so that keys fall anywhere in between.
const BETWEEN_KEYS: Duration = Duration::from_millis(71);

/// Stands on the screen while the help is open, and at no other time.
const MARK: &str = "help";

/// A screen that tells when the help appears on it and when it goes.
struct Screen {
    inner: TestBackend,
    frames: u64,
    help: watch::Sender<(bool, u64)>,
}

impl Backend for Screen {
    type Error = Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Infallible> {
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Infallible> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> Result<Size, Infallible> {
        self.inner.size()
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        self.inner.flush()?;
        self.frames += 1;
        let open = self.shows_help();
        self.help.send_replace((open, self.frames));
        Ok(())
    }
}

impl Screen {
    /// Whether a box with the help lies over the panes: its title does.
    fn shows_help(&self) -> bool {
        let buffer = self.inner.buffer();
        let width = usize::from(buffer.area.width);
        let title = |row: &[Cell]| {
            let text: String = row.iter().map(Cell::symbol).collect();
            text.contains(&format!("╭ {MARK} "))
        };
        // The title stands in the upper half.
        buffer.content.chunks(width).take(20).any(title)
    }
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
    let (notices, heard) = mpsc::channel(1024);
    let (orders, _kept) = mpsc::channel(16);
    let (outcomes, ended) = mpsc::channel(16);
    let flood = Flood::new(people);
    let model = watching(&flood, clock);
    let world = World {
        notices: heard,
        watching: watch::channel(Vec::new()).0,
        commands: orders,
        outcomes: ended,
        broken: CancellationToken::new(),
        stage: None,
        clock,
    };
    let (hands, pressed) = mpsc::channel(16);
    let input = stream::unfold(pressed, |mut pressed| async { Some((pressed.recv().await?, pressed)) }).boxed();
    let (help, mut shown) = watch::channel((false, 0));
    let screen = Screen { inner: TestBackend::new(120, 40), frames: 0, help };
    let looking = tokio::spawn(dashboard::run(screen, input, world, model, Look::default(), Aside::default()));
    let pouring = tokio::spawn(pour(flood, rate, notices, clock));

    let begun = Instant::now();
    let before = shown.borrow_and_update().1;
    let mut delays = Vec::with_capacity(keys);
    for turn in 0..keys {
        let opens = turn % 2 == 0;
        let key = if opens { Key::Char('?') } else { Key::Esc };
        let pressed = Instant::now();
        hands.send(Input::Key(key)).await.map_err(io::Error::other)?;
        shown.wait_for(|(open, _)| *open == opens).await.map_err(io::Error::other)?;
        delays.push(pressed.elapsed());
        tokio::time::sleep(BETWEEN_KEYS).await;
    }
    let (frames, took) = (shown.borrow().1 - before, begun.elapsed().as_secs_f64());
    pouring.abort();
    // Nobody answers any more, and nothing is waited for on the way out.
    drop(outcomes);
    hands.send(Input::End).await.map_err(io::Error::other)?;
    let model = looking.await.map_err(io::Error::other)?.map_err(|e| io::Error::other(e.to_string()))?;
    delays.sort_unstable();
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "figures")]
    let (frames_per_second, taken_in) = (frames as f64 / took, (model.counters.events as f64 / took) as u64);
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
        let event = |(place, step): (u32, crate::flood::Step)| {
            let user = UserId::heard(&step.user);
            let what = if step.joined { Happening::Joined { user, state: None } } else { Happening::Left { user } };
            Heard::Event(PresenceEvent {
                raw: None,
                channel: Channel::heard(CHANNEL),
                subscription: None,
                published: Timetoken::new(Timetoken::at(at).ticks() + u64::from(place)),
                timestamp: None,
                occupancy: Some(step.occupancy),
                what,
            })
        };
        let heard: Vec<Heard> = (0..TOGETHER).zip(flood.by_ref()).map(event).collect();
        let cursor = Timetoken::new(Timetoken::at(at).ticks() + u64::from(TOGETHER));
        let batch = Batch { poll: 0, heard, cursor, duplicates: 0, full: false, over_limit: 0, at };
        if notices.send(Notice::Batch(batch)).await.is_err() {
            return;
        }
    }
}

/// A dashboard that knows everybody.
fn watching(flood: &Flood, clock: Clock) -> Model {
    let now = clock.now();
    let place = Subscription::Channel(Channel::heard(CHANNEL));
    let session = Session {
        origin: "http://127.0.0.1:7710".to_owned(),
        name: None,
        region: None,
        production: false,
        read_only: false,
        subscribe_key: SubscribeKey::heard("demo"),
        user: UserId::heard("watcher"),
        watching: vec![place.clone()],
        budget: 1_000,
        announce_max: None,
        join_hint: None,
    };
    let mut model = Model::new(session, Duration::from_secs(300), now);
    let change = LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) };
    update(&mut model, Msg::Notice(Notice::Link { poll: 0, change, at: now }), now);
    let listed: Vec<Counted> = flood.everybody().map(|user| Counted { user, state: None }).collect();
    let snapshot = Snapshot {
        channel: Channel::heard(CHANNEL),
        occupancy: listed.len() as u64,
        listed: Some(listed),
        with_state: true,
        as_of: Timetoken::at(now),
        complete: true,
    };
    let outcome = Outcome {
        command: Command::AskHereNow { places: vec![place] },
        at: now,
        took: Duration::ZERO,
        ledger: Ledger::default(),
        result: Ok(Answered::HereNow(vec![snapshot])),
    };
    update(&mut model, Msg::Outcome(outcome), now);
    model
}
