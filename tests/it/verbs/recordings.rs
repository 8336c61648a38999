//! Recordings: made by the real binary, and asked afterwards.

use std::{
    io::Read,
    path::PathBuf,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::verb::{World, command, fails, text};

/// A recording of each format that ever was.
pub const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/recordings/format-1.0.jsonl.gz");

pub fn file(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("recordings-{}-{name}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path
}

pub fn ask(args: &[&str]) -> (Option<i32>, String, String) {
    // Nobody is there: nothing is asked.
    let mut command: Command = command("http://127.0.0.1:9", args);
    let Output { status, stdout, stderr } = command.env("TZ", "UTC").output().unwrap();
    (status.code(), text(&stdout), text(&stderr))
}

#[track_caller]
fn answers(args: &[&str], code: i32, expected: &str, remarks: &str) {
    assert_eq!(ask(args), (Some(code), expected.to_owned(), remarks.to_owned()), "{args:?}");
}

#[test]
fn a_recording_of_each_format_answers_as_ever() {
    answers(&["replay", "--verify", RECORDED], 0, "72 inputs, 1 check: all as recorded by 0.1.0\n", "");
    answers(
        &["here-now", "--from", RECORDED, "--at", "15:58:48", "--count", "lobby", "match.eu.1"],
        0,
        "lobby       17\nmatch.eu.1   5\ntotal       22\n",
        "",
    );
    answers(
        &["here-now", "--from", RECORDED, "--at", "15:59:06.5", "match.us.2"],
        0,
        "match.us.2  3 here\n  user-590190\n  李雷\n  🦊 fox\n",
        "",
    );
    answers(
        &["state", "get", "--from", RECORDED, "--at", "+20s", "--of", "marta-tv", "match.us.2", "match.eu.1"],
        0,
        "match.eu.1  (none)\nmatch.us.2  (none)\n",
        "",
    );
    let (code, json, _) =
        ask(&["state", "get", "--from", RECORDED, "--at", "-2s", "--of", "aiko.silva", "--json", "lobby"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, &json["certainty"]["lobby"], &json["user"]), (Some(0), &"exact".into(), &"aiko.silva".into()));
    assert_eq!(json["channels"]["lobby"]["region"], "us");
    let (code, json, _) = ask(&["here-now", "--from", RECORDED, "--at", "-2s", "--state", "--json", "match.us.2"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (code, &json["certainty"]["match.us.2"], &json["total_occupancy"]),
        (Some(0), &"exact".into(), &3.into())
    );
    answers(
        &["diff", RECORDED, "+20s", "-1s", "match.us.2"],
        0,
        "match.us.2  3 here, exact → 4 here, exact\n  + Дмитрий\n  + 🦊 fox\n  - marta-tv\n",
        "",
    );
    let (code, lines, _) =
        ask(&["events", "--from", RECORDED, "--since", "+20s", "--until", "-1s", "--kind", "join,leave"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(code == Some(0) && lines.len() > 3, "{lines:?}");
    assert!(lines.iter().all(|line| (1_795_967_943_781..=1_795_967_947_796).contains(&line["time"].as_u64().unwrap())));
}

#[test]
fn what_is_of_now_only_is_refused_of_a_recording() {
    for (flag, why) in [
        (
            "--pseudonyms",
            "--pseudonyms is for what comes in now; `herenow replay --pseudonyms NEW FILE` writes a recording once more, with other names",
        ),
        ("--metrics", "--metrics tells of what is known now; a recording is over"),
    ] {
        answers(&["events", "--from", RECORDED, flag], 2, "", &format!("herenow: {why}\n"));
    }
}

#[test]
fn what_was_not_known_is_not_claimed() {
    let known = |said: &str| format!("herenow: {}\n", said.replace("FILE", RECORDED));
    answers(
        &["here-now", "--from", RECORDED, "--at", "+2h", "lobby"],
        3,
        "",
        &known("2026-11-29 17:58:43 is not known: the recording FILE ends at 2026-11-29 15:59:08"),
    );
    answers(&["here-now", "--from", RECORDED, "nowhere"], 3, "", &known("nowhere: not in view at 2026-11-29 15:59:08"));
    let (code, _, remarks) = ask(&["here-now", "--from", RECORDED, "--at", "+8s", "lobby"]);
    assert_eq!((code, remarks), (Some(3), known("lobby: catching up at 2026-11-29 15:58:51")));
    answers(
        &["state", "get", "--from", RECORDED, "--at", "+8s", "--of", "nobody", "lobby"],
        3,
        "",
        &known("lobby: catching up at 2026-11-29 15:58:51"),
    );
    let (code, _, _) = ask(&["diff", RECORDED, "+7s", "+8s", "lobby"]);
    assert_eq!(code, Some(3));
    let (code, json, _) = ask(&["when", "--json", RECORDED, "occupancy of lobby > 100"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let expected = (Some(3), &Value::Array(Vec::new()), &"the service has not answered yet".into());
    assert_eq!((code, &json["held"], &json["unknown"][0]["because"]), expected);
    let (code, ..) = ask(&["when", RECORDED, "--since", "+2s", "occupancy of lobby > 100"]);
    assert_eq!(code, Some(1));
}

#[test]
fn of_a_channel_that_was_not_watched_nothing_is_claimed() {
    let unknown = "? unknown   occupancy of nowhere > 1  (nowhere was not watched)\n";
    answers(&["check", "--from", RECORDED, "occupancy of nowhere > 1"], 3, unknown, "");
    let (code, said, _) = ask(&["when", RECORDED, "occupancy of nowhere > 1"]);
    assert!(code == Some(3) && said.trim_end().ends_with("nowhere was not watched"), "{said}");
    let remark = "herenow: nowhere: not in view at 2026-11-29 15:59:08\n";
    answers(&["state", "get", "--from", RECORDED, "--of", "marta-tv", "nowhere"], 3, "", remark);
    let (_, json, _) =
        ask(&["state", "get", "--from", RECORDED, "--of", "marta-tv", "--json", "nowhere", "match.eu.1"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["channels"], &json["certainty"]["nowhere"]),
        (&json!({"match.eu.1": null}), &"not in view".into())
    );
}

#[test]
fn a_part_of_a_recording_is_counted_without_the_rest() {
    let count = |args: &[&str]| {
        let (code, _, remarks) = ask(&[&["events", "--from", RECORDED, "--kind", "join"], args].concat());
        assert_eq!(code, Some(0), "{remarks}");
        let events = remarks.lines().last().unwrap().strip_prefix("herenow: ").unwrap().split(' ').next().unwrap();
        events.parse::<u64>().unwrap()
    };
    let (before, after) = (count(&["--until", "15:58:55"]), count(&["--since", "15:58:55"]));
    assert!(before > 20 && after > 20, "{before} {after}");
    assert_eq!(before + after, count(&[]));
    for verb in [&["events", "--from", RECORDED][..], &["when", RECORDED, "occupancy of lobby > 1"]] {
        let (code, _, why) = ask(&[verb, &["--since", "-3s", "--until", "-9s"]].concat());
        assert!(code == Some(2) && why.contains("--until is before --since"), "{why}");
    }
}

#[test]
fn a_claim_about_a_damaged_recording_is_not_known_unless_it_ceased_to_hold() {
    let path = file("damaged.jsonl");
    let lines = read_lines(RECORDED);
    let mut lines: Vec<&str> = lines.lines().collect();
    lines[40] = "{\"n\":41,\"at\":";
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let path = path.to_str().unwrap();
    for (claim, code, words) in [
        ("occupancy of match.us.2 >= 1", 3, "the recording can't be read to its end"),
        ("occupancy of lobby < 20", 1, "✗ not held"),
    ] {
        let (found, said, remarks) = ask(&["check", "--from", path, claim]);
        assert!(found == Some(code) && said.contains(words), "{found:?} {said}");
        assert!(remarks.contains(", line 41, after ") && remarks.contains("can't be read"), "{remarks}");
    }
}

#[test]
fn a_check_says_when_a_claim_ceased_to_hold() {
    let (code, said, _) = ask(&["check", "--from", RECORDED, "occupancy of lobby < 9", "occupancy of match.us.2 > 0"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(code, Some(1));
    assert_eq!(lines[0], "✗ not held  occupancy of lobby < 9  (at 2026-11-29 15:58:46: occupancy of lobby is 9)");
    let (code, said, _) =
        ask(&["check", "--from", RECORDED, "--since", "+2s", "--until", "+4s", "occupancy of lobby < 20"]);
    assert!(
        code == Some(0) && said.starts_with("✓ held      occupancy of lobby < 20  (from 2026-11-29 15:58:4"),
        "{said}"
    );
}

#[test]
fn a_failed_check_leaves_its_evidence() {
    let world = World::new();
    world.present("lobby", "ann", Some("{\"mood\":\"busy\"}"));
    for name in ["evidence.jsonl", "evidence.jsonl.gz"] {
        let path = file(name);
        let path = path.to_str().unwrap();
        let output = world.run(&["check", "--record", path, "bob present in lobby"]);
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(1), ""));
        let (code, said, remarks) = ask(&["replay", "--verify", path]);
        assert_eq!((code, remarks.as_str()), (Some(0), ""), "{said}");
        answers(&["here-now", "--from", path, "--state"], 0, "lobby  1 here\n  ann  mood busy\n", "");
        let (code, said, _) = ask(&["check", "--from", path, "bob present in lobby"]);
        assert!(code == Some(1) && said.contains("bob is not in lobby, among 1"), "{said}");
        let again = world.run(&["check", "--record", path, "ann present in lobby"]);
        assert_eq!(again.status.code(), Some(2));
        assert!(text(&again.stderr).contains("is there already; name another, or take it away first"));
    }
}

/// The lines of a recording, unpacked.
fn read_lines(path: &str) -> String {
    let bytes = std::fs::read(path).unwrap();
    let mut lines = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_string(&mut lines).unwrap();
    } else {
        lines = String::from_utf8(bytes).unwrap();
    }
    lines
}

#[test]
fn evidence_can_be_recorded_under_other_names() {
    let world = World::new();
    world.present("lobby", "zelda", Some("{\"mood\":\"busy\"}"));
    for (verb, name) in [("check", "hidden.jsonl"), ("wait", "hidden.jsonl.gz")] {
        let path = file(name);
        let path = path.to_str().unwrap();
        // What is claimed is about the names that the service knows.
        let claims = ["zelda present in lobby", "users [zelda state.mood=busy] in lobby == 1"];
        let output = world.run(&[&[verb, "--record", path, "--pseudonyms"], &claims[..]].concat());
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{}", text(&output.stdout));
        let lines = read_lines(path);
        assert!(!lines.contains("zelda") && !lines.contains("busy") && lines.contains("mood"), "{lines}");
        let (code, said, remarks) = ask(&["replay", "--verify", path]);
        assert_eq!((code, remarks.as_str()), (Some(0), ""), "{said}");
        let (code, said, _) = ask(&["here-now", "--from", path, "--count", "lobby"]);
        assert_eq!((code, said.as_str()), (Some(0), "lobby  1\n"));
    }
    let output = world.run(&["check", "--pseudonyms", "zelda present in lobby"]);
    fails(&output, 2, &["--record <FILE>"]);
}

#[test]
fn a_recording_can_be_given_away_under_other_names() {
    let new = file("given.jsonl.gz");
    let new = new.to_str().unwrap();
    let said = format!("{new} is the same recording, with other names for people; channels keep theirs\n");
    answers(&["replay", "--pseudonyms", new, RECORDED], 0, &said, "");
    answers(&["replay", "--verify", new], 0, "72 inputs, 1 check: all as recorded by 0.2.0\n", "");
    let (before, after) = (read_lines(RECORDED), read_lines(new));
    assert_eq!(before.lines().count(), after.lines().count());
    for name in ["marta-desktop", "o.petrov", "Дмитрий", "김민준", "🦊 fox", "elif.duarte"] {
        assert!(before.contains(name) && !after.contains(name), "{name}");
    }
    for at in ["15:58:48", "15:59:06.5", "-0s"] {
        let count = |file: &str| ask(&["here-now", "--from", file, "--at", at, "--count"]);
        assert_eq!(count(new), count(RECORDED), "{at}");
    }
    let kinds = |file: &str| {
        let (_, lines, _) = ask(&["events", "--from", file, "--json"]);
        let kind = |line: &str| serde_json::from_str::<Value>(line).unwrap()["type"].clone();
        lines.lines().map(kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(new), kinds(RECORDED));
    let (code, _, why) = ask(&["replay", "--pseudonyms", new, RECORDED]);
    assert!(code == Some(2) && why.contains("is there already; name another, or take it away first"), "{why}");
    // Of one that is cut, what could be read is there, and it says so.
    let (cut, rest) = (file("given-cut.jsonl"), file("given-cut-too.jsonl"));
    std::fs::write(&cut, &before.as_bytes()[..before.len() / 2]).unwrap();
    let (code, _, remarks) = ask(&["replay", "--pseudonyms", rest.to_str().unwrap(), cut.to_str().unwrap()]);
    assert!(code == Some(0) && remarks.contains("ended abruptly after line "), "{code:?} {remarks}");
    let (_, _, remarks) = ask(&["replay", "--verify", rest.to_str().unwrap()]);
    assert!(remarks.contains("ended abruptly after line "), "{remarks}");
}

#[test]
fn what_came_with_the_last_line_that_was_wanted_is_not_summed_up() {
    for count in 1..=12 {
        let (_, lines, summary) = ask(&["events", "--from", RECORDED, "--count", &count.to_string()]);
        let events = lines.lines().filter(|line| line.contains("\"timetoken\":")).count();
        assert_eq!(events, count, "{lines}");
        assert!(summary.starts_with(&format!("herenow: {count} event")), "{count}: {summary}");
    }
}

#[test]
fn what_is_no_recording_is_refused_in_a_sentence() {
    let path = file("bad");
    let write = |bytes: &[u8]| std::fs::write(&path, bytes).unwrap();
    let refused = |why: &str| {
        let (code, out, remarks) = ask(&["replay", "--verify", path.to_str().unwrap()]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{remarks}");
        assert!(remarks.contains(why) && remarks.lines().count() == 1, "{remarks}");
    };
    refused("is not there");
    write(b"");
    refused("is empty; nothing was recorded");
    write(b"{\"a\":1}\n");
    refused("is no recording of herenow: it is other JSON");
    write(&[0xff; 4_096]);
    refused("is no recording of herenow: it is not text");
    write(b"{\"n\":1,\"at\":2,\"recording\":{\"format\":\"2.0\"}}\n");
    refused("was written in format 2.0 by a later version");
    let whole = std::fs::read(RECORDED).unwrap();
    let (code, _, remarks) = ask(&["replay", "--verify", env!("CARGO_MANIFEST_DIR")]);
    assert!(code == Some(2) && remarks.contains("is a directory; name a file"), "{remarks}");
    #[cfg(unix)]
    {
        std::fs::remove_file(&path).unwrap();
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        refused("is not a file but a device or a pipe; name a file");
        std::fs::remove_file(&path).unwrap();
    }
    // One that is cut is read as far as it goes.
    write(&whole[..whole.len() / 2]);
    let (code, said, remarks) = ask(&["events", "--from", path.to_str().unwrap(), "--kind", "join"]);
    assert!(code == Some(0) && said.lines().count() > 5, "{said}");
    assert!(remarks.contains("ended abruptly after line "), "{remarks}");
}

#[cfg(unix)]
#[test]
fn exam_33_a_kill_while_recording_loses_a_second_at_most() {
    let world = World::new();
    for name in ["killed.jsonl", "killed.jsonl.gz"] {
        let path = file(name);
        let mut child = world
            .command(&["events", "--record", path.to_str().unwrap(), "lobby"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        world.present("lobby", "ann", None);
        let began = Instant::now();
        let is_kept = || {
            let (_, said, _) = ask(&["here-now", "--from", path.to_str().unwrap()]);
            said.contains("ann")
        };
        while !is_kept() {
            assert!(began.elapsed() < Duration::from_secs(20), "it is kept within a second");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let (_, said, remarks) = ask(&["here-now", "--from", path.to_str().unwrap()]);
        assert!(said.contains("ann") && remarks.contains("ended abruptly after line "), "{said}{remarks}");
        // So is what is counted from the end, though it is not read as far.
        let (code, _, remarks) = ask(&["here-now", "--from", path.to_str().unwrap(), "--at=-1us"]);
        assert!(remarks.contains("ended abruptly after line "), "{code:?} {remarks}");
    }
}

/// Its lines are read while it is there: then it is taken away.
#[cfg(unix)]
#[test]
fn a_recording_that_is_taken_away_is_told_at_once_and_made_again() {
    use std::io::{BufRead, BufReader};
    let world = World::new();
    let path = file("taken.jsonl");
    let mut child = world
        .command(&["events", "--record", path.to_str().unwrap(), "lobby"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    world.until_watched();
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    assert!(first.ends_with("was taken away, and something else is there under its name"), "{first}");
    std::fs::remove_dir(&path).unwrap();
    let second = said.next().unwrap().unwrap();
    assert!(second.contains("is written again; ") && second.ends_with("are missing in it"), "{second}");
    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap()),
        nix::sys::signal::Signal::SIGTERM,
    )
    .unwrap();
    child.wait().unwrap();
    let (code, said, remarks) = ask(&["replay", "--verify", path.to_str().unwrap()]);
    assert_eq!(code, Some(3), "{said}{remarks}");
    assert!(said.contains("could not be compared") && remarks.contains("lacks "), "{said}{remarks}");
}

/// A recording in a folder of its own, which becomes so quiet that nothing comes in any more, for so many lines.
struct QuietRecording {
    folder: PathBuf,
    path: PathBuf,
    index: PathBuf,
    begun: u64,
}

/// When the quiet begins, in microseconds.
const QUIET_SINCE: u64 = 1_795_967_990_000_000;

impl QuietRecording {
    fn write(name: &str, lines: u64) -> Self {
        let folder = file(name);
        std::fs::create_dir(&folder).unwrap();
        let (path, index) = (folder.join("long.jsonl"), folder.join("long.jsonl.index"));
        let bytes = std::fs::read(RECORDED).unwrap();
        let mut text = std::io::read_to_string(flate2::read::MultiGzDecoder::new(&*bytes)).unwrap();
        let begun = text.lines().count() as u64;
        text.truncate(text.trim_end().rfind('\n').unwrap() + 1);
        let recording = Self { folder, path, index, begun };
        (0..lines).for_each(|n| text.push_str(&recording.tick(n)));
        std::fs::write(&recording.path, text).unwrap();
        recording
    }

    /// A hundred a second.
    fn tick(&self, n: u64) -> String {
        let at = QUIET_SINCE + n / 100 * 1_000_000;
        format!("{{\"n\":{},\"at\":{at},\"event\":\"tick\"}}\n", self.begun + n)
    }

    /// Who was in the lobby, and what was remarked.
    fn ask(&self, at: &str) -> (Value, String) {
        let (code, said, remarks) =
            ask(&["here-now", "--from", self.path.to_str().unwrap(), "--at", at, "--json", "lobby"]);
        // Of so long a silence it is not known who went.
        assert_eq!(code, Some(3), "{remarks}");
        let said = serde_json::from_str(&said).unwrap();
        let is_of_index = |line: &&str| line.contains("index") && !line.contains(" ended abruptly ");
        (said, remarks.replace("herenow: lobby: drifting", "").lines().filter(is_of_index).collect())
    }

    fn read_index(&self) -> Vec<u8> {
        std::fs::read(&self.index).unwrap()
    }
}

impl Drop for QuietRecording {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn an_index_tells_the_end_and_one_that_is_damaged_or_of_another_file_is_made_anew() {
    let recording = QuietRecording::write("indexed", 30_000);
    let asked = || {
        let (said, remarks) = recording.ask("-1s");
        (said["time"].as_u64().unwrap(), remarks)
    };
    let ended = |second: u64| (QUIET_SINCE + second * 1_000_000 - 1_000_000) / 1_000;
    assert_eq!(asked(), (ended(299), String::new()));
    let made = recording.read_index();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(recording.index.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(asked(), (ended(299), String::new()));
    let head = made.iter().position(|byte| *byte == b'\n').unwrap();
    let with = |from: &str, to: &str| {
        let line = text(&made[..head]);
        assert!(line.contains(from), "{line}");
        [line.replacen(from, to, 1).as_bytes(), &made[head..]].concat()
    };
    for (useless, why) in [
        (made[..40].to_vec(), "is damaged"),
        (made[..made.len() - 1].to_vec(), "is damaged"),
        (with("\"length\":", "\"length\":1"), "is of another recording"),
        (with("\"digest\":", "\"digest\":1"), "is of another recording"),
        // Those of other versions are nothing to speak of.
        (with("_index\":3", "_index\":1"), ""),
        (with("_index\":3", "_index\":7"), ""),
    ] {
        std::fs::write(&recording.index, useless).unwrap();
        let (end, remarks) = asked();
        assert_eq!((end, recording.read_index()), (ended(299), made.clone()), "{why}");
        assert!(if why.is_empty() { remarks.is_empty() } else { remarks.contains(why) }, "{remarks}");
    }
    // What is somebody else's is left alone, and the recording may have become longer.
    std::fs::write(&recording.index, "a book").unwrap();
    let (end, remarks) = asked();
    assert_eq!((end, recording.read_index()), (ended(299), b"a book".to_vec()));
    assert!(remarks.ends_with("is no index of herenow; it stays as it is"), "{remarks}");
    std::fs::write(&recording.index, &made).unwrap();
    let longer = std::fs::read_to_string(&recording.path).unwrap() + &recording.tick(40_000);
    std::fs::write(&recording.path, longer).unwrap();
    assert_eq!(asked().0, ended(400));
    assert_ne!(recording.read_index(), made);
}

#[test]
fn an_index_with_worlds_is_made_where_it_is_far_and_answers_as_the_recording_does() {
    let recording = QuietRecording::write("far", 130_000);
    // Where none can be written, it is folded from the beginning.
    std::fs::create_dir(&recording.index).unwrap();
    let (expected, remarks) = recording.ask("15:59:59");
    let (far_expected, _) = recording.ask("16:20:49");
    assert!(remarks.contains("it is not used"), "{remarks}");
    std::fs::remove_dir(&recording.index).unwrap();
    assert_eq!(recording.ask("15:59:59"), (expected.clone(), String::new()));
    assert!(!recording.index.exists(), "it was not far");
    assert_eq!(recording.ask("16:20:49"), (far_expected.clone(), String::new()));
    let made = recording.read_index();
    assert!(made.len() > 20_000, "{}", made.len());
    assert_eq!(recording.ask("16:20:49"), (far_expected.clone(), String::new()));
    assert_eq!(recording.ask("15:59:59"), (expected, String::new()));
    assert_eq!(recording.read_index(), made, "it is made once");
    // A byte of the last world is another one.
    let mut damaged = made;
    let place = damaged.len() - 1_000;
    damaged[place] ^= 4;
    std::fs::write(&recording.index, &damaged).unwrap();
    let (said, remarks) = recording.ask("16:20:49");
    assert!(said == far_expected && remarks.contains("is damaged; another is made"), "{remarks}");
    assert_eq!(recording.ask("16:20:49"), (far_expected.clone(), String::new()));
    // As long as before, with the same ends.
    let text = std::fs::read_to_string(&recording.path).unwrap();
    let changed = recording.tick(125_000).replace("tick", "tock");
    std::fs::write(&recording.path, text.replace(&recording.tick(125_000), &changed)).unwrap();
    let (said, remarks) = recording.ask("16:20:49");
    assert!(said == far_expected && remarks.contains("is of another recording"), "{remarks}");
    assert_eq!(recording.ask("16:20:49"), (far_expected.clone(), String::new()));
    // It grows, and what is known leads to where it was still.
    let made = recording.read_index();
    let longer = std::fs::read_to_string(&recording.path).unwrap() + &recording.tick(130_000);
    std::fs::write(&recording.path, longer).unwrap();
    assert_eq!(recording.ask("16:20:49"), (far_expected, String::new()));
    assert_eq!(recording.ask("-0s").0["time"].as_u64(), Some(QUIET_SINCE / 1_000 + 1_300_000));
    assert_eq!(recording.read_index(), made);
}
