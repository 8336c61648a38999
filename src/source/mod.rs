//! Sources of presence events. A source is a task that sends notices.
//!
//! [`follow`] is a long-poll loop that connects, catches up, follows and recovers. It decides nothing about who is
//! present; it reports what it received, in order and once. [`supervise()`] runs as many loops as the watched
//! subscriptions need, while those change. A [`WebhookListener`] tells of channels that nobody has named.

mod inlet;
mod known_names;
mod live;
mod next_poll;
mod read;
mod refusals;
mod request;
mod seen_events;
mod split;
mod supervise;
mod webhooks;

pub use inlet::{Inlet, Outlet};
use known_names::KnownNames;
pub use live::{QUEUE, follow};
pub use read::{ParsedReply, ReplyReader};
pub use seen_events::{SeenEvents, Sighting};
pub use split::split;
pub use supervise::{PollPlan, PollStep, supervise};
pub use webhooks::{IntakeCounts, ToldChannels, WebhookIntake, WebhookListener};
