use std::time::Duration;

use super::*;
use crate::presence::Ledger;

fn channel(channel: &str, occupancy: Option<u64>) -> ChannelReading {
    ChannelReading { channel: channel.to_owned(), occupancy, listed: occupancy, ..ChannelReading::default() }
}

fn reading() -> MetricsReading {
    let mut requests = Ledger::default();
    requests.note("here-now", false);
    requests.note("here-now", true);
    requests.note("subscribe", false);
    MetricsReading {
        link_up: true,
        in_view: 5,
        channels: vec![
            ChannelReading { exact: true, events: [3, 1, 1, 0, 0, 0], ..channel("lobby", Some(1)) },
            channel("stage", None),
        ],
        rest: vec![RestReading {
            pattern: "match.*".to_owned(),
            channels: 3,
            known: 2,
            occupancy: 40,
            listed: 39,
            exact: 1,
            events: [40, 0, 0, 0, 0, 0],
        }],
        gaps: 2,
        drift_found: 1,
        lag: Some(Duration::from_millis(250)),
        requests,
        incidents: [1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0],
    }
}

fn service_reading() -> ServiceReading {
    ServiceReading {
        subscribe_keys: 1,
        present: 3,
        open_polls: 2,
        connections: 4,
        memory: 5_000,
        requests: [("here now", 2), ("subscribe", 7)].into(),
        answers: [(("here now", Some(200)), 1), (("here now", Some(403)), 1), (("subscribe", None), 5)].into(),
        webhooks: Some(WebhookReading {
            waiting: 4,
            ended: [("delivered", 7), ("dropped", 1), ("lost", 0), ("given-up", 2)],
            posts: [("taken", 3), ("failed", 5)],
        }),
    }
}

/// The lines that are no comments.
fn list_series(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
}

/// A text without what changes with each release.
fn without_version(text: &str) -> String {
    text.replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"VERSION\"")
}

#[test]
fn a_reading_is_written_as_open_metrics() {
    insta::assert_snapshot!(without_version(&write_text(reading())));
}

#[test]
fn a_text_file_has_the_older_format() {
    insta::assert_snapshot!(without_version(&write_older_text(reading())));
}

#[test]
fn what_a_service_has_counted_is_written_as_open_metrics() {
    insta::assert_snapshot!(without_version(&write_service_text(service_reading())));
}

#[test]
fn what_is_not_known_is_left_out() {
    let text = write_text(reading());
    assert!(!text.contains("herenow_occupancy{channel=\"stage\"}"), "{text}");
    let text = write_text(reading().without_link());
    assert!(text.contains("herenow_link_up 0\n") && text.ends_with("# EOF\n"), "{text}");
    for absent in ["herenow_occupancy", "herenow_listed", "herenow_rest_occupancy", "herenow_event_lag"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
    assert!(text.contains("herenow_events_total{channel=\"lobby\",kind=\"join\"} 3\n"), "counters stay: {text}");
}

#[test]
fn names_are_escaped_and_can_be_read_back() {
    for name in ["say \"hi\"", "back\\slash", "a\nb", "end\\", "{x=\"1\"} 7", "# EOF", "é·😀"] {
        let one = MetricsReading { channels: vec![channel(name, Some(7))], ..MetricsReading::default() };
        let text = write_text(one);
        let lines = list_series(&text);
        let line = lines.iter().find(|line| line.starts_with("herenow_occupancy")).unwrap();
        let value = line.strip_prefix("herenow_occupancy{channel=\"").unwrap().strip_suffix("\"} 7").unwrap();
        let mut read = String::new();
        let mut letters = value.chars();
        while let Some(letter) = letters.next() {
            assert_ne!(letter, '"', "{line}");
            read.push(match letter {
                '\\' => match letters.next() {
                    Some('n') => '\n',
                    Some(other) => other,
                    None => panic!("{line}"),
                },
                other => other,
            });
        }
        assert_eq!(read, name);
    }
}

#[test]
fn the_example_dashboard_and_alerts_name_what_there_is() {
    let text = write_text(reading()) + &write_service_text(service_reading());
    let known: Vec<&str> = list_series(&text).iter().filter_map(|line| line.split(['{', ' ']).next()).collect();
    let manual = include_str!("../../../assets/manual/metrics.md");
    for (file, example) in [
        ("dashboard.json", include_str!("../../../assets/metrics/dashboard.json")),
        ("alerts.yml", include_str!("../../../assets/metrics/alerts.yml")),
        ("metrics.md", manual),
    ] {
        let words = example.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let named: Vec<&str> = words.filter(|word| word.starts_with("herenow_")).collect();
        assert!(named.len() > 5, "{file}");
        for name in named {
            assert!(known.contains(&name), "{file} names {name}, and there is no such metric");
        }
    }
    for name in known {
        assert!(manual.contains(name), "{name} is not in the manual");
    }
    let dashboard: serde_json::Value =
        serde_json::from_str(include_str!("../../../assets/metrics/dashboard.json")).unwrap();
    assert!(dashboard["panels"].as_array().is_some_and(|panels| panels.len() > 5));
}
