use super::*;
use crate::{
    presence::State,
    wire::{WebhookForm, encode_webhooks},
};

fn events() -> Vec<WebhookEvent> {
    let ann = UserId::from_wire("ann");
    let state = || State::parse(r#"{"mood":"busy","n":1.50}"#).ok();
    let kinds = [
        WebhookKind::Joined { user: ann.clone(), state: state() },
        WebhookKind::Joined { user: ann.clone(), state: None },
        WebhookKind::Left { user: ann.clone() },
        WebhookKind::TimedOut { user: ann.clone() },
        WebhookKind::StateChanged { user: ann.clone(), state: state() },
        WebhookKind::ChannelActive,
        WebhookKind::ChannelInactive,
        WebhookKind::OccupancyCounted { joined: vec![ann.clone()], left: vec![ann], timed_out: vec![] },
    ];
    let event = |(n, what): (u64, WebhookKind)| WebhookEvent {
        id: Some(format!("id-{n}")),
        subscribe_key: Some(SubscribeKey::from_wire("sub-c-1")),
        channel: Channel::from_wire("lobby"),
        at: Some(Moment::from_micros((1_800_000_000_000 + n) * 1_000)),
        occupancy: (!matches!(what, WebhookKind::ChannelActive | WebhookKind::ChannelInactive)).then_some(n),
        what,
    };
    (1..).zip(kinds).map(event).collect()
}

#[test]
fn every_event_reads_back_from_every_form() {
    for (name, form) in WebhookForm::NAMES {
        for event in events() {
            let body = encode_webhooks(std::slice::from_ref(&event), form, false);
            let mut parsed = parse_webhooks(&body).unwrap();
            if form == WebhookForm::Envelope1 {
                // Its time is in whole seconds.
                parsed.events[0].at = event.at;
            }
            assert_eq!(parsed, ParsedWebhooks { events: vec![event], ..Default::default() }, "{name}: {body}");
        }
        let two = vec![events().remove(2); 2];
        assert_eq!(parse_webhooks(&encode_webhooks(&two, form, false)).unwrap().events.len(), 2, "{name}");
    }
}

#[test]
fn the_documented_body_is_what_is_written() {
    let body = encode_webhooks(&events()[..1], WebhookForm::BareSchema, false);
    let documented = r#"{"schema":"pubnub.com/schemas/events/presence.user.channel.joined?v=1.0.0","data":[{"id":"id-1","channel":"lobby","userId":"ann","occupancy":1,"data":{"mood":"busy","n":1.50},"timestamp":"2027-01-15T08:00:00.001Z","subKey":"sub-c-1"}]}"#;
    assert_eq!(body, documented);
    let counted = encode_webhooks(&events()[7..], WebhookForm::Bare, true);
    assert!(counted.contains(r#""occupancy":"8""#) && counted.contains(r#""usersTimedout":[]"#), "{counted}");
    assert!(counted.starts_with(r#"{"dataSchema":"#), "{counted}");
}

#[test]
fn what_is_older_foreign_or_unknown_costs_only_itself() {
    let older = r#"{"id":"1","channel":"lobby","timestamp":"1992-01-01T10:00:20.021Z","sub_key":"s",
        "schema":"pubnub.com/schemas/events/presence.channel.state.active?v=1.0.0"}"#;
    let parsed = parse_webhooks(older).unwrap();
    assert_eq!((parsed.events[0].what.clone(), parsed.foreign), (WebhookKind::ChannelActive, 0));
    assert_eq!(parsed.events[0].subscribe_key, Some(SubscribeKey::from_wire("s")));
    let count = |body: &str| parse_webhooks(body).map(|all| (all.events.len(), all.foreign, all.garbled));
    let message = r#"{"dataSchema":"pubnub.com/schemas/events/messages.pubsub.publish?v=1.0.0","data":[{"id":"1"}]}"#;
    assert_eq!(count(message), Ok((0, 1, 0)));
    let joined = "pubnub.com/schemas/events/presence.user.channel.joined?v=1.0.0";
    let mixed = format!(
        r#"{{"schema":"{joined}","more":{{"x":[1]}},"data":[{{"channel":"a","userId":"u","occupancy":"3"}},
        {{"channel":"a\u001b[2J","userId":"u"}},{{"channel":7,"userId":["u"]}},{{"userId":"u"}},[],null,"x",
        {{"channel":"a,b","userId":"u"}},{{"channel":"a","userId":"u","id":"{}"}}]}}"#,
        "i".repeat(101)
    );
    assert_eq!(count(&mixed), Ok((1, 0, 8)));
    let named = |channel: &str| {
        let body = format!(r#"{{"schema":"{joined}","data":[{{"channel":"{channel}","userId":"u"}}]}}"#);
        let parsed = parse_webhooks(&body).unwrap();
        parsed.events.first().map(|event| event.channel.as_str().to_owned())
    };
    assert_eq!(named("lobby-pnpres").as_deref(), Some("lobby"));
    for unwatchable in ["foo.*", "*", ".", "..", "", "-pnpres", "a-pnpres-pnpres", r"a\u0009b"] {
        assert_eq!(named(unwatchable), None, "{unwatchable}");
    }
    for bad in ["", " ", "null", "7", "\"x\"", "{", "{]", "[", "[1", "<html>", "{\"data\":", "\u{feff}{}"] {
        assert!(count(bad).is_err(), "{bad}");
    }
    for (odd, garbled) in [("{}", 1), ("[]", 0), ("[1,2]", 2), ("[[]]", 1), (r#"{"event":7}"#, 1)] {
        assert_eq!(count(odd), Ok((0, 0, garbled)), "{odd}");
    }
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    assert_eq!(count(&format!(r#"{{"data":{}}}"#, deep("[", "]"))), Ok((0, 0, 1)));
    assert!(count(&deep(r#"{"event":"#, "}")).is_ok_and(|(events, ..)| events == 0));
}

#[test]
fn a_body_that_is_cut_anywhere_is_refused_and_one_with_a_wrong_byte_does_no_harm() {
    for (_, form) in WebhookForm::NAMES {
        let body = encode_webhooks(&vec![events().remove(0); 2], form, true);
        for at in 1..body.len() {
            assert!(parse_webhooks(&body[..at]).is_err(), "{}", &body[..at]);
            for other in ["[", "{", "\"", "\\", "\u{7}", "9", ""] {
                drop(parse_webhooks(&format!("{}{other}{}", &body[..at], &body[at + 1..])));
            }
        }
    }
}
