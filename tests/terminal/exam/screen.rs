//! Windows of every size, pastes and mice.

use super::{demo, start};
use crate::{pty::Start, verb::World};

/// From none at all to wider than any screen.
const SIZES: [(u16, u16); 7] = [(0, 0), (1, 1), (200, 1), (1, 200), (65_535, 1), (1, 2_000), (2, 2)];

#[test]
fn exam_25_0x0() {
    for (cols, rows) in SIZES {
        let mut session = Start::herenow(&["demo", "--people", "30"]).size(cols, rows).start();
        session.until_written("the alternate screen", b"\x1b[?1049h");
        session.resize(120, 40).shows("● live").shows("following");
        assert!(session.keys("q").ended().success(), "{cols}x{rows}");
        session.assert_modes_restored();
    }
    let mut session = demo();
    for (cols, rows) in SIZES {
        session.resize(cols, rows);
        session.keys("?:\x07\x07");
        session.resize(120, 40).shows("● live").shows("following");
    }
    assert!(session.keys("q").ended().success());
    session.assert_modes_restored();
}

fn storm(sizes: usize, people: &str) {
    let mut session = Start::herenow(&["demo", "--people", people, "--crowd", "stampede"]).start();
    session.shows("● live");
    let mut chance = fastrand::Rng::with_seed(27);
    for _ in 0..sizes {
        session.resize(chance.u16(1..=200), chance.u16(1..=60));
    }
    session.resize(120, 40);
    // Of the last size, and nothing of another is left.
    session.until("a whole frame", |screen| {
        let mut lines = screen.lines();
        screen.contains("● live")
            && lines.clone().count() == 40
            && lines.all(|line| !line.starts_with('─') || line.chars().count() == 120)
    });
    session.keys("?").shows("send a heartbeat on this channel");
    assert!(session.keys("\x07\x07q").ended().success());
    session.assert_modes_restored();
}

#[test]
fn exam_27_resize_storm() {
    storm(300, "100");
}

#[test]
#[ignore = "loads the machine"]
fn exam_27_resize_storm_in_full() {
    storm(1_000, "5000");
}

/// A report of the mouse: what it did, where, and whether that was a press.
fn report(code: u16, col: u32, row: u32, press: bool) -> String {
    format!("\x1b[<{code};{col};{row}{}", if press { 'M' } else { 'm' })
}

/// What turns the reports on.
const CAPTURE: &[u8] = b"\x1b[?1000h";

#[test]
fn exam_39_mouse_storm() {
    let world = World::new();
    for n in 0..60 {
        world.present("lobby", &format!("user-{n:02}"), None);
    }
    let mut session = start(&world, &[]);
    session.shows("● live").shows_line(&["   user-00"]);
    session.until_written("the mouse taken", CAPTURE);
    // Given back, it stays given back, and what comes all the same is no text.
    session.keys("M").until_written("the mouse given back", b"\x1b[?1000l");
    let given_back = session.raw().len();
    session.keys(&report(0, 5, 5, true)).keys(&report(0, 5, 5, false)).keys("?").shows("send a heartbeat");
    session.keys("\x07\x07\x0c").shows("● live").shows_no_line(&["send a heartbeat"]);
    assert!(!session.raw()[given_back..].windows(CAPTURE.len()).any(|seen| seen == CAPTURE));
    session.keys("M");
    session.until_written_after("the mouse taken again", given_back, CAPTURE);
    let mut chance = fastrand::Rng::with_seed(39);
    for turn in 0..2_000 {
        let code = [0, 1, 2, 32, 35, 64, 65, 66, 67, 128, 4, 16][chance.usize(..12)];
        let far = [0, 1, 2, 40, 119, 120, 121, 200, 65_535, 65_536, u32::MAX][chance.usize(..11)];
        let (col, row) = if chance.bool() { (far, chance.u32(0..50)) } else { (chance.u32(0..130), far) };
        session.keys(&report(code, col, row, chance.bool()));
        if turn % 200 == 199 {
            session.resize(chance.u16(1..=130), chance.u16(1..=45));
        }
    }
    session.resize(120, 40);
    session.keys("\x07\x07\x07:");
    session.keys("fence").shows("fence");
    session.keys("\x07\x07[\x1b[F").shows("● live");
    assert!(session.keys("q").ended().success());
    session.assert_modes_restored();
    assert_eq!(world.places_of("me"), [], "no click made us present");
}
