use std::time::Duration;

use super::super::Bounds;
use super::*;
use crate::filter::MessageFilter;

fn settings(bounds: Bounds) -> Settings {
    Settings { backlog: 10, backlog_age: Duration::from_secs(60), bounds, ..Settings::default() }
}

fn publish(streams: &mut Streams, name: &str, at: u64, settings: &Settings) {
    let open = format!(r#"{{"c":"{name}","d":{{"n":{at}}},"u":{{"even":{}}}"#, at % 2);
    streams.publish(&Arc::new(KeptEnvelope::of_message(Timetoken::new(at), name.into(), open)), settings);
}

fn names(channels: &[&str]) -> Names {
    Names { channels: channels.iter().map(|name| Arc::from(*name)).collect(), groups: vec![] }
}

/// When the envelopes were published that a subscriber receives, and the latest that was looked at.
fn read(streams: &Streams, names: &Names, filter: Option<&str>, settings: &Settings) -> (Vec<u64>, u64) {
    let filter = filter.map(|text| PollFilter::new(MessageFilter::parse(text).unwrap(), text));
    let reading = Reading { names, which: None, after: Timetoken::new(1), filter: filter.as_ref() };
    let mut reader = MessageReader::default();
    let (heard, latest) = streams.read_since(&reading, &Groups::default(), &mut reader, settings);
    (heard.iter().map(|(published, _)| published.ticks()).collect(), latest.unwrap_or_default().ticks())
}

#[test]
fn the_least_recently_used_names_go_first_where_there_is_no_room() {
    let settings = settings(Bounds { backlogs: 8, ..Bounds::default() });
    let total = Total::default();
    let mut streams = Streams::new(2, &total);
    for n in 0..8 {
        publish(&mut streams, &format!("c.{n}"), n + 1, &settings);
    }
    publish(&mut streams, "c.0", 100, &settings);
    publish(&mut streams, "c.8", 101, &settings);
    let left = streams.by_age.values().map(|name| &**name).collect::<Vec<_>>();
    assert_eq!(left, ["c.2", "c.3", "c.4", "c.5", "c.6", "c.7", "c.0", "c.8"]);
    assert_eq!(read(&streams, &names(&["c.*"]), None, &settings).0, [3, 4, 5, 6, 7, 8, 100, 101]);
    while !streams.is_empty() {
        streams.forget_oldest();
    }
    assert_eq!((total.sum(), streams.by_name.len(), streams.by_pattern.len()), (0, 0, 0));
}

#[test]
fn a_filter_hides_events_but_not_that_time_went_on() {
    let settings = settings(Bounds::default());
    let mut streams = Streams::new(2, &Total::default());
    (1..=5).for_each(|n| publish(&mut streams, "lobby", n, &settings));
    let read_since = |filter: &str| read(&streams, &names(&["lobby"]), Some(filter), &settings);
    assert_eq!(read_since("even == 0"), (vec![2, 4], 5));
    assert_eq!(read_since("data.n > 3"), (vec![4, 5], 5));
    assert_eq!(read_since("data.n > 9"), (vec![], 5));
}

#[test]
fn of_many_channels_a_subscriber_receives_the_newest_events_in_their_order() {
    let settings = settings(Bounds::default());
    let mut streams = Streams::new(2, &Total::default());
    (2..=100).for_each(|n| publish(&mut streams, &format!("a.{}", n % 7), n, &settings));
    let newest: Vec<u64> = (91..=100).collect();
    let all: Vec<String> = (0..7).map(|n| format!("a.{n}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    assert_eq!(read(&streams, &names(&all), None, &settings), (newest.clone(), 100));
    assert_eq!(read(&streams, &names(&["a.*"]), None, &settings), (newest, 100));
}

#[test]
fn one_copy_is_enough_where_asked_for() {
    let mut settings = settings(Bounds::default());
    let mut streams = Streams::new(2, &Total::default());
    publish(&mut streams, "foo.bar", 5, &settings);
    let names = names(&["foo.bar", "foo.*"]);
    assert_eq!(read(&streams, &names, None, &settings).0, [5, 5]);
    settings.guesses.one_copy = true;
    assert_eq!(read(&streams, &names, None, &settings).0, [5]);
}
