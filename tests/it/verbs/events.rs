//! The stream of events: what it tells, how it ends, and how it fails.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStdout, Stdio},
};

use herenow::{
    presence::{Channel, ChannelGroup, Subscription, UserId},
    service::{ServiceOptions, Settings},
};
use serde_json::{Value, json};

use crate::{
    schema::Schema,
    verb::{World, closed_pipe, command, fails, nowhere, text},
};

/// A stream that somebody reads.
struct Stream {
    child: Child,
    out: BufReader<ChildStdout>,
    schema: Schema,
}

impl Stream {
    fn open(world: &World, args: &[&str]) -> Self {
        let args = [&["events"], args].concat();
        let mut child = world.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out, schema: Schema::new(herenow::output::lines::SCHEMA) }
    }

    /// The next line, held against the schema.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        assert!(self.out.read_line(&mut line).unwrap() > 0, "the stream goes on");
        let value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        self.schema.check(&value).unwrap_or_else(|why| panic!("{why}"));
        value
    }

    /// The next line of this type; the others are held against the schema, too.
    fn until(&mut self, kind: &str) -> Value {
        loop {
            let line = self.next();
            if line["type"] == kind {
                return line;
            }
        }
    }

    /// It ends by itself: exit code, the rest of stdout, and stderr.
    fn ended(mut self) -> (Option<i32>, String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }

    #[cfg(unix)]
    fn terminate(&self) {
        use nix::{sys::signal, unistd::Pid};
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        signal::kill(pid, signal::Signal::SIGTERM).unwrap();
    }
}

/// A file of this test's own, which is not there yet.
fn fresh(name: &str) -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("events");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{name}-{}.json", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path
}

fn leave(world: &World, channel: &str, user: &str) {
    let place = [Subscription::Channel(Channel::from_wire(channel))];
    world.runtime.block_on(world.client.as_user(UserId::from_wire(user)).leave(&place)).unwrap();
}

#[test]
fn what_happens_is_told_until_so_many_lines_and_the_roster_file_is_what_here_now_says() {
    let world = World::new();
    world.present("lobby", "ann", None);
    let file = fresh("rosters");
    let mut stream = Stream::open(&world, &["lobby", "--count", "4", "--roster-file", file.to_str().unwrap()]);
    assert_eq!(stream.next()["what"], "connecting");
    assert_eq!(stream.until("link")["what"], "live");
    let snapshot = stream.until("snapshot");
    assert_eq!((&snapshot["missing"], &snapshot["here"]), (&json!(["ann"]), &json!(1)));
    let hostile = "\u{1b}[2J\u{202e}";
    world.present("lobby", hostile, Some("{\"mood\":\"busy \u{9b}\"}"));
    let join = stream.until("join");
    assert_eq!((&join["user"], &join["occupancy"]), (&json!(hostile), &json!(2)));
    assert_eq!(join["time"], join["timetoken"].as_str().unwrap().parse::<u64>().unwrap() / 10_000);
    let change = stream.until("state-change");
    assert_eq!((&change["user"], &change["state"]), (&json!(hostile), &json!({"mood": "busy \u{9b}"})));
    leave(&world, "lobby", "ann");
    assert_eq!(stream.until("leave")["user"], "ann");
    world.present("lobby", "bob", None);
    assert_eq!(stream.until("join")["user"], "bob");
    let (code, rest, said) = stream.ended();
    assert_eq!((code, rest.as_str()), (Some(0), ""));
    assert!(
        said.starts_with("herenow: 4 events in ") && said.contains(", 0 gaps, 0 resyncs, drift found: 0"),
        "{said}"
    );

    let rosters: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let uuids = json!({"bob": null, hostile: {"mood": "busy \u{9b}"}});
    assert_eq!(rosters, json!({"channels": {"lobby": {"occupancy": 2, "certainty": "exact", "uuids": uuids}}}));
    let here_now: Value =
        serde_json::from_slice(&world.run(&["here-now", "--state", "--json", "lobby"]).stdout).unwrap();
    let listed = here_now["channels"]["lobby"]["occupants"].as_array().unwrap().iter();
    let listed: serde_json::Map<String, Value> =
        listed.map(|one| (one["user"].as_str().unwrap().to_owned(), one["state"].clone())).collect();
    assert_eq!(rosters["channels"]["lobby"]["uuids"], Value::Object(listed));
    // No draft is left beside it.
    let left = std::fs::read_dir(file.parent().unwrap())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".rosters"));
    assert_eq!(left.count(), 0);
}

#[cfg(unix)]
#[test]
fn patterns_intervals_and_rosters_are_told_and_term_ends_it_well() {
    let settings = Settings {
        announce_max: 1,
        interval: std::time::Duration::from_millis(300),
        deltas: true,
        ..Settings::default()
    };
    let world = World::with(ServiceOptions::new(settings));
    let mut stream = Stream::open(&world, &["match.*", "--roster"]);
    assert_eq!(stream.until("link")["what"], "connecting");
    stream.until("link");
    world.present("match.1", "ann", None);
    let join = stream.until("join");
    assert_eq!((&join["channel"], &join["subscription"]), (&json!("match.1"), &json!("match.*")));
    let roster = stream.until("roster");
    assert_eq!((&roster["channel"], &roster["occupancy"]), (&json!("match.1"), &json!(1)));
    assert_eq!(roster["occupants"], json!([{"user": "ann", "state": null}]));
    world.present("match.1", "bob", None);
    assert_eq!(stream.until("mode")["what"], "interval");
    assert_eq!(stream.until("interval")["names"]["joined"], json!(["bob"]));
    stream.terminate();
    let (code, _, said) = stream.ended();
    assert_eq!(code, Some(0));
    assert!(said.contains("events in "), "{said}");
}

#[test]
fn a_lost_link_and_what_is_found_after_it_are_told() {
    let world = World::new();
    let mut stream = Stream::open(&world, &["lobby", "--kind", "link,resync,snapshot", "--count", "7"]);
    assert_eq!(stream.next()["what"], "connecting");
    assert_eq!(stream.next()["what"], "live");
    // A link that is lost before the first look leads to nothing but that look.
    assert_eq!(stream.next()["type"], "snapshot");
    world.running.breaker()("500 on=subscribe times=1".parse().unwrap());
    // What ends the open poll; the next one fails.
    world.present("lobby", "ann", None);
    let lost = stream.next();
    assert_eq!((&lost["what"], &lost["attempt"]), (&json!("lost"), &json!(1)));
    assert!(lost["reason"].as_str().unwrap().contains("(500)") && lost["retry_at"].is_u64(), "{lost}");
    assert_eq!(stream.next()["what"], "connecting");
    let live = stream.next();
    assert_eq!((&live["what"], &live["again"]), (&json!("live"), &json!(true)));
    let resync = stream.next();
    assert_eq!((&resync["type"], &resync["cause"]), (&json!("resync"), &json!("gap")));
    let (code, rest, said) = stream.ended();
    assert_eq!((code, rest.as_str()), (Some(0), ""));
    assert!(said.contains(", 1 gap, 1 resync, "), "{said}");
}

#[test]
fn kinds_and_filters_choose_and_people_read_lines() {
    let world = World::new();
    let meant = ["lobby", "--kind", "state-change,snapshot", "--filter", "an state.mood=busy", "--count", "2"];
    let mut stream = Stream::open(&world, &meant);
    let mut reader = Stream::open(&world, &["lobby", "--format", "people", "--count", "4"]);
    // Both watch when the first look has been told.
    assert_eq!(stream.next()["here"], 0);
    let mut line = String::new();
    while !line.contains("0 here now") {
        line.clear();
        reader.out.read_line(&mut line).unwrap();
    }
    world.present("lobby", "bob", Some("{\"mood\":\"busy\"}"));
    world.present("lobby", "ann\u{1b}", Some("{\"mood\":\"calm\"}"));
    world.present("lobby", "ann\u{1b}", Some("{\"mood\":\"busy\"}"));
    let told = stream.next();
    assert_eq!((&told["user"], &told["state"]), (&json!("ann\u{1b}"), &json!({"mood": "busy"})));
    assert_eq!(stream.ended().0, Some(0));
    let (code, lines, _) = reader.ended();
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!((code, lines.len()), (Some(0), 4));
    assert!(lines[0].contains("+ join     lobby ") && lines[0].ends_with(" 1 bob"), "{lines:?}");
    assert!(lines[1].contains("~ state ") && lines[1].contains("mood busy"), "{lines:?}");
    assert!(lines[2].contains("ann␛"), "{lines:?}");
}

#[test]
fn it_ends_when_what_is_waited_for_holds() {
    let world = World::new();
    let until = "occupancy of lobby >= 2 and ann present in lobby";
    let mut stream = Stream::open(&world, &["lobby", "match.*", "--until", until, "--kind", "snapshot,join"]);
    assert_eq!(stream.next()["type"], "snapshot");
    world.present("lobby", "ann", None);
    world.present("lobby", "bob", None);
    assert_eq!((&stream.next()["user"], &stream.next()["user"]), (&json!("ann"), &json!("bob")));
    let (code, rest, said) = stream.ended();
    assert_eq!((code, rest.as_str()), (Some(0), ""), "{said}");
    // By time alone.
    let quiet = ["events", "lobby", "--quiet", "--until", "no join in lobby for 500ms"];
    assert_eq!(world.run(&quiet).status.code(), Some(0));
}

#[test]
fn difference_05_a_group_without_channels_is_followed_once_it_has_one() {
    let world = World::new();
    let change = |add: bool| {
        let (group, lobby) = (ChannelGroup::from_wire("vips"), [Channel::from_wire("lobby")]);
        let client = &world.client;
        let done = world.runtime.block_on(async {
            if add { client.add_to_group(&group, &lobby).await } else { client.remove_from_group(&group, &lobby).await }
        });
        done.unwrap();
    };
    let mut stream = Stream::open(&world, &["--group", "vips", "--until", "bob present in lobby"]);
    // At the start, and when it is emptied while it is followed.
    for user in ["ann", "bob"] {
        let refused = stream.until("refused");
        assert_eq!(refused["groups"], json!(["vips"]));
        let text = "vips: the groups hold no channel (400); once one is added, they are followed";
        assert_eq!(refused["text"], text);
        change(true);
        world.present("lobby", user, None);
        if user == "ann" {
            assert_eq!(stream.until("snapshot")["channel"], "lobby");
            change(false);
        }
    }
    assert_eq!(stream.ended().0, Some(0));
}

#[test]
fn quiet_is_the_summary_alone() {
    let world = World::new();
    let output = world.run(&["events", "lobby", "--quiet", "--json", "--for", "300ms"]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    Schema::new(herenow::output::lines::SCHEMA).check(&summary).unwrap();
    assert_eq!((&summary["type"], &summary["events"], &summary["gaps"]), (&json!("summary"), &json!(0), &json!(0)));
    let output = world.run(&["events", "lobby", "--quiet", "--for", "300ms"]);
    assert!(text(&output.stdout).starts_with("0 events in 0.3 s (0 per second), 0 duplicates dropped"));
}

#[test]
fn the_schema_is_printed_without_a_keyset() {
    let output = command(nowhere(), &["events", "--schema"]).env_remove("HERENOW_SUBSCRIBE_KEY").output();
    assert_eq!(text(&output.unwrap().stdout), herenow::output::lines::SCHEMA);
}

#[test]
fn what_is_asked_wrongly_is_refused_before_the_watching() {
    let world = World::new();
    let refuses = |args: &[&str], words: &[&str]| world.refuses(&[&["events"], args].concat(), 2, words);
    refuses(&[], &["no channel to watch", "herenow events"]);
    refuses(&["lobby", "--kind", "join,dance"], &["dance", "state-change"]);
    refuses(&["lobby", "--filter", "state.="], &["--filter", "^"]);
    refuses(&["lobby", "--count", "0"], &["--count"]);
    refuses(&["lobby", "--until", "occupancy of"], &["--until", "^"]);
    refuses(&["lobby", "--until", "ann present in support"], &["--until is about support", "not watched"]);
    refuses(&["lobby", "--for", "soon"], &["`soon` is not a length of time"]);
    refuses(&["lobby", "--roster", "--quiet"], &["cannot be used with"]);
    refuses(&["lobby", "--roster-file", "/"], &["the roster file / can't be written", "directory"]);
    let missing = fresh("no-folder").join("rosters.json");
    refuses(&["lobby", "--roster-file", missing.to_str().unwrap()], &["can't be written", "No such file"]);
}

#[test]
fn who_is_never_reached_or_refuses_everything_is_a_failure_when_the_time_is_over() {
    let mut plan = ServiceOptions::default();
    plan.access.deny("secret".to_owned());
    let world = World::with(plan);
    let output = world.run(&["events", "secret", "--for", "500ms", "--kind", "refused"]);
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&line["what"], &line["channels"]), (&json!("subscribe"), &json!(["secret"])));
    let said = text(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("access refused (403)"), "{said}");
    // What is allowed goes on.
    let output = world.run(&["events", "secret", "lobby", "--kind", "refused,snapshot", "--count", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));

    let unreachable = |args: &[&str]| command(nowhere(), args).output().unwrap();
    let output = unreachable(&["events", "lobby", "--for", "300ms", "--kind", "join"]);
    let said = text(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("can't be reached"), "{said}");
    let output = unreachable(&["events", "lobby", "--count", "1", "--kind", "link"]);
    assert_eq!(output.status.code(), Some(0));

    // Nobody has told that nobody is there.
    let file = fresh("unanswered");
    let output = unreachable(&["events", "lobby", "--for", "300ms", "--roster-file", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let rosters: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let unknown = json!({"occupancy": null, "certainty": "catching up", "uuids": {}});
    assert_eq!(rosters, json!({"channels": {"lobby": unknown}}));
}

#[test]
fn a_reader_who_is_gone_ends_it_and_the_roster_file_is_written() {
    let world = World::new();
    let file = fresh("unread");
    let args = ["events", "lobby", "--roster-file", file.to_str().unwrap()];
    let output = world.command(&args).stdout(closed_pipe()).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!text(&output.stderr).contains("events in"), "{}", text(&output.stderr));
    assert!(std::fs::read_to_string(&file).unwrap().contains("\"lobby\""));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "states of people are not for everybody on the machine");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn lines_that_can_not_be_written_are_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = World::new().command(&["events", "lobby"]).stdout(full).output().unwrap();
    fails(&output, 1, &["the answer can't be written", "No space left on device"]);
}
