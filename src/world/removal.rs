//! What a person can remove from view.

use crate::presence::{Channel, Subscription};

/// What a person removes from view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// A subscription, with all channels that only it brings into view.
    Whole(Subscription),
    /// One channel, although a pattern or group still brings its events.
    Hide(Channel),
}
