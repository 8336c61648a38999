//! What a meter says of a world: what it counts, what it leaves out, and how much it says at most.

use std::{collections::BTreeMap, time::Duration};

use herenow::{
    output::metrics::{Meter, MetricsReading, write_text},
    presence::{CommandAnswer, EventKind, LinkChange, Moment, PresenceEvent, SubscribeKey, Timetoken},
    world::{Input, Session, Watcher, World},
};

use crate::happen::{all, batch, event, joined, link, live, outcome, session, snapshot, trouble, user, without_state};

struct Measured {
    watcher: Watcher<Meter>,
    now: Moment,
}

impl Measured {
    fn watching(places: &[&str]) -> Self {
        let now = Moment::from_micros(1_795_000_000_000_000);
        let subscribe_key = SubscribeKey::from_wire("sub-c-hidden");
        let session = Session { subscribe_key, ..session("user-me", all(places)) };
        let world = World::new(session, Duration::from_secs(300), now);
        Self { watcher: Watcher::open(world, Meter::default()), now }
    }

    /// The link stands, and the first look finds one on the lobby and nobody elsewhere.
    fn connected(places: &[&str]) -> Self {
        let mut it = Self::watching(places);
        let asked = it.watcher.step(it.now, Input::Notice(link(live(), it.now)));
        for command in asked {
            let here = |channel: &str| if channel == "lobby" { vec![without_state("user-ann")] } else { Vec::new() };
            let found = command.channels().map(|c| snapshot(c.as_str(), here(c.as_str()), Timetoken::new(1))).collect();
            let input = Input::Outcome(outcome(command, Ok(CommandAnswer::HereNow(found)), it.now));
            drop(it.watcher.step(it.now, input));
        }
        it
    }

    fn hear(&mut self, events: impl IntoIterator<Item = PresenceEvent>) {
        let cursor = Timetoken::at(self.now);
        let heard = batch(events, cursor, self.now);
        drop(self.watcher.step(self.now, Input::Notice(herenow::presence::Notice::from(heard))));
    }

    fn lose_link(&mut self) {
        let lost = LinkChange::Lost { trouble: trouble("gone"), attempt: 1, retry_at: self.now };
        drop(self.watcher.step(self.now, Input::Notice(link(lost, self.now))));
    }

    fn pass(&mut self, time: Duration) {
        self.now = self.now.plus(time);
        drop(self.watcher.step(self.now, Input::Tick));
    }

    fn timetoken(&self, n: u64) -> Timetoken {
        Timetoken::new(Timetoken::at(self.now).ticks() + n)
    }

    fn read(&mut self) -> MetricsReading {
        self.watcher.listener.read(&self.watcher.world, self.now)
    }

    fn text(&mut self) -> String {
        write_text(self.read())
    }
}

/// The counters of a scrape.
fn list_counters(text: &str) -> BTreeMap<&str, u64> {
    let series = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
    let counters = series.filter(|(name, _)| name.split('{').next().unwrap().ends_with("_total"));
    counters.map(|(name, value)| (name, value.parse().unwrap())).collect()
}

#[track_caller]
fn has(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|known| known == *line), "{line} is missing in:\n{text}");
    }
}

#[test]
fn what_is_not_known_is_absent_before_the_first_look_and_while_the_link_is_lost() {
    let text = Measured::watching(&["lobby", "stage"]).text();
    has(&text, &["herenow_link_up 0", "herenow_list_exact{channel=\"lobby\"} 0", "herenow_channels 2"]);
    assert!(!text.contains("herenow_occupancy") && !text.contains("herenow_listed"), "{text}");

    let mut it = Measured::connected(&["lobby", "stage"]);
    let known = [
        "herenow_link_up 1",
        "herenow_occupancy{channel=\"lobby\"} 1",
        "herenow_occupancy{channel=\"stage\"} 0",
        "herenow_listed{channel=\"lobby\"} 1",
        "herenow_list_exact{channel=\"lobby\"} 1",
    ];
    has(&it.text(), &known);
    it.lose_link();
    let text = it.text();
    has(&text, &["herenow_link_up 0", "herenow_list_exact{channel=\"lobby\"} 0"]);
    has(&text, &["herenow_incidents_total{kind=\"lost-link\"} 1"]);
    for absent in ["herenow_occupancy", "herenow_listed", "herenow_event_lag"] {
        assert!(!text.contains(absent), "{absent}: {text}");
    }
}

#[test]
fn counters_only_grow_and_name_no_user_and_no_key() {
    let mut it = Measured::connected(&["lobby"]);
    let mut before = it.text();
    for n in 1..=20 {
        it.pass(Duration::from_secs(1));
        let who = format!("user-{n}");
        let at = it.timetoken(n);
        let join = PresenceEvent { occupancy: Some(n + 1), ..event("lobby", at, joined(&who)) };
        let leave = EventKind::Left { user: user(&who) };
        it.hear([join, PresenceEvent { occupancy: Some(n), ..event("lobby", it.timetoken(n + 1), leave) }]);
        if n == 10 {
            it.lose_link();
        }
        let after = it.text();
        let counters = list_counters(&after);
        for (name, value) in list_counters(&before) {
            assert!(counters.get(name).is_some_and(|now| *now >= value), "{name}: {value}, then {counters:?}");
        }
        before = after;
    }
    let counted = |kind| format!("herenow_events_total{{channel=\"lobby\",kind=\"{kind}\"}} 20");
    has(&before, &[&counted("join"), &counted("leave")]);
    assert!(!before.contains("user-") && !before.contains("hidden"), "{before}");
}

#[test]
fn many_channels_are_summed_by_pattern() {
    let mut it = Measured::connected(&["lobby", "match.*"]);
    for first in (0..10_000).step_by(100) {
        let events = (first..first + 100).map(|n| {
            let channel = format!("match.{n}");
            PresenceEvent { occupancy: Some(2), ..event(&channel, it.timetoken(n), joined("user-ann")) }
        });
        let events: Vec<PresenceEvent> = events.collect();
        it.hear(events);
    }
    let reading = it.read();
    assert_eq!((reading.in_view, reading.channels.len(), reading.rest.len()), (10_000, 200, 1));
    let rest = &reading.rest[0];
    assert_eq!((rest.pattern.as_str(), rest.channels, rest.known, rest.occupancy), ("match.*", 9_800, 9_800, 19_600));
    assert_eq!(rest.events[0] + reading.channels.iter().map(|channel| channel.events[0]).sum::<u64>(), 10_000);
    let text = write_text(reading);
    assert!(text.lines().count() < 2_500 && text.len() < 200_000, "{} lines, {} B", text.lines().count(), text.len());
}

#[test]
fn hostile_names_neither_break_a_line_nor_reach_a_terminal() {
    let mut it = Measured::connected(&["lobby", "x.*"]);
    let long = format!("x.{}", "y".repeat(10_000));
    let names = ["x.\u{1b}[2J", "x.\"} 7\n# EOF", "x.\\", "x.\u{202e}abc", &long];
    let events = names
        .iter()
        .zip(1..)
        .map(|(name, n)| PresenceEvent { occupancy: Some(1), ..event(name, it.timetoken(n), joined("user-ann")) });
    let events: Vec<PresenceEvent> = events.collect();
    it.hear(events);
    let text = it.text();
    has(&text, &["herenow_occupancy{channel=\"x.␛[2J\"} 1", "herenow_occupancy{channel=\"x.\\\\\"} 1"]);
    has(&text, &["herenow_occupancy{channel=\"x.\\\"} 7␊# EOF\"} 1", "herenow_rest_channels{pattern=\"x.*\"} 1"]);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains('\u{202e}'), "{text}");
    assert_eq!(text.matches("# EOF\n").count(), 1);
    assert!(text.len() < 20_000, "{}", text.len());
}
