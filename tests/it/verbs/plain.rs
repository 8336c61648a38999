//! The dashboard in sentences: what is told, and what a line leads to.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use crate::verb::World;

/// A dashboard in sentences, with somebody who types.
struct Plain {
    child: Child,
    typed: Option<ChildStdin>,
    out: BufReader<ChildStdout>,
    told: Vec<String>,
}

impl Plain {
    fn open(world: &World, args: &[&str]) -> Self {
        let args = [&["watch", "--plain", "--user-id", "me"], args].concat();
        let mut command = world.command(&args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (typed, out) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, typed, out, told: Vec::new() }
    }

    fn types(&mut self, line: &str) -> &mut Self {
        writeln!(self.typed.as_mut().unwrap(), "{line}").unwrap();
        self
    }

    /// Until a line has this.
    #[track_caller]
    fn tells(&mut self, text: &str) -> &mut Self {
        loop {
            let mut line = String::new();
            assert!(self.out.read_line(&mut line).unwrap() > 0, "it should tell {text:?}: {:#?}", self.told);
            assert!(!line.trim_end_matches('\n').chars().any(char::is_control), "{line:?}");
            self.told.push(line.trim_end().to_owned());
            if self.told.last().unwrap().contains(text) {
                return self;
            }
        }
    }

    /// It ends by itself: exit code, and stderr.
    fn ended(mut self) -> (Option<i32>, String) {
        let (mut rest, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut rest).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), err)
    }
}

#[test]
fn a_line_calls_an_action_and_is_answered_in_a_sentence() {
    let world = World::new();
    world.present("lobby", "ann", None);
    let mut plain = Plain::open(&world, &["lobby", "stage"]);
    plain.tells("Now: calm for").types("where-now ann").tells("ann is on lobby.");
    plain.types("people").tells("1 here on lobby: ann.");
    plain.types("channel stage").tells("stage: 0 here,");
    plain.types("heartbeat").tells("present on stage as me");
    plain.types("edit-state {\"mood\":\"busy\"}").tells("the service took the state on stage.");
    plain.types("edit-state {").tells("that is no state");
    plain.types("add hall").tells("watching hall.");
    plain.types("where-now").tells("What follows `where-now`: USER.");
    plain.types("channel nowhere").tells("No channel in view is called `nowhere`");
    plain.types("zoom").tells("`zoom` is for the screen");
    plain.types("fly\u{1b}[2J").tells("There is no action `fly");
    plain.types("outage").tells("There is no action `outage`, but `crowd-outage`;");
    plain.types("watch ann").tells("watching ann").types("watch-list").tells("ann: no alarm so far.");
    plain.types("doctor").types("help").tells("where-now USER: find the channels of this user.");
    world.present("lobby", "bob", None);
    plain.tells("bob joined lobby, 2 there now.");
    assert!(!world.places_of("me").is_empty());
    plain.types("quit");
    assert_eq!(plain.ended(), (Some(0), String::new()));
    assert!(world.places_of("me").is_empty(), "it leaves first");
}

#[test]
fn others_are_disturbed_only_after_a_yes_where_it_is_production() {
    let world = World::new();
    let mut plain = Plain::open(&world, &["lobby", "--production"]);
    plain.tells("Now: calm for").types("heartbeat").tells("heartbeat on lobby as me? Yes or no?");
    plain.types("no").tells("Nothing was done.");
    plain.types("heartbeat").tells("Yes or no?").types("yes").tells("present on lobby as me");
    plain.types("quit");
    assert_eq!(plain.ended().0, Some(0));
}

#[test]
fn the_end_of_a_pipe_ends_nothing_and_a_signal_leaves_first() {
    let world = World::new();
    let mut plain = Plain::open(&world, &["lobby"]);
    plain.tells("Now: calm for").types("heartbeat").tells("present on lobby as me");
    plain.typed = None;
    world.present("lobby", "ann", None);
    plain.tells("ann joined lobby, 2 there now.");
    let pid = plain.child.id().to_string();
    let killed = std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(killed.success());
    assert_eq!(plain.ended(), (Some(0), String::new()));
    assert!(world.places_of("me").is_empty());
}

/// A file that is not there yet.
fn new_file(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("plain-{}-{name}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_recording_is_begun_by_a_line_with_all_since_the_start_and_ended_by_another() {
    let world = World::new();
    world.present("lobby", "ann", None);
    let file = new_file("late.jsonl.gz");
    let mut plain = Plain::open(&world, &["lobby"]);
    plain.tells("Now: calm for").types("record end").tells("Nothing is being recorded.");
    plain.types("record lobby.txt").tells("the name must end in .jsonl.gz or .jsonl");
    plain.types(&format!("record {file}")).tells("with all since the start");
    plain.types("record again.jsonl").tells("a recording is being written: end it first.");
    world.present("lobby", "bob", None);
    plain.tells("bob joined lobby, 2 there now.");
    plain.types("record end").tells("the recording has ended with ");
    plain.types("quit");
    assert_eq!(plain.ended(), (Some(0), String::new()));
    let asked = world.command(&["replay", "--verify", &file]).output().unwrap();
    let said = crate::verb::text(&asked.stdout);
    assert!(said.contains("2 checks: all as recorded by"), "{said}");
    let listed = world.command(&["here-now", "--from", &file, "lobby"]).output().unwrap();
    assert!(crate::verb::text(&listed.stdout).starts_with("lobby  2 here\n  ann\n  bob\n"));
    std::fs::remove_file(file).unwrap();
}

#[test]
fn under_pseudonyms_nobody_is_named_and_the_service_is_asked_about_whom_it_knows() {
    let world = World::new();
    world.present("lobby", "zqxann", Some(r#"{"mood":"zqxbusy"}"#));
    let (file, log) = (new_file("hidden.jsonl"), new_file("hidden.log"));
    let mut plain = Plain::open(&world, &["--pseudonyms", "--record", &file, "--log", &log, "lobby"]);
    plain.tells("Now: calm for").types("people").tells("1 here on lobby: ");
    let name = plain.told.last().unwrap().rsplit(": ").next().unwrap().trim_end_matches('.').to_owned();
    assert_eq!(name.split('-').count(), 3, "{name}");
    plain.types(&format!("where-now {name}")).tells(&format!("{name} is on lobby."));
    plain.types("heartbeat").tells("present on lobby as ");
    assert!(!world.places_of("me").is_empty(), "the service knows us by our own id");
    plain.types("edit-state {\"at\":\"zqxhome\"}").tells("the service took the state on lobby.");
    world.present("lobby", "zqxbob", None);
    plain.tells(" joined lobby, ").types("events").types("doctor").types("quit");
    let told = plain.told.join("\n");
    assert_eq!(plain.ended(), (Some(0), String::new()));
    for (what, text) in [("the lines", told), ("the recording", read(&file)), ("the log", read(&log))] {
        assert!(!text.is_empty() && !text.contains("zqx"), "{what}: {text}");
    }
    for path in [file, log] {
        std::fs::remove_file(path).unwrap();
    }
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap()
}
