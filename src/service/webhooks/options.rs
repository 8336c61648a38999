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

    /// How long a batch waits before it is sent again, by a number from 0 to 1. Documented is a wait by chance up to a bound
    /// that grows with each try; with PubNub's own interval it is the longest wait from the first try on.
    pub(super) fn choose_wait(&self, chance: f64) -> Duration {
        let (least, most) = (*self.retry_wait.start(), *self.retry_wait.end());
        least + most.saturating_sub(least).mul_f64(chance.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_between_the_shortest_and_the_longest() {
        let options = WebhookOptions::new(WebhookUrl::parse("http://127.0.0.1/", false).unwrap());
        let seconds = |chance| options.choose_wait(chance).as_secs();
        assert_eq!([seconds(0.0), seconds(0.5), seconds(1.0)], [10, 455, 900]);
        let short = Duration::from_millis(1);
        let same = WebhookOptions { retry_wait: short..=short, ..options };
        assert_eq!([same.choose_wait(0.3), same.choose_wait(f64::MAX)], [short, short]);
    }
}
