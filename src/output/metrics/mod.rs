//! What is known of presence, as numbers for Prometheus. Pure: a [`Meter`] listens to a world and counts, a
//! [`MetricsReading`] is what it says at one moment, and [`write_text`] makes OpenMetrics of it.
//!
//! What is not known is left out, and is never told as 0. No user id, no key and no token is ever part of a reading.
//! However many channels there are, at most [`MOST_SERIES`] have series of their own; the others are summed by the
//! pattern or the group that they came through.

mod meter;
mod reading;
mod series;
mod service_reading;
mod service_text;
mod text;

pub use self::{
    meter::Meter,
    reading::{ChannelReading, EVENT_KINDS, EventCounts, MetricsReading, RestReading},
    series::{LONGEST_NAME, MOST_SERIES, MOST_SUMS},
    service_reading::{ServiceReading, WebhookReading},
    service_text::write_service_text,
    text::{write_older_text, write_text},
};

#[cfg(test)]
mod tests;
