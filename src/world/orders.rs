//! Carries out a person's orders.

use super::{Cause, Listener, Note, Order, OrderResult, World, watching};
use crate::presence::{Command, Subscription};

pub(super) fn carry_out_order(world: &mut World, order: Order, out: &mut dyn Listener) {
    let now = world.now;
    match order {
        Order::Join(place) => {
            if world.own_presence.begin_join(place.clone(), world.clock.now(now), now) {
                let timeout = world.own_presence.timeout;
                out.take_command(Command::SendHeartbeat { places: vec![place], timeout, by_hand: true });
            } else {
                world.emit_note(None, Note::OrderResult(OrderResult::HeartbeatTooSoon { place }), out);
            }
        }
        Order::Leave(place) => {
            // Stop the heartbeats at once, even if the leave fails.
            world.own_presence.begin_leave(&place, now);
            out.take_command(Command::Leave { places: vec![place] });
        }
        Order::LeaveAll => {
            let places = world.own_presence.leave_all();
            if !places.is_empty() {
                out.take_command(Command::Leave { places });
            }
        }
        Order::KeepAlive(on) => world.own_presence.kept_alive = on,
        Order::PresenceTimeout(timeout) => world.own_presence.timeout = timeout,
        Order::Resync(channel) => {
            if let Some(mut watched) = world.channels.find_mut(&channel) {
                // Access may have been granted in the meantime; then the answer shows it.
                watched.refused = None;
                watched.reconciler.request_ask(Cause::ByHand, now);
            }
        }
        Order::Watch(what) => watching::add_subscriptions(world, what, out),
        Order::Unwatch(removal) => watching::remove_subscription(world, &removal, out),
        Order::WhereNow(user) => {
            if world.where_now.begin_ask(&user, now) {
                out.take_command(Command::AskWhereNow { user });
            }
        }
        Order::AskRequests(user) => {
            if world.service_ledger.is_due(&user, now) {
                world.service_ledger.begin_ask(&user, now);
                out.take_command(Command::AskRequests { user });
            }
        }
        Order::SetState { places, state } => out.take_command(Command::SetState { places, state }),
        Order::Mark(text) => world.emit_note(None, Note::Mark { text }, out),
        Order::Direct(direction) => out.take_command(Command::Direct(direction)),
    }
}

/// The channel, if the place is one.
pub(super) const fn as_channel(place: &Subscription) -> Option<&crate::presence::Channel> {
    match place {
        Subscription::Channel(channel) => Some(channel),
        Subscription::Pattern(_) | Subscription::Group(_) => None,
    }
}
