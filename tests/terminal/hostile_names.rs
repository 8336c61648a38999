//! Hostile names on the real screen: nothing that strangers write is obeyed by the terminal, and no
//! border moves.

use std::time::Duration;

use herenow::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    presence::{Channel, ChannelGroup, State, SubscribeKey, Subscription, UserId},
};

use crate::{
    pty::{Session, Start},
    verb::nowhere,
};

/// A client of the service at `origin`, as `user`.
fn client(origin: &str, user: &str) -> Client {
    let origin = Origin::parse(&format!("http://{origin}")).unwrap();
    let keyset =
        Keyset { origin, subscribe_key: SubscribeKey::from_wire("demo"), user: UserId::from_wire(user), auth: None };
    Client::new(keyset, 1000, Clock::start()).unwrap()
}

/// A user of the demo's service with any id, present on the lobby with any state.
fn joins(session: &mut Session, id: &str, state: Option<&str>) {
    let origin = session.origin();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = client(&origin, id);
        let lobby = [Subscription::Channel(Channel::from_wire("lobby"))];
        client.heartbeat(&lobby, Duration::from_secs(300)).await.unwrap();
        if let Some(state) = state {
            client.set_state(&lobby, &State::parse(state).unwrap()).await.unwrap();
        }
    });
}

#[test]
fn exam_01_to_09_hostile_names_are_shown_and_not_obeyed() {
    let mut session = Start::herenow(&["demo", "--crowd", "none", "--lenient"]).start();
    session.shows("● live").shows("nobody is here");
    let zalgo = format!("z{}algo", "\u{301}".repeat(500));
    let giant = format!("G{}", "x".repeat(2_000));
    let hostile = [
        ("\u{1b}]0;pwn\u{7}", "␛]0;pwn␇"),
        ("c1\u{9b}31mred", "c1‹9B›31mred"),
        ("evil\u{202e}txt.exe", "evil‹202E›txt.exe"),
        ("two\nlines\r\tand\u{0}nul", "two␊lines␍␉and␀nul"),
        ("zero\u{200b}width\u{feff}", "zero‹200B›width‹FEFF›"),
        ("family 👨\u{200d}👩", "family 👨‹200D›👩"),
        // Whole, and what stands behind it is where it belongs, though this terminal draws its parts one by one.
        ("whole 👨\u{200d}👩\u{200d}👧", "whole 👨"),
        ("ann\u{fe0f}", "ann‹FE0F›"),
        ("ann", "ann "),
        ("李雷和韩梅梅", "李雷和韩梅梅"),
        (zalgo.as_str(), "algo"),
        (giant.as_str(), "Gxxxx"),
        ("\u{2028}", "‹2028›"),
        ("%2F..%2f", "%2F..%2f"),
    ];
    for (id, shown) in hostile {
        joins(&mut session, id, None);
        // In the list, as far as it fits; in the log they are one burst.
        session.shows(&shown.chars().take(12).collect::<String>());
    }
    session.shows_line(&["+ ", "×", "␛]0;pwn␇"]);
    joins(&mut session, "state-thief", Some("{\"clip\":\"\\u001b]52;c;cHduZWQ=\\u0007\",\"c1\":\"\\u009b2J\"}"));
    session.keys("v").shows("clip ␛]52;c;cHduZWQ=␇");
    session.assert_line_beside_people();
    let raw = session.raw_without_question();
    assert!(!raw.windows(2).any(|pair| pair == b"\x1b]"), "no operating system command leaves");
    assert!(!String::from_utf8(raw).unwrap().contains(['\u{9b}', '\u{9d}', '\u{202e}', '\u{200b}', '\u{feff}']));
}

#[test]
fn groups_and_patterns_show_their_channels_as_they_come_to_life() {
    let service = Start::herenow(&["serve", "--port", "0"]).start();
    service.shows("Watch it with");
    let screen = service.screen();
    let origin = screen.split("origin").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let on = |names: &[&str]| names.iter().map(|n| Subscription::parse(n).unwrap()).collect::<Vec<_>>();
    let timeout = Duration::from_secs(300);
    let ann = client(&origin, "ann");
    runtime.block_on(async {
        let members = [Channel::from_wire("a"), Channel::from_wire("b")];
        ann.add_to_group(&ChannelGroup::parse("all").unwrap(), &members).await.unwrap();
        ann.heartbeat(&on(&["a"]), timeout).await.unwrap();
    });
    let url = format!("http://{origin}");
    let args = ["watch", "--subscribe-key", "demo", "--origin", &url, "--group", "all", "match.*"];
    let mut session = Start::herenow(&args).start();
    // Who was in the group before we looked is found, who comes is heard, with names.
    session.shows("● live").shows_line(&["   ann"]).shows("1 of 1 · ● exact");
    runtime.block_on(ann.as_user(UserId::from_wire("bob")).heartbeat(&on(&["b", "match.7"]), timeout)).unwrap();
    session.shows_line(&["+ join", "b", "bob"]).shows_line(&["+ join", "match.7", "bob"]);
    session.keys(":b\r").shows("people · b ").shows_line(&["   bob"]);
    session.keys(":match.7\r").shows("people · match.7").shows_line(&["   bob"]).shows("1 of 1 · ● exact");
    runtime.block_on(ann.as_user(UserId::from_wire("bob")).leave(&on(&["match.7"]))).unwrap();
    session.shows_line(&["- leave", "match.7", "bob"]).shows("nobody is here");
}

#[test]
fn what_fails_is_said_next_to_what_was_asked() {
    let args = ["watch", "--subscribe-key", "demo", "--origin", nowhere(), "lobby"];
    let mut session = Start::herenow(&args).start();
    session.shows("next try in");
    session.keys("H").shows(&format!("✗ heartbeat on lobby: {} can't be reached", nowhere()));
    session.keys("L").shows(&format!("✗ not confirmed that we left lobby, L asks again: {}", nowhere()));
}
