//! Presence webhooks, written and read.

mod read;
mod write;

pub use read::{BadWebhook, ParsedWebhooks, parse_webhooks};
pub use write::{WebhookEvent, WebhookForm, WebhookKind, encode_webhooks};
