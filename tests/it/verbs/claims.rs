//! What is claimed about presence, held against a service: each exit code, each way to answer.

use std::{
    path::PathBuf,
    process::{Child, Stdio},
};

use herenow::service::ServiceOptions;
use serde_json::Value;

use crate::verb::{World, closed_pipe, command, fails, nowhere, text};

/// Its exit code, and what it said.
#[track_caller]
fn answers(world: &World, args: &[&str], code: i32, expected: &str) {
    let output = world.run(args);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!((output.status.code(), out.as_str(), err.as_str()), (Some(code), expected, ""), "{args:?}");
}

fn peopled() -> World {
    let world = World::new();
    world.present("lobby", "ann", Some("{\"mood\":\"busy\"}"));
    world.present("lobby", "bob", None);
    world.present("match.1", "ann", None);
    world.present("match.2", "ann", None);
    world
}

fn file(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("claims-{}-{name}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path
}

#[test]
fn check_says_what_holds_and_what_was_seen_instead() {
    let world = peopled();
    let check = |expressions: &[&str], code, expected: &str| {
        answers(&world, &[&["check"], expressions].concat(), code, expected);
    };
    check(&["occupancy of lobby >= 2"], 0, "✓ held      occupancy of lobby >= 2  (occupancy of lobby is 2)\n");
    check(&["ann", "present", "in", "lobby"], 0, "✓ held      ann present in lobby  (ann is in lobby)\n");
    check(
        &["[state.mood=busy] present in lobby", "eve present in lobby", "users [] in match.* == 1"],
        1,
        "✓ held      [state.mood=busy] present in lobby  (in lobby: ann)\n\
         ✗ not held  eve present in lobby  (eve is not in lobby, among 2)\n\
         ✓ held      users [] in match.* == 1  (number of users in match.* is 1)\n",
    );
    check(
        &["ann never in two of match.*"],
        1,
        "✗ not held  ann never in two of match.*  (ann was in match.1, match.2)\n",
    );
    check(
        &["--channel", "lobby", "eve absent and no timeout for 100ms"],
        0,
        "✓ held      eve absent and no timeout for 100ms  (eve is not in the watched channels, among 2; no timeout in \
         the watched channels for 100ms)\n",
    );
    check(&["--for", "200ms", "ann present in lobby"], 0, "✓ held      ann present in lobby  (ann is in lobby)\n");
    assert_eq!(world.places_of("herenow"), [], "who checks is not present");
}

#[test]
fn wait_ends_when_it_holds_or_the_time_is_up() {
    let world = peopled();
    answers(&world, &["wait", "ann present in lobby"], 0, "✓ held      ann present in lobby  (ann is in lobby)\n");
    answers(
        &world,
        &["wait", "--timeout", "300ms", "eve present in lobby"],
        1,
        "✗ not held  eve present in lobby  (eve is not in lobby, among 2)\n",
    );
    answers(
        &world,
        &["wait", "--timeout", "300ms", "no leave in lobby for 5m"],
        3,
        "? unknown   no leave in lobby for 5m  (no leave in lobby, but not for so long yet when the time was up)\n",
    );
    // What was broken can't hold any more: there is nothing to wait for.
    answers(
        &world,
        &["wait", "--timeout", "1h", "ann never in two of match.*"],
        1,
        "✗ not held  ann never in two of match.*  (ann was in match.1, match.2)\n",
    );
}

/// A verb that goes on while something happens.
struct Watching(Child);

impl Watching {
    fn begin(world: &World, args: &[&str]) -> Self {
        let mut command = world.command(args);
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    fn end(self) -> (Option<i32>, String) {
        let output = self.0.wait_with_output().unwrap();
        assert_eq!(text(&output.stderr), "");
        (output.status.code(), text(&output.stdout))
    }
}

#[test]
fn wait_sees_what_happens_while_it_waits() {
    let world = peopled();
    let waiting =
        Watching::begin(&world, &["wait", "--timeout", "1m", "eve present in lobby and occupancy of lobby == 3"]);
    world.until_watched();
    world.present("lobby", "eve", None);
    let expected =
        "✓ held      eve present in lobby and occupancy of lobby == 3  (eve is in lobby; occupancy of lobby is 3)\n";
    assert_eq!(waiting.end(), (Some(0), expected.to_owned()));
}

/// As editors on Windows and old Macs leave them, each read as it is meant.
#[test]
fn a_file_of_claims_is_read_however_an_editor_saved_it() {
    let world = peopled();
    let plain = "# who\nann present in lobby\n\noccupancy of lobby == 2";
    let path = file("editors.claims");
    let name = path.to_str().unwrap();
    let expected = "✓ held      ann present in lobby  (ann is in lobby)\n\
                    ✓ held      occupancy of lobby == 2  (occupancy of lobby is 2)\n";
    for saved in [plain.to_owned(), plain.replace('\n', "\r\n"), plain.replace('\n', "\r"), format!("{plain}\n")] {
        for mark in ["", "\u{feff}"] {
            std::fs::write(&path, format!("{mark}{saved}")).unwrap();
            answers(&world, &["check", "--file", name], 0, expected);
        }
    }
    let wide: Vec<u8> = format!("\u{feff}{plain}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    std::fs::write(&path, wide).unwrap();
    world.refuses(&["check", "--file", name], 2, &["editors.claims is in UTF-16; save it as UTF-8"]);
    std::fs::write(&path, "ann present in lobby\nan\0n").unwrap();
    world.refuses(&["check", "--file", name], 2, &["line 2 holds a NUL byte"]);
}

#[test]
fn what_is_asked_wrongly_is_told_with_the_place() {
    let world = World::new();
    let refuses = |args: &[&str], words: &[&str]| world.refuses(args, 2, words);
    refuses(&["check"], &["nothing is claimed"]);
    refuses(&["wait"], &["nothing is claimed"]);
    refuses(
        &["check", "alice presnt in lobby"],
        &["byte 6: ", "`presnt`; did you mean `present`?", "\n  alice presnt in lobby\n        ^\n"],
    );
    refuses(&["check", "alice", "presnt"], &["\n  alice presnt\n        ^\n"]);
    refuses(&["check", "a present in x", "b is here"], &["byte 5: ", "\n  b is here\n       ^\n"]);
    refuses(&["check", "[\u{1b}\u{202e}"], &["not closed"]);
    refuses(&["check", "alice present"], &["no channel to watch", "--channel"]);
    refuses(&["check", "alice present in lobby", "--channel", "a/b"], &["`/`"]);
    refuses(&["wait", "alice present in lobby", "--timeout", "soon"], &["`soon` is not a length of time"]);
    refuses(&["check", "a present in b", "--json", "--junit", "-"], &["both write to stdout"]);
    refuses(&["check", "a present in b", "--junit", env!("CARGO_TARGET_TMPDIR")], &["is a directory"]);
    refuses(&["check", "a present in b", "--junit", "/nowhere/at/all.xml"], &["can't be written"]);
    // What is no plain file stays what it is.
    #[cfg(unix)]
    {
        let link = concat!(env!("CARGO_TARGET_TMPDIR"), "/junit-link");
        let _ = std::fs::remove_file(link);
        std::os::unix::fs::symlink("nowhere", link).unwrap();
        refuses(&["check", "a present in b", "--junit", link], &["it is no plain file"]);
        assert!(std::fs::symlink_metadata(link).unwrap().is_symlink());
        refuses(&["check", "a present in b", "--junit", "/dev/null"], &["it is no plain file"]);
    }
    refuses(&["check", "--file", "/nowhere/at/all"], &["/nowhere/at/all is not there"]);
    let mut no_key = world.command(&["check", "alice present in lobby"]);
    fails(&no_key.env_remove("HERENOW_SUBSCRIBE_KEY").output().unwrap(), 2, &["no subscribe key"]);

    let list = file("mistaken");
    std::fs::write(&list, "# all is well\n\nann present in lobby\n  occupancy of lobby ≥ 3\n").unwrap();
    refuses(&["check", "--file", list.to_str().unwrap()], &["mistaken, line 4, byte 21: ", "\n  "]);
    std::fs::remove_file(list).unwrap();
}

#[test]
fn what_can_not_be_known_is_neither_held_nor_not() {
    // Nobody answers.
    let args = ["check", "--patience", "200ms", "ann absent from lobby"];
    let output = command(nowhere(), &args).output().unwrap();
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.starts_with("? unknown   ann absent from lobby  (the link is lost: "), "{said}");

    // A gap in the middle of a check.
    let faults = vec!["drop on=subscribe chance=100%".parse().unwrap()];
    let plan = ServiceOptions { faults, ..ServiceOptions::default() };
    let world = World::with(plan);
    for (expression, span) in
        [("ann never in lobby", None), ("no leave in lobby for 5m", None), ("ann absent from lobby", Some("5m"))]
    {
        let mut args = vec!["check", "--patience", "300ms", expression];
        args.extend(span.iter().flat_map(|span| ["--for", span]));
        let output = world.run(&args);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.starts_with(&format!("? unknown   {expression}  (the link is lost: ")), "{said}");
    }

    // What is refused, and what nobody may list.
    let mut plan = ServiceOptions::default();
    plan.access.deny("secret".to_owned());
    plan.settings.global_here_now = false;
    let world = World::with(plan);
    let unknown = |expression: &str, words: &[&str]| {
        let output = world.run(&["check", "--patience", "300ms", expression]);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    };
    unknown("occupancy of secret > 0 and occupancy of lobby == 0", &["refuses"]);
    unknown("occupancy of match.* == 0", &["the channels under the patterns are not known yet", "402"]);
}

#[test]
fn a_link_that_is_lost_halfway_is_said() {
    let world = peopled();
    let args = ["check", "--for", "1h", "--patience", "300ms", "--json", "ann present in lobby"];
    let waiting = Watching::begin(&world, &args);
    world.until_watched();
    world.running.breaker()("drop on=subscribe".parse().unwrap());
    // The poll that is open hears of it, and the next one fails.
    world.present("lobby", "eve", None);
    let (code, said) = waiting.end();
    assert_eq!(code, Some(3), "{said}");
    let answer: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(answer["verdict"], "unknown");
    assert!(answer["claims"][0]["because"].as_str().unwrap().starts_with("the link is lost: "), "{said}");
}

#[test]
fn programs_and_build_servers_read_the_answer() {
    let world = peopled();
    let list = file("claims");
    std::fs::write(&list, "# lobby\noccupancy of lobby >= 2\n\neve present in lobby or [\"<&'\"] present in lobby\n")
        .unwrap();
    let (junit, list_name) = (file("report.xml"), list.to_str().unwrap());
    std::fs::write(&junit, "old").unwrap();
    let args = ["check", "--json", "--junit", junit.to_str().unwrap(), "--file", list_name, "ann absent from lobby"];
    let output = world.run(&args);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let mut answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    for claim in answer["claims"].as_array_mut().unwrap() {
        assert!(claim["seconds"].take().as_f64().is_some());
    }
    assert!(answer["seconds"].take().as_f64().is_some());
    let claim = |expression: &str, verdict: &str, because: &str| serde_json::json!({"expression": expression, "verdict": verdict, "because": because, "seconds": null});
    let hidden = "eve present in lobby or [\"<&'\"] present in lobby";
    let seen = "eve is not in lobby, among 2; nobody who is [\"<&'\"] in lobby, among 2";
    let claims = [
        claim("ann absent from lobby", "not-held", "ann is in lobby"),
        claim("occupancy of lobby >= 2", "held", "occupancy of lobby is 2"),
        claim(hidden, "not-held", seen),
    ];
    assert_eq!(answer, serde_json::json!({"version": 1, "verdict": "not-held", "seconds": null, "claims": claims}));

    let xml = std::fs::read_to_string(&junit).unwrap();
    let cases = well_formed(&xml);
    let names: Vec<&str> = cases.iter().map(|case| case.0.as_str()).collect();
    assert_eq!(names, ["ann absent from lobby", "occupancy of lobby >= 2", hidden]);
    let outcomes: Vec<Option<&str>> = cases.iter().map(|case| case.1.as_deref()).collect();
    assert_eq!(outcomes, [Some("ann is in lobby"), None, Some(seen)]);
    assert!(xml.contains("<testsuites tests=\"3\" failures=\"2\" errors=\"0\" time="), "{xml}");

    let output = world.run(&["check", "--junit", "-", "ann present in lobby"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(well_formed(&text(&output.stdout)), [("ann present in lobby".to_owned(), None)]);
    let output = command(nowhere(), &["wait", "--timeout", "1ms", "--junit", "-", "a present in b"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stdout).contains("errors=\"1\"") && text(&output.stdout).contains("<error type=\"unknown\""));

    // Nothing is left behind but the report.
    let folder = std::fs::read_dir(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let ours = format!(".claims-{}", std::process::id());
    assert!(!folder.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with(&ours)));
    std::fs::remove_file(junit).unwrap();
    std::fs::remove_file(list).unwrap();

    let output = world.command(&["check", "ann present in lobby"]).stdout(closed_pipe()).output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}

/// The test cases of a report, each with the message of what is in it; read as strictly as XML is, as far
/// as a report goes.
#[track_caller]
fn well_formed(xml: &str) -> Vec<(String, Option<String>)> {
    let mut rest = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    let (mut open, mut cases) = (Vec::new(), Vec::new());
    while let Some(start) = rest.find('<') {
        assert!(rest[..start].trim().is_empty(), "text outside of tags: {rest}");
        let (tag, behind) = rest[start + 1..].split_once('>').unwrap();
        rest = behind;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let (mut case, mut message) = (None, None);
        while let Some((key, value)) = attributes.trim_start().split_once("=\"") {
            let (value, behind) = value.split_once('"').unwrap();
            assert!(!value.contains('<'), "{value}");
            let entities = value.split('&').skip(1);
            entities.for_each(|e| {
                assert!(["amp;", "lt;", "gt;", "quot;", "apos;"].iter().any(|known| e.starts_with(known)));
            });
            let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
            let value = plain.iter().fold(value.to_owned(), |value, (entity, plain)| value.replace(entity, plain));
            match key {
                "name" => case = Some(value),
                "message" => message = Some(value),
                _ => {}
            }
            attributes = behind;
        }
        assert_eq!(attributes.trim(), "", "{tag}");
        match name {
            "testcase" => cases.push((case.unwrap(), None)),
            "failure" | "error" => cases.last_mut().unwrap().1 = message,
            _ => {}
        }
        if !closed {
            open.push(name);
        }
    }
    assert_eq!((open.len(), rest.trim()), (0, ""));
    cases
}
