//! What lies over the panes, and what is said for a moment: nothing hides the keys.

use std::time::Duration;

use herenow::{
    presence::{LinkChange, SceneLine, SceneStatus, Trouble},
    ui::{Action, EditKey, Pane, Tone, UiEvent},
    world::Input,
};

use crate::{
    happen::{on, trouble},
    model::Looking,
    sim::{CHANNELS, Sim},
};

fn crowd(size: usize) -> Sim {
    Sim::crowd(size, "me").watched(Duration::from_secs(45))
}

fn act(sim: &mut Sim, action: Action) {
    sim.tell(UiEvent::Act(action));
}

fn last_row(screen: &str) -> String {
    screen.lines().last().unwrap().to_owned()
}

#[test]
fn f28_while_paused_nothing_says_live_or_following() {
    let mut sim = crowd(60);
    act(&mut sim, Action::Pause);
    sim.run(Duration::from_secs(20));
    for (width, height) in [(200, 60), (120, 40), (100, 30), (80, 24)] {
        let screen = sim.text(width, height);
        assert!(!screen.contains("● live") && !screen.contains("following"), "{screen}");
        let first = screen.lines().next().unwrap();
        assert!(first.contains("❚❚ PAUSED 12:00:46, ") && first.contains(" wait"), "{screen}");
        assert!(screen.contains(" held "), "{screen}");
    }
    assert!(sim.text(40, 12).contains("PAUSED"), "{}", sim.text(40, 12));
    // No title and no line stands out.
    let quiet = sim.frame(120, 40);
    let bold = |x: &u16| quiet[(*x, 2)].modifier.contains(ratatui::style::Modifier::BOLD);
    assert_eq!((0..120).filter(bold).count(), 0, "{}", sim.text(120, 40));
    act(&mut sim, Action::Pause);
    assert!(sim.text(120, 40).contains("● live") && sim.text(120, 40).contains("following"));
}

#[test]
fn f36_a_message_never_hides_a_key() {
    let mut sim = crowd(60);
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12), (24, 6)] {
        let before = last_row(&sim.text(width, height));
        let now = sim.now;
        sim.model.listener.say(Tone::Good, "present on lobby as me, for 300 s and kept alive", now);
        let after = sim.text(width, height);
        assert_eq!(last_row(&after), before, "{width}x{height}");
        let above = after.lines().rev().nth(1).unwrap();
        assert!(above.contains("✓ present on lobby"), "{width}x{height}: {after}");
        sim.model.listener.status = None;
    }
    // While a box is open its keys are in the frame, always.
    act(&mut sim, Action::EditState);
    act(&mut sim, Action::Heartbeat);
    let now = sim.now;
    sim.model.listener.say(Tone::Bad, "not confirmed that we left: the service can't be reached ".repeat(4), now);
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12)] {
        let screen = sim.text(width, height);
        assert!(last_row(&screen).contains("Ctrl-S send"), "{screen}");
    }
}

/// Open the manual from the help, and one of its pages.
fn open_manual(sim: &mut Sim, typed: &str) {
    act(sim, Action::Help);
    type_keys(sim, &format!("m{typed}"));
}

fn type_keys(sim: &mut Sim, typed: &str) {
    typed.chars().for_each(|letter| sim.tell(UiEvent::Type(EditKey::Char(letter))));
}

#[test]
fn the_manual_is_read_over_the_help() {
    let mut sim = crowd(20);
    open_manual(&mut sim, "");
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("manual_list_{width}x{height}"), sim.text(width, height));
    }
    type_keys(&mut sim, "claims");
    sim.tell(UiEvent::Type(EditKey::Enter));
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        insta::assert_snapshot!(format!("manual_page_{width}x{height}"), sim.text(width, height));
    }
    sim.tell(UiEvent::Type(EditKey::Cancel));
    assert!(sim.text(80, 24).contains("Enter opens"), "{}", sim.text(80, 24));
    sim.tell(UiEvent::Type(EditKey::Cancel));
    assert!(sim.text(80, 24).contains("m manual"), "{}", sim.text(80, 24));
}

#[test]
fn every_line_of_a_page_comes_in_sight_and_is_found() {
    let mut sim = crowd(20);
    open_manual(&mut sim, "faults");
    sim.tell(UiEvent::Type(EditKey::Enter));
    for (width, height) in [(120, 40), (40, 12)] {
        sim.tell(UiEvent::Type(EditKey::Home));
        let mut seen = String::new();
        for _ in 0..200 {
            seen += &sim.text(width, height);
            type_keys(&mut sim, "j");
        }
        assert!(seen.contains("Faults on demand") && seen.contains("step-back"), "{seen}");
        assert!(seen.contains("whatever"), "the last line: {}", sim.text(width, height));
    }
    // Up from the end leads up at once, however wide it is.
    sim.tell(UiEvent::Type(EditKey::End));
    let last = sim.text(80, 24);
    type_keys(&mut sim, "k");
    assert!(last.contains("whatever") && sim.text(80, 24) != last, "{last}");
    type_keys(&mut sim, "/STEP-back");
    assert!(sim.text(80, 24).contains("found · Enter, n next"), "{}", sim.text(80, 24));
    sim.tell(UiEvent::Type(EditKey::Enter));
    let screen = sim.text(80, 24);
    assert!(screen.contains("`step-back=5s`") && screen.contains("1 of "), "{screen}");
    type_keys(&mut sim, "/xyzzy");
    assert!(sim.text(80, 24).contains("0 found"), "{}", sim.text(80, 24));
}

#[test]
fn f43_the_help_is_one_page_that_begins_with_the_legend() {
    let mut sim = crowd(60);
    act(&mut sim, Action::GoTo(Pane::Occupants));
    act(&mut sim, Action::Help);
    let screen = sim.text(120, 40);
    let rows: Vec<&str> = screen.lines().collect();
    assert!(rows[2].contains("● live, current  ◌ catching up"), "{screen}");
    let place =
        |text: &str| rows.iter().position(|row| row.contains(text)).unwrap_or_else(|| panic!("{text}: {screen}"));
    assert!(place("≡ interval") < place("in this pane") && place("in this pane") < place("choose state fields"));
    let offered: Vec<_> = sim.model.screen().offered_actions().collect();
    let pairs =
        ["next-pane", "previous-pane", "next-channel", "previous-channel", "down", "up", "page-down", "page-up"];
    let more = [
        ["first", "last", "shorter-span", "longer-span", "crowd-faster", "crowd-slower"],
        // Two lines of two actions, and those without a key.
        ["incident", "copy-report", "watch-list", "mute", "auto", "crowd-next"],
        ["heartbeat", "leave", "copy-json", "export", "theme", "mouse"],
        ["zoom", "wall", "go-to-time", "mark", "first", "last"],
        ["go-to-time", "mark", "acknowledge", "auto", "now", "crowd-next"],
        ["event-back", "event-forward", "minute-back", "minute-forward", "now", "acknowledge"],
    ]
    .concat();
    for info in offered.iter().filter(|info| !pairs.contains(&info.name) && !more.contains(&info.name)) {
        assert!(screen.contains(info.help), "{}: {screen}", info.name);
    }
    assert!(
        screen.contains("one row down, up")
            && screen.contains("evidence of the second row; its report")
            && screen.contains("first, last row; follow; past: to now")
    );
    insta::assert_snapshot!("f43_help", screen);
    // Where there is less room, lines go on below.
    let narrow = sim.text(40, 12);
    assert!(!narrow.contains('…') || narrow.contains("… cut"), "{narrow}");
}

#[test]
fn f43_slash_searches_and_q_closes() {
    let mut sim = crowd(60);
    act(&mut sim, Action::Help);
    for letter in "Lx".chars() {
        sim.tell(UiEvent::Type(EditKey::Char(letter)));
    }
    assert!(sim.text(120, 40).contains("in this pane"), "letters meant for the panes do nothing");
    for letter in "/heartbeat".chars() {
        sim.tell(UiEvent::Type(EditKey::Char(letter)));
    }
    let found = sim.text(120, 40);
    assert!(found.contains("› heartbeat") && found.contains("turn automatic heartbeats"), "{found}");
    assert!(!found.contains("in this pane"));
    sim.tell(UiEvent::Type(EditKey::Cancel));
    assert!(sim.model.listener.dialog.is_none());
    act(&mut sim, Action::Help);
    sim.tell(UiEvent::Type(EditKey::Char('q')));
    assert!(sim.model.listener.dialog.is_none() && !sim.model.listener.quitting);
}

#[test]
fn f45_every_prompt_has_the_same_frame_and_completes() {
    let mut sim = crowd(60);
    let prompts = [
        (Pane::Channels, Action::Filter),
        (Pane::Occupants, Action::Filter),
        (Pane::Log, Action::Filter),
        (Pane::Channels, Action::Add),
        (Pane::Occupants, Action::Export),
        (Pane::Occupants, Action::PresenceTimeout),
    ];
    for (pane, action) in prompts {
        act(&mut sim, Action::GoTo(pane));
        act(&mut sim, action);
        for (width, height) in [(200, 60), (120, 40), (80, 24), (60, 16)] {
            let screen = sim.text(width, height);
            assert!(screen.contains("Enter applies, Esc closes ╮"), "{action:?} {width}: {screen}");
            assert!(last_row(&screen).contains("Tab complete  Enter apply  Esc close"), "{screen}");
        }
        sim.tell(UiEvent::Type(EditKey::Cancel));
        assert!(sim.model.listener.dialog.is_none());
    }
    act(&mut sim, Action::GoTo(Pane::Channels));
    act(&mut sim, Action::Filter);
    let typed = |sim: &mut Sim, keys: &[EditKey]| keys.iter().for_each(|key| sim.tell(UiEvent::Type(key.clone())));
    typed(&mut sim, &[EditKey::Char('m'), EditKey::Char('a')]);
    assert!(sim.text(120, 40).contains("Tab: match.eu.1, match.us.2"), "{}", sim.text(120, 40));
    typed(&mut sim, &[EditKey::Tab]);
    assert!(sim.text(120, 40).contains("│ match.eu.1"));
    typed(&mut sim, &[EditKey::Tab, EditKey::Enter]);
    assert_eq!(sim.model.listener.channels.filter().as_str(), "match.us.2");
    // The ending of a file says how it is written.
    act(&mut sim, Action::GoTo(Pane::Occupants));
    act(&mut sim, Action::Export);
    typed(&mut sim, &[EditKey::Tab]);
    let text = sim.text(120, 40);
    assert!(text.contains(".jsonl") || text.contains(".md"), "{text}");
}

#[test]
fn f45_what_needs_a_yes_is_asked_in_a_box_and_any_other_key_is_no() {
    let mut sim = crowd(60);
    sim.model.world.session.production = true;
    act(&mut sim, Action::Heartbeat);
    for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 12)] {
        let text = sim.text(width, height);
        assert!(text.contains("y yes, any other key no ╮") && text.contains("PRODUCTION"), "{width}: {text}");
    }
    sim.tell(UiEvent::Type(EditKey::Char('n')));
    assert!(sim.model.listener.dialog.is_none());
    assert!(sim.model.world.own_presence.places.is_empty());
}

#[test]
fn f44_the_palette_finds_scenes_by_name() {
    let mut sim = crowd(60);
    let scene = SceneLine { title: "Keynote".to_owned(), about: "everybody goes to stage".into() };
    sim.tell(Input::Scene(SceneStatus { scenes: vec![scene].into(), ..SceneStatus::default() }));
    act(&mut sim, Action::Palette);
    "KEYN".chars().for_each(|letter| sim.tell(UiEvent::Type(EditKey::Char(letter))));
    let text = sim.text(120, 40);
    assert!(text.contains("scene · everybody goes to stage"), "{text}");
}

#[test]
fn f45_adding_leaves_the_watch_list_open() {
    let mut sim = crowd(60);
    act(&mut sim, Action::Watchlist);
    act(&mut sim, Action::Add);
    let screen = sim.text(120, 40);
    assert!(screen.contains("watch list · 0") && screen.contains("tell me about"), "{screen}");
    for letter in "lobb".chars() {
        sim.tell(UiEvent::Type(EditKey::Char(letter)));
    }
    sim.tell(UiEvent::Type(EditKey::Tab));
    sim.tell(UiEvent::Type(EditKey::Enter));
    assert!(sim.text(120, 40).contains("watch list · 1"), "{}", sim.text(120, 40));
    act(&mut sim, Action::Add);
    sim.tell(UiEvent::Type(EditKey::Cancel));
    assert!(sim.text(120, 40).contains("watch list · 1"), "giving up leaves it open as well");
}

#[test]
fn f59_a_box_leaves_rows_of_its_pane_in_sight() {
    let mut sim = crowd(60);
    for (pane, action) in [(Pane::Channels, Action::Sort), (Pane::Occupants, Action::Sort), (Pane::Log, Action::Kinds)]
    {
        act(&mut sim, Action::GoTo(pane));
        let before = sim.text(120, 40);
        act(&mut sim, action);
        let after = sim.text(120, 40);
        let digit = match pane {
            Pane::Channels => "[1]",
            Pane::Occupants => "[2]",
            Pane::Log => "[3]",
        };
        let title = before.lines().position(|row| row.contains(digit)).unwrap();
        let begin = |screen: &str, row: usize| screen.lines().nth(row).unwrap().chars().take(40).collect::<String>();
        for row in title..title + 4 {
            assert_eq!(begin(&before, row), begin(&after, row), "{after}");
        }
        assert!(after.contains(", Esc closes ╮"), "{after}");
        sim.tell(UiEvent::Type(EditKey::Cancel));
    }
}

/// A part of a sentence that stands twice on a screen, if one does.
fn find_repeated(screen: &str) -> Option<String> {
    const LONG: usize = 41;
    let rows: Vec<Vec<char>> = screen.lines().map(|row| row.chars().collect()).collect();
    let parts = rows.iter().flat_map(|row| row.windows(LONG)).map(|part| part.iter().collect::<String>());
    let sentences = parts.filter(|part| {
        let letters = part.chars().filter(|c| c.is_alphabetic()).count();
        letters >= 30 && !part.contains("  ") && !part.contains(['│', '─'])
    });
    let mut seen = std::collections::HashSet::new();
    sentences.into_iter().find(|part| !seen.insert(part.clone()))
}

#[test]
fn f32_no_sentence_stands_twice_on_a_screen() {
    let all = CHANNELS.iter().map(|channel| on(channel)).collect::<Vec<_>>();
    let names = CHANNELS.iter().map(|channel| (*channel).to_owned()).collect();
    let whole = "access refused (403) for lobby-pnpres, support-pnpres and 3 more (\"Forbidden\"); the token needs read \
                 permission";
    let mut refused = Sim::crowd(12, "me").watched(Duration::from_secs(10));
    let why = Trouble { refused: names, ..trouble(whole) };
    refused.link(LinkChange::Refused { what: all, everything: true, trouble: why });
    let mut away = Sim::crowd(12, "me");
    let why = "https://ps.pndsn.com can't be reached: connection refused; check the network, the origin and any proxy";
    let retry_at = away.now.plus(Duration::from_secs(4));
    away.link(LinkChange::Lost { trouble: trouble(why), attempt: 3, retry_at });
    for (name, mut sim) in [("refused", refused), ("unreachable", away)] {
        sim.tell(Input::Tick);
        for (width, height) in [(200, 60), (120, 40), (80, 24)] {
            for doctor in [false, true] {
                let screen = sim.text(width, height);
                if let Some(twice) = find_repeated(&screen) {
                    panic!("{name} at {width}x{height}, doctor {doctor}: `{twice}` stands twice\n{screen}");
                }
                act(&mut sim, Action::Doctor);
            }
        }
    }
}

#[test]
fn the_doctor_begins_at_its_first_line_and_cuts_no_number() {
    let mut sim = crowd(30);
    act(&mut sim, Action::Doctor);
    for (width, height) in [(120, 40), (80, 24), (60, 20), (40, 12)] {
        let screen = sim.text(width, height);
        assert!(screen.contains("✓ Nothing wrong that herenow"), "{width}x{height}: {screen}");
        assert!(!screen.contains("fai…") && !screen.contains("  …"), "{width}x{height}: {screen}");
    }
}

#[test]
fn f43_the_help_of_a_demo_is_one_page_too() {
    let mut sim = crowd(30);
    sim.tell(Input::Scene(SceneStatus { profile: "steady".into(), ..SceneStatus::default() }));
    act(&mut sim, Action::Help);
    let screen = sim.text(120, 40);
    assert!(screen.contains("direct the crowd") && screen.contains("leave all channels and quit"), "{screen}");
}

#[test]
fn a_box_that_nearly_fills_the_screen_fills_it() {
    let mut sim = crowd(30);
    act(&mut sim, Action::Help);
    for (width, height) in [(120, 40), (80, 24), (60, 20), (40, 12)] {
        let screen = sim.text(width, height);
        let rows = screen.lines().filter(|row| row.starts_with('│') && row.ends_with('│'));
        assert!(rows.count() + 4 >= usize::from(height), "{width}x{height}: {screen}");
    }
}
