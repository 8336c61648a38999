//! Webhooks of presence, sent as PubNub's Events & Actions sends them: in batches, each tried again as a whole when its
//! receiver did not take it.

mod options;
mod url;

pub use options::WebhookOptions;
pub use url::{BadWebhookUrl, WebhookUrl};
