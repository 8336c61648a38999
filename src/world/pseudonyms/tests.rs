use std::{collections::HashSet, hash::RandomState, sync::Arc};

use super::{Pseudonyms, names::name_hash};
use crate::{
    presence::{
        Command, CommandAnswer, EventKind, Ledger, LinkChange, ListedUser, Moment, Notice, Outcome, ReplyItem, State,
        Subscription, Trouble, UserId,
    },
    recording::testing::{answer, at, happen, link, lobby},
    world::{Input, InputTranslator, Order},
};

fn user(name: &str) -> UserId {
    UserId::from_wire(name)
}

fn state(json: &str) -> State {
    State::parse(json).unwrap()
}

/// The states and users that a here-now answer lists after it was rewritten.
fn list(names: &mut Pseudonyms, listed: Vec<ListedUser>) -> Vec<ListedUser> {
    let Input::Outcome(Outcome { result: Ok(CommandAnswer::HereNow(snapshots)), .. }) =
        names.take_in(answer(listed, 1))
    else {
        panic!("another answer")
    };
    snapshots.into_iter().next().unwrap().listed.unwrap()
}

#[test]
fn a_user_has_one_readable_name_and_nobody_else_has_it() {
    let names = Pseudonyms::new(RandomState::new());
    let all: HashSet<UserId> = (0..50_000).map(|n| names.hide_user(&user(&format!("user-{n}")))).collect();
    assert_eq!(all.len(), 50_000);
    assert_eq!(names.hide_user(&user("ann")), names.clone().hide_user(&user("ann")));
    let name = names.hide_user(&user("ann"));
    assert!(name.as_str().split('-').count() == 3 && UserId::parse(name.as_str()).is_ok(), "{name}");
    assert_ne!(name, Pseudonyms::new(RandomState::new()).hide_user(&user("ann")), "another run, another name");
    assert_eq!(name_hash(0, 4), "able-ant-0000");
    assert_eq!(name_hash(u64::MAX, 99), "young-wren-fffffffffffff");
}

#[test]
fn texts_of_a_state_change_and_fields_numbers_and_the_rest_stay() {
    let mut names = Pseudonyms::new(RandomState::new());
    let bob = names.hide_user(&user("bob"));
    let json = r#"{"mood":"busy","with":["bob",{"deep":"busy"}],"n":1.10,"ok":true,"none":null,"":""}"#;
    let listed = list(&mut names, vec![ListedUser { user: user("ann"), state: Some(state(json)) }]);
    let hidden = listed[0].state.as_ref().unwrap().value();
    assert_eq!(hidden["mood"], hidden["with"][1]["deep"]);
    assert_ne!(hidden["mood"], "busy");
    assert_eq!(hidden["with"][0], bob.as_str(), "a user named in a state has the name of the list");
    assert_eq!((hidden["n"].to_string(), &hidden["ok"], &hidden[""]), ("1.10".into(), &true.into(), &"".into()));
    let many = (0..9).map(|n| ListedUser { user: user(&format!("user-{n}")), state: None }).collect();
    assert!(list(&mut names, many).is_sorted_by(|one, other| one.user < other.user));
}

#[test]
fn the_service_is_asked_about_whom_it_knows() {
    let mut names = Pseudonyms::new(RandomState::new());
    let ann = names.hide_user(&user("ann"));
    // By the name on the screen, or by the one that the service knows.
    for typed in [&ann, &user("ann")] {
        let taken = names.take_in(Input::Order(Order::WhereNow(typed.clone())));
        assert_eq!(taken, Input::Order(Order::WhereNow(ann.clone())));
    }
    let command = names.send_out(Command::AskWhereNow { user: ann.clone() });
    assert_eq!(command, Command::AskWhereNow { user: user("ann") });
    assert_eq!(names.take_in(Input::Busy(command)), Input::Busy(Command::AskWhereNow { user: ann }));
}

#[test]
fn our_own_state_is_sent_as_it_was_typed_also_where_it_was_edited_as_shown() {
    let mut names = Pseudonyms::new(RandomState::new());
    let me = names.hide_ourselves(&user("me"));
    let listed =
        list(&mut names, vec![ListedUser { user: user("me"), state: Some(state(r#"{"mood":"busy","at":"home"}"#)) }]);
    assert_eq!(listed[0].user, me);
    let shown = listed[0].state.as_ref().unwrap().value();
    let edited = state(&format!(r#"{{"mood":{},"at":"office"}}"#, shown["mood"]));
    let places = vec![Subscription::Channel(lobby())];
    let Input::Order(Order::SetState { places, state: taken }) =
        names.take_in(Input::Order(Order::SetState { places, state: edited }))
    else {
        panic!("another order")
    };
    assert!(!taken.as_json().contains("office"));
    let sent = names.send_out(Command::SetState { places, state: taken });
    assert!(matches!(sent, Command::SetState { state: sent, .. } if sent == state(r#"{"mood":"busy","at":"office"}"#)));
}

/// What a foreign service may say, with somebody's name in it.
fn say_in_any_way(name: &str) -> Vec<Input> {
    let trouble = |sentence: String| Trouble {
        sentence: sentence.as_str().into(),
        passing: true,
        refused: Vec::new(),
        retry_after: None,
    };
    let lost =
        LinkChange::Lost { trouble: trouble(format!("refused (\"no {name}, \"x\"\")")), attempt: 1, retry_at: at(2) };
    let failed = Outcome {
        command: Command::AskWhereNow { user: user(name) },
        at: Moment::default(),
        took: std::time::Duration::ZERO,
        ledger: Ledger::default(),
        result: Err(trouble(format!("it begins with `{name}`"))),
    };
    let unknown = |raw: String| EventKind::Unknown { action: name.to_owned(), raw };
    let mut all = vec![link(lost, 1), Input::Outcome(failed)];
    all.push(happen(unknown(format!("{{\"uuid\":\"{name}\"}}")), 1, 1));
    all.push(happen(unknown(format!("{{{name}")), 1, 1));
    let interval = EventKind::Interval {
        joined: vec![user(name)],
        left: vec![user(name)],
        timed_out: vec![user(name)],
        refresh: false,
    };
    for what in [EventKind::Left { user: user(name) }, EventKind::TimedOut { user: user(name) }, interval] {
        let mut input = happen(what, 1, 1);
        if let Input::Notice(Notice::Batch(batch)) = &mut input {
            let batch = Arc::make_mut(batch);
            if let ReplyItem::Event(event) = &mut batch.heard[0] {
                Arc::make_mut(event).raw =
                    Some(format!("{{\"action\":\"join\",\"uuid\":\"{name}\",\"to\":[\"{name}\"]}}").into());
            }
            batch.heard.push(ReplyItem::Garbled { why: name.into(), raw: format!("no JSON of {name}") });
        }
        all.push(input);
    }
    all
}

#[test]
fn nothing_that_a_service_says_names_anybody() {
    let mut names = Pseudonyms::new(RandomState::new());
    for input in say_in_any_way("zaphod") {
        let shown = format!("{:?}", names.take_in(input));
        assert!(!shown.contains("zaphod"), "{shown}");
    }
    let joined = happen(EventKind::Joined { user: user("zaphod"), state: Some(state(r#"{"is":"zaphod"}"#)) }, 1, 1);
    let Input::Notice(Notice::Batch(batch)) = names.take_in(joined) else { panic!("another input") };
    assert!(matches!(&batch.heard[0], ReplyItem::Event(event) if event.raw.is_some()), "its numbers stay");
}
