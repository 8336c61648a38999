//! Webhooks of presence that are sent to us: who listens for them, and of which channels they tell.
//!
//! A webhook is late, comes twice or not at all, and nothing says where it belongs among other events. So it never
//! changes a list: it tells that a channel exists and that something happened there. Such a channel is watched from then
//! on, and who is on it is what here now and the stream say.
//!
//! `intake` remembers which events and channels were told, and is pure; `listener` knows HTTP. Both are bounded.

mod intake;
mod listener;

pub use intake::{IntakeCounts, WebhookIntake};
pub use listener::{ToldChannels, WebhookListener};
