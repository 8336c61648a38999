//! Hostile names on the real screen: nothing that strangers write is obeyed by the terminal, and no
//! border moves.

#![cfg(unix)]

mod support;

use std::time::Duration;

use herenow::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    presence::{Channel, State, SubscribeKey, Subscription, UserId},
};
use support::{Session, Start};

/// A user of the demo's service with any id, present on the lobby with any state.
fn joins(session: &Session, id: &str, state: Option<&str>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let origin = Origin::parse(&format!("http://{}", session.origin())).unwrap();
    runtime.block_on(async {
        let keyset = Keyset { origin, subscribe_key: SubscribeKey::heard("demo"), user: UserId::heard(id), auth: None };
        let client = Client::new(keyset, 1000, Clock::start()).unwrap();
        let lobby = [Subscription::Channel(Channel::heard("lobby"))];
        client.heartbeat(&lobby, Duration::from_secs(300)).await.unwrap();
        if let Some(state) = state {
            client.set_state(&lobby, &State::parse(state).unwrap()).await.unwrap();
        }
    });
}

/// The rows of the three panes end where the border is.
fn assert_borders(session: &Session) {
    let screen = session.screen();
    for line in screen.lines().filter(|line| line.starts_with('│')) {
        assert!(line.trim_end().ends_with(['│', '╮', '╯']), "a border has moved: {line:?}\n{screen}");
        assert_eq!(unicode_width::UnicodeWidthStr::width(line.trim_end()), 120, "{line:?}\n{screen}");
    }
}

#[test]
fn exam_01_to_09_hostile_names_are_shown_and_not_obeyed() {
    let session = Start::herenow(&["demo", "--crowd", "none"]).start();
    session.shows("● live").shows("nobody is here");
    let zalgo = format!("z{}algo", "\u{301}".repeat(500));
    let giant = format!("G{}", "x".repeat(2_000));
    let hostile = [
        ("\u{1b}]0;pwn\u{7}", "␛]0;pwn␇"),
        ("c1\u{9b}31mred", "c1‹9B›31mred"),
        ("evil\u{202e}txt.exe", "evil‹202E›txt.exe"),
        ("two\nlines\r\tand\u{0}nul", "two␊lines␍␉and␀nul"),
        ("zero\u{200b}width\u{feff}", "zero‹200B›width‹FEFF›"),
        ("family 👨\u{200d}👩\u{200d}👧", "family 👨‹200D›👩‹200D›👧"),
        ("李雷和韩梅梅", "李雷和韩梅梅"),
        (zalgo.as_str(), "algo"),
        (giant.as_str(), "Gxxxx"),
        ("\u{2028}", "‹2028›"),
        ("%2F..%2f", "%2F..%2f"),
    ];
    for (id, shown) in hostile {
        joins(&session, id, None);
        session.shows_line(&["+ join", shown]);
    }
    joins(&session, "state-thief", Some("{\"clip\":\"\\u001b]52;c;cHduZWQ=\\u0007\",\"c1\":\"\\u009b2J\"}"));
    session.shows("clip ␛]52;c;cHduZWQ=␇");
    assert_borders(&session);
    let raw = session.raw();
    assert!(!raw.windows(2).any(|pair| pair == b"\x1b]"), "no operating system command leaves");
    assert!(!String::from_utf8(raw).unwrap().contains(['\u{9b}', '\u{9d}', '\u{202e}', '\u{200b}', '\u{feff}']));
}

#[test]
fn what_fails_is_said_next_to_what_was_asked() {
    let args = ["watch", "--subscribe-key", "demo", "--origin", "http://127.0.0.1:1", "lobby"];
    let mut session = Start::herenow(&args).start();
    session.shows("next try in");
    session.keys("H").shows("✗ heartbeat on lobby: http://127.0.0.1:1 can't be reached");
    session.keys("L").shows("✗ leave lobby: http://127.0.0.1:1 can't be reached");
}
