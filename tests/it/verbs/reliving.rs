//! `herenow serve --from`: the people of a recording live again, and a client that listens hears what was heard then.

use std::{
    collections::{BTreeMap, HashSet},
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use herenow::{
    crowd::{Profile, Simulation, people},
    service::Settings,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

use super::recordings::{RECORDED, ask, file};
use crate::{
    laws::{Run, record_run},
    sim::{CHANNELS, Sim},
    verb::{command, fails, text},
};

/// Longer than anything takes here, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A service on which a recording is played.
struct Served {
    child: Child,
    origin: String,
    channels: Vec<String>,
    _out: BufReader<ChildStdout>,
}

impl Served {
    fn start(recording: &str, flags: &[&str]) -> Self {
        let args = [&["serve", "--port", "0", "--from", recording], flags].concat();
        let mut child =
            command("http://127.0.0.1:9", &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut find = |head: &str| {
            let mut line = String::new();
            while out.read_line(&mut line).unwrap() > 0 {
                if let Some(rest) = line.trim().strip_prefix(head) {
                    return rest.trim().to_owned();
                }
                line.clear();
            }
            panic!("serve says no {head}");
        };
        let origin = format!("http://{}", find("origin"));
        let channels = find("channels").split(' ').map(|name| name.trim_matches('\'').to_owned()).collect();
        Self { child, origin, channels, _out: out }
    }

    /// What is heard of it by `herenow events`, as so many lines of what happens to users, and recorded into `again`.
    fn hear(&self, again: &str, least: usize) -> (Listening, Vec<String>) {
        let mut args = vec!["events", "--json", "--budget", "50", "--record", again];
        args.extend(self.channels.iter().map(String::as_str));
        let mut child = command(&self.origin, &args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            out.lines().map_while(Result::ok).filter_map(|line| name_event(&line)).all(|event| tell.send(event).is_ok())
        });
        let listening = Listening(child);
        let began = Instant::now();
        let mut heard = Vec::new();
        while heard.len() < least {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let next = told.recv_timeout(left);
            heard.push(next.unwrap_or_else(|_| panic!("{} of {least} were heard: {heard:#?}", heard.len())));
        }
        (listening, heard)
    }

    /// It is recorded into `again`, whatever is heard.
    fn record(&self, again: &str) -> Listening {
        let mut args = vec!["events", "--budget", "50", "--record", again];
        args.extend(self.channels.iter().map(String::as_str));
        Listening(command(&self.origin, &args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// Until it says that it is at its end.
    fn ends(&mut self) {
        let said = BufReader::new(self.child.stderr.take().unwrap()).lines().next().unwrap().unwrap();
        assert_eq!(said, "herenow: the recording ends here; those who are there stay");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Listening(Child);

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(i32::try_from(self.0.id()).unwrap()), Signal::SIGTERM);
        let _ = self.0.wait();
    }
}

/// `join lobby ann`, if the line tells of what happened to a user.
fn name_event(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).unwrap();
    let kind = line["type"].as_str()?;
    let kind = if kind == "flap" { "join" } else { kind };
    let is_of_user = ["join", "leave", "timeout", "state-change"].contains(&kind);
    is_of_user.then(|| format!("{kind} {} {}", line["channel"].as_str().unwrap(), line["user"].as_str().unwrap()))
}

/// What was heard when it was recorded.
fn list_recorded(recording: &str) -> Vec<String> {
    let (code, lines, remarks) = ask(&["events", "--from", recording, "--json"]);
    assert_eq!(code, Some(0), "{remarks}");
    lines.lines().filter_map(name_event).collect()
}

/// Who was there at its end, with states.
fn list_people(recording: &str) -> Value {
    let (_, json, _) = ask(&["here-now", "--from", recording, "--state", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap_or_default();
    let channels = json["channels"].as_object().cloned().unwrap_or_default();
    let listed = channels.into_iter().map(|(name, channel)| (name, channel["occupants"].clone()));
    listed.filter(|(_, occupants)| occupants.as_array().is_some_and(|all| !all.is_empty())).collect()
}

fn without_states(mut people: Value) -> Value {
    for occupants in people.as_object_mut().into_iter().flat_map(|all| all.values_mut()) {
        for occupant in occupants.as_array_mut().into_iter().flatten() {
            occupant["state"].take();
        }
    }
    people
}

/// What was recorded once more tells of the same people.
fn ends_with_the_same_people(recording: &str, again: &str) {
    ends_with_the_same(list_people, recording, again);
}

fn ends_with_the_same(list: impl Fn(&str) -> Value, recording: &str, again: &str) {
    let (expected, began) = (list(recording), Instant::now());
    loop {
        let found = list(again);
        if found == expected {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{found:#}\nand there were\n{expected:#}");
    }
}

#[test]
fn the_recording_of_each_format_is_heard_again() {
    let mut served = Served::start(RECORDED, &["--speed", "10"]);
    let again = file("again.jsonl");
    let again = again.to_str().unwrap();
    let expected = list_recorded(RECORDED);
    let (listening, heard) = served.hear(again, expected.len());
    assert_eq!(heard, expected);
    served.ends();
    ends_with_the_same_people(RECORDED, again);
    drop(listening);
}

/// A town of which a region loses its network, and comes back.
fn record_outage() -> String {
    record_town("outage.jsonl", Settings { announce_max: 100, ..Settings::default() })
}

fn record_town(name: &str, settings: Settings) -> String {
    let script = Simulation::new(Profile::OUTAGE, people(30, 7), 7);
    let mut sim = Sim::new(settings, script, &CHANNELS, "watcher", 7);
    sim.inputs = Some(Vec::new());
    let start = sim.model.world.clone();
    sim.run(Duration::from_secs(10));
    sim.connect();
    sim.run(Duration::from_secs(110));
    let run = Run { start, inputs: sim.inputs.unwrap(), worlds: Vec::new() };
    let path = file(name);
    std::fs::write(&path, record_run(&run, false)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn an_outage_is_heard_again_in_its_order() {
    let recording = record_outage();
    let expected = list_recorded(&recording);
    assert!(expected.iter().filter(|event| event.starts_with("timeout")).count() > 5, "{expected:#?}");
    let mut served = Served::start(&recording, &["--speed", "20"]);
    let again = file("outage-again.jsonl");
    let again = again.to_str().unwrap();
    let (listening, heard) = served.hear(again, expected.len());
    assert_eq!(heard, expected);
    served.ends();
    ends_with_the_same_people(&recording, again);
    drop(listening);
    let (_, difference, _) = ask(&["diff", again, "-0s", "-0s", "--json"]);
    assert!(!difference.is_empty());
}

#[test]
fn it_begins_where_it_is_told_to() {
    let served = Served::start(RECORDED, &["--at", "15:58:48", "--speed", "0.1"]);
    let output = command(&served.origin, &["here-now", "--count", "lobby", "match.eu.1"]).output().unwrap();
    assert_eq!(text(&output.stdout), "lobby       17\nmatch.eu.1   5\ntotal       22\n");
}

#[test]
fn what_does_not_go_with_a_recording_is_refused() {
    let refused = |args: &[&str], words: &[&str]| {
        fails(&command("http://127.0.0.1:9", &[&["serve", "--port", "0"], args].concat()).output().unwrap(), 2, words);
    };
    refused(&["--from", RECORDED, "--scenario", "day"], &["'--from <FILE>' cannot be used with '--scenario <FILE>'"]);
    refused(&["--from", RECORDED, "--people", "3"], &["cannot be used with", "--people <PEOPLE>"]);
    refused(&["--at", "12:00"], &["--from <FILE>"]);
    refused(&["--from", "nowhere.jsonl"], &["the recording", "nowhere.jsonl", "is not there"]);
}

/// What happened to each user of a channel, in order: by events of their own and by intervals. Who is told of and not
/// there must have come before.
fn list_acts(recording: &str) -> BTreeMap<String, Vec<&'static str>> {
    let (_, lines, _) = ask(&["events", "--from", recording, "--json"]);
    let (mut acts, mut here) = (BTreeMap::<String, Vec<&str>>::new(), HashSet::new());
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let channel = line["channel"].as_str().unwrap_or_default();
        let mut take = |kind: &'static str, user: &Value| {
            let name = format!("{channel} {}", user.as_str().unwrap());
            let was_here = here.contains(&name);
            let departs = ["leave", "timeout"].contains(&kind);
            // A list was sooner than the interval.
            if departs && !was_here {
                return;
            }
            let one = acts.entry(name.clone()).or_default();
            if !was_here {
                one.push("join");
            }
            if kind != "join" {
                one.push(kind);
            }
            if ["leave", "timeout"].contains(&kind) {
                here.remove(&name)
            } else {
                here.insert(name)
            };
        };
        let mut take_all = |kind: &'static str, users: &Value| {
            users.as_array().into_iter().flatten().for_each(|user| take(kind, user));
        };
        match line["type"].as_str().unwrap() {
            "join" | "flap" => take("join", &line["user"]),
            "leave" => take("leave", &line["user"]),
            "timeout" => take("timeout", &line["user"]),
            "state-change" => take("state", &line["user"]),
            "interval" => {
                for (kind, users) in [("join", "joined"), ("leave", "left"), ("timeout", "timed_out")] {
                    take_all(kind, &line["names"][users]);
                }
            }
            "snapshot" | "resync" => {
                take_all("join", &line["missing"]);
                take_all("leave", &line["extra"]);
            }
            _ => {}
        }
    }
    acts
}

/// The same town, of which intervals tell who came and went: the outage is told by these alone.
#[test]
fn an_outage_that_intervals_told_is_heard_again() {
    let settings = Settings { announce_max: 2, deltas: true, interval: Duration::from_secs(5), ..Settings::default() };
    let recording = record_town("interval-outage.jsonl", settings);
    let expected = list_acts(&recording);
    let timeouts = expected.values().flatten().filter(|act| **act == "timeout").count();
    assert!(timeouts > 10, "{expected:#?}");
    let mut served = Served::start(&recording, &["--speed", "5"]);
    let again = file("interval-outage-again.jsonl");
    let again = again.to_str().unwrap();
    let listening = served.record(again);
    served.ends();
    // Of who came with an interval, states may not be known.
    ends_with_the_same(|recording| without_states(list_people(recording)), &recording, again);
    drop(listening);
    let heard = list_acts(again);
    let kinds = |acts: &[&'static str]| acts.iter().copied().filter(|act| *act != "state").collect::<Vec<_>>();
    for (name, acts) in &expected {
        assert_eq!(heard.get(name).map(|acts| kinds(acts)), Some(kinds(acts)), "{name}: {acts:?}");
    }
    // Whether that is an outage depends on the speed, too.
    assert_eq!(heard.len(), expected.len());
}
