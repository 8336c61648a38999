//! Ids and states that strangers choose.

use std::time::Instant;

use base64::Engine as _;

use super::Watched;
use crate::{
    hostile::{C1_THIEF, CLIPBOARD_THIEF, LINES, MIRRORS, TITLE_THIEF, is_obeyed, zalgo},
    verb::text,
};

/// Somebody of this name comes: shown in the list and in one line of the log, with marks, and obeyed by nobody,
/// neither on the screen nor by those who ask once.
#[track_caller]
fn examine(id: &str) -> Watched {
    let watched = Watched::new();
    watched.world.present("lobby", id, None);
    watched.session.shows_line(&["   thief "]).shows_line(&["+ join", "lobby", "thief "]);
    // What comes later has a line of its own, behind it.
    watched.world.present("lobby", "zoe", None);
    watched.session.shows_line(&["   zoe "]).shows_line(&["+ join", "zoe"]);
    let screen = watched.session.screen();
    assert_eq!(screen.lines().filter(|line| line.contains("thief ")).count(), 2, "a row and a line:\n{screen}");
    watched.session.assert_line_beside_people();
    let raw = watched.session.raw_without_question();
    assert!(!raw.windows(2).any(|pair| pair == b"\x1b]"), "no command to the system leaves");
    let raw = String::from_utf8(raw).unwrap();
    let said = raw.chars().find(|c| is_obeyed(*c) && !matches!(c, '\u{1b}' | '\r' | '\n' | '\u{8}'));
    assert_eq!(said, None);

    let people = text(&watched.world.run(&["here-now", "lobby"]).stdout);
    assert_eq!(people.lines().count(), 3, "{people:?}");
    assert!(!people.chars().any(|c| is_obeyed(c) && c != '\n'), "{people:?}");
    let programs = text(&watched.world.run(&["here-now", "--json", "lobby"]).stdout);
    assert!(!programs.trim_end().chars().any(is_obeyed), "{programs:?}");
    let read: serde_json::Value = serde_json::from_str(&programs).unwrap();
    let occupants = read["channels"]["lobby"]["occupants"].as_array().unwrap();
    assert!(occupants.iter().any(|one| one["user"] == id), "{programs}");
    watched
}

#[test]
fn exam_01_title_thief() {
    let watched = examine(TITLE_THIEF);
    watched.session.shows_line(&["   thief ␛]0;pwn␇"]);
    watched.quit();
}

#[test]
fn exam_02_c1_thief() {
    examine(C1_THIEF).quit();
}

#[test]
fn exam_03_clipboard_thief() {
    let mut watched = examine(CLIPBOARD_THIEF);
    let state = "{\"clip\":\"\\u001b]52;c;cHduZWQ=\\u0007\",\"\\u009d52;c;x\\u009c\":1}";
    watched.world.present("lobby", CLIPBOARD_THIEF, Some(state));
    watched.session.shows("clip ");
    watched.session.keys("v").shows_line(&["~ state"]);
    let raw = watched.session.raw_without_question();
    assert!(!raw.windows(2).any(|pair| pair == b"\x1b]"), "nothing was copied yet");
    // Copied is exactly the id, once.
    watched.session.keys("2\x1b[Hy").shows("copied");
    let raw = String::from_utf8(watched.session.raw_without_question()).unwrap();
    let copied: Vec<&str> = raw.split("\x1b]").skip(1).collect();
    assert_eq!(copied.len(), 1, "{copied:?}");
    let base64 = copied[0].strip_prefix("52;c;").unwrap().split(['\u{7}', '\u{1b}']).next().unwrap();
    assert_eq!(base64::engine::general_purpose::STANDARD.decode(base64).unwrap(), CLIPBOARD_THIEF.as_bytes());
    watched.quit();
}

#[test]
fn exam_05_mirror() {
    for id in MIRRORS {
        let watched = examine(id);
        // It is cut in the middle, if at all.
        watched.session.shows_line(&["   thief ", "› after"]);
        // What comes behind it stays behind it.
        let people = text(&watched.world.run(&["here-now", "lobby"]).stdout);
        let line = people.lines().find(|line| line.contains("thief ")).unwrap();
        assert!(line.starts_with("  thief ‹") && line.ends_with("› after"), "{line}");
        watched.quit();
    }
}

#[test]
fn exam_07_zalgo() {
    let watched = examine(&zalgo());
    let drawn = watched.session.raw().len();
    // A whole frame, with the row twice in it.
    assert!(drawn < 120 * 40 * 8, "{drawn}");
    watched.quit();
}

#[test]
fn exam_09_newline_id() {
    examine(LINES).quit();
}

/// A stranger's paste into whatever takes text is covered by row 37; this is what a person sees of a long id.
#[test]
fn exam_11_giant_id_on_the_screen() {
    let watched = Watched::new();
    let began = Instant::now();
    // As long as a name may be where the service is lenient.
    watched.world.present("lobby", &format!("thief {}", "x".repeat(2_000)), None);
    watched.session.shows_line(&["   thief …xxxxxxxx"]).shows_line(&["+ join", "thief …xxxx"]);
    watched.session.assert_line_beside_people();
    assert!(began.elapsed().as_secs() < 30);
    watched.quit();
}
