//! The occupants and the detail, through keys: order, filter, columns, those who went, and all that is
//! known of one.

use std::time::Duration;

use crate::model::Looking;
use herenow::{
    expression::Path,
    keys::{Key, Keys},
    presence::{
        Command, CommandAnswer, EventKind, Moment, PresenceEvent, RequestEnd, State, Trouble, UserId, UserRequest,
        UserRequests,
    },
    ui::{Dialog, OccupantRow},
    view::{self, Symbols, Theme},
    world::Input,
};

use ratatui::layout::Rect;

use crate::{
    happen::{batch, event, outcome, trouble},
    sim::Sim,
};

fn crowd(size: usize) -> Sim {
    Sim::crowd(size, "watcher-4f2a").watched(Duration::from_secs(45))
}

fn press(sim: &mut Sim, key: Key) {
    if let Some(msg) = Keys::default().translate(&sim.model.screen(), key) {
        sim.tell(msg);
    }
}

fn type_in(sim: &mut Sim, text: &str) {
    text.chars().for_each(|c| press(sim, Key::Char(c)));
}

/// Somebody does something on the lobby.
fn happens(sim: &mut Sim, what: EventKind) {
    happened(sim, 0, what);
}

/// Somebody did, so many seconds ago, and it is told now.
fn happened(sim: &mut Sim, ago: u64, what: EventKind) {
    sim.run(Duration::from_millis(10));
    let published = sim.model.world.clock.now(sim.now).minus(Duration::from_secs(ago));
    let raw = match &what {
        EventKind::StateChanged { user, state } => {
            Some(format!(r#"{{"action":"state-change","uuid":"{}","data":{}}}"#, user.as_str(), state.as_json()).into())
        }
        _ => None,
    };
    let event = PresenceEvent { raw, ..event("lobby", published, what) };
    sim.hear(batch([event], sim.model.world.clock.now(sim.now), sim.now));
}

fn joins(sim: &mut Sim, user: &str, state: &str) {
    happens(sim, EventKind::Joined { user: UserId::from_wire(user), state: State::parse(state).ok() });
}

fn restates(sim: &mut Sim, user: &str, state: &str) {
    happens(sim, EventKind::StateChanged { user: UserId::from_wire(user), state: State::parse(state).unwrap() });
}

fn leaves(sim: &mut Sim, user: &str) {
    happens(sim, EventKind::Left { user: UserId::from_wire(user) });
}

/// A lobby with these people only, who came one minute after another.
fn four() -> Sim {
    let mut sim = crowd(0);
    // The service knows nothing of them: nothing may be asked of it for long.
    let state = State::parse(r#"{"mood":"busy","level":7,"device":{"os":"ios"}}"#).ok();
    happened(&mut sim, 120, EventKind::Joined { user: UserId::from_wire("ann"), state });
    let state = State::parse(r#"{"mood":"away","level":12}"#).ok();
    happened(&mut sim, 60, EventKind::Joined { user: UserId::from_wire("bob"), state });
    joins(&mut sim, "cat", "");
    joins(&mut sim, "dan", r#"{"mood":"ok","level":-3.5,"device":{"os":"linux"}}"#);
    joins(&mut sim, "dan", "");
    sim
}

/// The user ids listed, from top to bottom.
fn listed(sim: &Sim) -> Vec<String> {
    let rows = sim.model.people(50, sim.now);
    rows.iter().filter_map(OccupantRow::user).map(ToString::to_string).collect()
}

fn selected(sim: &Sim) -> &str {
    sim.model.listener.focus.user.as_ref().map_or("", UserId::as_str)
}

#[test]
fn a_filter_counts_while_it_is_typed_and_can_be_taken_back() {
    let mut sim = four();
    press(&mut sim, Key::Char('/'));
    type_in(&mut sim, "an");
    assert_eq!(listed(&sim), ["ann", "dan"]);
    insta::assert_snapshot!("a_filter_while_it_is_typed", sim.text(80, 24));
    type_in(&mut sim, " state.level>");
    assert_eq!(listed(&sim), ["ann", "dan"], "until it is a filter, the last one counts");
    assert!(sim.text(120, 40).contains("behind `>` there should be a number"), "{}", sim.text(120, 40));
    press(&mut sim, Key::Enter);
    assert!(sim.model.is_typing(), "what is no filter can't be kept");
    type_in(&mut sim, "0");
    press(&mut sim, Key::Enter);
    assert_eq!((listed(&sim), sim.model.is_typing()), (vec!["ann".to_owned()], false));
    assert!(sim.text(120, 40).contains("1 of 4 matches `an state."), "{}", sim.text(120, 40));
    press(&mut sim, Key::Char('/'));
    press(&mut sim, Key::Ctrl('u'));
    assert_eq!(listed(&sim).len(), 4);
    type_in(&mut sim, "zzz");
    assert!(sim.text(80, 24).contains("0 of 4 match `zzz`"), "{}", sim.text(80, 24));
    press(&mut sim, Key::Esc);
    assert_eq!(listed(&sim), ["ann"], "Esc goes back to the one before");
    press(&mut sim, Key::Char('/'));
    press(&mut sim, Key::Ctrl('u'));
    press(&mut sim, Key::Enter);
    assert!(listed(&sim).len() == 4 && sim.model.listener.occupants.filter().is_empty());
}

#[test]
fn one_sorts_by_what_one_chooses_and_the_heading_says_so() {
    let mut sim = four();
    let heading = |sim: &Sim| sim.text(80, 24).lines().find(|line| line.contains("user id")).unwrap().to_owned();
    let mut sorted = |keys: &[Key], expected: [&str; 4], said: &str| {
        for key in keys {
            press(&mut sim, *key);
        }
        assert_eq!(listed(&sim), expected, "{keys:?}");
        assert!(heading(&sim).contains(said), "{said}: {}", heading(&sim));
    };
    let (s, down, enter) = (Key::Char('s'), Key::Down, Key::Enter);
    sorted(&[Key::Char('S')], ["dan", "cat", "bob", "ann"], "user id ↓");
    sorted(&[s, down, enter], ["dan", "cat", "bob", "ann"], "here ↑");
    sorted(&[Key::Char('S')], ["ann", "bob", "cat", "dan"], "here ↓");
    sorted(&[s, down, down, down, enter], ["dan", "cat", "bob", "ann"], "seen ↓");
    sorted(&[s, down, down, enter], ["dan", "cat", "bob", "ann"], "event ↑");
    // A field in sight is offered; the same once more turns it round, and who lacks it stays last.
    let level: Vec<Key> = [s].into_iter().chain("level".chars().map(Key::Char)).chain([enter]).collect();
    sorted(&level, ["dan", "ann", "bob", "cat"], "level ↑");
    sorted(&level, ["bob", "ann", "dan", "cat"], "level ↓");
    press(&mut sim, s);
    insta::assert_snapshot!("what_can_be_sorted_by", sim.text(80, 24));
    press(&mut sim, Key::Esc);
    assert_eq!(listed(&sim), ["bob", "ann", "dan", "cat"]);
}

#[test]
fn fields_of_the_state_have_columns_with_numbers_to_the_right() {
    let mut sim = four();
    let automatic = sim.text(120, 40);
    assert!(automatic.contains("level"), "{automatic}");
    press(&mut sim, Key::Char('c'));
    insta::assert_snapshot!("columns_to_choose", sim.text(80, 24));
    for name in ["level", "device.os", "mood"] {
        type_in(&mut sim, name);
        let ticked = sim.text(80, 24).contains("[x]");
        if ticked == (name == "mood") {
            press(&mut sim, Key::Enter);
        }
        press(&mut sim, Key::Ctrl('u'));
    }
    press(&mut sim, Key::Esc);
    let columns: Vec<&str> = sim.model.listener.occupants.columns.iter().map(Path::as_str).collect();
    assert!(columns.contains(&"level") && columns.contains(&"device.os") && !columns.contains(&"mood"), "{columns:?}");
    for (width, height) in [(120, 40), (80, 24)] {
        insta::assert_snapshot!(format!("columns_{width}x{height}"), sim.text(width, height));
    }
}

#[test]
fn who_is_selected_and_goes_stays_until_the_cursor_moves() {
    let mut sim = four();
    press(&mut sim, Key::Down);
    press(&mut sim, Key::Down);
    assert_eq!(selected(&sim), "bob");
    joins(&mut sim, "aaron", "");
    assert_eq!(selected(&sim), "bob", "the selection sticks to the user");
    leaves(&mut sim, "bob");
    leaves(&mut sim, "cat");
    sim.run(Duration::from_millis(2_500));
    assert_eq!(listed(&sim), ["aaron", "ann", "bob", "dan"], "where they stood");
    for (width, height) in [(120, 40), (80, 24)] {
        insta::assert_snapshot!(format!("a_tombstone_{width}x{height}"), sim.text(width, height));
    }
    assert!(sim.text(80, 24).contains("just left  - cat 2 s"), "{}", sim.text(80, 24));
    press(&mut sim, Key::Char('J'));
    press(&mut sim, Key::Down);
    assert_eq!((selected(&sim), listed(&sim).len()), ("dan", 3));
    let below = sim.text(80, 30);
    assert!(below.contains("just left") && below.contains("- bob"), "{below}");
    sim.run(Duration::from_secs(60));
    assert!(!sim.text(80, 24).contains("- bob"), "a minute is enough");
    // Who comes back is no tombstone.
    let mut sim = four();
    leaves(&mut sim, "bob");
    leaves(&mut sim, "cat");
    joins(&mut sim, "aaron", "");
    press(&mut sim, Key::End);
    leaves(&mut sim, "dan");
    assert!(sim.model.listener.focus.selected_departure().is_some());
    joins(&mut sim, "dan", "");
    assert_eq!(listed(&sim), ["aaron", "ann", "dan"]);
    // The same with another order, and with a reason.
    press(&mut sim, Key::Char('S'));
    happens(&mut sim, EventKind::TimedOut { user: UserId::from_wire("dan") });
    assert_eq!(listed(&sim), ["dan", "ann", "aaron"]);
    assert!(sim.text(80, 24).contains("timed out 0 s ago"));
    // A here now knows only that they are gone: it lists nobody, and that twice.
    press(&mut sim, Key::Down);
    sim.run(Duration::from_secs(1));
    press(&mut sim, Key::Char('r'));
    sim.run(Duration::from_secs(10));
    assert!(sim.text(80, 24).contains("no longer listed"), "{}", sim.text(80, 24));
}

#[test]
fn the_detail_says_all_that_is_known_of_somebody() {
    let mut sim = four();
    press(&mut sim, Key::Down);
    restates(&mut sim, "ann", r#"{"mood":"away","device":{"os":"ios","beta":true},"tags":["a","b"]}"#);
    sim.run(Duration::from_secs(4));
    press(&mut sim, Key::Char('w'));
    sim.run(Duration::from_secs(2));
    insta::assert_snapshot!("the_detail_120x40", sim.text(120, 40));
    press(&mut sim, Key::Enter);
    assert!(matches!(sim.model.listener.dialog, Some(Dialog::Detail(0))));
    insta::assert_snapshot!("the_detail_80x24", sim.text(80, 24));
    (0..3).for_each(|_| press(&mut sim, Key::PageDown));
    let end = sim.text(80, 24);
    assert!(end.contains("\"action\": \"state-change\"") && end.contains("ann"), "{end}");
    press(&mut sim, Key::Char('G'));
    let last = sim.frame(80, 24);
    press(&mut sim, Key::Up);
    assert_ne!(last, sim.frame(80, 24), "no key press is in vain");
    press(&mut sim, Key::Esc);
    assert!(sim.model.listener.dialog.is_none());
}

#[test]
fn f20_the_detail_tells_what_a_client_asked_and_what_is_wrong_with_it() {
    let mut sim = four();
    press(&mut sim, Key::Down);
    let user = sim.model.listener.focus.user.clone().unwrap();
    let at = sim.now;
    let request = |ago: u64, kind: &'static str, status: u16| UserRequest {
        at: Moment::from_micros(at.micros() - ago * 1_000_000),
        kind,
        names: vec!["lobby".into()],
        timeout: (kind != "set state").then_some(20),
        end: RequestEnd::Status(status),
        took: Duration::from_millis(3),
        why: (status == 400).then(|| "the state is not JSON".into()),
    };
    let requests = vec![
        request(2, "set state", 400),
        request(9, "heartbeat", 200),
        request(37, "heartbeat", 200),
        request(65, "subscribe", 200),
    ];
    let told = UserRequests { at, presence_timeout: Duration::from_secs(300), requests };
    let answer = CommandAnswer::Requests(Some(told));
    sim.tell(Input::Outcome(outcome(Command::AskRequests { user }, Ok(answer), sim.now)));
    insta::assert_snapshot!("what_a_client_asked_120x40", sim.text(120, 40));
    press(&mut sim, Key::Enter);
    let screen = sim.text(80, 24);
    for said in ["heartbeat on lobby 9 s ago, late by 8 s (timeout 20)", "late by 7 s", "400: the state is not JSON"] {
        assert!(screen.contains(said), "{said}: {screen}");
    }
}

#[test]
fn where_somebody_is_comes_from_the_service_and_failures_stand_in_its_place() {
    let mut sim = crowd(60);
    press(&mut sim, Key::Down);
    let user = sim.model.listener.focus.user.clone().unwrap();
    press(&mut sim, Key::Char('w'));
    sim.run(Duration::from_secs(7));
    let screen = sim.text(120, 40);
    assert!(screen.contains("on no other channel"), "{screen}");
    let sentence = "the service refuses (403): the token needs get permission for the user";
    let trouble = Trouble { passing: false, ..trouble(sentence) };
    // A question that nobody waits for any more changes nothing.
    for user in [UserId::from_wire("somebody else"), user] {
        let ended = outcome(Command::AskWhereNow { user }, Err(trouble.clone()), sim.now);
        sim.tell(Input::Outcome(ended));
    }
    let screen = sim.text(120, 40);
    assert!(screen.contains("elsewhere · 0 s ago") && screen.contains("the service refuses"), "{screen}");
    assert!(sim.model.world.where_now.answer_for(&UserId::from_wire("somebody else")).is_none());
}

#[test]
fn hostile_ids_and_states_never_shift_a_border() {
    let mut sim = crowd(0);
    let evil = "\u{1b}[31m\u{202e}evil\u{200b}\u{301}\u{301}\u{301}\u{301}\u{301}👩\u{200d}👩 李";
    let many: Vec<String> = (0..3_000).map(|n| format!("\"k{n}\\u001b\":\"\\u202e{n}\"")).collect();
    let deep = format!("{{\"mood\":{}1{}}}", "[".repeat(100), "]".repeat(100));
    let giant = format!("{{\"mood\":\"{}\"}}", "x".repeat(32_000));
    let states = [
        "{\"mood\":\"\\u001b]0;pwn\\u0007\",\"\\u202e\":{\"宽\":\"\\u0000\"}}".to_owned(),
        format!("{{{}}}", many.join(",")),
        deep,
        giant,
    ];
    for (at, state) in states.iter().enumerate() {
        joins(&mut sim, &format!("{at}{evil}{}", "y".repeat(if at == 2 { 32_000 } else { 40 })), state);
        assert!(State::parse(state).is_ok() || state.len() > 32 * 1024);
    }
    press(&mut sim, Key::Char('c'));
    type_in(&mut sim, "mood, k1");
    press(&mut sim, Key::Enter);
    let edges = |sim: &Sim, width: u16, height: u16| {
        for symbols in [Symbols::Unicode, Symbols::Ascii] {
            let buffer = sim.frame_in(Theme::terminal(), symbols, width, height);
            let line = if symbols == Symbols::Ascii { "|" } else { "│" };
            let layout = view::cut_screen(&sim.model.screen(), sim.now, Rect::new(0, 0, width, height));
            let lines = layout.gauge.into_iter().chain(layout.detail);
            let mut cells = lines.flat_map(|area| (area.y + 1..area.bottom()).map(move |y| (area.x, y)));
            assert!(cells.all(|at| buffer[at].symbol() == line), "{width}x{height}: the lines between panes are whole");
            let symbols = buffer.content.iter().map(ratatui::buffer::Cell::symbol);
            assert!(
                symbols.clone().all(|symbol| !symbol.chars().any(char::is_control) && !symbol.contains('\u{202e}'))
            );
        }
    };
    for _ in 0..4 {
        press(&mut sim, Key::Down);
        for (width, height) in [(200, 60), (120, 40), (80, 24)] {
            edges(&sim, width, height);
        }
        press(&mut sim, Key::Enter);
        for down in [Key::PageDown, Key::End] {
            press(&mut sim, down);
            for (width, height) in [(120, 40), (80, 24), (40, 12), (20, 5), (1, 1), (10, 60), (70, 3)] {
                sim.frame(width, height);
            }
        }
        press(&mut sim, Key::Esc);
    }
    insta::assert_snapshot!("hostile_occupants", sim.text(120, 40));
}

#[test]
fn f09_the_mark_of_certainty_is_in_every_title() {
    let mut sim = four();
    sim.model.listener.focus.zoom = true;
    for width in 24..=120 {
        for filter in ["", "a"] {
            press(&mut sim, Key::Char('/'));
            press(&mut sim, Key::Ctrl('u'));
            type_in(&mut sim, filter);
            press(&mut sim, Key::Enter);
            let text = sim.text(width, 20);
            let title = text
                .lines()
                .skip(2)
                .find(|line| line.contains("[2]") || line.contains("people"))
                .unwrap_or_else(|| panic!("{text}"));
            assert!(title.chars().any(|c| "●◌◐○≠×".contains(c)), "{width}: {title}");
        }
    }
}

#[test]
fn f25_our_own_row_is_on_top_in_every_order_and_the_cursor_finds_it() {
    let mut sim = four();
    let own = sim.model.world.session.user.to_string();
    joins(&mut sim, &own, "");
    let first = |sim: &Sim| listed(sim)[0].clone();
    for key in [Key::Home, Key::Char('S'), Key::Char('S')] {
        press(&mut sim, key);
        assert_eq!(first(&sim), own);
        assert_eq!(listed(&sim).iter().filter(|name| **name == own).count(), 1, "once only");
    }
    press(&mut sim, Key::Home);
    let mut seen = vec![selected(&sim).to_owned()];
    for _ in 0..4 {
        press(&mut sim, Key::Down);
        seen.push(selected(&sim).to_owned());
    }
    assert_eq!(seen, listed(&sim), "the cursor goes through the rows as they stand");
    for _ in 0..4 {
        press(&mut sim, Key::Up);
    }
    assert_eq!(selected(&sim), own);
}

#[test]
fn f41_a_key_about_somebody_selects_the_first_row() {
    let mut sim = four();
    press(&mut sim, Key::Char('w'));
    assert_eq!(selected(&sim), listed(&sim)[0]);
}
