//! Inputs with other names in them, and commands with those that the service knows.

use std::sync::Arc;

use serde_json::Value;

use super::{json::rewrite_texts, table::PseudonymTable};
use crate::{
    presence::{
        Command, CommandAnswer, EventKind, LinkChange, ListedUser, Notice, Outcome, PresenceEvent, ReplyItem, SafeText,
        Snapshot, State, Subscription, Trouble, UserId, UserRequests,
    },
    world::{Input, Order},
};

/// What stands for text that can't be rewritten.
const LEFT_OUT: &str = "left out: pseudonyms are on";

/// What of an event is no foreign text.
const ACTIONS: [&str; 5] = ["join", "leave", "timeout", "state-change", "interval"];

/// An input with other names for people.
pub(super) fn hide_input(table: &mut PseudonymTable, input: Input) -> Input {
    match input {
        Input::Notice(Notice::Batch(mut batch)) => {
            for item in &mut Arc::make_mut(&mut batch).heard {
                hide_item(table, item);
            }
            Input::Notice(Notice::Batch(batch))
        }
        Input::Notice(Notice::Link { poll, mut change, at }) => {
            if let LinkChange::Lost { trouble, .. } | LinkChange::Refused { trouble, .. } = &mut change {
                hide_trouble(trouble);
            }
            Input::Notice(Notice::Link { poll, change, at })
        }
        Input::Outcome(outcome) => Input::Outcome(hide_outcome(table, outcome)),
        Input::Busy(command) => Input::Busy(hide_command(table, command)),
        Input::Order(order) => Input::Order(hide_order(table, order)),
        Input::Scene(_) | Input::Missing { .. } | Input::Tick | Input::End => input,
    }
}

/// A command as the service understands it.
pub(super) fn reveal_command(table: &PseudonymTable, command: Command) -> Command {
    let reveal = |user: UserId| table.find_meant(user.as_str()).map_or(user.clone(), UserId::from_wire);
    match command {
        Command::AskWhereNow { user } => Command::AskWhereNow { user: reveal(user) },
        Command::AskRequests { user } => Command::AskRequests { user: reveal(user) },
        Command::SetState { places, state } => {
            let state = rewrite_state(&state, |text| table.find_meant(text).unwrap_or(text).to_owned());
            Command::SetState { places, state }
        }
        Command::SendHeartbeat { .. }
        | Command::Leave { .. }
        | Command::AskHereNow { .. }
        | Command::FindChannels
        | Command::Watch(_)
        | Command::Direct(_) => command,
    }
}

fn hide_command(table: &mut PseudonymTable, command: Command) -> Command {
    match command {
        Command::AskWhereNow { user } => Command::AskWhereNow { user: table.name_user(&user) },
        Command::AskRequests { user } => Command::AskRequests { user: table.name_user(&user) },
        Command::SetState { places, state } => Command::SetState { places, state: hide_state(table, &state, true) },
        Command::SendHeartbeat { .. }
        | Command::Leave { .. }
        | Command::AskHereNow { .. }
        | Command::FindChannels
        | Command::Watch(_)
        | Command::Direct(_) => command,
    }
}

/// What a person names may be a name that is on the screen, or one that the service knows.
fn hide_order(table: &mut PseudonymTable, order: Order) -> Order {
    match order {
        Order::WhereNow(user) => Order::WhereNow(table.name_meant(&user)),
        Order::AskRequests(user) => Order::AskRequests(table.name_meant(&user)),
        Order::SetState { places, state } => {
            let state = rewrite_state(&state, |text| match table.find_meant(text) {
                Some(_) => text.to_owned(),
                None => table.name_text(text, true),
            });
            Order::SetState { places, state }
        }
        Order::Join(_)
        | Order::Leave(_)
        | Order::LeaveAll
        | Order::KeepAlive(_)
        | Order::PresenceTimeout(_)
        | Order::Resync(_)
        | Order::Watch(_)
        | Order::Unwatch(_)
        | Order::Mark(_)
        | Order::Direct(_) => order,
    }
}

fn hide_outcome(table: &mut PseudonymTable, outcome: Outcome) -> Outcome {
    let command = hide_command(table, outcome.command);
    let mut result = outcome.result;
    match &mut result {
        Ok(CommandAnswer::HereNow(snapshots) | CommandAnswer::Page(snapshots)) => {
            for snapshot in snapshots {
                hide_snapshot(table, snapshot);
            }
        }
        Ok(CommandAnswer::Requests(Some(requests))) => hide_requests(requests),
        Ok(CommandAnswer::Done | CommandAnswer::WhereNow(_) | CommandAnswer::Requests(None)) => {}
        Err(trouble) => hide_trouble(trouble),
    }
    Outcome { command, result, ..outcome }
}

fn hide_snapshot(table: &mut PseudonymTable, snapshot: &mut Snapshot) {
    if let Some(listed) = &mut snapshot.listed {
        for ListedUser { user, state } in listed.iter_mut() {
            let ours = table.is_ours(user);
            *user = table.name_user(user);
            if let Some(state) = state {
                *state = hide_state(table, state, ours);
            }
        }
        // As a service lists them: a list that says what is known can be told by its order.
        listed.sort_by(|one, other| one.user.cmp(&other.user));
    }
    if snapshot.first_unread.is_some() {
        snapshot.first_unread = Some(LEFT_OUT.to_owned());
    }
}

/// Only herenow's own service tells of requests; why one was refused may repeat what was asked.
fn hide_requests(requests: &mut UserRequests) {
    for request in &mut requests.requests {
        if let Some(why) = &mut request.why {
            *why = leave_out_quotes(why);
        }
    }
}

fn hide_trouble(trouble: &mut Trouble) {
    trouble.sentence = leave_out_quotes(&trouble.sentence);
}

/// A sentence of ours without what it repeats of others, which is between the first and the last of each kind of quotes.
fn leave_out_quotes(sentence: &SafeText) -> SafeText {
    let mut text = sentence.as_str().to_owned();
    for quote in ['"', '`'] {
        if let (Some(first), Some(last)) = (text.find(quote), text.rfind(quote)) {
            text.replace_range(first..=last, "…");
        }
    }
    text.into()
}

fn hide_item(table: &mut PseudonymTable, item: &mut ReplyItem) {
    match item {
        ReplyItem::Event(event) => hide_event(table, Arc::make_mut(event)),
        ReplyItem::Garbled { why, raw } => {
            *why = LEFT_OUT.into();
            *raw = hide_raw(table, raw, |_| false).unwrap_or_else(|| format!("\"{LEFT_OUT}\""));
        }
    }
}

fn hide_event(table: &mut PseudonymTable, event: &mut PresenceEvent) {
    if let Some(raw) = &event.raw {
        let (channel, subscription) = (event.channel.as_str(), event.subscription.as_ref().map(Subscription::as_str));
        let stays = |text: &str| text == channel || Some(text) == subscription || ACTIONS.contains(&text);
        event.raw = hide_raw(table, raw, stays).map(Arc::from);
    }
    let hide_all = |table: &mut PseudonymTable, users: &mut [UserId]| {
        for user in users {
            *user = table.name_user(user);
        }
    };
    match &mut event.what {
        EventKind::Joined { user, state } => {
            let ours = table.is_ours(user);
            *user = table.name_user(user);
            if let Some(state) = state {
                *state = hide_state(table, state, ours);
            }
        }
        EventKind::Left { user } | EventKind::TimedOut { user } => *user = table.name_user(user),
        EventKind::StateChanged { user, state } => {
            *state = hide_state(table, state, table.is_ours(user));
            *user = table.name_user(user);
        }
        EventKind::Interval { joined, left, timed_out, refresh: _ } => {
            hide_all(table, joined);
            hide_all(table, left);
            hide_all(table, timed_out);
        }
        EventKind::Unknown { action, raw } => {
            *action = table.name_text(action, false);
            *raw = hide_raw(table, raw, |_| false).unwrap_or_else(|| format!("\"{LEFT_OUT}\""));
        }
    }
}

/// JSON with other texts but those that stay; nothing if it can't be read.
fn hide_raw(table: &mut PseudonymTable, raw: &str, stays: impl Fn(&str) -> bool) -> Option<String> {
    let mut value: Value = serde_json::from_str(raw).ok()?;
    rewrite_texts(&mut value, &mut |text| if stays(text) { text.to_owned() } else { table.name_text(text, false) });
    Some(value.to_string())
}

fn hide_state(table: &mut PseudonymTable, state: &State, ours: bool) -> State {
    rewrite_state(state, |text| table.name_text(text, ours))
}

/// A state with other texts; an empty one, if it can't be read.
fn rewrite_state(state: &State, mut rewrite: impl FnMut(&str) -> String) -> State {
    if state.is_empty() {
        return state.clone();
    }
    let mut value = state.value();
    if value.is_null() {
        return State::from_wire(State::empty_raw());
    }
    rewrite_texts(&mut value, &mut rewrite);
    State::from_scanned(&value.to_string())
}
