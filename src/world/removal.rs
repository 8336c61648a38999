//! What is watched no more.

use crate::presence::{Channel, Subscription};

/// Something that is not to be watched any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// A subscription, with all channels that came into view through it alone.
    Whole(Subscription),
    /// One channel, though a pattern or group goes on bringing its events.
    Hide(Channel),
}
