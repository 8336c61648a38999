//! Webhooks of presence, sent as PubNub's Events & Actions sends them: in batches, each tried again as a whole when its
//! receiver did not take it.
//!
//! `queue` is where the service puts events and forgets them, `outgoing` decides which batch is due when.

mod counts;
mod options;
mod outgoing;
mod queue;
mod url;

pub use options::WebhookOptions;
pub use url::{BadWebhookUrl, WebhookUrl};
