use proptest::prelude::*;

use super::*;
use crate::wire::{RawReply, names_channel, parse_event_telling, parse_subscription};

/// What the general reader makes of an envelope.
fn read_generally(text: &str) -> Result<Option<(PresenceEvent, Vec<String>)>, String> {
    let envelope = RawReply::envelope(text).map_err(|e| e.to_string())?;
    envelope.map_or(Ok(None), |envelope| parse_event_telling(&envelope).map_err(|e| e.to_string()))
}

/// Check that both readers agree about a body that the scanner reads. Returns how many events it took apart.
fn compare_readers(body: &str) -> usize {
    let Some(reply) = ScannedReply::scan(body) else { return 0 };
    let general = RawReply::parse(body).unwrap();
    assert_eq!(reply.cursor, general.cursor, "{body}");
    let texts: Vec<&str> = reply.envelopes.iter().map(|envelope| envelope.text).collect();
    assert_eq!(texts, general.raw.iter().map(|raw| raw.get()).collect::<Vec<_>>(), "{body}");
    let mut taken_apart = 0;
    for ScannedEnvelope { text, parts } in &reply.envelopes {
        let Some(parts) = parts else { continue };
        let envelope = RawReply::envelope(text).unwrap().unwrap();
        assert_eq!(parts.channel, envelope.channel, "{text}");
        assert_eq!(parts.subscription, envelope.subscription.as_deref(), "{text}");
        assert_eq!((parts.kind, parts.published), (envelope.kind, envelope.published), "{text}");
        assert_eq!(parts.payload, envelope.payload.get(), "{text}");
        let general = read_generally(text);
        let Some(event) = parts.event.as_ref().filter(|_| parts.is_presence()) else { continue };
        let channel = Channel::from_wire(parts.channel);
        let subscription = parts.subscription.filter(|b| !names_channel(b, &channel)).map(parse_subscription);
        let event = event.to_event(channel, subscription, parts.published, parts.payload);
        assert_eq!(general, Ok(Some((event, Vec::new()))), "{text}");
        taken_apart += 1;
    }
    taken_apart
}

const RECORDED: &str = r#"{"t":{"t":"17906055383303319","r":42},"m":[
 {"a":"3","f":514,"p":{"t":"17906055383303318","r":41},"k":"demo","c":"lobby-pnpres","d":{"action":"join","uuid":"ann","timestamp":1790605538,"precise_timestamp":1790605538330,"occupancy":1,"data":{"mood":"b\u00fcsy","n":[1.5e3,-0,{}]}},"b":"lobby-pnpres"},
 {"a":"3","f":514,"p":{"t":"17906055383303318","r":41},"k":"demo","c":"lobby-pnpres","u":{"pn_action":"leave","pn_ispresence":1},"d":{"action":"leave","uuid":"bob","timestamp":1790605538,"occupancy":0},"b":"lob.*-pnpres"},
 {"a":"3","f":514,"p":{"t":"17906055383303318","r":41},"k":"demo","c":"lobby-pnpres","d":{"action":"timeout","uuid":"Zoë","timestamp":1790605538,"occupancy":0,"data":{}},"b":"g-pnpres"},
 {"a":"3","f":514,"p":{"t":"17906055383303318","r":41},"k":"demo","c":"lobby-pnpres","d":{"action":"state-change","uuid":"c","timestamp":1790605538,"occupancy":0,"data":{"x":null}}},
 {"a":"3","f":514,"p":{"t":"17906055383303318","r":41},"k":"demo","c":"lobby-pnpres","d":{"action":"interval","timestamp":1790605538,"occupancy":2,"join":["a","b"]},"b":"lobby-pnpres"},
 {"a":"1","f":0,"e":1,"i":"ann","s":3,"p":{"t":"17906055383303318","r":1},"k":"demo","c":"lobby","d":"hi","b":"lobby"}]}"#;

#[test]
fn what_was_recorded_is_taken_apart() {
    assert_eq!(compare_readers(RECORDED), 4);
    let reply = ScannedReply::scan(RECORDED).unwrap();
    assert!(reply.envelopes.iter().all(|envelope| envelope.parts.is_some()));
}

#[test]
fn what_is_no_reply_is_left_to_the_general_reader() {
    let bodies = [
        "",
        "{}",
        "[]",
        r#"{"t":{"t":"0","r":1},"m":[]}"#,
        r#"{"t":{"t":"5","r":1}}"#,
        r#"{"t":{"t":"5","r":1},"m":[]"#,
        r#"{"t":{"t":"5","r":1},"m":[]}x"#,
        r#"{"t":{"t":"5","r":1},"m":[],"m":[]}"#,
        r#"{"t":{"t":"5","r":1},"m":[],"status":403}"#,
        r#"{"t":{"t":"5","r":1},"m":[],"error":true}"#,
    ];
    assert!(bodies.into_iter().all(|body| ScannedReply::scan(body).is_none()));
    // Torn at any place, it is no reply.
    assert!((0..RECORDED.len()).filter_map(|end| RECORDED.get(..end)).all(|torn| ScannedReply::scan(torn).is_none()));
}

/// One of many spellings of a value, most of them good.
fn spell(good: &'static [&'static str]) -> impl Strategy<Value = &'static str> + Clone {
    let odd = &["null", "7", "\"7\"", "7.0", "-1", "\"\"", "\"a\\u0062\"", "{}", "[]", "true", "1e3", "\"\\ud800\""];
    prop_oneof![6 => proptest::sample::select(good), 1 => proptest::sample::select(&odd[..])]
}

fn member(name: &'static str, good: &'static [&'static str]) -> impl Strategy<Value = String> {
    let once = spell(good).prop_map(move |value| format!(r#""{name}":{value}"#));
    prop_oneof![8 => once.clone().prop_map(Some), 1 => Just(None)].prop_flat_map(move |member| {
        let twice = once.clone();
        prop_oneof![20 => Just(member.clone().unwrap_or_default()), 1 => twice.prop_map(move |again| {
            member.iter().cloned().chain([again]).collect::<Vec<_>>().join(",")
        })]
    })
}

fn object(members: Vec<String>) -> String {
    let members: Vec<String> = members.into_iter().filter(|member| !member.is_empty()).collect();
    format!("{{{}}}", members.join(" , "))
}

fn payload() -> impl Strategy<Value = String> {
    (
        member("action", &[r#""join""#, r#""leave""#, r#""timeout""#, r#""state-change""#, r#""interval""#, r#""new""#]),
        member("uuid", &[r#""ann""#, r#""Zoë 👩""#]),
        member("timestamp", &["1790605538", "\"1790605538\""]),
        member("occupancy", &["0", "12", "\"12\"", "9007199254740993"]),
        member("data", &[r#"{"a":1}"#, "{ }", r#"{"a":{"b":[1,2]}}"#]),
        prop_oneof![6 => Just(String::new()), 1 => member("join", &[r#"["a"]"#]), 1 => member("state", &[r#"{"b":2}"#])],
    )
        .prop_map(|(a, u, t, o, d, j)| object(vec![a, u, t, o, d, j]))
}

fn envelope() -> impl Strategy<Value = String> {
    (
        member("c", &[r#""lobby-pnpres""#, r#""lobby""#, r#""__g__lobby-pnpres""#]),
        member("b", &[r#""lobby-pnpres""#, r#""lob.*-pnpres""#, r#""g-pnpres""#]),
        prop_oneof![6 => Just(String::new()), 1 => member("e", &["0", "1"])],
        member("p", &[r#"{"t":"17","r":41}"#, r#"{"r":-1,"t":17}"#, r#"{"t":"17"}"#, r#"{"t":"x"}"#]),
        payload().prop_map(|payload| format!(r#""d":{payload}"#)),
    )
        .prop_map(|(c, b, e, p, d)| object(vec![c, b, e, p, d]))
}

proptest! {
    #[test]
    fn both_readers_agree(
        envelopes in proptest::collection::vec(envelope(), 0..4),
        cursor in member("t", &[r#"{"t":"17","r":41}"#, r#"{"t":17}"#, r#"{"t":"0"}"#]),
    ) {
        compare_readers(&format!("{{{cursor},\"m\":[{}]}}", envelopes.join(",")));
    }

    #[test]
    fn both_readers_agree_about_damaged_texts(
        place in 0..RECORDED.len(),
        removed in 0_usize..4,
        inserted in proptest::sample::select(&["", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", " ", "\u{1}", "é", "e", "null"][..]),
    ) {
        let end = (place + removed).min(RECORDED.len());
        if let (Some(before), Some(after)) = (RECORDED.get(..place), RECORDED.get(end..)) {
            compare_readers(&format!("{before}{inserted}{after}"));
        }
    }
}
