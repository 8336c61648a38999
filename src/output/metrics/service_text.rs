//! OpenMetrics, of what a service has counted.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::DescriptorEncoder,
    metrics::MetricType::{Counter, Gauge},
};

use super::{
    service_reading::{ServiceReading, WebhookReading},
    text::{FamilyWriter, write_open_metrics},
};

/// Write what a service has counted in the text format of OpenMetrics 1.0.
pub fn write_service_text(reading: ServiceReading) -> String {
    write_open_metrics(reading)
}

impl Collector for ServiceReading {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut families = FamilyWriter(encoder);
        families.write_build()?;
        for (name, help, value) in [
            ("service_subscribe_keys", "Subscribe keys in use.", self.subscribe_keys),
            ("service_present", "Users present, once per channel.", self.present),
            ("service_open_polls", "Subscribes that wait for something to happen.", self.open_polls),
            ("service_connections", "Open connections.", self.connections),
            ("service_memory_bytes", "Roughly the bytes that everything takes.", self.memory),
        ] {
            families.write(Gauge, name, help, [([], value)])?;
        }
        let kinds = |kind: &str| kind.replace(' ', "-");
        let requests: Vec<_> = self.requests.iter().map(|(kind, count)| (kinds(kind), *count)).collect();
        let series = requests.iter().map(|(kind, count)| ([("kind", kind.as_str())], *count));
        families.write(Counter, "service_requests", "Requests received.", series)?;
        let answers = self.answers.iter().map(|((kind, status), count)| {
            (kinds(kind), status.map_or_else(|| "none".to_owned(), |status| status.to_string()), *count)
        });
        let answers: Vec<_> = answers.collect();
        let series = answers
            .iter()
            .map(|(kind, status, count)| ([("kind", kind.as_str()), ("status", status.as_str())], *count));
        families.write(Counter, "service_answers", "Requests that have ended, by the status of the answer.", series)?;
        match &self.webhooks {
            Some(webhooks) => write_webhooks(webhooks, &mut families),
            None => Ok(()),
        }
    }
}

fn write_webhooks(webhooks: &WebhookReading, families: &mut FamilyWriter<'_>) -> fmt::Result {
    let waiting = "Events of webhooks that wait to be sent or sent again.";
    families.write(Gauge, "service_webhook_waiting", waiting, [([], webhooks.waiting)])?;
    let ended = webhooks.ended.iter().map(|(end, count)| ([("end", *end)], *count));
    families.write(Counter, "service_webhook_events", "Events of webhooks, by what became of them.", ended)?;
    let posts = webhooks.posts.iter().map(|(result, count)| ([("result", *result)], *count));
    families.write(Counter, "service_webhook_posts", "Webhooks sent, by whether the receiver took them.", posts)
}
