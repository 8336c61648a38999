//! What the settings of the service say of webhooks.

use std::time::Duration;

use super::{
    service::ServiceArgs,
    service_values::{BadSetting, check_span, reject},
};
use crate::service::{WebhookOptions, WebhookUrl};

impl ServiceArgs {
    /// Where webhooks are sent, and how, if they are.
    ///
    /// # Errors
    /// Names the entry that can't be meant, and why.
    pub fn webhooks(&self) -> Result<Option<WebhookOptions>, BadSetting> {
        let Some(url) = &self.webhook else { return Ok(None) };
        let url = WebhookUrl::parse(url, self.webhook_anywhere.unwrap_or_default());
        let known = WebhookOptions::new(url.map_err(|e| reject("webhook", &e))?);
        let (millisecond, day) = (Duration::from_millis(1), Duration::from_secs(86_400));
        let form = self.webhook_envelope.as_deref().map(str::parse).transpose();
        let least =
            check_span("webhook-least-wait", self.webhook_least_wait, *known.retry_wait.start(), millisecond..=day)?;
        let most =
            check_span("webhook-most-wait", self.webhook_most_wait, (*known.retry_wait.end()).max(least), least..=day)?;
        let options = WebhookOptions {
            form: form.map_err(|why: String| reject("webhook-envelope", &why))?.unwrap_or(known.form),
            lists_timeouts: self.webhook_lists_timeouts.unwrap_or(known.lists_timeouts),
            batch: self.webhook_batch.map_or(known.batch, |n| n as usize),
            batch_time: check_span("webhook-batch-time", self.webhook_batch_time, known.batch_time, millisecond..=day)?,
            retries: self.webhook_retries.unwrap_or(known.retries),
            retry_wait: least..=most,
            patience: check_span("webhook-timeout", self.webhook_timeout, known.patience, millisecond..=day)?,
            url: known.url,
        };
        if !(1..=WebhookOptions::LARGEST_BATCH).contains(&options.batch) {
            let why = format!("{} is not between 1 and {}", options.batch, WebhookOptions::LARGEST_BATCH);
            return Err(reject("webhook-batch", &why));
        }
        if options.retries > WebhookOptions::MOST_RETRIES {
            let why = format!("{} is not between 0 and {}", options.retries, WebhookOptions::MOST_RETRIES);
            return Err(reject("webhook-retries", &why));
        }
        Ok(Some(options))
    }

    /// The first entry that says how webhooks are sent, and not where.
    pub fn find_webhook_entry(&self) -> Option<&'static str> {
        let entries = [
            ("webhook-anywhere", self.webhook_anywhere.is_some()),
            ("webhook-envelope", self.webhook_envelope.is_some()),
            ("webhook-batch", self.webhook_batch.is_some()),
            ("webhook-batch-time", self.webhook_batch_time.is_some()),
            ("webhook-retries", self.webhook_retries.is_some()),
            ("webhook-least-wait", self.webhook_least_wait.is_some()),
            ("webhook-most-wait", self.webhook_most_wait.is_some()),
            ("webhook-timeout", self.webhook_timeout.is_some()),
            ("webhook-lists-timeouts", self.webhook_lists_timeouts.is_some()),
        ];
        entries.into_iter().find(|(_, given)| *given).map(|(entry, _)| entry)
    }

    /// What was typed of webhooks is of no use where none are sent. The configuration may say it for another time.
    ///
    /// # Errors
    /// Names what was typed.
    pub fn require_webhook(&self, typed: Option<&'static str>) -> Result<(), BadSetting> {
        match typed.filter(|_| self.webhook.is_none()) {
            Some(entry) => Err(reject(entry, &"no webhooks are sent; name where to with --webhook")),
            None => Ok(()),
        }
    }
}
