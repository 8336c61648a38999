//! Whatever bytes come as an answer: no parser panics, an error is harmless to show, and what was read is written and
//! read again without a loss.

#![no_main]

use herenow::{
    client::AnswerText,
    presence::{EventKind, Moment, ReplyItem, UserId},
    source::{ParsedReply, ReplyReader},
    wire::{
        GroupChannels, HereNow, HereNowShape, Malformed, Refusal, UserState, WhereNow, encode_time, parse_ack,
        parse_time,
    },
};
use herenow_fuzz::{assert_harmless, assert_told};
use libfuzzer_sys::fuzz_target;

/// What could be read; what is told of the rest is harmless.
fn read<T>(parsed: Result<T, Malformed>) -> Option<T> {
    parsed.inspect_err(|malformed| assert_told(malformed)).ok()
}

fn check_stream(body: &AnswerText) {
    let mut reader = ReplyReader::default();
    let Some(reply) = read(ParsedReply::parse(body)) else { return };
    let batch = reader.read(&reply, body, 0, Moment::default());
    assert_eq!(reply.cursor().timetoken, batch.cursor);
    for item in &batch.heard {
        match item {
            ReplyItem::Event(event) => {
                assert_harmless(&event.channel.to_string());
                event.what.user().iter().for_each(|user| assert!(!user.as_str().is_empty()));
                if let EventKind::Joined { state: Some(state), .. } | EventKind::StateChanged { state, .. } =
                    &event.what
                {
                    assert!(state.means_the_same(state));
                }
            }
            ReplyItem::Garbled { why, .. } => assert_harmless(why),
        }
    }
    // The same reply again brings nothing new, but for what could not be read.
    let again = reader.read(&reply, body, 0, Moment::default());
    assert!(again.heard.iter().all(|item| matches!(item, ReplyItem::Garbled { .. })));
}

/// Whether a text is JSON that holds no numbers or texts which serde would write otherwise.
fn states_are_readable(answer: &HereNow) -> bool {
    let listed = answer.channels.values().filter_map(|channel| channel.listed.as_ref()).flatten();
    listed.filter_map(|user| user.state.as_ref()).all(|state| state.value().is_object())
}

fn check_here_now(text: &str) {
    for asked in [None, Some("x")] {
        let Some(answer) = read(HereNow::parse(text, asked)) else { continue };
        let channels = answer.channels.values();
        channels.filter_map(|channel| channel.first_unread.as_ref()).for_each(|shown| assert_harmless(shown));
        assert!(answer.total_occupancy() >= answer.channels.values().map(|one| one.occupancy).max().unwrap_or(0));
        let patched = answer.clone().without_patches();
        patched.channels.values().filter_map(|one| one.first_unread.as_ref()).for_each(|shown| assert_harmless(shown));
        if states_are_readable(&answer) {
            let again = HereNow::parse(&answer.encode(HereNowShape::ByChannel, true), None);
            let again = again.expect("what we write can be read");
            for (name, channel) in &answer.channels {
                let read = &again.channels[name];
                let names = |one: &herenow::wire::ChannelOccupants| {
                    one.listed.as_ref().map(|l| l.iter().map(|user| user.user.clone()).collect::<Vec<_>>())
                };
                assert_eq!((read.occupancy, names(read)), (channel.occupancy, names(channel)));
            }
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    check_stream(&AnswerText::from(bytes.to_vec()));
    let text = String::from_utf8_lossy(bytes);
    let text = &*text;
    check_here_now(text);
    if let Some(place) = read(WhereNow::parse(text)) {
        assert_eq!(WhereNow::parse(&place.encode()).map(|again| again.channels), Ok(place.channels));
    }
    if let Some(group) = read(GroupChannels::parse(text)) {
        assert_eq!(GroupChannels::parse(&group.encode("g")).map(|again| again.channels), Ok(group.channels));
    }
    for asked in [None, Some("x")] {
        let Some(states) = read(UserState::parse(text, asked)) else { continue };
        let again = UserState::parse(&states.encode(&UserId::from_wire("u"), asked), asked).expect("what we write");
        assert!(states.channels.keys().eq(again.channels.keys()));
    }
    if let Some(time) = read(parse_time(text)) {
        assert_eq!(parse_time(&encode_time(time)), Ok(time));
    }
    read(parse_ack("heartbeat", text));
    let refusal = Refusal::parse(500, text);
    assert_eq!(Refusal::parse(500, &refusal.encode()).message, refusal.message);
});
