//! The wall view: what a room reads from afar.

use std::time::Duration;

use herenow::{
    crowd::{Profile, Simulation, people},
    keys::{Key, Keys},
    presence::{Direction, SceneLine, SceneStatus, Silence},
    service::Settings,
    ui::{Action, ChannelSum, UiEvent},
    view::{self, Appearance, Depth, Symbols, Theme},
    world::{ChannelState, Input, Order},
};
use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::Color,
};

use crate::{
    model::Looking,
    sim::{CHANNELS, Sim, written},
};

/// A stampede, as a scenario plays it.
fn launch() -> Sim {
    let script = Simulation::new(Profile::STAMPEDE, people(90, 1), 1);
    let settings = Settings { deltas: true, ..Settings::default() };
    let mut sim = Sim::new(settings, script, &CHANNELS, "watcher-4f2a", 1).watched(Duration::from_secs(70));
    let line = |title: &str| SceneLine { title: title.to_owned(), about: "".into() };
    sim.tell(Input::Scene(SceneStatus {
        profile: "stampede".into(),
        about: Profile::STAMPEDE.about.into(),
        scenario: Some("A product launch".to_owned()),
        scenes: ["Guests arrive", "Doors open", "Keynote"].map(line).into(),
        scene: 2,
        label: Some("Keynote".to_owned()),
        since: sim.now,
        next: Some(("it drains".to_owned(), sim.now.plus(Duration::from_secs(30)))),
        ..SceneStatus::default()
    }));
    sim.tell(UiEvent::Act(Action::Wall));
    sim.run(Duration::from_secs(12));
    sim
}

/// As WCAG 2 defines it.
fn contrast(a: Color, b: Color) -> f64 {
    let light = |color: Color| {
        let Color::Rgb(r, g, b) = color else { panic!("{color} is the terminal's") };
        let [r, g, b] = [r, g, b].map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (light(a), light(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Lines, bars and blanks are no text.
fn is_text(cell: &Cell) -> bool {
    cell.symbol().chars().all(|letter| letter != ' ' && letter != '·' && !"─━╌│┤┬└▆▏░".contains(letter))
}

#[test]
fn f12_the_wall_shows_one_number_what_it_means_and_how_it_came_about() {
    let sim = launch();
    let screens = [(200, 60), (100, 30), (60, 20), (40, 15)]
        .map(|(width, height)| format!("== {width}x{height}\n{}", sim.text(width, height)));
    insta::assert_snapshot!(screens.join("\n"));
    let ascii = written(&sim.frame_in(Theme::terminal(), Symbols::Ascii, 60, 20));
    assert!(ascii.is_ascii() && ascii.contains("####"), "{ascii}");
}

#[test]
fn the_wall_tells_no_change_of_a_time_before_it_looked() {
    let mut sim = Sim::crowd(40, "watcher-4f2a");
    sim.connect();
    sim.tell(UiEvent::Act(Action::Wall));
    let is_told = |sim: &Sim| {
        let text = sim.text(100, 30);
        text.contains("30 s ago") || text.contains("in the last 30 seconds")
    };
    for _ in 0..29 {
        sim.run(Duration::from_secs(1));
        assert!(!is_told(&sim), "{}", sim.text(100, 30));
    }
    sim.run(Duration::from_secs(12));
    assert!(is_told(&sim), "{}", sim.text(100, 30));
}

#[test]
fn f12_scenes_are_written_under_the_line() {
    let mut sim = launch();
    let scene = sim.model.world.scene.clone().unwrap();
    for title in ["Doors open", "Keynote"] {
        sim.run(Duration::from_secs(20));
        sim.tell(Input::Scene(SceneStatus { label: Some(title.to_owned()), since: sim.now, ..scene.clone() }));
    }
    sim.run(Duration::from_secs(12));
    for (width, height) in [(100, 30), (120, 40)] {
        let text = sim.text(width, height);
        let rows: Vec<&str> = text.lines().collect();
        let axis = rows.iter().position(|row| row.contains('└')).unwrap();
        for title in ["Doors open", "Keynote"] {
            let before = rows[axis + 1].split(title).next().unwrap();
            assert_ne!(before, rows[axis + 1], "{title}: {text}");
            assert_eq!(rows[axis].chars().nth(before.chars().count()), Some('┆'), "{title}: {text}");
        }
    }
    let ascii = written(&sim.frame_in(Theme::terminal(), Symbols::Ascii, 100, 30));
    assert!(ascii.contains("Keynote") && ascii.is_ascii(), "{ascii}");
}

#[test]
fn f12_on_the_wall_one_sees_that_one_is_in_the_room() {
    let mut sim = launch();
    assert!(!sim.text(100, 30).contains("you  ◆"), "{}", sim.text(100, 30));
    sim.tell(UiEvent::Act(Action::Heartbeat));
    sim.run(Duration::from_secs(3));
    let text = sim.text(100, 30);
    for said in ["here as watcher-4f2a", "timeout in 29", "kept alive by heartbeats"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let small = sim.text(60, 20);
    assert!(small.contains("people are on") && !small.contains("kept alive"), "where there is room: {small}");
}

#[test]
fn f12_every_text_on_the_wall_can_be_read_from_afar() {
    let mut sim = launch();
    for _ in 0..2 {
        for name in ["dark", "light", "high-contrast", "colour-blind"] {
            for (width, height) in [(100, 30), (60, 20), (200, 60), (40, 15)] {
                let theme = Theme::by_name(name, Depth::True).unwrap();
                let look = Appearance { theme, depth: Depth::True, ..Appearance::default() };
                let area = Rect::new(0, 0, width, height);
                let mut frame = Buffer::empty(area);
                view::draw_screen(&sim.model.screen(), &look, sim.now, area, &mut frame);
                for cell in frame.content.iter().filter(|cell| is_text(cell)) {
                    let found = contrast(cell.fg, cell.bg);
                    assert!(found >= 7.0, "{name} {width}x{height}: {:?} {found:.1}", cell.symbol());
                }
            }
        }
        // With a link that is lost, too.
        let trouble = crate::happen::trouble("connection refused; check the network");
        let retry_at = sim.now.plus(Duration::from_secs(4));
        sim.link(herenow::presence::LinkChange::Lost { trouble, attempt: 3, retry_at });
    }
}

#[test]
fn f12_the_wall_opens_and_closes_by_one_key_and_gives_way_to_a_pane() {
    let mut sim = launch();
    let is_wall = |sim: &Sim| sim.text(100, 30).contains("████");
    assert!(is_wall(&sim));
    for back in [Action::Wall, Action::Close, Action::GoTo(herenow::ui::Pane::Log), Action::Open] {
        sim.tell(UiEvent::Act(back));
        assert!(!is_wall(&sim), "{back:?}");
        sim.tell(UiEvent::Act(Action::Wall));
        assert!(is_wall(&sim));
    }
    sim.tell(UiEvent::Act(Action::Help));
    sim.tell(UiEvent::Type(herenow::ui::EditKey::Cancel));
    assert!(is_wall(&sim), "a box over the wall is closed first");
    assert!(!sim.text(39, 30).contains("████"), "the panes where there is no room for the wall");
}

#[test]
fn f36_a_message_over_the_wall_leaves_its_keys() {
    let mut sim = launch();
    let last = |sim: &Sim| sim.text(100, 30).lines().last().unwrap().to_owned();
    let before = last(&sim);
    assert!(before.contains("pull the plug"), "{before}");
    let now = sim.now;
    sim.model.listener.say(herenow::ui::Tone::Good, "present on lobby as me", now);
    assert_eq!(last(&sim), before);
    assert!(sim.text(100, 30).contains("✓ present on lobby as me"));
}

/// A crowd that runs to one channel after ten calm seconds, and nobody at the keys.
fn stampede(after: u64) -> Sim {
    let script = Simulation::new(Profile::STAMPEDE, people(90, 1), 1);
    let settings = Settings { deltas: true, ..Settings::default() };
    let mut sim = Sim::new(settings, script, &CHANNELS, "watcher-4f2a", 1).watched(Duration::from_secs(1));
    sim.tell(Input::Scene(SceneStatus { profile: "stampede".into(), ..SceneStatus::default() }));
    sim.model.listener.focus.select_sum(ChannelSum::All);
    sim.run(Duration::from_secs(after));
    sim
}

#[test]
fn f47_the_scale_of_the_chart_is_calm() {
    for profile in Profile::ALL {
        let script = Simulation::new(*profile, people(120, 1), 1);
        let settings = Settings { deltas: true, ..Settings::default() };
        let mut sim = Sim::new(settings, script, &CHANNELS, "watcher-4f2a", 1).watched(Duration::from_secs(45));
        for channel in [None, Some("stage")] {
            match channel {
                Some(name) => sim.model.listener.focus.go_to(&herenow::presence::Channel::from_wire(name)),
                None => sim.model.listener.focus.select_sum(ChannelSum::All),
            }
            sim.run(Duration::from_secs(1));
            let top = |sim: &Sim| sim.model.screen().find_chart_top(sim.now);
            let (mut before, mut changes) = (top(&sim), Vec::new());
            for second in 0..240 {
                sim.run(Duration::from_secs(1));
                if top(&sim) != before {
                    before = top(&sim);
                    changes.push((second, before));
                }
            }
            // Only a rush may have two in half a minute: the line would leave the chart.
            let hasty = changes.windows(2).filter(|pair| pair[1].0 - pair[0].0 < 30).count();
            println!("{} {channel:?}: {changes:?}", profile.name);
            assert!(hasty <= 1, "{} {channel:?}: {changes:?}", profile.name);
        }
    }
}

fn selected(sim: &Sim) -> Option<String> {
    sim.model.screen().selected_channel().map(|watched| watched.channel.to_string())
}

#[test]
fn f05_the_selection_goes_where_most_changes_and_says_why() {
    let mut sim = stampede(17);
    assert_eq!(selected(&sim), None, "the sum, until a person could have touched a key");
    sim.run(Duration::from_secs(5));
    assert_eq!(selected(&sim).as_deref(), Some("stage"));
    let screen = sim.text(120, 40);
    assert!(screen.contains("stage (+") && screen.contains(" in 30 s)"), "{screen}");
    // Where it calms down, the sum is shown again.
    sim.run(Duration::from_secs(120));
    let most = sim.model.world.channels.iter().map(ChannelState::occupancy).max();
    assert!(selected(&sim).is_none() || most > Some(5), "{:?}", selected(&sim));
}

#[test]
fn f05_a_key_holds_the_selection_for_twenty_seconds() {
    let mut sim = stampede(17);
    sim.tell(UiEvent::Act(Action::PreviousChannel));
    let first = selected(&sim).expect("a channel is selected by hand");
    for _ in 0..19 {
        sim.run(Duration::from_secs(1));
        assert_eq!(selected(&sim).as_ref(), Some(&first));
    }
    sim.tell(UiEvent::Act(Action::Follow));
    sim.run(Duration::from_secs(40));
    assert_eq!(selected(&sim), Some(first), "never, where a person turned it off");
}

/// Press keys as a person does; returns what the crowd is told.
fn press(sim: &mut Sim, keys: &[Key]) -> Vec<Direction> {
    let table = Keys::default();
    let mut told = Vec::new();
    for key in keys {
        let event = table.translate(&sim.model.screen(), *key).expect("the key means something");
        let orders = sim.model.listener.take_event(&sim.model.world, event, sim.now);
        told.extend(orders.into_iter().filter_map(|order| match order {
            Order::Direct(direction) => Some(direction),
            _ => None,
        }));
    }
    told
}

#[test]
fn f13_every_scene_is_at_most_four_keys_away_and_twice_is_the_next_one() {
    let mut sim = launch();
    for scenes in [Profile::ALL.len(), 40] {
        let line =
            |n: usize| SceneLine { title: Profile::ALL[n % Profile::ALL.len()].name.to_owned(), about: "".into() };
        let scenes: std::sync::Arc<[SceneLine]> = (0..scenes).map(line).collect();
        for place in 0..scenes.len() {
            sim.tell(Input::Scene(SceneStatus { scenes: scenes.clone(), ..SceneStatus::default() }));
            let number = (place + 1).to_string();
            let mut keys = vec![Key::Char('n')];
            keys.extend(number.chars().map(Key::Char));
            keys.push(Key::Enter);
            assert!(keys.len() <= 4);
            assert_eq!(press(&mut sim, &keys), [Direction::Scene(u16::try_from(place).unwrap())], "{number}");
        }
    }
    assert_eq!(press(&mut sim, &[Key::Char('n'), Key::Char('n')]), [Direction::Next]);
    assert!(sim.model.listener.dialog.is_none());
    // A letter of a name that is being typed is one.
    assert_eq!(press(&mut sim, &[Key::Char('n'), Key::Char('e'), Key::Char('n'), Key::Esc]), []);
}

#[test]
fn f13_the_list_says_what_each_scene_shows_and_the_second_row_counts_down() {
    let mut sim = launch();
    let scenes: Vec<SceneLine> = Profile::ALL
        .iter()
        .map(|profile| SceneLine { title: profile.name.to_owned(), about: profile.about.into() })
        .collect();
    let silence = Some(Silence { region: "eu".into(), people: 31, timeout_at: sim.now.plus(Duration::from_secs(12)) });
    let scene = SceneStatus { scenes: scenes.into(), silence, ..sim.model.world.scene.clone().unwrap() };
    sim.tell(Input::Scene(scene));
    sim.tell(UiEvent::Act(Action::Wall));
    let row = |sim: &Sim, width| sim.text(width, 24).lines().nth(1).unwrap().trim().to_owned();
    assert_eq!(row(&sim, 80), "◌ eu is silent · 31 people are still listed · they time out in 12 s");
    assert_eq!(row(&sim, 40), "◌ eu silent · timeout in 12 s");
    sim.tell(UiEvent::Act(Action::Scenes));
    let list = sim.text(80, 24);
    for profile in Profile::ALL {
        assert!(list.contains(profile.about), "{} at 80 columns\n{list}", profile.about);
    }
    sim.run(Duration::from_secs(12));
    assert!(!row(&sim, 80).contains("silent"), "{}", row(&sim, 80));
}
