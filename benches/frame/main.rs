//! What one frame costs, by how many people are on the channel, by how many channels are in view and by what is looked
//! at, and one step of sorting: `cargo bench --bench frame`.
//!
//! Of a frame only visible rows are built, and a step takes a bounded number of rows: neither may grow with
//! the crowd. What does grow is the number of steps.

mod cpu;
#[path = "../../tests/support/happen.rs"]
mod happen;
#[path = "../../tests/support/model.rs"]
mod model;
mod scenes;

use std::time::Duration;

use crate::model::{Happens, Looking, Model, update, wakes_at};
use cpu::measure;
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

const CROWDS: [usize; 3] = [100, 10_000, 1_000_000];

const SCREEN: Rect = Rect { x: 0, y: 0, width: 120, height: 40 };

/// Frames per round; of so many rounds the quickest counts, since whatever else runs only adds.
const FRAMES: u32 = 50;
const ROUNDS: u32 = 6;

/// What all have, and a field of their states.
const ORDERS: [&str; 2] = ["time here", "state.place.desk"];

/// Letters of nearly all user ids, of some, and a field of their states.
const FILTERS: [&str; 4] = ["user", "77", "state.place.desk>50", "=user-0000007"];

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
    // 120 bytes for each, and desks of two digits, in another order than the names.
    let state = |n: usize| {
        let (desk, token) = (10 + n * 37 % 90, n * 7_919);
        let json = format!(
            r#"{{"device":"phone","status":"away","place":{{"floor":"3","desk":{desk}}},"avatar":"https://example.com/{token:024}.png"}}"#
        );
        State::parse(&json).ok()
    };
    let user = |n: usize| UserId::from_wire(&format!("user-{n:07}"));
    let listed = |n: usize| ListedUser { user: user(n), state: state(n) };
    let found = snapshot("lobby", (0..people).map(listed).collect(), Timetoken::at(NOW));
    let command = Command::AskHereNow { places: vec![place] };
    let outcome = outcome(command, Ok(CommandAnswer::HereNow(vec![found])), NOW);
    update(&mut model, Input::Outcome(outcome), NOW);
    model.listener.focus.user = Some(user(people / 2));
    model
}

/// The CPU time of one frame.
fn frame(model: &mut Model, look: &Appearance) -> Duration {
    let round = |model: &mut Model| {
        let took = measure(|| {
            for _ in 0..FRAMES {
                model.prepare_frame(NOW);
                let mut buffer = Buffer::empty(SCREEN);
                view::draw_screen(&model.screen(), look, NOW, SCREEN, &mut buffer);
                std::hint::black_box(&buffer);
            }
        });
        took / FRAMES
    };
    (0..ROUNDS).map(|_| round(model)).min().unwrap_or_default()
}

/// Bounded pieces of work, with time for keys and frames between them.
#[derive(Clone, Copy, Default)]
struct Steps {
    /// Until the rows in sight are the final ones.
    first: Duration,
    count: usize,
    longest: Duration,
    all: Duration,
}

impl Steps {
    fn show(self, name: &str) {
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "{name:>28} {:>6} {:>9.2} ms {:>9.1} ms {:>9.1} ms",
            self.count,
            millis(self.longest),
            millis(self.first),
            millis(self.all)
        );
    }
}

/// The names in sight.
fn rows_in_sight(model: &Model) -> Vec<UserId> {
    model.people(usize::from(SCREEN.height), NOW).iter().filter_map(|row| row.user().cloned()).collect()
}

/// Let a person do something, and do what is due because of it.
fn act(model: &mut Model, begin: &[UiEvent], now: &mut Moment) -> Steps {
    let (last, before) = begin.split_last().expect("something is done");
    for event in before {
        update(model, event.clone(), *now);
    }
    let mut steps = Steps::default();
    let mut next = Happens::from(last.clone());
    let mut shown = Vec::new();
    loop {
        let took = measure(|| {
            update(model, next, *now);
        });
        steps = Steps { count: steps.count + 1, longest: steps.longest.max(took), all: steps.all + took, ..steps };
        let rows = rows_in_sight(model);
        if rows != shown {
            (shown, steps.first) = (rows, steps.all);
        }
        let Some(due) = wakes_at(model, *now).filter(|due| *due <= now.plus(SOON)) else { break };
        *now = due.max(*now);
        next = Input::Tick.into();
    }
    steps
}

/// Choose an order.
fn sort(model: &mut Model, by: &str, now: &mut Moment) -> Steps {
    let paste = UiEvent::Type(EditKey::Paste(by.to_owned()));
    let steps = act(model, &[UiEvent::Act(Action::Sort), paste, UiEvent::Type(EditKey::Enter)], now);
    assert_eq!(model.listener.occupants.order().by.name(), by, "the order that was asked for");
    steps
}

/// Choose a filter; none, if the text is empty.
fn filter(model: &mut Model, text: &str, now: &mut Moment) -> Steps {
    update(model, UiEvent::Act(Action::Filter), *now);
    update(model, UiEvent::Type(EditKey::Clear), *now);
    let paste = UiEvent::Type(EditKey::Paste(text.to_owned()));
    let steps = act(model, &[paste], now);
    update(model, UiEvent::Type(EditKey::Enter), *now);
    assert_eq!(model.listener.occupants.filter().as_str(), text, "the filter that was asked for");
    steps
}

/// What is done, the round with the least work, and after it what undoes it.
fn best_of(mut act: impl FnMut() -> (Steps, Steps)) -> (Steps, Steps) {
    (0..SORTS).map(|_| act()).min_by_key(|(made, gone)| made.all + gone.all).unwrap_or_default()
}

fn main() {
    let look = |theme, symbols| Appearance { theme, zone: TimeZone::UTC, symbols, ..Appearance::default() };
    let terminal = look(Theme::terminal(), Symbols::Unicode);
    scenes::draw_many_channels(&terminal);
    let mut now = NOW;
    for people in CROWDS {
        let mut model = watching(people);
        println!("{people} people: one frame of {}x{}, CPU time", SCREEN.width, SCREEN.height);
        scenes::show("by user id", frame(&mut model, &terminal));
        let plain = look(Theme::monochrome(), Symbols::Ascii);
        scenes::show("monochrome, ASCII", frame(&mut model, &plain));
        let mut steps = Vec::new();
        for by in ORDERS {
            sort(&mut model, by, &mut now);
            scenes::show(by, frame(&mut model, &terminal));
            steps.push((by, best_of(|| (sort(&mut model, NO_ORDER, &mut now), sort(&mut model, by, &mut now)))));
        }
        for text in FILTERS {
            filter(&mut model, text, &mut now);
            scenes::show(text, frame(&mut model, &terminal));
            steps.push((text, best_of(|| (filter(&mut model, "", &mut now), filter(&mut model, text, &mut now)))));
            filter(&mut model, "", &mut now);
        }
        sort(&mut model, NO_ORDER, &mut now);
        scenes::draw_dialogs(&mut model, &terminal, now);
        println!("{:>28} {:>6} {:>12} {:>12} {:>12}", "steps of", "", "longest", "first rows", "all");
        for (name, (gone, made)) in steps {
            made.show(name);
            gone.show("taken back");
        }
        println!();
    }
}
