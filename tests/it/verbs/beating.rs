//! Heartbeats that go on until somebody ends them.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
};

use herenow::{presence::Channel, service::ServiceOptions};

use crate::verb::World;

/// A heartbeat that goes on until it is told to end.
struct Beating {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    err: BufReader<std::process::ChildStderr>,
}

impl Beating {
    fn start(world: &World, args: &[&str]) -> Self {
        let args = [&["heartbeat", "--user-id", "ann", "lobby"], args].concat();
        let mut child = world.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        Self { child, out: BufReader::new(out), err: BufReader::new(err) }
    }

    /// The next line of stdout.
    fn said(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    /// The next line of stderr.
    fn remarked(&mut self) -> String {
        let mut line = String::new();
        self.err.read_line(&mut line).unwrap();
        line
    }

    /// End it by TERM: exit code, the rest of stdout and of stderr.
    fn end(mut self) -> (Option<i32>, String, String) {
        use nix::{sys::signal, unistd::Pid};
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        signal::kill(pid, signal::Signal::SIGTERM).unwrap();
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.err.read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }
}

#[test]
fn a_heartbeat_that_is_stopped_leaves() {
    let world = World::new();
    let mut beating = Beating::start(&world, &["--every"]);
    let line = beating.said();
    assert!(line.ends_with("  ann is here for 300 s on lobby, next in 149 s\n"), "{line}");
    assert_eq!(world.places_of("ann"), [Channel::from_wire("lobby")]);
    assert_eq!(beating.end(), (Some(0), "ann left lobby\n".to_owned(), String::new()));
    assert_eq!(world.places_of("ann"), []);

    let mut beating = Beating::start(&world, &["--every=60", "--json", "--no-leave"]);
    let line: serde_json::Value = serde_json::from_str(&beating.said()).unwrap();
    assert_eq!((&line["beat"], &line["next"], &line["version"]), (&1.into(), &60.into(), &1.into()));
    assert_eq!(beating.end(), (Some(0), String::new(), String::new()));
    assert_eq!(world.places_of("ann"), [Channel::from_wire("lobby")]);
}

#[test]
fn a_heartbeat_that_fails_is_said_and_the_next_one_comes() {
    let mut plan = ServiceOptions::default();
    // One for each of the two below.
    plan.faults.push("500 on=heartbeat times=2".parse().unwrap());
    let world = World::with(plan);
    let mut beating = Beating::start(&world, &["--every=18", "--timeout", "19"]);
    let warning = beating.remarked();
    assert!(warning.contains("warning: with a timeout of 19 s"), "{warning}");
    let failed = beating.remarked();
    assert!(failed.contains("(500)") && failed.contains("the next heartbeat comes in 18 s"), "{failed}");
    let (code, out, err) = beating.end();
    assert_eq!((code, out.as_str()), (Some(1), "ann left lobby\n"));
    assert!(err.contains("the last heartbeat was not accepted"), "{err}");

    let mut beating = Beating::start(&world, &["--every=3"]);
    assert!(beating.remarked().contains("(500)"));
    assert!(beating.said().contains("ann is here for 300 s on lobby, next in 3 s"));
    let (code, out, err) = beating.end();
    assert_eq!((code, err.as_str()), (Some(0), ""));
    // A slow machine may have come to another heartbeat before.
    assert!(out.ends_with("ann left lobby\n"), "{out}");
}
