//! No bytes make a parser panic, or get a control character past `sanitize`.

#![no_main]

use herenow::{
    client::AnswerText,
    presence::{Moment, sanitize},
    source::ReplyReader,
    wire::{GroupChannels, HereNow, Refusal, Request, UserState, WhereNow, parse_ack, parse_time},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let text = &*text;
    assert!(!sanitize(text).chars().any(char::is_control));
    let _ = ReplyReader::default().read(&AnswerText::from(bytes.to_vec()), 0, Moment::default());
    let _ = HereNow::parse(text, Some("x"));
    let _ = (WhereNow::parse(text), UserState::parse(text, None), GroupChannels::parse(text));
    let _ = (parse_time(text), parse_ack("x", text), Refusal::parse(500, text));
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    if let Ok(request) = Request::parse(path, query)
        && let Ok(url) = request.encode()
    {
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        assert_eq!(Request::parse(path, query).as_ref(), Ok(&request));
    }
});
