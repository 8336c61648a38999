use super::*;
use crate::{
    service::{Access, ActiveFaults, Settings},
    wire::Request,
};

const PRESENCE: &str = "/v2/presence/sub_key/demo";
const GROUPS: &str = "/v1/channel-registration/sub-key/demo/channel-group";

/// The status and body of an answer; 0 for a poll that waits.
fn ask(lenient: bool, target: &str) -> (u16, String) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut core = Core::new(Settings { lenient, ..Settings::default() }, Access::default(), ActiveFaults::new(1));
    let request = Request::parse(path, query).unwrap_or_else(|e| panic!("{target}: {e:?}"));
    match core.answer(request, Moment::from_micros(1_800_000_000_000_000)) {
        Decision::Answer(status, body) => (status, body),
        Decision::Wait(..) => (0, String::new()),
    }
}

/// Refused with these very bytes, and taken by a service that is lenient.
#[track_caller]
fn refused(target: &str, message: &str, service: &str) {
    let body = format!(r#"{{"status":400,"error":true,"message":"{message}","service":"{service}"}}"#);
    assert_eq!(ask(false, target), (400, body), "{target}");
    let (status, body) = ask(true, target);
    assert_eq!(status, 200, "{target}: {body}");
}

#[test]
fn laxer_01_a_pattern_of_four_levels() {
    let why = "the pattern `a.b.c.*` holds more than three levels, which PubNub does not allow there; use `a.*` or \
               `a.b.*`";
    refused("/v2/subscribe/demo/a.b.c.*/0?uuid=w&tt=0", why, "Presence");
    refused("/v2/subscribe/demo/a.b.c.*-pnpres/0?uuid=w&tt=0", why, "Presence");
    assert_eq!(ask(false, "/v2/subscribe/demo/a.b.*,a.b.*-pnpres,a.*/0?uuid=w&tt=0").0, 200);
}

#[test]
fn laxer_02_a_pattern_with_the_star_inside() {
    let why = "the pattern `a.*.c` holds a star that is not at its end, which PubNub does not allow there; a \
               pattern ends in `.*`, as in `match.*`";
    refused("/v2/subscribe/demo/a.*.c/0?uuid=w&tt=0", why, "Presence");
    refused("/v2/subscribe/demo/b,a.%2A.c-pnpres/0?uuid=w&tt=0", why, "Presence");
    refused(&format!("{PRESENCE}/channel/a.*.c?uuid=w"), why, "Presence");
    assert_eq!(ask(false, "/v2/subscribe/demo/a*,a.b*.c/0?uuid=w&tt=0").0, 200);
}

#[test]
fn laxer_03_a_channel_of_93_characters() {
    let (longest, long) = ("%C3%BC".repeat(92), "c".repeat(93));
    let why = "the channel has 93 characters; PubNub allows 92";
    refused(&format!("{PRESENCE}/channel/{long}/heartbeat?uuid=w&heartbeat=300"), why, "Presence");
    refused(&format!("/v2/subscribe/demo/a,{long}/0?uuid=w"), why, "Presence");
    refused(&format!("/v2/subscribe/demo/a/0?uuid=w&state=%7B%22{long}%22:%7B%7D%7D"), why, "Presence");
    refused(&format!("{GROUPS}/all?add=a,{long}&uuid=w"), why, "channel-registry");
    assert_eq!(ask(false, &format!("{PRESENCE}/channel/{longest}/heartbeat?uuid=w")).0, 200);
    assert_eq!(ask(false, &format!("/v2/subscribe/demo/{longest}-pnpres/0?uuid=w")).0, 200);
    let body = format!(r#"[0,"{why}","18000000000000000"]"#);
    assert_eq!(ask(false, &format!("/publish/p/demo/0/{long}/0/1?uuid=w")), (400, body));
}

#[test]
fn laxer_04_a_channel_with_a_control_character() {
    let why = "the channel `␁` holds the control character U+0001, which PubNub does not allow there";
    refused(&format!("{PRESENCE}/channel/%01/heartbeat?uuid=w&heartbeat=300"), why, "Presence");
    refused(&format!("{PRESENCE}/channel/a,%01-pnpres/leave?uuid=w"), why, "Presence");
    refused(&format!("{PRESENCE}/channel/%01/uuid/w/data?state=%7B%7D"), why, "Presence");
    let body = r#"[0,"Invalid Channel","18000000000000000"]"#;
    for channel in ["x.*", "a.*.c", "lobby-pnpres"] {
        assert_eq!(ask(false, &format!("/publish/p/demo/0/{channel}/0/1")), (400, body.to_owned()), "{channel}");
    }
    let body = r#"[0,"Invalid Character in Channel Name","18000000000000000"]"#;
    for channel in ["%01", "%2C", "a%2Cb"] {
        assert_eq!(ask(false, &format!("/publish/p/demo/0/{channel}/0/1")), (400, body.to_owned()), "{channel}");
    }
}

#[test]
fn laxer_05_a_heartbeat_on_a_pattern() {
    let why = "a heartbeat names channels or groups, and here are patterns only";
    refused(&format!("{PRESENCE}/channel/x.%2A/heartbeat?uuid=w&heartbeat=300"), why, "Presence");
    for names in ["x.*,lobby/heartbeat?uuid=w", "x.*/heartbeat?uuid=w&channel-group=all", "x.*/leave?uuid=w"] {
        assert_eq!(ask(false, &format!("{PRESENCE}/channel/{names}")).0, 200, "{names}");
    }
}

#[test]
fn laxer_06_a_user_id_of_93_characters() {
    let long = "u".repeat(93);
    let why = "the user id has 93 characters; PubNub allows 92";
    refused(&format!("{PRESENCE}/channel/lobby/heartbeat?uuid={long}&heartbeat=300"), why, "Presence");
    refused(&format!("{PRESENCE}/uuid/{long}?uuid=w"), why, "Presence");
    refused(&format!("{PRESENCE}/channel/lobby/uuid/{long}?uuid=w"), why, "Presence");
    refused(&format!("/v2/subscribe/demo/lobby/0?uuid={long}"), why, "Presence");
    assert_eq!(ask(false, &format!("{PRESENCE}/channel/lobby/heartbeat?uuid={}", &long[1..])).0, 200);
}

#[test]
fn laxer_07_a_group_with_a_period() {
    let why = "the channel group `chats.all` holds `.`, which PubNub does not allow there";
    refused(&format!("{GROUPS}/chats.all?add=lobby&uuid=w"), why, "channel-registry");
    refused(&format!("{GROUPS}/chats.all?remove=lobby&uuid=w"), why, "channel-registry");
    refused(&format!("{GROUPS}/chats.all?uuid=w"), why, "channel-registry");
    refused(&format!("{GROUPS}/chats.all/remove?uuid=w"), why, "channel-registry");
    refused(&format!("{PRESENCE}/channel/,/heartbeat?uuid=w&channel-group=chats.all"), why, "Presence");
    refused(&format!("{PRESENCE}/channel/a?uuid=w&channel-group=chats.all-pnpres"), why, "Presence");
}

#[test]
fn laxer_08_a_subscribe_to_a_group_without_channels() {
    let body = r#"{"status":400,"error":true,"message":"Channel group or groups result in empty subscription set","service":"PubSub","payload":{"channel-groups":["nobody"]}}"#;
    for lenient in [false, true] {
        let said = ask(lenient, "/v2/subscribe/demo/,/0?uuid=w&tt=0&channel-group=nobody");
        assert_eq!(said, (400, body.to_owned()));
    }
}

#[test]
fn laxer_09_a_state_for_no_user_id() {
    let why = "the user id is empty; give one such as `ann`";
    refused(&format!("{PRESENCE}/channel/lobby/uuid//data?state=%7B%7D&uuid=w"), why, "Presence");
    refused(&format!("{PRESENCE}/channel/lobby/uuid/?uuid=w"), why, "Presence");
}

#[test]
fn laxer_10_where_now_of_no_user_id() {
    refused(&format!("{PRESENCE}/uuid/?uuid=w"), "the user id is empty; give one such as `ann`", "Presence");
}

#[test]
fn attack_22_a_heartbeat_on_no_channel() {
    let body = r#"{"status":400,"error":true,"message":"Missing channels or channel groups","service":"Presence"}"#;
    for rest in ["heartbeat?uuid=w", "leave?uuid=w", "uuid/w/data?state=%7B%7D", "uuid/w"] {
        for lenient in [false, true] {
            for channels in [",", "%2C", "", ",,"] {
                let target = format!("{PRESENCE}/channel/{channels}/{rest}");
                assert_eq!(ask(lenient, &target), (400, body.to_owned()), "{target}");
            }
        }
    }
    for rest in ["heartbeat?uuid=w", "leave?uuid=w"] {
        let target = format!("{PRESENCE}/channel/,/{rest}&channel-group=all");
        assert_eq!(ask(false, &target).0, 200, "{target}");
    }
}

#[test]
fn what_was_recorded_as_taken_is_taken() {
    let name = "a!@%23$%25%5E&()%C5%BB%C3%93%C5%81%5B%5D%7B%7D%22%22%3C%3E%3F%3F~%60Z";
    let starred = "a!@%23$%25%5E&*()%C5%BB%C3%93%C5%81%5B%5D%7B%7D%22%22%3C%3E%3F%3F~%60Z";
    for target in [
        format!("{PRESENCE}/channel/{name}/heartbeat?heartbeat=10&uuid=test"),
        format!("{PRESENCE}/channel/{name}/leave?uuid=test"),
        format!("{GROUPS}/{name}?add={}&uuid=test", name.replace('&', "%26")),
        format!("/v2/subscribe/demo/{name},{name}-pnpres/0?uuid=test&tt=0"),
        format!("/publish/p/demo/0/{starred}/0/%22x%22?uuid=test"),
    ] {
        assert_eq!(ask(false, &target).0, 200, "{target}");
    }
}

#[test]
fn names_are_bounded_where_the_service_is_lenient_too() {
    let (longest, long) = ("n".repeat(2_048), "n".repeat(2_049));
    for (head, tail) in [
        ("/v2/subscribe/demo/", "/0"),
        ("/v2/subscribe/demo/a/0?channel-group=", ""),
        ("/v2/subscribe/demo/a/0?state=%7B%22", "%22:%7B%7D%7D"),
        ("/v2/presence/sub_key/demo/uuid/", ""),
        ("/v2/presence/sub_key/demo/channel/a/heartbeat?uuid=", ""),
        ("/v1/channel-registration/sub-key/demo/channel-group/g?add=", ""),
        ("/v1/channel-registration/sub-key/demo/channel-group/", "?add=a"),
        ("/publish/p/demo/0/", "/0/1"),
        ("/v2/presence/sub_key/", ""),
    ] {
        assert_eq!(ask(true, &format!("{head}{longest}{tail}")).0, 200, "{head}");
        assert_eq!(ask(true, &format!("{head}{long}{tail}")).0, 400, "{head}");
        assert_eq!(ask(false, &format!("{head}{longest}{tail}")).0, 400, "{head}");
    }
}
