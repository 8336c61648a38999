//! Names that can not be sent, or only in an encoding.

use herenow::{
    presence::{SubscribeKey, UserId},
    wire::{Caller, Names, Operation, Request},
};

use crate::{
    hostile::{UNSENDABLE, sendable, zalgo},
    origin::{Origin, ok},
    sim::{Sim, written},
    verb::{command, text},
};

fn target(channel: &str, user: &str, operation: impl Fn(Names) -> Operation) -> Option<String> {
    let names = Names { channels: vec![channel.into()], groups: Vec::new() };
    let caller = Caller { user: Some(UserId::from_wire(user)), auth: None };
    let request = Request { subscribe_key: SubscribeKey::from_wire("demo"), caller, operation: operation(names) };
    request.encode().ok()
}

/// Whatever a channel is called, the path of a request has the same parts, and its reader finds the name again.
#[test]
fn exam_12_empty_names() {
    let leave = |names| Operation::Leave { names };
    let plain = target("lobby", "ann", leave).unwrap();
    let count = |target: &str| target.split('?').next().unwrap().matches('/').count();
    for name in sendable() {
        let Some(sent) = target(&name, &name, leave) else { continue };
        assert_eq!(count(&sent), count(&plain), "{sent}");
        assert!(sent.bytes().all(|b| b.is_ascii_graphic()), "{sent}");
        assert_eq!(sent.matches(['?', '#']).count(), 1, "{sent}");
        for part in sent.split('?').next().unwrap().split('/').skip(1) {
            assert!(!matches!(part, "" | "." | ".."), "{sent}");
        }
        let read = {
            let (path, query) = sent.split_once('?').unwrap();
            Request::parse(path, query).unwrap()
        };
        assert_eq!(read.caller.user, Some(UserId::from_wire(&name)));
        let Operation::Leave { names } = read.operation else { panic!("{sent}") };
        // A name with a comma would be two: only there may the service see another list.
        assert!(
            name.contains(',') || *names.channels == [std::sync::Arc::<str>::from(name.as_str())],
            "{sent}: {names:?}"
        );
    }
    for name in UNSENDABLE {
        assert_eq!(target(name, "ann", leave), None, "{name:?}");
        let of = |user| Operation::WhereNow { user: UserId::from_wire(user) };
        assert_eq!(target("lobby", "ann", |_| of(name)), None, "{name:?}");
    }
}

#[test]
fn exam_12_empty_names_are_refused_by_verbs_before_any_request() {
    let origin = Origin::start(|_| ok("{}"));
    for name in ["", ".", "..", "a,b", ",", "two\nlines", "\u{7}"] {
        for verb in ["here-now", "events", "watch"] {
            let output = command(&origin.url(), &[verb, "--", name]).output().unwrap();
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{verb} {name:?}: {said}");
            assert!(said.starts_with("herenow: ") && !said.contains("panicked"), "{said}");
            assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{said:?}");
        }
        let output = command(&origin.url(), &["leave", "--user-id", name, "lobby"]).output().unwrap();
        let said = text(&output.stderr);
        let code = output.status.code();
        // A comma is fine in a user id, which stands alone.
        assert!(code == Some(2) || (name.contains(',') && code == Some(1)), "{name:?}: {said}");
    }
    assert_eq!(origin.count("/presence/"), 2, "{:?}", origin.asked());
    // Refused with a sentence, or encoded once, a percent sign as one.
    for (name, path) in [("%2F", Some("/%252F")), ("a/b", None), ("   ", None), ("...", Some("/..."))] {
        let origin = Origin::start(|_| ok("{}"));
        let output = command(&origin.url(), &["here-now", "--", name]).output().unwrap();
        let asked: Vec<String> =
            origin.asked().iter().map(|asked| asked.split('?').next().unwrap().to_owned()).collect();
        match path {
            Some(path) => assert!(asked.len() == 1 && asked[0].ends_with(path), "{name:?}: {asked:?}"),
            None => assert_eq!((output.status.code(), asked.len()), (Some(2), 0), "{name:?}: {asked:?}"),
        }
    }
}

/// One with 500 marks costs a row no more than a stated number of bytes, and the row is one.
#[test]
fn exam_07_zalgo_in_a_frame() {
    let mut sim = Sim::crowd(0, "me").watched(std::time::Duration::from_secs(1));
    let names = || Names { channels: vec!["lobby".into()], groups: Vec::new() };
    for id in [zalgo(), "zoe".to_owned()] {
        let ask = Operation::Heartbeat { names: names(), timeout: Some(300), state: None };
        sim.request(&UserId::from_wire(&id), ask);
    }
    sim.run(std::time::Duration::from_secs(5));
    let frame = sim.frame(120, 40);
    let screen = written(&frame);
    let rows: Vec<&str> = screen.lines().filter(|line| line.contains("thief ")).collect();
    assert_eq!(rows.len(), 2, "in the list and in the log:\n{screen}");
    assert!(rows.iter().all(|row| row.len() < 8 << 10), "{rows:?}");
    let most = frame.content.iter().map(|cell| cell.symbol().chars().count()).max().unwrap();
    assert!(most <= 16, "{most} characters in a cell");
}
