//! How webhooks are sent.

use std::{ops::RangeInclusive, time::Duration};

use super::url::WebhookUrl;
use crate::wire::WebhookForm;

/// Where webhooks go, and how. The defaults are those of Events & Actions, as far as they are documented ("Available
/// actions"), with its batching on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookOptions {
    /// Where each is sent, by POST.
    pub url: WebhookUrl,
    /// How a body is made.
    pub form: WebhookForm,
    /// Whether counts above the announce max also list who timed out. No source says so; documented are who joined and
    /// who left.
    pub lists_timeouts: bool,
    /// The most events of a batch; 1 sends them one by one.
    pub batch: usize,
    /// How long a batch waits for more.
    pub batch_time: Duration,
    /// How often a batch is sent again that was not taken.
    pub retries: u32,
    /// The shortest and the longest wait before that; each time another, by chance.
    pub retry_wait: RangeInclusive<Duration>,
    /// How long a receiver may take to answer. PubNub's patience is not documented.
    pub patience: Duration,
}

impl WebhookOptions {
    /// The most events of a batch that can be asked for.
    pub const LARGEST_BATCH: usize = 10_000;
    /// The most retries that can be asked for.
    pub const MOST_RETRIES: u32 = 4;

    /// To this URL, and all else by default.
    pub fn new(url: WebhookUrl) -> Self {
        Self {
            url,
            form: WebhookForm::default(),
            lists_timeouts: false,
            batch: 100,
            batch_time: Duration::from_secs(5),
            retries: Self::MOST_RETRIES,
            retry_wait: Duration::from_secs(10)..=Duration::from_secs(900),
            patience: Duration::from_secs(10),
        }
    }
}
