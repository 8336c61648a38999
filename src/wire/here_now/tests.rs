use super::*;
use crate::presence::State;

fn ids(channel: &ChannelOccupants) -> Vec<&str> {
    channel.listed.iter().flatten().map(|c| c.user.as_str()).collect()
}

#[test]
fn a_bad_occupant_costs_only_itself_and_is_counted() {
    // A number is a name without its quotes.
    let list = r#"["ann","bad\ud83d",7,null,"",{"uuid":"bob","state":{"n":1}},{"uuid":8},{"state":{}},["x"]]"#;
    let answer = HereNow::parse(&format!(r#"{{"status":200,"uuids":{list},"occupancy":9}}"#), Some("a")).unwrap();
    let channel = &answer.channels[&Channel::from_wire("a")];
    assert_eq!((ids(channel), channel.unread, channel.occupancy), (vec!["ann", "7", "bob", "8"], 5, 9));
    let body = format!(r#"{{"payload":{{"channels":{{"a":{{"uuids":{list}}},"b":{{"uuids":["cat"]}}}}}}}}"#);
    let answer = HereNow::parse(&body, None).unwrap();
    let (a, b) = (&answer.channels[&Channel::from_wire("a")], &answer.channels[&Channel::from_wire("b")]);
    assert_eq!((ids(a), a.unread, a.occupancy), (vec!["ann", "7", "bob", "8"], 5, 9));
    assert_eq!((ids(b), b.unread, answer.unread), (vec!["cat"], 0, 0));
}

#[test]
fn a_bad_channel_costs_only_itself_and_is_counted() {
    let channels = r#"{"a":{"uuids":["ann"],"occupancy":1},"b\udc00":{"occupancy":1},"c":7,"d":{"occupancy":-1}}"#;
    let answer = HereNow::parse(&format!(r#"{{"payload":{{"channels":{channels}}}}}"#), None).unwrap();
    assert_eq!((answer.channels.len(), answer.unread), (1, 3));
    let none = HereNow::parse(r#"{"payload":{"channels":{"c":7}}}"#, None).unwrap_err().to_string();
    assert!(none.contains("none of the channels") && none.contains("`7`"), "{none}");
    assert!(HereNow::parse(r#"{"status":403,"error":true,"uuids":[],"occupancy":0}"#, Some("a")).is_err());
}

#[test]
fn who_comes_as_a_name_and_with_a_state_is_one_and_has_the_state() {
    let list = r#"["ann",{"uuid":"ann","state":{"n":1.10}},{"uuid":"bob","state":[]},"bob","cat"]"#;
    for occupancy in [r#","occupancy":3"#, "", r#","occupancy":5"#] {
        let answer = HereNow::parse(&format!(r#"{{"status":200,"uuids":{list}{occupancy}}}"#), Some("a")).unwrap();
        let channel = &answer.channels[&Channel::from_wire("a")];
        assert_eq!((ids(channel), channel.unread), (vec!["ann", "bob", "cat"], 0), "{occupancy}");
        let states = channel.listed.iter().flatten().map(|c| c.state.as_ref().map(State::as_json));
        assert_eq!(states.collect::<Vec<_>>(), [Some(r#"{"n":1.10}"#), Some("{}"), None]);
    }
}

#[test]
fn counts_are_read_however_they_are_written_and_never_guessed() {
    let count = |occupancy: &str| {
        let answer = HereNow::parse(&format!(r#"{{"status":200,"occupancy":{occupancy}}}"#), Some("a"));
        answer.map(|answer| answer.total_occupancy()).map_err(|e| e.to_string())
    };
    for (text, number) in [("12", 12), ("\"12\"", 12), ("4.0", 4), ("0", 0), ("9007199254740992", 1 << 53)] {
        assert_eq!(count(text), Ok(number), "{text}");
    }
    for text in ["-1", "9007199254740993", "1e400", "\"many\"", "1.5", "[]", "true"] {
        let said = count(text).unwrap_err();
        assert!(said.contains("an occupancy is `") && said.contains("0 to 2^53"), "{said}");
    }
    assert!(count("null").unwrap_err().contains("neither occupants nor a count"));
}

#[test]
fn the_sum_of_the_largest_counts_is_no_overflow() {
    let largest = ChannelOccupants { occupancy: LARGEST, ..ChannelOccupants::default() };
    let channels = (0..3_000).map(|n| (Channel::from_wire(&n.to_string()), largest.clone())).collect();
    assert_eq!(HereNow { channels, unread: 0 }.total_occupancy(), u64::MAX);
}

#[test]
fn an_element_that_is_cut_within_an_emoji_is_shown_without_its_half() {
    for cut in 0..20 {
        let odd = format!("{}{}", "x".repeat(cut), "👩🏽\u{200d}💻".repeat(9));
        let shown = |answer: HereNow| answer.channels[&Channel::from_wire("a")].first_unread.clone().unwrap();
        let unread = HereNow::parse(&format!(r#"{{"uuids":[["{odd}"]],"occupancy":1}}"#), Some("a")).unwrap();
        let patched = HereNow::parse(&format!("{{\"uuids\":[\"{odd}\u{fffd}\"],\"occupancy\":1}}"), Some("a")).unwrap();
        for shown in [shown(unread), shown(patched.without_patches())] {
            assert!(shown.ends_with("…`"), "{shown:?}");
            assert_eq!(crate::presence::sanitize_sentence(&shown), shown);
        }
    }
}

#[test]
fn what_is_empty_is_nobody_only_where_the_answer_says_so() {
    let parse = |body: &str| HereNow::parse(body, None);
    for empty in [r#"{"channels":[]}"#, r#"{"channels":{}}"#] {
        assert_eq!(parse(&format!(r#"{{"status":200,"payload":{empty}}}"#)), Ok(HereNow::default()), "{empty}");
    }
    for none in [
        "{}",
        "[]",
        "null",
        "",
        "<html>",
        r#"{"status":200}"#,
        r#"{"payload":{}}"#,
        r#"{"status":200,"payload":{}}"#,
        r#"{"status":200,"message":"OK","payload":[]}"#,
        r#"{"message":"OK"}"#,
    ] {
        assert!(parse(none).is_err() && HereNow::parse(none, Some("a")).is_err(), "{none}");
    }
    let both = HereNow::parse(r#"{"status":200,"payload":[],"uuids":["ann"],"occupancy":1}"#, Some("a")).unwrap();
    assert_eq!(both.total_occupancy(), 1);
    let none = HereNow::parse(r#"{"uuids":[]}"#, Some("a")).unwrap();
    assert_eq!(none.total_occupancy(), 0);
}

#[test]
fn an_occupant_with_broken_bytes_is_not_believed() {
    let body = "{\"uuids\":[\"a\u{fffd}\",\"bob\",{\"uuid\":\"cat\",\"state\":{\"x\":\"\u{fffd}\"}}],\"occupancy\":3}";
    let answer = HereNow::parse(body, Some("a")).unwrap();
    let channel = &answer.clone().without_patches().channels[&Channel::from_wire("a")];
    assert_eq!((ids(channel), channel.unread), (vec!["bob"], 2));
    // The same character, honestly sent, is just a character.
    assert_eq!(answer.channels[&Channel::from_wire("a")].unread, 0);
}

#[test]
fn of_a_giant_answer_no_more_is_kept_than_a_list_may_hold() {
    let ids: Vec<String> = (0..MOST_ON_A_PAGE + 5).map(|n| format!("\"u{n}\"")).collect();
    let told = |occupancy: &str| {
        let body = format!("{{\"status\":200,\"message\":\"OK\",\"uuids\":[{}]{occupancy}}}", ids.join(","));
        HereNow::parse(&body, Some("lobby")).unwrap().channels.into_values().next().unwrap()
    };
    for occupancy in ["", ",\"occupancy\":100005"] {
        let found = told(occupancy);
        assert_eq!((found.occupancy, found.unread), (MOST_ON_A_PAGE as u64 + 5, 0), "{occupancy}");
        assert_eq!(found.listed.unwrap().len(), MOST_ON_A_PAGE);
    }
}
