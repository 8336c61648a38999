//! Folds the outcomes of commands into the world.

use std::time::Duration;

use super::here_now;
use crate::{
    presence::{Command, CommandAnswer, Outcome, Subscription, Trouble, rules::HERE_NOW_CACHE},
    world::{Cause, Listener, Note, OrderResult, Touched, World, orders::as_channel},
};

/// A here now sent this long after a heartbeat or a leave shows its effect: the age of the answer, and a second to
/// spare.
const SETTLED: Duration = HERE_NOW_CACHE.saturating_add(Duration::from_secs(1));

/// Take the outcome of a command, and the ledger that comes with it.
pub(in crate::world) fn take_outcome(world: &mut World, outcome: Outcome, out: &mut dyn Listener) {
    world.request_counts.record_ledger(&outcome.ledger, outcome.at);
    world.ledger = outcome.ledger;
    world.request_rate.record_sent(world.ledger.count_sent(), outcome.at);
    match outcome.result {
        Ok(CommandAnswer::Page(page)) => here_now::take_page(world, &outcome.command, &page, out),
        result => take_command_end(world, outcome.command, result, out),
    }
}

/// Take the end of a command, which may not even have been sent.
pub(in crate::world) fn take_command_end(
    world: &mut World,
    command: Command,
    result: Result<CommandAnswer, Trouble>,
    out: &mut dyn Listener,
) {
    let now = world.now;
    world.discovery.take_command_end(&command, result.as_ref().err(), now);
    match (command, result) {
        (Command::FindChannels, Ok(CommandAnswer::HereNow(found))) => {
            for found in found.iter().filter(|found| found.occupancy > 0) {
                if world.session.watching.iter().any(|watched| watched.covers(&found.channel)) {
                    world.channels.find_or_add(&found.channel, now);
                }
            }
        }
        (command @ Command::AskHereNow { .. }, Ok(answered)) => {
            let snapshots = if let CommandAnswer::HereNow(snapshots) = answered { snapshots } else { Vec::new() };
            here_now::take_here_now(world, &command, &snapshots, out);
        }
        (command @ Command::AskHereNow { .. }, Err(trouble)) => {
            here_now::take_here_now_failure(world, &command, &trouble, out);
        }
        (Command::AskWhereNow { user }, Ok(CommandAnswer::WhereNow(channels))) => {
            world.where_now.take_answer(&user, Ok(channels.clone()), now);
            note_order_result(world, OrderResult::FoundOn { user, channels }, out);
        }
        (Command::AskWhereNow { user }, Err(trouble)) => {
            world.where_now.take_answer(&user, Err(trouble.clone()), now);
            note_order_result(world, OrderResult::WhereNowFailed { user, trouble }, out);
        }
        (Command::AskRequests { user }, Ok(CommandAnswer::Requests(told))) => {
            world.service_ledger.take_answer(user, told, now);
        }
        (Command::AskRequests { .. }, _) => world.service_ledger.take_failure(now),
        (Command::SetState { places, .. }, Ok(_)) => {
            let present = !places.iter().filter_map(as_channel).any(|channel| !world.is_present(channel));
            note_order_result(world, OrderResult::StateTaken { places, present }, out);
        }
        (Command::SetState { places, .. }, Err(trouble)) => {
            note_order_result(world, OrderResult::StateFailed { places, trouble }, out);
        }
        (Command::FindChannels | Command::Watch(_), _) | (Command::Direct(_) | Command::AskWhereNow { .. }, Ok(_)) => {}
        (Command::Direct(_), Err(trouble)) => note_order_result(world, OrderResult::CrowdFailed { trouble }, out),
        (Command::SendHeartbeat { places, timeout, by_hand }, Ok(_)) => {
            take_heartbeat_answer(world, places, timeout, by_hand, out);
        }
        (Command::SendHeartbeat { places, .. }, Err(trouble)) => {
            for place in &places {
                world.own_presence.mark_heartbeat_failed(place);
            }
            world.emit_note(None, Note::HeartbeatFailed { places, trouble }, out);
        }
        (Command::Leave { places }, result) => take_leave_end(world, places, result.err(), out),
    }
}

fn note_order_result(world: &mut World, reply: OrderResult, out: &mut dyn Listener) {
    world.emit_note(None, Note::OrderResult(reply), out);
}

fn take_heartbeat_answer(
    world: &mut World,
    places: Vec<Subscription>,
    timeout: Duration,
    by_hand: bool,
    out: &mut dyn Listener,
) {
    let now = world.now;
    world.symptoms.heartbeat = None;
    let at = world.clock.now(now);
    let user = world.session.user.clone();
    for place in &places {
        if !world.own_presence.confirm_heartbeat(place, timeout, now) {
            // We left in the meantime.
            return;
        }
        if let Some(id) = as_channel(place).and_then(|channel| world.channels.find_id(channel)) {
            // Above the announce max, the join event would come much later.
            world.channels.get_mut(id).roster.confirm_present(&user, at);
            out.take_change(world, id, &Touched::Vouched(&user));
        }
    }
    if by_hand {
        // Verify it: where presence is not enabled, the service accepts the heartbeat and lists nobody.
        for channel in places.iter().filter_map(as_channel) {
            if let Some(mut watched) = world.channels.find_mut(channel) {
                watched.reconciler.request_ask(Cause::OwnJoin, now.plus(SETTLED));
            }
        }
    }
    if world.own_presence.take_return(&places) || by_hand {
        let kept_alive = world.own_presence.kept_alive;
        note_order_result(world, OrderResult::Present { places, user, timeout, kept_alive }, out);
    }
}

fn take_leave_end(world: &mut World, places: Vec<Subscription>, trouble: Option<Trouble>, out: &mut dyn Listener) {
    let now = world.now;
    for place in &places {
        match trouble {
            None => world.own_presence.confirm_leave(place),
            Some(_) => world.own_presence.mark_leave_failed(place),
        }
        if let Some(mut watched) = as_channel(place).and_then(|channel| world.channels.find_mut(channel)) {
            // Above the announce max, the leave event would come much later.
            watched.reconciler.request_ask(Cause::Audit, now.plus(SETTLED));
        }
    }
    note_order_result(
        world,
        match trouble {
            None => OrderResult::Left { places },
            Some(trouble) => OrderResult::LeaveFailed { places, trouble },
        },
        out,
    );
}
