//! What one frame costs, and one step of sorting, by how many people are on the channel:
//! `cargo bench --bench frame`.
//!
//! Of a frame only visible rows are built, and a step takes a bounded number of rows: neither may grow with
//! the crowd, except that a step finds its places in a larger tree. What does grow is the number of steps.

#[path = "../../tests/support/happen.rs"]
mod happen;
#[path = "../../tests/support/model.rs"]
mod model;

use std::{
    fmt,
    time::{Duration, Instant},
};

use crate::model::{Happens, Looking, Model, update, wakes_at};
use happen::{link, live, on, outcome, session, snapshot};
use herenow::{
    presence::{Command, CommandAnswer, ListedUser, Moment, State, Timetoken, UserId},
    ui::{Action, EditKey, UiEvent},
    view::{self, Appearance, Symbols, Theme},
    world::Input,
};
use jiff::tz::TimeZone;
use ratatui::{buffer::Buffer, layout::Rect};

const NOW: Moment = Moment::from_micros(1_795_262_400_000_000);

const CROWDS: [usize; 3] = [60, 100_000, 1_000_000];

const SCREEN: Rect = Rect { x: 0, y: 0, width: 120, height: 40 };

/// Frames per round; of so many rounds the quickest counts, since whatever else runs only adds.
const FRAMES: u32 = 50;
const ROUNDS: u32 = 6;

/// What all have, and a field of their states.
const ORDERS: [&str; 2] = ["time here", "state.place.desk"];

/// The order of the list itself, for which nothing is worked out.
const NO_ORDER: &str = "user id";

/// Each order is worked out so often; the round with the least work counts.
const SORTS: u32 = 3;

/// What is due later than this is no step of sorting.
const SOON: Duration = Duration::from_millis(5);

/// A dashboard on a channel with so many people, the one in the middle selected.
fn watching(people: usize) -> Model {
    let place = on("lobby");
    let mut model = crate::model::model(session("watcher", vec![place.clone()]), Duration::from_secs(300), NOW);
    model.world.session.announce_max = Some(20);
    update(&mut model, Input::Notice(link(live(), NOW)), NOW);
    // Desks of two digits, in another order than the names.
    let json = |desk: usize| format!(r#"{{"device":"phone","status":"away","place":{{"desk":{desk}}}}}"#);
    let states: Vec<_> = (10..100).map(|desk| State::parse(&json(desk)).ok()).collect();
    let user = |n: usize| UserId::from_wire(&format!("user-{n:07}"));
    let listed = |n: usize| ListedUser { user: user(n), state: states[n * 37 % states.len()].clone() };
    let found = snapshot("lobby", (0..people).map(listed).collect(), Timetoken::at(NOW));
    let command = Command::AskHereNow { places: vec![place] };
    let outcome = outcome(command, Ok(CommandAnswer::HereNow(vec![found])), NOW);
    update(&mut model, Input::Outcome(outcome), NOW);
    model.listener.focus.user = Some(user(people / 2));
    model
}

/// The time of one frame.
fn frame(model: &Model, look: &Appearance) -> Duration {
    let round = || {
        let started = Instant::now();
        for _ in 0..FRAMES {
            let mut buffer = Buffer::empty(SCREEN);
            view::draw_screen(&model.screen(), look, NOW, SCREEN, &mut buffer);
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

/// Bounded pieces of work, with time for keys and frames between them.
#[derive(Clone, Copy, Default)]
struct Steps {
    count: usize,
    longest: Duration,
    all: Duration,
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        write!(f, "{:>3} steps, longest {:>6.2} ms, all {:>7.1} ms", self.count, millis(self.longest), millis(self.all))
    }
}

/// Choose an order as a person does, and do what is due because of it.
fn sort(model: &mut Model, by: &str, now: &mut Moment) -> Steps {
    update(model, UiEvent::Act(Action::Sort), *now);
    update(model, UiEvent::Type(EditKey::Paste(by.to_owned())), *now);
    let mut steps = Steps::default();
    let mut next = Happens::from(UiEvent::Type(EditKey::Enter));
    loop {
        let started = Instant::now();
        update(model, next, *now);
        let took = started.elapsed();
        steps = Steps { count: steps.count + 1, longest: steps.longest.max(took), all: steps.all + took };
        let Some(due) = wakes_at(model, *now).filter(|due| *due <= now.plus(SOON)) else { break };
        *now = due.max(*now);
        next = Input::Tick.into();
    }
    assert_eq!(model.listener.occupants.order().by.name(), by, "the order that was asked for");
    steps
}

/// An order worked out, and thrown away again.
fn sorting(model: &mut Model, by: &str, now: &mut Moment) -> (Steps, Steps) {
    let mut round = || (sort(model, by, now), sort(model, NO_ORDER, now));
    (0..SORTS).map(|_| round()).min_by_key(|(made, gone)| made.all + gone.all).unwrap_or_default()
}

fn main() {
    let looks = [
        (
            "terminal",
            Appearance {
                theme: Theme::terminal(),
                zone: TimeZone::UTC,
                symbols: Symbols::Unicode,
                ..Appearance::default()
            },
        ),
        (
            "monochrome, ASCII",
            Appearance {
                theme: Theme::monochrome(),
                zone: TimeZone::UTC,
                symbols: Symbols::Ascii,
                ..Appearance::default()
            },
        ),
    ];
    let mut models = CROWDS.map(|people| (people, watching(people)));
    for (name, look) in &looks {
        println!("one frame of {}x{}, {name}", SCREEN.width, SCREEN.height);
        let took = models.each_ref().map(|(people, model)| (*people, frame(model, look)));
        let first = took[0].1;
        for (people, took) in took {
            println!("{}", Row { people, took, ratio: took.as_secs_f64() / first.as_secs_f64() });
        }
    }
    let mut now = NOW;
    for by in ORDERS {
        println!("one step of sorting by {by}");
        for (people, model) in &mut models {
            let (made, gone) = sorting(model, by, &mut now);
            println!("{people:>10} people   {made}");
            println!("{:>17}   {gone}", "thrown away");
        }
    }
}
