//! What is due after a long time, and what a person is told of what they asked for when other things come
//! between.

use std::time::Duration;

use herenow::{
    presence::{Channel, Command, CommandAnswer, EventKind, Moment, Notice, Outcome, Timetoken},
    ui::{Action, UiEvent},
    world::{Input, Order},
};

use crate::{
    happen::{all, batch, event, link, live, on, outcome, session, snapshot, trouble, user, without_state},
    model::{Looking, Model, model, update},
};

fn at(second: u64) -> Moment {
    Moment::from_micros((1_795_262_400 + second) * 1_000_000)
}

/// Live on these, where nobody is; nothing is asked any more for a minute.
fn watching(names: &[&str]) -> Model {
    let mut model = model(session("me", all(names)), Duration::from_secs(20), at(0));
    update(&mut model, Input::Notice(link(live(), at(1))), at(1));
    let found = names.iter().map(|name| snapshot(name, Vec::new(), herenow::presence::Timetoken::at(at(1)))).collect();
    let asked = Command::AskHereNow { places: all(names) };
    answer(&mut model, asked, Ok(CommandAnswer::HereNow(found)), 2);
    model
}

fn answer(model: &mut Model, command: Command, result: Result<CommandAnswer, herenow::presence::Trouble>, second: u64) {
    let outcome: Outcome = outcome(command, result, at(second));
    update(model, Input::Outcome(outcome), at(second));
}

fn said(model: &Model) -> String {
    model.listener.status.as_ref().map_or(String::new(), |status| status.text.clone())
}

#[test]
fn after_a_long_stop_one_heartbeat_is_sent_for_all_that_were_missed() {
    let mut model = watching(&["lobby"]);
    let asked = update(&mut model, Input::Order(Order::Join(on("lobby"))), at(3));
    answer(&mut model, asked.into_iter().next().unwrap(), Ok(CommandAnswer::Done), 4);
    assert!(model.world.is_present(&herenow::presence::Channel::from_wire("lobby")));
    let sent = update(&mut model, Input::Tick, at(3600));
    let heartbeats = sent.iter().filter(|command| matches!(command, Command::SendHeartbeat { .. })).count();
    assert_eq!(heartbeats, 1, "{sent:?}");
    assert!(model.world.next_due().is_some_and(|due| due > at(3600)));
}

#[test]
fn a_resync_that_finds_an_audit_under_way_is_told_about_all_the_same() {
    let mut model = watching(&["lobby"]);
    let audit = update(&mut model, Input::Tick, at(63)).pop().unwrap();
    assert!(matches!(audit, Command::AskHereNow { .. }), "{audit:?}");
    update(&mut model, UiEvent::Act(Action::Resync), at(64));
    answer(&mut model, audit, Err(trouble("the service answered 500")), 65);
    assert_eq!(said(&model), "here now: the service answered 500");
    let again = update(&mut model, Input::Tick, at(80)).pop().unwrap();
    let found = snapshot("lobby", vec![without_state("ann")], herenow::presence::Timetoken::at(at(80)));
    answer(&mut model, again, Ok(CommandAnswer::HereNow(vec![found])), 81);
    assert_eq!(said(&model), "lobby asked again: 1 came (ann)");
}

#[test]
fn a_channel_that_is_added_while_paused_is_what_keys_act_on() {
    let mut model = watching(&["a", "b"]);
    for action in [Action::NextChannel, Action::Pause, Action::Add] {
        update(&mut model, UiEvent::Act(action), at(3));
    }
    for c in "new".chars() {
        update(&mut model, UiEvent::Type(herenow::ui::EditKey::Char(c)), at(3));
    }
    update(&mut model, UiEvent::Type(herenow::ui::EditKey::Enter), at(3));
    assert!(model.selected().is_none(), "the picture of before does not have it");
    let sent = update(&mut model, UiEvent::Act(Action::Heartbeat), at(4));
    assert!(matches!(&sent[..], [Command::SendHeartbeat { places, .. }] if *places == [on("new")]), "{sent:?}");
    update(&mut model, UiEvent::Act(Action::Pause), at(5));
    assert_eq!(model.selected().unwrap().channel.as_str(), "new");
    assert_eq!(model.world.session.user, user("me"));
}

#[test]
fn who_asked_to_stay_is_present_again_after_a_timeout_and_it_is_said() {
    let mut model = watching(&["lobby"]);
    let asked = update(&mut model, Input::Order(Order::Join(on("lobby"))), at(3));
    answer(&mut model, asked.into_iter().next().unwrap(), Ok(CommandAnswer::Done), 4);
    // Asleep for half a minute. The service has told of it at 25 s, and the next heartbeat was due at 13 s.
    let timed_out = EventKind::TimedOut { user: user("me") };
    let told = event("lobby", Timetoken::at(at(25)), timed_out);
    let batch = batch([told], Timetoken::at(at(36)), at(36));
    let sent = update(&mut model, Input::Notice(Notice::from(batch)), at(36));
    let beats = sent.iter().filter(|command| matches!(command, Command::SendHeartbeat { .. })).count();
    assert!(beats >= 1, "{sent:?}");
    assert_eq!(said(&model), "me (you) timed out on lobby; a heartbeat joins again");
    let lobby = Channel::from_wire("lobby");
    for command in sent.into_iter().filter(|command| matches!(command, Command::SendHeartbeat { .. })) {
        answer(&mut model, command, Ok(CommandAnswer::Done), 37);
    }
    assert!(model.world.is_present(&lobby));
    assert_eq!(said(&model), "present on lobby as me, for 20 s and kept alive");
    let listed = model.world.channels.look_up(&lobby).unwrap();
    assert!(listed.roster.get(&user("me")).is_some());
}
