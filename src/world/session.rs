//! Whom we watch, and as whom.

use std::sync::Arc;

use crate::presence::{SubscribeKey, Subscription, UserId};

/// Whom we watch, and as whom. But for what is watched it stays as it is until another keyset is chosen,
/// with another model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The service, as a person writes it.
    pub origin: String,
    /// What the configuration calls the keyset. Foreign text.
    pub name: Option<Arc<str>>,
    /// What it calls the place where the service is. Foreign text.
    pub region: Option<String>,
    /// Whether real people depend on it.
    pub production: bool,
    /// Whether nothing may be changed there.
    pub read_only: bool,
    /// Which application.
    pub subscribe_key: SubscribeKey,
    /// Our own user id.
    pub user: UserId,
    /// What is watched: each once, at the beginning in the order asked for.
    pub watching: Vec<Subscription>,
    /// Requests that we allow ourselves in any second.
    pub budget: u32,
    /// Above this occupancy the service sums up. It is nowhere told on the wire: known of our own service
    /// only.
    pub announce_max: Option<u64>,
    /// How another client joins this service, if it is our own.
    pub join_hint: Option<String>,
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
            subscribe_key: SubscribeKey::heard("demo"),
            user: UserId::heard("me"),
            watching,
            budget: 10,
            announce_max: None,
            join_hint: None,
        }
    }
}
