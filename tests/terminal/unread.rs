//! A terminal that nobody reads, as behind a link that stalls: nothing waits for it.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use herenow::service::{RequestLedger, ServiceOptions};

use crate::{
    pty::{Session, Start},
    verb::{World, nowhere},
};

/// No condition takes longer than this, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a signal may take on a machine that is busy with other tests; a second on one that is not.
const LIMIT: Duration = Duration::from_secs(5);

fn demo() -> Session {
    let session = Start::herenow(&["demo", "--people", "30"]).start();
    session.shows("● live").shows("following");
    session
}

#[test]
fn exam_30_every_signal_ends_a_dashboard_whose_terminal_is_not_read() {
    for signal in ["TERM", "INT", "HUP", "QUIT"] {
        let mut session = demo();
        session.stall();
        session.signal(signal);
        let status = session.ended_unread(LIMIT);
        assert!(status.success(), "{signal}: {status:?}");
        session.assert_settings_restored();
        // The sequence that restores the screen was written before the exit; the frame on it may have been cut.
        session.read_on();
        session.ended();
        session.assert_modes_restored();
    }
}

#[test]
fn an_end_with_a_reason_is_as_quick_where_nobody_reads_the_reason() {
    let args = ["watch", "--subscribe-key", "demo", "--origin", nowhere(), "lobby"];
    let mut session = Start::herenow(&args).start();
    session.shows("connection refused");
    session.stall();
    session.signal("TERM");
    assert_eq!(session.ended_unread(LIMIT).exit_code(), 1);
    session.assert_settings_restored();
}

/// Heartbeats of a user that a service wrote down.
fn count_heartbeats(ledger: &Path, user: &str) -> usize {
    let (kind, user) = ("\"kind\":\"heartbeat\"", format!("\"user\":\"{user}\""));
    let lines = std::fs::read_to_string(ledger).unwrap_or_default();
    lines.lines().filter(|line| line.contains(kind) && line.contains(&user)).count()
}

#[test]
fn heartbeats_go_on_and_the_newest_frame_is_drawn_when_the_terminal_is_read_again() {
    let ledger = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("unread.jsonl");
    let _ = std::fs::remove_file(&ledger);
    let written = RequestLedger::open(&ledger, |e| panic!("{e}")).unwrap();
    let world = World::with(ServiceOptions { ledger: Some(written), ..ServiceOptions::default() });
    world.present("lobby", "ann", None);
    let origin = format!("http://{}", world.running.address);
    let args = ["watch", "--subscribe-key", "demo", "--origin", &origin, "--user-id", "me"];
    let mut session = Start::herenow(&[&args[..], &["--presence-timeout", "10", "lobby"]].concat()).start();
    session.shows("● live").shows_line(&["   ann "]);
    session.keys("H").shows("✓ present on lobby as me");
    session.stall();
    let before = count_heartbeats(&ledger, "me");
    world.present("lobby", "zoe", None);
    let deadline = Instant::now() + PATIENCE;
    while count_heartbeats(&ledger, "me") < before + 2 {
        assert!(Instant::now() < deadline, "no heartbeats while the terminal is not read");
        std::thread::yield_now();
    }
    // Keys are heard, too: what was asked for last is on the screen first.
    session.keys("?");
    session.read_on().shows("send a heartbeat on this channel");
    session.keys("\x1b").shows_line(&["   zoe "]).shows("PRESENT");
    assert!(session.keys("q").ended().success());
    session.assert_restored();
}

/// Bytes of a full redraw of a screen of this size, at the most.
const FRAME: usize = 60_000;

#[test]
fn what_a_slow_terminal_did_not_take_is_never_drawn() {
    let mut session = demo();
    session.stall();
    let before = session.raw().len();
    // Each asks for a picture of the whole screen.
    for _ in 0..300 {
        session.keys("\x0c");
    }
    session.keys(":newest");
    session.read_on().shows("newest");
    // What the system holds for the terminal, one frame, and the newest.
    let drawn = session.raw().len() - before;
    assert!(drawn < 8 * FRAME, "{drawn}");
    assert!(session.keys("\x07\x07q").ended().success());
    session.assert_restored();
}
