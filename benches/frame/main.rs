//! What one frame costs, by how many people are on the channel: `cargo bench --bench frame`.
//!
//! Only visible rows are built, so the numbers must not grow with the crowd.

use std::{
    fmt,
    time::{Duration, Instant},
};

use herenow::{
    model::{Model, Msg, Session, update},
    presence::{
        Answered, Channel, Command, Counted, Ledger, LinkChange, Moment, Notice, Outcome, Snapshot, State,
        SubscribeKey, Subscription, Timetoken, UserId,
    },
    view::{self, Look, Symbols, Theme},
};
use jiff::tz::TimeZone;
use ratatui::{buffer::Buffer, layout::Rect};

const NOW: Moment = Moment::from_micros(1_795_262_400_000_000);

const CROWDS: [usize; 3] = [60, 100_000, 1_000_000];

const SCREEN: Rect = Rect { x: 0, y: 0, width: 120, height: 40 };

/// Frames per round; of so many rounds the quickest counts, since whatever else runs only adds.
const FRAMES: u32 = 50;
const ROUNDS: u32 = 6;

/// A dashboard on a channel with so many people, the one in the middle selected.
fn watching(people: usize) -> Model {
    let place = Subscription::Channel(Channel::heard("lobby"));
    let session = Session {
        origin: "http://127.0.0.1:7710".to_owned(),
        name: None,
        region: None,
        production: false,
        read_only: false,
        subscribe_key: SubscribeKey::heard("demo"),
        user: UserId::heard("watcher"),
        watching: vec![place.clone()],
        budget: 10,
        announce_max: Some(20),
        join_hint: None,
    };
    let mut model = Model::new(session, Duration::from_secs(300), NOW);
    let change = LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) };
    update(&mut model, Msg::Notice(Notice::Link { poll: 0, change, at: NOW }), NOW);
    let state = State::parse(r#"{"device":"phone","status":"away","place":{"desk":12}}"#).ok();
    let user = |n: usize| UserId::heard(&format!("user-{n:07}"));
    let listed: Vec<Counted> = (0..people).map(|n| Counted { user: user(n), state: state.clone() }).collect();
    let snapshot = Snapshot {
        channel: Channel::heard("lobby"),
        occupancy: people as u64,
        listed: Some(listed),
        with_state: true,
        as_of: Timetoken::at(NOW),
        complete: true,
    };
    let outcome = Outcome {
        command: Command::AskHereNow { places: vec![place] },
        at: NOW,
        took: Duration::ZERO,
        ledger: Ledger::default(),
        result: Ok(Answered::HereNow(vec![snapshot])),
    };
    update(&mut model, Msg::Outcome(outcome), NOW);
    model.focus.user = Some(user(people / 2));
    model
}

/// The time of one frame.
fn frame(model: &Model, look: &Look) -> Duration {
    let round = || {
        let started = Instant::now();
        for _ in 0..FRAMES {
            let mut buffer = Buffer::empty(SCREEN);
            view::draw(model, look, NOW, SCREEN, &mut buffer);
            std::hint::black_box(&buffer);
        }
        started.elapsed() / FRAMES
    };
    (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
}

struct Row {
    people: usize,
    took: Duration,
    ratio: f64,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>10} people   {:>7.1} us   {:.2} times that of {}",
            self.people,
            self.took.as_secs_f64() * 1e6,
            self.ratio,
            CROWDS[0]
        )
    }
}

fn main() {
    let looks = [
        (
            "terminal",
            Look { theme: Theme::terminal(), zone: TimeZone::UTC, symbols: Symbols::Unicode, ..Look::default() },
        ),
        (
            "monochrome, ASCII",
            Look { theme: Theme::monochrome(), zone: TimeZone::UTC, symbols: Symbols::Ascii, ..Look::default() },
        ),
    ];
    let models = CROWDS.map(|people| (people, watching(people)));
    for (name, look) in &looks {
        println!("one frame of {}x{}, {name}", SCREEN.width, SCREEN.height);
        let took = models.each_ref().map(|(people, model)| (*people, frame(model, look)));
        let first = took[0].1;
        for (people, took) in took {
            println!("{}", Row { people, took, ratio: took.as_secs_f64() / first.as_secs_f64() });
        }
    }
}
