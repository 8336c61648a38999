//! What one frame costs, by how many people are on the channel: `cargo bench --bench frame`.
//!
//! Only visible rows are built, so the numbers must not grow with the crowd.

#[path = "../../tests/support/happen.rs"]
mod happen;

use std::{
    fmt,
    time::{Duration, Instant},
};

use happen::{link, live, on, outcome, session, snapshot};
use herenow::{
    model::{Model, Msg, update},
    presence::{Answered, Command, Counted, Moment, State, Timetoken, UserId},
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
    let place = on("lobby");
    let mut model = Model::new(session("watcher", vec![place.clone()]), Duration::from_secs(300), NOW);
    model.session.announce_max = Some(20);
    update(&mut model, Msg::Notice(link(live(), NOW)), NOW);
    let state = State::parse(r#"{"device":"phone","status":"away","place":{"desk":12}}"#).ok();
    let user = |n: usize| UserId::heard(&format!("user-{n:07}"));
    let listed = (0..people).map(|n| Counted { user: user(n), state: state.clone() }).collect();
    let found = snapshot("lobby", listed, Timetoken::at(NOW));
    let command = Command::AskHereNow { places: vec![place] };
    let outcome = outcome(command, Ok(Answered::HereNow(vec![found])), NOW);
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
