//! Webhooks of presence, sent as PubNub's Events & Actions sends them: in batches, each tried again as a whole when its
//! receiver did not take it.
//!
//! `queue` is where the service puts events and forgets them, `outgoing` decides which batch is due when, `sender` is the
//! one task that sends, and `post` knows HTTP. However slow the receiver is, the service never waits for it.

mod counts;
mod options;
mod outgoing;
mod post;
mod queue;
mod sender;
mod url;

pub(crate) use counts::WebhookCounts;
pub use options::WebhookOptions;
pub(super) use queue::WebhookQueue;
pub(super) use sender::{WebhookChance, WebhookSender};
pub use url::{BadWebhookUrl, WebhookUrl};

pub use crate::wire::WebhookForm;
