//! The keyset, the subscriptions and our user id.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::presence::{SubscribeKey, Subscription, UserId};

/// The keyset, the subscriptions and our user id. Only the subscriptions change at run time: another keyset is
/// another world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The service's origin, as a person writes it.
    pub origin: String,
    /// The keyset's name in the configuration. Foreign text.
    pub name: Option<Arc<str>>,
    /// The region named in the configuration. Foreign text.
    pub region: Option<String>,
    /// Whether the keyset is marked as production.
    pub production: bool,
    /// Whether the keyset is marked as read-only.
    pub read_only: bool,
    /// The subscribe key.
    pub subscribe_key: SubscribeKey,
    /// Our own user id.
    pub user: UserId,
    /// The subscriptions, without duplicates, at first in the order given.
    pub watching: Vec<Subscription>,
    /// The request budget: requests per second.
    pub budget: u32,
    /// Whether polls after full replies go beside the budget.
    pub follows: bool,
    /// The announce max. It is not on the wire, so it is known only for our own service.
    pub announce_max: Option<u64>,
    /// How another client joins this service, if it is our own.
    pub join_in: Option<JoinIn>,
}

/// How another client joins a service of our own. Safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinIn {
    /// The line for another terminal.
    pub line: String,
    /// What clients have to be told: what it is for, and how it is written there.
    pub clients: Vec<(&'static str, String)>,
}

/// Of a session, only the subscriptions are written with a world: all else, the key too, is told by who opens it again.
pub(super) fn write_watching<S: Serializer>(session: &Session, write: S) -> Result<S::Ok, S::Error> {
    session.watching.serialize(write)
}

/// A session of which only the subscriptions are known yet.
pub(super) fn read_watching<'de, D: Deserializer<'de>>(read: D) -> Result<Session, D::Error> {
    Ok(Session {
        origin: String::new(),
        name: None,
        region: None,
        production: false,
        read_only: false,
        subscribe_key: SubscribeKey::from_wire(""),
        user: UserId::from_wire(""),
        watching: Vec::deserialize(read)?,
        budget: 0,
        follows: false,
        announce_max: None,
        join_in: None,
    })
}

#[cfg(test)]
impl Session {
    /// Somebody called `me` watches these, with nothing else settled.
    pub(crate) fn for_a_test(watching: Vec<Subscription>) -> Self {
        Self {
            origin: "https://ps.pndsn.com".into(),
            name: None,
            region: None,
            production: false,
            read_only: false,
            subscribe_key: SubscribeKey::from_wire("demo"),
            user: UserId::from_wire("me"),
            watching,
            budget: 10,
            follows: false,
            announce_max: None,
            join_in: None,
        }
    }
}
