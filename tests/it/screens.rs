//! Whole screens as text, at the sizes people have, in the states that matter; and every size without
//! a panic.

use std::time::Duration;

use crate::model::{Looking, wakes_at};
use herenow::{
    crowd::{Profile, Simulation, people},
    presence::{
        Command, CommandAnswer, LinkChange, ListedUser, SceneStatus, State, Subscription, Timetoken, Trouble, UserId,
    },
    service::Settings,
    ui::{Action, ChannelListRow, UiEvent},
    view::{self, Appearance, ClickTarget, Depth, Symbols, Theme},
    world::Input,
};
use ratatui::{
    buffer::Buffer,
    style::{Color, Style},
};

use crate::{
    happen::{live, on, outcome, snapshot, trouble},
    sim::{CHANNELS, Sim, written},
};

fn world(size: usize) -> Sim {
    Sim::crowd(size, "watcher-4f2a")
}

fn crowd(size: usize) -> Sim {
    world(size).watched(Duration::from_secs(45))
}

/// One state at every size that people have, one below the other.
fn sizes(frame: impl Fn(u16, u16) -> Buffer) -> String {
    let sizes = [(200, 60), (120, 40), (80, 24), (40, 12), (20, 5), (60, 1), (1, 1)];
    let screens = sizes.map(|(w, h)| format!("== {w}x{h}\n{}", written(&frame(w, h))));
    screens.join("\n")
}

/// The styles of a screen: a letter for each cell that is not as the first, and what the letters mean.
fn styles(buffer: &Buffer) -> String {
    let mut known: Vec<Style> = Vec::new();
    let mut letter = |style: Style| {
        let place = known.iter().position(|known| *known == style).unwrap_or_else(|| {
            known.push(style);
            known.len() - 1
        });
        char::from(b'a' + u8::try_from(place).unwrap())
    };
    let width = usize::from(buffer.area.width);
    let rows: Vec<String> =
        buffer.content.chunks(width).map(|row| row.iter().map(|cell| letter(cell.style())).collect()).collect();
    let meant = known.iter().enumerate().map(|(place, style)| {
        let color = |color: Option<Color>| color.unwrap_or_default().to_string();
        let letter = char::from(b'a' + u8::try_from(place).unwrap());
        format!("{letter}: {} on {} {:?}", color(style.fg), color(style.bg), style.add_modifier)
    });
    format!("{}\n{}", rows.join("\n"), meant.collect::<Vec<_>>().join("\n"))
}

/// These people listed on the first channel.
fn listed(sim: &mut Sim, people: impl Iterator<Item = (UserId, State)>) {
    let listed: Vec<ListedUser> = people.map(|(user, state)| ListedUser { user, state: Some(state) }).collect();
    let channel = sim.model.world.session.watching[0].clone();
    let Subscription::Channel(name) = &channel else { panic!("a channel is watched") };
    let found = snapshot(name.as_str(), listed, Timetoken::at(sim.now));
    let command = Command::AskHereNow { places: vec![channel] };
    sim.tell(Input::Outcome(outcome(command, Ok(CommandAnswer::HereNow(vec![found])), sim.now)));
}

fn state(json: &str) -> State {
    State::parse(json).unwrap()
}

/// Ids, states and a channel as nobody should choose them.
fn hostile() -> Sim {
    let script = Simulation::new(Profile::STEADY, people(0, 1), 1);
    let channels = ["evil\u{202e}\u{1b}[2J", "lobby"];
    let sim = Sim::new(Settings::default(), script, &channels, "\u{1b}me\u{7}", 1);
    let mut sim = sim.watched(Duration::from_secs(30));
    let flood = format!("zalgo{}", "\u{301}".repeat(400));
    let giant = "x".repeat(32 * 1024);
    let ids = [
        "\u{1b}[2J\u{1b}]0;pwn\u{7}",
        "\u{202e}nimda",
        "a\u{200b}\u{200d}b",
        "\u{9b}31m",
        "\n\r\t",
        "👨\u{200d}👩\u{200d}👧",
        "\u{fdfd}",
    ];
    let ids = ids.into_iter().chain([flood.as_str(), giant.as_str()]);
    let deep = format!("{{\"deep\":{}1{}}}", "[".repeat(100), "]".repeat(100));
    let states =
        [r#"{"\u001b[31m":"\u202e\u0007","ok":1}"#.to_owned(), deep, format!("{{\"big\":\"{}\"}}", "y".repeat(30_000))];
    let people: Vec<_> =
        ids.zip(states.iter().cycle()).map(|(id, json)| (UserId::from_wire(id), state(json))).collect();
    listed(&mut sim, people.into_iter());
    sim.tell(UiEvent::Act(Action::Down));
    sim
}

fn lost(sim: &mut Sim) {
    let sentence =
        "https://ps.pndsn.com can't be reached: connection refused; check the network, the origin and any proxy";
    let retry_at = sim.now.plus(Duration::from_secs(4));
    sim.link(LinkChange::Lost { trouble: trouble(sentence), attempt: 3, retry_at });
}

/// The crowd on channels where each change is announced.
fn announced(size: usize) -> Sim {
    let script = Simulation::new(Profile::STEADY, people(size, 1), 1);
    let settings = Settings { announce_max: 100, ..Settings::default() };
    let mut sim = Sim::new(settings, script, &CHANNELS, "watcher-4f2a", 1).watched(Duration::from_secs(150));
    for _ in 0..4 {
        sim.tell(UiEvent::Act(Action::Down));
    }
    sim
}

fn alone() -> Sim {
    let mut sim = crowd(0);
    sim.tell(UiEvent::Act(Action::Heartbeat));
    sim.run(Duration::from_secs(10));
    sim
}

fn full() -> Sim {
    let mut sim = crowd(0);
    let users = (0..100_000).map(|n| UserId::from_wire(&format!("user-{n:05}")));
    listed(&mut sim, users.map(|user| (user, state(r#"{"team":"red"}"#))));
    (0..3).for_each(|_| sim.tell(UiEvent::Act(Action::PageDown)));
    sim
}

fn cut_off() -> Sim {
    let mut sim = crowd(60);
    lost(&mut sim);
    sim
}

fn refused() -> Sim {
    let mut sim = crowd(60);
    let sentence = "access refused (403) for support-pnpres (\"Forbidden\"); the token needs read permission";
    let trouble = Trouble { passing: false, refused: vec!["support-pnpres".into()], ..trouble(sentence) };
    sim.link(LinkChange::Refused { trouble, what: vec![on("support")], everything: false });
    sim.link(live());
    sim.tell(UiEvent::Act(Action::NextChannel));
    sim
}

fn long_and_wide() -> Sim {
    let mut sim = crowd(0);
    let ids = [
        "李雷和韩梅梅在上海的办公室里一起工作到很晚才回家休息",
        "한국어사용자이름이아주길어서잘려야합니다",
        "Zoë Größenwahn",
        "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
    ];
    let long = format!("build-agent-{}", "0123456789abcdef-".repeat(6));
    let ids = ids.into_iter().chain([long.as_str()]);
    let people: Vec<_> = ids.map(|id| (UserId::from_wire(id), state(r#"{"城市":"上海","路":{"门牌":12}}"#))).collect();
    listed(&mut sim, people.into_iter());
    sim.tell(UiEvent::Act(Action::Bottom));
    sim
}

/// The states that matter, by name.
fn states() -> Vec<(&'static str, Sim)> {
    let mut never = world(0);
    lost(&mut never);
    vec![
        ("nothing_yet", world(0)),
        ("never_reached", never),
        ("one_person_and_that_is_us", alone()),
        ("sixty", announced(60)),
        ("in_intervals", crowd(60)),
        ("a_hundred_thousand", full()),
        ("link_lost", cut_off()),
        ("refused_channel", refused()),
        ("hostile_names", hostile()),
        ("long_and_wide_names", long_and_wide()),
    ]
}

#[test]
fn every_state_at_every_size_people_have() {
    for (name, sim) in states() {
        insta::assert_snapshot!(name, sizes(|width, height| sim.frame(width, height)));
    }
}

#[test]
fn at_rest_no_cell_changes_but_those_of_clocks() {
    let mut sim = crowd(8);
    sim.pause_crowd();
    sim.run(Duration::from_secs(2 * 3600 + 5));
    let (before, minute) = (sim.frame(120, 40), sim.now.seconds() / 60);
    // The row of clock times under the chart.
    let screen = sim.text(120, 40);
    let axis = screen.lines().position(|line| line.trim_end_matches(['│', '▐', ' ']).ends_with("now")).unwrap();
    let find_changed = |frame: &Buffer| -> Vec<(u16, u16)> {
        let changed = before.diff(frame).into_iter().map(|(x, y, _)| (x, y));
        changed.filter(|(_, y)| !(axis - 1..=axis).contains(&usize::from(*y))).collect()
    };
    let mut wakes = 0;
    while sim.now.seconds() / 60 == minute {
        let changed = find_changed(&sim.frame(120, 40));
        assert!(
            changed.iter().all(|(_, y)| *y < 2),
            "the clock, and how long ago the lists were asked for: {changed:?}"
        );
        assert!(changed.iter().filter(|(_, y)| *y == 0).count() <= 2, "two digits of the seconds: {changed:?}");
        let next = wakes_at(&sim.model, sim.now).unwrap();
        sim.run(next.since(sim.now).max(Duration::from_millis(1)));
        wakes += 1;
    }
    assert!(wakes <= 63, "a frame a second: {wakes}");
}

#[test]
fn each_pane_fills_the_body() {
    let mut sim = announced(60);
    sim.model.listener.focus.zoom = true;
    let mut screens = Vec::new();
    for _ in 0..3 {
        screens.push(sim.text(80, 24));
        sim.tell(UiEvent::Act(Action::NextPane));
    }
    insta::assert_snapshot!(screens.join("\n\n"));
}

#[test]
fn every_theme_in_style() {
    let sim = announced(60);
    for name in herenow::ui::THEMES {
        let theme = Theme::by_name(name, Depth::True).unwrap();
        insta::assert_snapshot!(format!("theme_{name}"), styles(&sim.frame_in(theme, Symbols::Unicode, 120, 30)));
    }
}

#[test]
fn no_theme_changes_a_word_and_no_color_means_no_color() {
    for (name, sim) in states() {
        let plain = sim.text(120, 40);
        for theme in herenow::ui::THEMES {
            let frame = sim.frame_in(Theme::by_name(theme, Depth::Indexed).unwrap(), Symbols::Unicode, 120, 40);
            assert_eq!(written(&frame), plain, "{name} in {theme}");
        }
        let frame = sim.frame_in(Theme::monochrome(), Symbols::Unicode, 120, 40);
        assert!(frame.content.iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset)), "{name}");
    }
}

#[test]
fn where_only_ascii_can_be_shown_nothing_else_is() {
    for (name, mut sim) in states() {
        for _ in 0..2 {
            for (width, height) in [(200, 60), (120, 40), (99, 30), (80, 24), (40, 12), (20, 5), (60, 1), (3, 1)] {
                let frame = sim.frame_in(Theme::terminal(), Symbols::Ascii, width, height);
                let foreign = frame.content.iter().find(|cell| !cell.symbol().is_ascii());
                assert_eq!(foreign, None, "{name} {width}x{height}");
            }
            sim.tell(UiEvent::Act(Action::Help));
        }
    }
    let sim = long_and_wide();
    let ascii = |width, height| sim.frame_in(Theme::terminal(), Symbols::Ascii, width, height);
    insta::assert_snapshot!("ascii_long_and_wide_names", sizes(ascii));
    let sim = announced(60);
    insta::assert_snapshot!("ascii_sixty", written(&sim.frame_in(Theme::terminal(), Symbols::Ascii, 120, 40)));
}

#[test]
fn a_position_on_the_screen_means_what_is_drawn_there() {
    let sim = announced(60);
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12)] {
        let area = ratatui::layout::Rect::new(0, 0, width, height);
        let frame = sim.frame(width, height);
        let line = |y: u16| (0..width).map(|x| frame[(x, y)].symbol()).collect::<String>();
        let mut met = 0;
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            match view::find_target(&sim.model.screen(), &Appearance::default(), sim.now, area, x, y) {
                Some(ClickTarget::User(user)) => {
                    let name = user.as_str().chars().take(1).collect::<String>();
                    assert!(line(y).contains(&name), "{name} at {x} {y} of {width}x{height}");
                    met |= 1;
                }
                Some(ClickTarget::On(channel, user)) => {
                    let name = user.map_or_else(|| channel.to_string(), |user| user.to_string());
                    let name = name.chars().take(1).collect::<String>();
                    assert!(line(y).contains(&name), "{name} at {x} {y} of {width}x{height}");
                }
                Some(ClickTarget::ChannelRow(row)) => {
                    let name = match sim.model.screen().channel_rows().get(row) {
                        Some(ChannelListRow::Channel { place, .. }) => {
                            sim.model.world.channels.get(*place).unwrap().channel.to_string()
                        }
                        _ => "all 5".to_owned(),
                    };
                    assert!(line(y).contains(&name), "{name} at {x} {y} of {width}x{height}");
                    met |= 2;
                }
                Some(ClickTarget::Splitter(_)) => met |= 4,
                Some(ClickTarget::Pane(_) | ClickTarget::Act(_)) | None => {}
            }
        }
        // On a phone the people are another page.
        assert_eq!(met & 3, if width >= 60 { 3 } else { met & 3 }, "{width}x{height}");
        assert_eq!(met & 4 == 4, width >= 60, "{width}x{height}");
    }
}

#[test]
fn f30_the_region_is_in_the_first_row_and_nothing_is_told_twice() {
    let mut sim = crowd(60);
    sim.model.world.session.region = Some("eu".to_owned());
    for name in [None, Some("prod-eu")] {
        sim.model.world.session.name = name.map(Into::into);
        for width in [60, 80, 99, 100, 119, 120, 143, 160, 200, 260] {
            let screen = sim.text(width, 30);
            let rows: Vec<&str> = screen.lines().take(2).collect();
            assert!(rows[1].starts_with(" ✓ calm"), "{rows:?}");
            let words = |row: &str| row.split(" · ").map(|part| part.trim().to_owned()).collect::<Vec<_>>();
            let (first, second) = (words(rows[0]), words(rows[1]));
            assert!(first.iter().all(|part| !second.contains(part)), "{width}: {rows:?}");
            assert!(width < 120 || first.contains(&"eu".to_owned()), "{width}: {rows:?}");
            assert!(!rows.concat().contains("127.0.0.1:7710 · "), "where it comes from is in the doctor: {rows:?}");
        }
    }
}

#[test]
fn the_help() {
    let mut sim = crowd(60);
    sim.tell(UiEvent::Act(Action::Help));
    insta::assert_snapshot!(sim.text(80, 24));
}

#[test]
fn in_front_of_our_own_crowd_the_header_says_what_it_is_at_and_what_comes() {
    let mut sim = crowd(60);
    let next = Some(("eu comes back".to_owned(), sim.now.plus(Duration::from_millis(11_500))));
    let phase = Some("eu has no network".to_owned());
    let scene = SceneStatus { profile: "outage".into(), ..SceneStatus::default() };
    let line = |sim: &Sim, width| sim.text(width, 24).lines().nth(1).unwrap().to_owned();
    let says = |sim: &Sim, width, what: &[&str]| {
        let line = line(sim, width);
        assert!(line.starts_with(" ✓ calm") && what.iter().all(|part| line.contains(part)), "{width}: {line}");
    };
    sim.tell(Input::Scene(scene.clone()));
    says(&sim, 80, &["54 people on 5 channels   crowd: outage"]);
    sim.tell(Input::Scene(SceneStatus { phase, speed: 1.5, next, ..scene }));
    says(&sim, 200, &["crowd: outage, eu has no network ×1.5 · next: eu comes back in 12 s"]);
    says(&sim, 80, &["crowd: eu has no network"]);
    let label = Some("A router dies\u{1b}[2J".to_owned());
    let scene = SceneStatus { label, ..sim.model.world.scene.clone().unwrap() };
    sim.tell(Input::Scene(scene));
    says(&sim, 240, &["crowd: A router dies␛[2J (outage), eu has no network ×1.5 · next: eu comes back in 12 s"]);
    says(&sim, 60, &["crowd: eu has no network"]);
    assert!(sim.text(200, 40).contains("crowd: A router dies␛[2J (outage), eu has no network"), "it is in the log");
    let footer = sim.text(80, 24).lines().last().unwrap().to_owned();
    assert!(["n scene", "o outage", "? help", "q quit"].iter().all(|key| footer.contains(key)), "{footer}");
    sim.tell(UiEvent::Act(Action::Help));
    insta::assert_snapshot!("the_help_before_our_own_crowd", sim.text(80, 24));
    sim.tell(UiEvent::Act(Action::Help));
    lost(&mut sim);
    assert!(line(&sim, 120).contains("can't be reached"), "trouble goes first");
}

#[test]
fn the_status_row_keeps_what_matters_at_every_width() {
    let mut in_front_of_a_crowd = alone();
    let scene = SceneStatus { profile: "outage".into(), ..SceneStatus::default() };
    in_front_of_a_crowd.tell(Input::Scene(scene));
    let mut away = alone();
    away.tell(UiEvent::Act(Action::NextChannel));
    let mut gone = alone();
    lost(&mut gone);
    gone.run(Duration::from_secs(2));
    let states = vec![("●", "PRESENT 29", alone()), ("●", "elsewhere ", away), ("○", "PRESENT 2", gone)];
    for (glyph, standing, sim) in &states {
        for (width, height) in (40..=210).step_by(3).flat_map(|width| [(width, 12), (width, 24)]) {
            let screen = sim.text(width, height);
            let row = screen.lines().next().unwrap();
            let said = row.contains(glyph) && row.contains(standing) && row.contains(" 12:0");
            assert!(said && !row.contains("   …"), "{width}x{height}: {row}");
        }
    }
    let row = |sim: &Sim, width, height| sim.text(width, height).lines().next().unwrap().to_owned();
    let narrow = row(&in_front_of_a_crowd, 60, 16);
    assert!(!narrow.contains("lag ") && !narrow.contains("req/s"), "{narrow}");
    insta::assert_snapshot!(row(&states[0].2, 80, 24), @" ● live · key demo · PRESENT 290 s · you watcher-4f2a     0 events/s · 12:00:56");
    insta::assert_snapshot!(row(&states[2].2, 40, 12), @" ○ lost · PRESENT 288          12:00:58");
    insta::assert_snapshot!(row(&states[2].2, 99, 12), @" ○ lost · key demo · PRESENT 288 s · you watcher-4f2a                                     12:00:58");
    let mut watched = crowd(60);
    insta::assert_snapshot!(row(&watched, 200, 1), @"● lobby 24  ● support 6  ● match.eu.1 11  ● match.us.2 7  ● stage 6  12:00:45 - leave    match.us.2        7 marta-desktop        after 19 s           watching only, not counted · 1 event/s · 12:00:46");
    watched.tell(UiEvent::Act(Action::Heartbeat));
    watched.run(Duration::from_secs(10));
    insta::assert_snapshot!(row(&watched, 40, 1), @"● lobby 25 ~ user-590190     PRESENT 290");
    insta::assert_snapshot!(row(&watched, 80, 1), @"● lobby 25  :00:53 ~ match.us.2    7 user-590190          PRESENT 290 · 12:00:56");
}

#[test]
fn exam_26_no_size_panics_in_any_pane_with_anything_open() {
    let mut sim = crowd(60);
    let (label, phase) = (Some("宽".repeat(60)), Some("everybody to stage".to_owned()));
    let next = Some(("🧑‍🚀 is packed".to_owned(), sim.now.plus(Duration::from_secs(90_000))));
    sim.tell(Input::Scene(SceneStatus {
        profile: "stampede".into(),
        label,
        phase,
        speed: 0.1,
        next,
        ..SceneStatus::default()
    }));
    for _ in 0..3 {
        sim.tell(UiEvent::Act(Action::NextPane));
        for help in [true, false] {
            sim.tell(UiEvent::Act(Action::Help));
            assert_eq!(sim.model.listener.dialog.is_some(), help);
            sim.model.listener.focus.zoom = help;
            // Every size where something gives way, and some of the others.
            for (width, height) in (0..=30).flat_map(|w| (0..=12).map(move |h| (w, h))) {
                sim.frame(width, height);
            }
            for (width, height) in (31..=260).step_by(23).flat_map(|w| (4..=80).step_by(11).map(move |h| (w, h))) {
                sim.frame(width, height);
            }
            for (width, height) in [(500, 200), (1, 200), (200, 1), (65_535, 1), (100, 20), (99, 20), (100, 19)] {
                sim.frame(width, height);
            }
        }
    }
}

#[test]
fn exam_20_an_empty_channel_has_no_percentages_to_get_wrong() {
    let screen = crowd(0).text(120, 40);
    assert!(screen.contains("0 here") && screen.contains("nobody is here"), "{screen}");
    assert!(!screen.contains("NaN"));
}
