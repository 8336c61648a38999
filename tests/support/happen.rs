//! What happens in tests, in as few words as it takes: one maker for each thing that is told or answered.
//! Where a test wants something else than the usual, it says so: `PresenceEvent { occupancy: Some(2), ..event(…) }`.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::time::Duration;

use herenow::{
    presence::{
        Batch, Channel, Command, CommandAnswer, EventKind, Ledger, LinkChange, ListPart, ListedUser, Moment, Notice,
        Outcome, PresenceEvent, ReplyItem, Snapshot, SubscribeKey, Subscription, Timetoken, Trouble, UserId,
    },
    world::Session,
};

pub fn user(id: &str) -> UserId {
    UserId::from_wire(id)
}

pub fn on(place: &str) -> Subscription {
    Subscription::parse_any(place).unwrap()
}

pub fn all(places: &[&str]) -> Vec<Subscription> {
    places.iter().map(|place| on(place)).collect()
}

/// Somebody called `me` watches these, with nothing else settled.
pub fn session(me: &str, watching: Vec<Subscription>) -> Session {
    Session {
        name: None,
        region: None,
        production: false,
        read_only: false,
        budget: 10,
        follows: false,
        announce_max: None,
        origin: "https://ps.pndsn.com".to_owned(),
        subscribe_key: SubscribeKey::from_wire("demo"),
        user: user(me),
        watching,
        join_in: None,
    }
}

/// What may pass by itself.
pub fn trouble(sentence: &str) -> Trouble {
    Trouble { sentence: sentence.into(), passing: true, refused: Vec::new(), retry_after: None }
}

/// The link stands, and nothing is known of what was before.
pub fn live() -> LinkChange {
    LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) }
}

/// The first poll's link has changed.
pub fn link(change: LinkChange, at: Moment) -> Notice {
    Notice::Link { poll: 0, change, at }
}

pub fn joined(id: &str) -> EventKind {
    EventKind::Joined { user: user(id), state: None }
}

/// Heard on the channel itself, without a word on how many are there.
pub fn event(channel: &str, published: Timetoken, what: EventKind) -> PresenceEvent {
    PresenceEvent {
        channel: Channel::from_wire(channel),
        subscription: None,
        published,
        timestamp: None,
        occupancy: None,
        what,
        raw: None,
    }
}

/// What one reply brought.
pub fn batch(events: impl IntoIterator<Item = PresenceEvent>, cursor: Timetoken, at: Moment) -> Batch {
    let heard = events.into_iter().map(ReplyItem::from).collect();
    Batch { poll: 0, heard, cursor, copies: 0, repeats: 0, full: false, over_limit: 0, at }
}

pub fn without_state(id: &str) -> ListedUser {
    ListedUser { user: user(id), state: None }
}

/// All who are on a channel.
pub fn snapshot(channel: &str, listed: Vec<ListedUser>, as_of: Timetoken) -> Snapshot {
    Snapshot {
        unread: 0,
        first_unread: None,
        part: ListPart::default(),
        channel: Channel::from_wire(channel),
        occupancy: listed.len() as u64,
        listed: Some(listed),
        with_state: true,
        as_of,
        complete: true,
    }
}

/// How a command ended, in no time.
pub fn outcome(command: Command, result: Result<CommandAnswer, Trouble>, at: Moment) -> Outcome {
    Outcome { command, at, took: Duration::ZERO, ledger: Ledger::default(), result }
}
