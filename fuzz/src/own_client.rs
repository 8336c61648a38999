//! What our own client makes of what the service answers.

use herenow::wire::{
    GroupChannels, HereNow, Names, Operation, RawReply, ReplyForm, Request, UserState, WhereNow, parse_event, parse_time,
};

/// What our own client makes of an answer.
pub fn check_answer(operation: &Operation, status: u16, body: &str, most_present: usize) {
    assert!((200..600).contains(&status));
    assert!(serde_json::from_str::<serde_json::Value>(body).is_ok(), "{body}");
    if status != 200 {
        return;
    }
    let asked = |names: &Names| names.single().map(ToString::to_string);
    match operation {
        Operation::Subscribe { form, .. } => check_reply(*form, body),
        Operation::HereNow { names, .. } => {
            let answer = HereNow::parse(body, asked(names).as_deref()).expect("a here now");
            assert_eq!(answer.unread, 0);
            for channel in answer.channels.values() {
                assert!(channel.unread == 0 && channel.occupancy <= most_present as u64, "{body}");
                assert!(channel.listed.as_ref().is_none_or(|users| users.len() as u64 <= channel.occupancy), "{body}");
            }
        }
        Operation::WhereNow { .. } => assert_eq!(WhereNow::parse(body).expect("a where now").unread, 0),
        Operation::GetState { names, .. } => drop(UserState::parse(body, asked(names).as_deref()).expect("a state")),
        Operation::ListGroup { .. } => assert_eq!(GroupChannels::parse(body).expect("a group").unread, 0),
        Operation::Time => drop(parse_time(body).expect("a time")),
        _ => {}
    }
}

/// A reply to a subscribe, each event of which can be read.
pub fn check_reply(form: ReplyForm, body: &str) {
    if form == ReplyForm::V1 {
        return check_reply_v1(body);
    }
    let reply = RawReply::parse(body).expect("a reply");
    assert_eq!(reply.over_limit, 0);
    for raw in reply.raw {
        if let Some(envelope) = RawReply::envelope(raw.get()).expect("an envelope") {
            parse_event(&envelope).unwrap_or_else(|malformed| panic!("{malformed} in {body}"));
        }
    }
}

/// Payloads, a cursor, and lists of as many names as there are payloads.
fn check_reply_v1(body: &str) {
    let reply: Vec<serde_json::Value> = serde_json::from_str(body).expect("a list");
    let [serde_json::Value::Array(payloads), timetoken, lists @ ..] = &reply[..] else { panic!("{body}") };
    assert!(timetoken.as_str().is_some_and(|text| text.parse::<u64>().is_ok_and(|cursor| cursor > 0)), "{body}");
    assert!(lists.len() <= 2 && (lists.is_empty() || !payloads.is_empty()), "{body}");
    for list in lists {
        let names = list.as_str().expect("a list of names").split(',');
        assert_eq!(names.count(), payloads.len(), "{body}");
    }
}

/// A request that was read is read the same from what we write, unless no URL can carry its names.
pub fn check_round_trip(request: &Request) {
    // A question for the time names nobody.
    let Some(url) = request.encode().ok().filter(|_| request.operation != Operation::Time) else { return };
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url}");
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    assert_eq!(Request::parse(path, query).as_ref(), Ok(request), "{url}");
}
