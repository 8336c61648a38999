//! OpenMetrics, of a reading.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, NoLabelSet, prometheus_text, text},
    metrics::MetricType,
    registry::{Registry, Unit},
};

use super::reading::{EVENT_KINDS, EventCounts, MetricsReading};
use crate::incident::IncidentKind;

/// Write a reading in the text format of OpenMetrics 1.0.
pub fn write_text(reading: MetricsReading) -> String {
    write_open_metrics(reading)
}

/// Write a reading in the older format of Prometheus, 0.0.4: the collectors of text files read nothing else.
pub fn write_older_text(reading: MetricsReading) -> String {
    write_with(reading, prometheus_text::encode)
}

pub(super) fn write_open_metrics(reading: impl Collector) -> String {
    write_with(reading, text::encode)
}

fn write_with(reading: impl Collector, encode: impl FnOnce(&mut String, &Registry) -> fmt::Result) -> String {
    let mut registry = Registry::with_prefix("herenow");
    registry.register_collector(Box::new(reading));
    let mut text = String::new();
    encode(&mut text, &registry).expect("a String takes whatever is written");
    text
}

/// The labels of a series, and its value.
type Labelled<'a, const N: usize> = ([(&'a str, &'a str); N], u64);

/// Writes families of series, one after the other.
pub(super) struct FamilyWriter<'a>(pub DescriptorEncoder<'a>);

impl FamilyWriter<'_> {
    /// Write which program this is.
    pub fn write_build(&mut self) -> fmt::Result {
        let build = [("version", env!("CARGO_PKG_VERSION"))];
        self.0.encode_descriptor("build", "The program.", None, MetricType::Info)?.encode_info(&build)
    }

    /// Write a family; nothing, if there is nothing in it.
    pub fn write<'s, const N: usize>(
        &mut self,
        kind: MetricType,
        name: &str,
        help: &str,
        series: impl IntoIterator<Item = Labelled<'s, N>>,
    ) -> fmt::Result {
        let mut series = series.into_iter().peekable();
        if series.peek().is_none() {
            return Ok(());
        }
        let mut family = self.0.encode_descriptor(name, help, None, kind)?;
        for (labels, value) in series {
            let mut one = family.encode_family(&labels)?;
            match kind {
                MetricType::Counter => one.encode_counter::<NoLabelSet, _, u64>(&value, None)?,
                _ => one.encode_gauge(&value)?,
            }
        }
        Ok(())
    }
}

/// One series for each kind of event.
fn list_events<'a>(
    label: &'static str,
    name: &'a str,
    events: &'a EventCounts,
) -> impl Iterator<Item = Labelled<'a, 2>> {
    EVENT_KINDS.iter().zip(events).map(move |(kind, count)| ([(label, name), ("kind", kind.name())], *count))
}

impl Collector for MetricsReading {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut families = FamilyWriter(encoder);
        families.write_build()?;
        self.write_link(&mut families)?;
        self.write_channels(&mut families)?;
        self.write_rest(&mut families)?;
        self.write_counts(&mut families)
    }
}

impl MetricsReading {
    fn write_link(&self, families: &mut FamilyWriter<'_>) -> fmt::Result {
        use MetricType::Gauge;
        let up = [([], u64::from(self.link_up))];
        families.write(
            Gauge,
            "link_up",
            "Whether the service answers: while it does not, no occupancy is told.",
            up,
        )?;
        let in_view = [([], self.in_view as u64)];
        families.write(Gauge, "channels", "Channels in view.", in_view)?;
        if let Some(lag) = self.lag {
            let help = "How late the most delayed event of the last reply was, after the shortest such way known.";
            let mut family = families.0.encode_descriptor("event_lag", help, Some(&Unit::Seconds), Gauge)?;
            family.encode_gauge(&lag.as_secs_f64())?;
        }
        Ok(())
    }

    fn write_channels(&self, families: &mut FamilyWriter<'_>) -> fmt::Result {
        use MetricType::{Counter, Gauge};
        let all = &self.channels;
        let occupancy = all.iter().filter_map(|c| Some(([("channel", &*c.channel)], c.occupancy?)));
        families.write(Gauge, "occupancy", "How many are on the channel, as the service tells it.", occupancy)?;
        let listed = all.iter().filter_map(|c| Some(([("channel", &*c.channel)], c.listed?)));
        families.write(Gauge, "listed", "How many of them are known by name.", listed)?;
        let exact = all.iter().map(|c| ([("channel", &*c.channel)], u64::from(c.exact)));
        families.write(Gauge, "list_exact", "Whether the list names exactly those who are there.", exact)?;
        let events = all.iter().flat_map(|c| list_events("channel", &c.channel, &c.events));
        families.write(Counter, "events", "Presence events received.", events)
    }

    fn write_rest(&self, families: &mut FamilyWriter<'_>) -> fmt::Result {
        use MetricType::{Counter, Gauge};
        let rest = &self.rest;
        let channels = rest.iter().map(|r| ([("pattern", &*r.pattern)], r.channels));
        families.write(Gauge, "rest_channels", "Channels without series of their own, which are summed.", channels)?;
        let known = rest.iter().map(|r| ([("pattern", &*r.pattern)], r.known));
        families.write(Gauge, "rest_known_channels", "Of how many of them the occupancy is known.", known)?;
        let known = || rest.iter().filter(|r| r.known > 0);
        let occupancy = known().map(|r| ([("pattern", &*r.pattern)], r.occupancy));
        families.write(Gauge, "rest_occupancy", "How many are on those whose occupancy is known.", occupancy)?;
        let listed = known().map(|r| ([("pattern", &*r.pattern)], r.listed));
        families.write(Gauge, "rest_listed", "How many of them are known by name.", listed)?;
        let exact = rest.iter().map(|r| ([("pattern", &*r.pattern)], r.exact));
        families.write(Gauge, "rest_exact_lists", "How many of their lists are exact.", exact)?;
        let events = rest.iter().flat_map(|r| list_events("pattern", &r.pattern, &r.events));
        families.write(Counter, "rest_events", "Presence events received on them.", events)
    }

    fn write_counts(&self, families: &mut FamilyWriter<'_>) -> fmt::Result {
        use MetricType::Counter;
        families.write(Counter, "gaps", "How often events may have been missed.", [([], self.gaps)])?;
        let drift = [([], self.drift_found)];
        families.write(Counter, "drift_found", "How often a list was wrong and no event explains it.", drift)?;
        let kinds: Vec<String> = self.requests.by_kind.keys().map(|kind| kind.replace(' ', "-")).collect();
        let sent = kinds.iter().zip(self.requests.by_kind.values()).flat_map(|(kind, (sent, failed))| {
            let outcomes = [("ok", sent.saturating_sub(*failed)), ("failed", *failed)];
            outcomes.map(|(outcome, count)| ([("kind", kind.as_str()), ("outcome", outcome)], count))
        });
        families.write(Counter, "requests", "Requests sent to the service.", sent)?;
        let incidents = IncidentKind::ALL.iter().zip(self.incidents);
        let incidents = incidents.map(|(kind, count)| ([("kind", kind.name())], count));
        families.write(Counter, "incidents", "Incidents found.", incidents)
    }
}
