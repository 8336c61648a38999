//! Joins and leaves that can be told apart by the name of their user alone.

use crate::{http::KEY, subscribe::Event};

/// An event of a channel: the people of a channel come and go in turn, so its place in that turn is
/// also who comes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn(pub usize);

impl Turn {
    /// The request that causes it.
    pub fn target(self, channel: usize) -> String {
        let (path, user) = (format!("/v2/presence/sub-key/{KEY}/channel/room-{channel}"), self.0 / 2);
        match self.0 % 2 {
            0 => format!("{path}/heartbeat?heartbeat=300&uuid={user}-of-{channel}"),
            _ => format!("{path}/leave?uuid={user}-of-{channel}"),
        }
    }

    /// The turn that a presence event tells of, if it is one of these.
    pub fn read(event: &Event<'_>) -> Option<Self> {
        let user: usize = event.uuid.split('-').next()?.parse().ok()?;
        match event.action {
            "join" => Some(Self(2 * user)),
            "leave" => Some(Self(2 * user + 1)),
            _ => None,
        }
    }
}
