//! A pipe that nobody reads, and that is full: no verb waits for it once it is asked to end.

use std::{
    io::{PipeReader, Write},
    process::{Child, Command},
    time::{Duration, Instant},
};

use herenow::service::{RequestLedger, ServiceOptions};
use nix::{sys::signal::Signal, unistd::Pid};

use crate::verb::World;

/// What a signal may take on a machine that is busy with other tests; a second on one that is not.
const LIMIT: Duration = Duration::from_secs(5);

/// No condition takes longer than this, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a pipe of Linux holds.
const FULL: usize = 64 << 10;

/// Start a command whose output and complaints go into a full pipe that is not read.
fn start(command: &mut Command) -> (Child, PipeReader) {
    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(&vec![b'\n'; FULL]).unwrap();
    let child = command.stdout(writer.try_clone().unwrap()).stderr(writer).spawn().unwrap();
    (child, reader)
}

/// Wait until some thread of it waits for a reader.
fn wait_until_held_up(child: &Child) {
    let write = nix::libc::SYS_write.to_string();
    let is_held_up = || {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", child.id())).unwrap();
        let mut calls = tasks.flatten().map(|task| std::fs::read_to_string(task.path().join("syscall")));
        calls.any(|call| call.is_ok_and(|call| call.split_whitespace().next() == Some(&*write)))
    };
    let deadline = Instant::now() + PATIENCE;
    while !is_held_up() {
        assert!(Instant::now() < deadline, "it never waits for its reader");
        std::thread::yield_now();
    }
}

fn end_by(child: &mut Child, signal: Signal, args: &[&str]) -> std::process::ExitStatus {
    nix::sys::signal::kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("{signal} does not end {args:?} within {LIMIT:?}");
        }
        std::thread::yield_now();
    }
}

#[test]
fn the_first_signal_ends_every_verb_that_nobody_reads() {
    let world = World::new();
    world.present("lobby", "ann", None);
    for args in [
        &["events", "lobby"][..],
        &["heartbeat", "--user-id", "bob", "lobby", "--every"],
        &["serve", "--port", "0"],
        &["here-now", "lobby"],
    ] {
        for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP] {
            let mut command = world.command(args);
            if args[0] == "serve" {
                command = crate::verb::command("", args);
            }
            let (mut child, _reader) = start(&mut command);
            wait_until_held_up(&child);
            let status = end_by(&mut child, signal, args);
            assert!(!status.success() || args[0] == "serve", "{args:?} {status}");
        }
    }
    assert_eq!(world.places_of("bob"), [], "who was here has left");
}

#[test]
fn heartbeats_go_on_while_nobody_reads_of_them() {
    let ledger = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("unread-beats.jsonl");
    let _ = std::fs::remove_file(&ledger);
    let written = RequestLedger::open(&ledger, |e| panic!("{e}")).unwrap();
    let world = World::with(ServiceOptions { ledger: Some(written), ..ServiceOptions::default() });
    let args = ["heartbeat", "--user-id", "bob", "lobby", "--timeout", "10", "--every=3"];
    let (mut child, _reader) = start(&mut world.command(&args));
    wait_until_held_up(&child);
    let deadline = Instant::now() + PATIENCE;
    let count = || std::fs::read_to_string(&ledger).unwrap().matches("\"kind\":\"heartbeat\"").count();
    while count() < 3 {
        assert!(Instant::now() < deadline, "no heartbeats while they are not read of");
        std::thread::yield_now();
    }
    assert!(!end_by(&mut child, Signal::SIGTERM, &args).success());
    assert_eq!(world.places_of("bob"), []);
}
