//! What verbs print.

use crate::verb::{World, command, nowhere, text};

#[test]
fn people_read_aligned_lines_and_programs_one_line_of_json() {
    let world = World::new();
    let says = |args: &[&str], expected: &str| world.says(args, expected);
    says(&["heartbeat", "--user-id", "ann", "lobby", "support"], "ann is here for 300 s on lobby, support\n");
    says(
        &["heartbeat", "--user-id", "bob", "--timeout", "60", "--json", "lobby", "lobby"],
        "{\"version\":1,\"channels\":[\"lobby\"],\"groups\":[],\"timeout\":60,\"user\":\"bob\"}\n",
    );
    let state = r#"{ "mood": "busy", "n": [1, null] }"#;
    says(&["state", "set", "--user-id", "ann", "lobby", state], "ann on lobby: mood busy · n [1,null]\n");
    says(
        &["state", "set", "--json", "--user-id", "bob", "lobby", "{}"],
        "{\"version\":1,\"user\":\"bob\",\"channels\":[\"lobby\"],\"groups\":[],\"state\":{}}\n",
    );
    says(&["state", "get", "--of", "ann", "lobby", "support"], "lobby    mood busy · n [1,null]\nsupport  (none)\n");
    says(
        &["state", "get", "--json", "--user-id", "ann", "lobby", "support"],
        "{\"version\":1,\"user\":\"ann\",\"channels\":{\"lobby\":{\"mood\":\"busy\",\"n\":[1,null]},\"support\":null}}\n",
    );

    says(&["here-now", "lobby"], "lobby  2 here\n  ann\n  bob\n");
    says(
        &["here-now", "--state", "support", "lobby", "empty"],
        "empty  0 here\n\
         lobby  2 here\n  ann  mood busy · n [1,null]\n  bob\n\
         support  1 here\n  ann\n\
         total  3 here on 3 channels\n",
    );
    says(&["here-now", "--count", "lobby"], "lobby  2\n");
    says(&["here-now", "--count", "--all"], "lobby    2\nsupport  1\ntotal    3\n");
    says(&["here-now", "--limit", "1", "lobby"], "lobby  2 here, 1 listed\n  ann\n");
    says(
        &["here-now", "--json", "--state", "lobby", "empty"],
        "{\"version\":1,\"channels\":{\"empty\":{\"occupancy\":0,\"complete\":true,\"occupants\":[]},\
         \"lobby\":{\"occupancy\":2,\"complete\":true,\"occupants\":[\
         {\"user\":\"ann\",\"state\":{\"mood\":\"busy\",\"n\":[1,null]}},{\"user\":\"bob\",\"state\":null}]}},\
         \"total_channels\":2,\"total_occupancy\":2}\n",
    );
    says(
        &["here-now", "--json", "--offset", "1", "lobby"],
        "{\"version\":1,\"channels\":{\"lobby\":{\"occupancy\":2,\"complete\":false,\
         \"occupants\":[{\"user\":\"bob\"}]}},\"total_channels\":1,\"total_occupancy\":2}\n",
    );
    says(
        &["here-now", "--json", "--count", "lobby"],
        "{\"version\":1,\"channels\":{\"lobby\":{\"occupancy\":2}},\"total_channels\":1,\"total_occupancy\":2}\n",
    );

    says(&["where-now", "ann"], "ann is on 2 channels\n  lobby\n  support\n");
    says(&["where-now", "--json", "bob"], "{\"version\":1,\"channels\":[\"lobby\"],\"user\":\"bob\"}\n");
    says(&["where-now", "nobody"], "nobody is on no channel\n");

    says(&["leave", "--user-id", "ann", "lobby"], "ann left lobby\n");
    says(
        &["leave", "--json", "--user-id", "ann", "support"],
        "{\"version\":1,\"channels\":[\"support\"],\"groups\":[],\"left\":true,\"user\":\"ann\"}\n",
    );
    assert_eq!(world.places_of("ann"), []);
    says(&["here-now", "--all"], "lobby  1 here\n  bob\n");
}

#[test]
fn groups_are_listed_made_changed_and_deleted() {
    let world = World::new();
    let says = |args: &[&str], expected: &str| world.says(args, expected);
    says(&["group", "list", "all"], "all  0 channels\n");
    says(&["group", "add", "all", "support", "lobby"], "added to all: support, lobby\n");
    says(&["group", "add", "--json", "all", "stage"], "{\"version\":1,\"added\":[\"stage\"],\"group\":\"all\"}\n");
    says(&["group", "list", "all"], "all  3 channels\n  lobby\n  stage\n  support\n");
    says(&["group", "remove", "all", "stage"], "removed from all: stage\n");
    says(&["heartbeat", "--user-id", "ann", "--group", "all"], "ann is here for 300 s on group all\n");
    says(&["here-now", "--count", "--group", "all"], "lobby    1\nsupport  1\ntotal    2\n");
    says(&["leave", "--user-id", "ann", "--group", "all", "lobby"], "ann left lobby, group all\n");
    says(
        &["group", "remove", "--json", "all", "support"],
        "{\"version\":1,\"group\":\"all\",\"removed\":[\"support\"]}\n",
    );
    says(&["group", "list", "--json", "all"], "{\"version\":1,\"channels\":[\"lobby\"],\"group\":\"all\"}\n");
    says(&["group", "delete", "all"], "deleted all\n");
    says(&["group", "delete", "--json", "all"], "{\"version\":1,\"deleted\":true,\"group\":\"all\"}\n");
    says(&["here-now", "--all"], "total  0 here on 0 channels\n");
}

#[test]
fn nothing_that_a_stranger_wrote_is_obeyed() {
    let world = World::new();
    let hostile = "evil\u{1b}[31m\n\u{9b}\u{202e}x";
    world.present("lobby", hostile, Some("{\"k\\u001b\":\"\u{9b}\u{7f}\"}"));
    world.says(&["here-now", "--state", "lobby"], "lobby  1 here\n  evil␛[31m␊‹9B›‹202E›x  k␛ ‹9B›␡\n");
    let expected = "{\"version\":1,\"channels\":{\"lobby\":{\"occupancy\":1,\"complete\":true,\"occupants\":[\
        {\"user\":\"evil\\u001b[31m\\n\\u009b\\u202ex\",\"state\":{\"k\\u001b\":\"\\u009b\\u007f\"}}]}},\
        \"total_channels\":1,\"total_occupancy\":1}\n";
    world.says(&["here-now", "--state", "--json", "lobby"], expected);
    let read: serde_json::Value = serde_json::from_str(expected).unwrap();
    assert_eq!(read["channels"]["lobby"]["occupants"][0]["user"], hostile);
}

#[test]
fn more_than_a_page_of_people_are_listed() {
    let world = World::new();
    let users: Vec<String> = (0..1_001).map(|n| format!("user-{n:04}")).collect();
    for user in &users {
        world.present("lobby", user, None);
    }
    world.says(&["here-now", "lobby"], &format!("lobby  1001 here\n  {}\n", users.join("\n  ")));
    let rest = "lobby  1001 here, 1 listed\n  user-1000\n";
    world.says(&["here-now", "--offset", "1000", "lobby"], rest);
}

#[test]
fn a_state_comes_out_as_it_went_in() {
    let world = World::new();
    let says = |args: &[&str], expected: &str| world.says(args, expected);
    let state =
        r#"{"z":123456789012345678901234567890,"price":1.10,"n":[9007199254740993,-0.0,0.10e-7,1E+2,1e400],"a":{}}"#;
    says(&["heartbeat", "--user-id", "ann", "lobby"], "ann is here for 300 s on lobby\n");
    says(
        &["state", "set", "--json", "--user-id", "ann", "lobby", state],
        &format!("{{\"version\":1,\"user\":\"ann\",\"channels\":[\"lobby\"],\"groups\":[],\"state\":{state}}}\n"),
    );
    says(
        &["state", "get", "--json", "--of", "ann", "lobby"],
        &format!("{{\"version\":1,\"user\":\"ann\",\"channels\":{{\"lobby\":{state}}}}}\n"),
    );
    says(
        &["here-now", "--json", "--state", "lobby"],
        &format!(
            "{{\"version\":1,\"channels\":{{\"lobby\":{{\"occupancy\":1,\"complete\":true,\"occupants\":[\
             {{\"user\":\"ann\",\"state\":{state}}}]}}}},\"total_channels\":1,\"total_occupancy\":1}}\n"
        ),
    );
    let twice = ["state", "set", "--user-id", "ann", "lobby", r#"{"a":1,"a":2}"#];
    world.refuses(&twice, 2, &["names `a` twice"]);
}

#[test]
fn channels_whose_names_pubnub_advises_against_can_be_asked_about_with_one_warning() {
    let world = World::new();
    for name in ["Country:City", "a b", "back\\slash", "a:b:c", "it's; \"quoted\" & {more}|"] {
        world.present(name, "ann", None);
        let output = world.run(&["here-now", "--json", name, name]);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success() && out.contains("\"ann\""), "{name}: {out}{err}");
        let warned = err.matches("which PubNub advises against").count();
        assert_eq!(warned, usize::from(name.contains([':', ' ', '\\'])), "{name}: {err}");
        assert_eq!(err.lines().count(), warned, "{name}: {err}");
        if !name.contains(['"', '\\']) {
            let claim = format!("ann present in \"{name}\"");
            let output = world.run(&["check", &claim]);
            assert!(output.status.success(), "{claim}: {}", text(&output.stderr));
        }
    }
    let output = world.run(&["events", "Country:City", "a:b:c", "--kind", "snapshot", "--count", "2"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("warning: the channel `Country:City` holds `:`"), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("(and 1 more)"));
    let added = world.run(&["group", "add", "geo:eu", "Country:City"]);
    assert!(added.status.success(), "{}", text(&added.stderr));
    let output = world.run(&["here-now", "--group", "geo:eu"]);
    assert!(text(&output.stdout).contains("ann"), "{}", text(&output.stdout));
    for bad in ["a,b", "a/b", "a.*.b", "a\nb", ".", ".."] {
        world.refuses(&["here-now", bad], 2, &["channel"]);
    }
}

#[test]
fn a_token_that_goes_out_in_the_clear_is_warned_of_once() {
    let asked = |origin: &str| {
        let mut asked = command(origin, &["where-now", "ann"]);
        let proxy = format!("http://{}", nowhere().trim_start_matches("http://"));
        let output = asked.env("HERENOW_AUTH_TOKEN", "qEF2-marker").env("ALL_PROXY", proxy).output().unwrap();
        let said = text(&output.stderr);
        assert!(!said.contains("marker"), "{said}");
        said.matches("the token travels to").count()
    };
    assert_eq!(asked("http://service.invalid"), 1);
    assert_eq!(asked("https://service.invalid"), 0);
    assert_eq!(asked(nowhere()), 0, "this machine hears only itself");
}

#[test]
fn this_machine_has_many_names_and_no_proxy_hears_of_any() {
    let world = World::new();
    let port = world.running.address.port();
    for host in ["localhost", "LOCALHOST", "localhost.", "x.localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]"] {
        let mut asked = command(&format!(" HTTP://{host}:{port}/ "), &["where-now", "--json", "ann"]);
        let output = asked.env("HTTP_PROXY", nowhere()).env("ALL_PROXY", nowhere()).output().unwrap();
        assert!(output.status.success(), "{host}: {}", text(&output.stderr));
    }
    let mut asked = command("http://127.evil.invalid", &["where-now", "ann"]);
    let output = asked.env("HTTP_PROXY", nowhere()).env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    assert!(text(&output.stderr).contains("(through the proxy "), "{}", text(&output.stderr));
}
