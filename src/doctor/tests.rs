use super::{examine::*, finding::*};
use std::time::Duration;

use crate::{
    presence::{
        Batch, Channel, Command, CommandAnswer, Difference, EventKind, Ledger, LinkChange, ListPart, ListedUser,
        Moment, Notice, Outcome, PresenceEvent, ReplyItem, Snapshot, Subscription, Timetoken, Trouble, UserId,
    },
    ui::testing::{Model, update},
    world::{Cause, Input, Note, Session},
};

fn at(second: u64) -> Moment {
    Moment::from_micros((1_795_262_400 + second) * 1_000_000)
}

fn trouble(sentence: &str) -> Trouble {
    Trouble { sentence: sentence.into(), passing: true, refused: Vec::new(), retry_after: None }
}

fn lobby() -> Channel {
    Channel::from_wire("lobby")
}

fn fresh() -> Model {
    let session = Session::for_a_test(vec![Subscription::Channel(lobby())]);
    Model::new(session, Duration::from_secs(300), at(0))
}

fn link(model: &mut Model, change: LinkChange, second: u64) {
    update(model, Input::Notice(Notice::Link { poll: 0, change, at: at(second) }), at(second));
}

fn live(model: &mut Model, second: u64) {
    link(model, LinkChange::Live { resumed: None, round_trip: Duration::from_millis(9) }, second);
}

fn lose(model: &mut Model, second: u64) {
    link(model, LinkChange::Lost { trouble: trouble("no route"), attempt: 1, retry_at: at(second + 1) }, second);
}

/// What every here now on the lobby says.
fn answer(model: &mut Model, users: &[&str], second: u64) {
    let listed = users.iter().map(|user| ListedUser { user: UserId::from_wire(user), state: None }).collect();
    let snapshot = Snapshot {
        unread: 0,
        first_unread: None,
        part: ListPart::default(),
        channel: lobby(),
        occupancy: users.len() as u64,
        listed: Some(listed),
        with_state: true,
        as_of: Timetoken::at(at(second)),
        complete: true,
    };
    let command = Command::AskHereNow { places: vec![Subscription::Channel(lobby())] };
    let result = Ok(CommandAnswer::HereNow(vec![snapshot]));
    outcome(model, command, result, second);
}

fn outcome(model: &mut Model, command: Command, result: Result<CommandAnswer, Trouble>, second: u64) {
    let (took, ledger) = (Duration::ZERO, Ledger::default());
    update(model, Input::Outcome(Outcome { command, at: at(second), took, ledger, result }), at(second));
}

fn batch(model: &mut Model, heard: Vec<ReplyItem>, second: u64) -> &mut Model {
    let cursor = Timetoken::at(at(second));
    let batch = Batch { poll: 0, heard, cursor, copies: 0, repeats: 0, full: false, over_limit: 0, at: at(second) };
    update(model, Input::Notice(Notice::from(batch)), at(second));
    model
}

fn event(what: EventKind, occupancy: u64, second: u64) -> ReplyItem {
    let (published, occupancy) = (Timetoken::at(at(second)), Some(occupancy));
    ReplyItem::from(PresenceEvent {
        channel: lobby(),
        subscription: None,
        published,
        timestamp: None,
        occupancy,
        what,
        raw: None,
    })
}

/// Live, with ann on the lobby, who is known by an event.
fn healthy() -> Model {
    let mut model = fresh();
    live(&mut model, 0);
    answer(&mut model, &[], 0);
    batch(&mut model, vec![event(EventKind::Joined { user: UserId::from_wire("ann"), state: None }, 1, 1)], 1);
    model
}

#[track_caller]
fn finds(model: &Model, second: u64, gravity: Gravity, what: &str, evidence: &str) {
    let findings = examine_world(&model.world, at(second));
    let found = findings.iter().find(|finding| finding.what.contains(what));
    let found = found.unwrap_or_else(|| panic!("{what}: {findings:#?}"));
    assert_eq!(found.gravity, gravity, "{found:?}");
    assert!(found.evidence.contains(evidence), "{evidence}: {found:?}");
    assert!(!found.remedy.is_empty());
    assert!(findings.is_sorted_by(|a, b| a.gravity >= b.gravity), "{findings:?}");
}

#[track_caller]
fn finds_nothing(model: &Model, second: u64) {
    let findings = examine_world(&model.world, at(second));
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn health_is_no_finding_and_neither_is_a_start() {
    finds_nothing(&healthy(), 30);
    finds_nothing(&fresh(), 5);
    finds(&fresh(), 15, Gravity::Suspect, "no answer yet", "for 15 s");
}

#[test]
fn a_link_that_is_lost_or_comes_and_goes() {
    let mut model = healthy();
    lose(&mut model, 10);
    finds(&model, 52, Gravity::Wrong, "the link is lost", "for 42 s, try 1: no route");
    live(&mut model, 60);
    answer(&mut model, &["ann"], 61);
    finds(&model, 70, Gravity::Remark, "lost for a while", "lost once in the last 10 minutes, last 1 min ago");
    for second in [80, 90] {
        lose(&mut model, second);
        live(&mut model, second + 1);
    }
    answer(&mut model, &["ann"], 99);
    finds(&model, 100, Gravity::Suspect, "comes and goes", "lost 3 times");
    finds_nothing(&model, 700);
}

#[test]
fn channels_that_are_refused_are_named_with_the_sentence() {
    let mut model = healthy();
    model.world.channels.find_or_add(&Channel::from_wire("support"), at(0));
    let what = vec![Subscription::Channel(lobby())];
    let change = LinkChange::Refused { trouble: trouble("the token lacks\u{1b} `read`"), what, everything: false };
    link(&mut model, change, 5);
    live(&mut model, 5);
    finds(&model, 6, Gravity::Wrong, "1 channel is refused", "lobby: the token lacks␛ `read`");
}

#[test]
fn presence_that_is_not_enabled_shows_by_our_own_heartbeat() {
    let mut model = healthy();
    update(&mut model, crate::ui::UiEvent::Act(crate::ui::Action::Heartbeat), at(5));
    let places = vec![Subscription::Channel(lobby())];
    let beat = |by_hand| Command::SendHeartbeat { places: places.clone(), timeout: Duration::from_secs(300), by_hand };
    outcome(&mut model, beat(true), Ok(CommandAnswer::Done), 5);
    update(&mut model, Input::Tick, at(10));
    answer(&mut model, &["ann"], 40);
    finds(&model, 41, Gravity::Wrong, "presence is hardly enabled", "lobby: took your heartbeat");
    // And a heartbeat that fails, or does not come.
    outcome(&mut model, beat(false), Err(trouble("forbidden")), 45);
    finds(&model, 50, Gravity::Wrong, "heartbeat is not taken", "failed once, last 5 s ago: forbidden");
    outcome(&mut model, beat(false), Ok(CommandAnswer::Done), 60);
    assert!(examine_world(&model.world, at(61)).iter().all(|finding| !finding.what.contains("heartbeat")));
    finds(&model, 260, Gravity::Wrong, "your heartbeat is late", "lobby: timed out in 1 min");
}

#[test]
fn nobody_and_nothing_for_long_is_a_remark() {
    let mut model = fresh();
    live(&mut model, 0);
    answer(&mut model, &[], 0);
    finds_nothing(&model, 59);
    finds(&model, 61, Gravity::Remark, "nobody was ever seen on 1 channel", "lobby: empty, and not one event in 1 min");
}

#[test]
fn lists_that_drift_and_lists_that_had_to_be_repaired() {
    let mut model = healthy();
    batch(&mut model, vec![event(EventKind::Left { user: UserId::from_wire("bob") }, 5, 9)], 9);
    finds(&model, 20, Gravity::Wrong, "1 list is drifting", "lobby: 1 named, 5 counted, for 11 s");
    // Above an announce max that is known, the first interval is yet to name them.
    model.world.session.announce_max = Some(4);
    finds_nothing(&model, 20);
    model.world.session.announce_max = Some(5);
    finds(&model, 20, Gravity::Wrong, "1 list is drifting", "lobby: 1 named, 5 counted, for 11 s");
    let mut model = healthy();
    let difference = Difference { missing: vec![UserId::from_wire("bob")], ..Difference::default() };
    for (cause, gravity, what) in [
        (Cause::Disagreement, Gravity::Suspect, "1 list had to be repaired"),
        (Cause::SecondSession, Gravity::Remark, "more than one session"),
    ] {
        let note = Note::Drift { cause, difference: difference.clone() };
        model.world.symptoms.note_entry(&crate::world::Entry::from_note(Some(lobby()), note, at(20)));
        finds(&model, 30, gravity, what, &cause.to_string());
    }
    finds_nothing(&model, 620);
}

#[test]
fn changes_without_events() {
    let mut model = fresh();
    live(&mut model, 0);
    answer(&mut model, &["ann"], 0);
    update(&mut model, Input::Tick, at(61));
    answer(&mut model, &["bob"], 62);
    update(&mut model, Input::Tick, at(80));
    finds(&model, 81, Gravity::Wrong, "1 channel tells of no changes", "2 changes found by here now, not one event");
}

#[test]
fn intervals_that_name_nobody() {
    let mut model = healthy();
    let what = EventKind::Interval { joined: Vec::new(), left: Vec::new(), timed_out: Vec::new(), refresh: false };
    batch(&mut model, vec![event(what, 1, 9)], 9);
    update(&mut model, Input::Tick, at(11));
    answer(&mut model, &["ann"], 12);
    finds(&model, 13, Gravity::Remark, "intervals that name nobody", "lobby: 1 of 1 named");
}

#[test]
fn queues_that_overflow() {
    let mut model = healthy();
    let command = Command::Leave { places: Vec::new() };
    update(&mut model, Input::Busy(command), at(10));
    let empty = |full, over_limit| {
        let cursor = Timetoken::at(at(10));
        Batch { poll: 0, heard: Vec::new(), cursor, copies: 2, repeats: 1, full, over_limit, at: at(10) }
    };
    update(&mut model, Input::Notice(Notice::from(empty(true, 0))), at(10));
    update(&mut model, Input::Notice(Notice::from(empty(true, 7))), at(10));
    model.world.counters.out_of_view = 9;
    let garbled = ReplyItem::Garbled { why: "no JSON".into(), raw: "{".into() };
    batch(&mut model, vec![garbled], 10);
    finds(&model, 20, Gravity::Suspect, "commands were not sent", "once, last 10 s ago");
    finds(&model, 20, Gravity::Wrong, "more events than are read", "once");
    finds(&model, 20, Gravity::Wrong, "more channels than are kept", "9 events");
    finds(&model, 20, Gravity::Suspect, "could not be read", "once");
    finds(&model, 20, Gravity::Remark, "more than once", "4 copies left out");
    finds(&model, 20, Gravity::Remark, "were repeated", "2 repeats left out");
}

#[test]
fn a_full_reply_is_no_finding_but_events_that_are_missing_are() {
    let mut model = healthy();
    let full = |heard, second| {
        let cursor = Timetoken::at(at(second));
        Batch { poll: 0, heard, cursor, copies: 0, repeats: 0, full: true, over_limit: 0, at: at(second) }
    };
    let join = |user: &str, occupancy, second| {
        event(EventKind::Joined { user: UserId::from_wire(user), state: None }, occupancy, second)
    };
    update(&mut model, Input::Notice(Notice::from(full(vec![join("bob", 2, 9), join("cat", 3, 10)], 10))), at(10));
    finds_nothing(&model, 14);
    update(&mut model, Input::Notice(Notice::from(full(vec![join("eve", 5, 15)], 15))), at(15));
    update(&mut model, Input::Tick, at(18));
    let evidence = "did not add up once, last 2 s ago; replies came as full as replies get twice";
    finds(&model, 20, Gravity::Suspect, "events are missing", evidence);
}

#[test]
fn clocks_and_lag() {
    let mut model = healthy();
    let cursor = Timetoken::at(at(3610));
    let ahead =
        Batch { poll: 0, heard: Vec::new(), cursor, copies: 0, repeats: 0, full: false, over_limit: 0, at: at(10) };
    update(&mut model, Input::Notice(Notice::from(ahead)), at(10));
    finds(&model, 11, Gravity::Suspect, "clock of this machine is off", "1 h behind the service's");
    batch(&mut model, Vec::new(), 20);
    finds(&model, 21, Gravity::Suspect, "clock was set back", "once");
    let mut model = healthy();
    model.world.counters.lag = Some(Duration::from_secs(9));
    finds(&model, 21, Gravity::Suspect, "events come late", "9 s");
}

#[test]
fn budgets_timeouts_and_marks() {
    let mut model = healthy();
    model.world.request_rate.record_sent(56, at(10));
    finds_nothing(&model, 10);
    model.world.request_rate.record_sent(57, at(10));
    let polls = "share of the request budget that polls have is reached";
    finds(&model, 10, Gravity::Suspect, polls, "up to 5.7 requests per second");
    finds(&model, 10, Gravity::Suspect, polls, "6 of 10 are for polls");
    // It does not come and go with each reply.
    finds(&model, 69, Gravity::Suspect, polls, "up to 5.7");
    finds_nothing(&model, 70);
    model.world.request_rate.record_sent(157, at(70));
    finds(&model, 70, Gravity::Suspect, "the request budget is reached", "up to 10.0");
    (model.world.session.follows, model.world.ledger.followed) = (true, 93);
    let evidence = "93 so far; up to 10.0 requests per second";
    finds(&model, 70, Gravity::Remark, "polls follow a busy stream at once", evidence);
    let mut model = healthy();
    model.world.own_presence.timeout = Duration::from_secs(10);
    finds(&model, 10, Gravity::Remark, "presence timeout is short", "10 s; official SDKs ask for at least 20 s");
    let mut model = healthy();
    (model.world.session.production, model.world.session.name) = (true, Some("shop\u{202e}".into()));
    model.world.session.region = Some("eu".into());
    finds(&model, 10, Gravity::Remark, "marked production", "keyset shop‹202E› (eu)");
    model.world.session.read_only = true;
    finds(&model, 10, Gravity::Remark, "production and read-only", "shop");
}
