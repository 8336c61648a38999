use std::sync::Arc;

use super::{log_view::*, *};
use crate::{
    expression::Filter,
    presence::{Channel, Difference, EventKind, Moment, PresenceEvent, State, Timetoken, UserId},
    ui::EventLog,
    world::{Cause, Entry, EntryBody, EntryKind, EntryTime, MissingEvents, Mode, Note},
};

const START: u64 = 1_795_262_400_000;

/// Somebody joins, so many milliseconds after the start.
fn join(log: &mut EventLog, millis: u64, channel: &str, user: &str) {
    happen(log, millis, channel, Some(user), Some(1), EntryBody::Join { sightings: 1 });
}

fn time_out(log: &mut EventLog, millis: u64, channel: &str, user: &str, here: u64) {
    happen(log, millis, channel, Some(user), Some(here), EntryBody::Timeout { stayed: None });
}

/// An interval: who came, who left, who timed out.
fn interval(log: &mut EventLog, millis: u64, channel: &str, [came, left, late]: [&[&str]; 3], here: u64) {
    let named = [came.len(), left.len(), late.len()];
    let [joined, left, timed_out] =
        [came, left, late].map(|ids| ids.iter().map(|id| UserId::from_wire(id)).collect::<Vec<_>>());
    let what = EventKind::Interval { joined, left, timed_out, refresh: false };
    push(log, millis, (channel, None, Some(here)), what, EntryBody::Interval { named, refresh: false });
}

fn happen(log: &mut EventLog, millis: u64, channel: &str, user: Option<&str>, here: Option<u64>, body: EntryBody) {
    let what = EventKind::Joined { user: UserId::from_wire(user.unwrap_or_default()), state: None };
    push(log, millis, (channel, user, here), what, body);
}

fn push(
    log: &mut EventLog,
    millis: u64,
    (channel, user, here): (&str, Option<&str>, Option<u64>),
    what: EventKind,
    body: EntryBody,
) {
    let channel = Channel::from_wire(channel);
    let event = PresenceEvent {
        channel: channel.clone(),
        subscription: None,
        published: Timetoken::new((START + millis) * 10_000),
        timestamp: None,
        occupancy: here,
        what,
        raw: None,
    };
    log.push(Arc::new(Entry {
        at: EntryTime::Service(event.published),
        heard: Moment::from_micros((START + millis) * 1_000),
        late: std::time::Duration::ZERO,
        channel: Some(channel),
        user: user.map(UserId::from_wire),
        occupancy: event.occupancy,
        odd: false,
        event: Some(Arc::new(event)),
        body,
    }));
}

fn note(log: &mut EventLog, millis: u64) {
    let at = Moment::from_micros((START + millis) * 1_000);
    log.push(Arc::new(Entry::from_note(None, Note::EventsMissing(MissingEvents { expected: 2, told: 3 }), at)));
}

/// The rows in view: entries by number, bursts as `first×many`, the one under the cursor in brackets.
fn rows(log: &EventLog, height: usize) -> String {
    let view = log.view();
    let row = |row: LogRow| {
        let text = match row.part {
            LogRowPart::Entry => row.number.to_string(),
            LogRowPart::Burst => format!("{}×{}", row.number, view.burst(row.number).unwrap().members.len()),
            LogRowPart::Name(place) => format!("{}.{place}", row.number),
        };
        if view.cursor() == Some(row) { format!("[{text}]") } else { text }
    };
    view.visible_rows(height).map(row).collect::<Vec<_>>().join(" ")
}

fn filtered(log: &mut EventLog, text: &str) {
    let filter = Filter::parse(text).unwrap();
    log.set_filter(LogFilter { expression: filter, ..log.view().filter().clone() });
}

#[test]
fn it_follows_until_the_cursor_moves_up_and_stays_while_new_lines_come() {
    let mut log = EventLog::default();
    for n in 0..10 {
        join(&mut log, n * 2000, "lobby", "ann");
    }
    assert_eq!(rows(&log, 4), "7 8 9 [10]");
    log.view_mut().scroll_by(-2);
    for n in 10..15 {
        join(&mut log, n * 2000, "lobby", "ann");
    }
    assert_eq!((rows(&log, 4), log.view().count_newer()), ("7 8 [9] 10".to_owned(), 5));
    log.view_mut().scroll_by(-4);
    assert_eq!(rows(&log, 4), "3 4 [5] 6", "above the middle the window goes along");
    log.view_mut().scroll_by(-isize::MAX);
    assert_eq!(rows(&log, 4), "[1] 2 3 4");
    log.view_mut().scroll_by(11);
    assert_eq!(rows(&log, 4), "9 10 11 [12]");
    log.view_mut().scroll_by(isize::MAX);
    assert!(!log.view().is_held());
    assert_eq!(rows(&log, 2), "14 [15]");
    assert_eq!((rows(&EventLog::default(), 3), EventLog::default().view().cursor()), (String::new(), None));
}

#[test]
fn more_than_three_of_the_same_in_a_row_fold_into_one_line_that_grows() {
    let mut log = EventLog::default();
    for n in 0..3 {
        join(&mut log, n * 900, "lobby", "ann");
    }
    assert_eq!(rows(&log, 9), "1 2 [3]");
    join(&mut log, 2_700, "lobby", "dan");
    assert_eq!(rows(&log, 9), "[1×4]");
    // Two crowds at the same time, each into its own line; they stay where they began.
    for n in 0..10 {
        join(&mut log, 3_000 + n * 10, "stage", "eve");
        join(&mut log, 3_005 + n * 10, "lobby", "fay");
    }
    assert_eq!(rows(&log, 9), "1×14 [5×10]");
    // More than a second later: another one.
    join(&mut log, 5_000, "lobby", "gus");
    assert_eq!(rows(&log, 9), "1×14 5×10 [25]");
    // A gap parts them, however soon.
    note(&mut log, 5_100);
    for n in 0..4 {
        join(&mut log, 5_200 + n, "lobby", "gus");
    }
    assert_eq!(rows(&log, 9), "1×14 5×10 25 26 [27×4]");
    assert_eq!(log.view().len(), 30);
}

#[test]
fn a_burst_far_above_grows_no_more() {
    let mut log = EventLog::default();
    for n in 0..4 {
        join(&mut log, n, "lobby", "ann");
    }
    for n in 0..NEAR as u64 {
        happen(&mut log, 10 + n, &format!("other.{n}"), Some("ann"), None, EntryBody::Unknown);
    }
    join(&mut log, 30, "lobby", "bob");
    assert!(rows(&log, 99).starts_with("1×4 5 6 ") && rows(&log, 99).ends_with(" [17]"), "{}", rows(&log, 99));
}

#[test]
fn f07_timeouts_on_many_channels_within_seconds_are_one_row_that_unfolds() {
    let mut log = EventLog::default();
    join(&mut log, 0, "c.0", "zed");
    for n in 0..12 {
        time_out(&mut log, 100 + n * 150, &format!("c.{}", n % 4), &n.to_string(), 20 - n / 4);
        if n == 5 {
            join(&mut log, 900, "c.1", "ann");
        }
    }
    assert_eq!(rows(&log, 9), "1 2×12 [8]");
    let wave = log.view().burst(2).unwrap();
    // 21 on each of four channels, of which three went.
    assert_eq!((wave.count_channels(), wave.occupancy()), (4, Some((84, 72))));
    // Others join in, on other channels too, until it has been quiet for two seconds.
    time_out(&mut log, 3_700, "c.9", "late", 5);
    time_out(&mut log, 6_000, "c.1", "on its own", 17);
    assert_eq!(rows(&log, 9), "1 2×13 8 [16]");
    log.view_mut().scroll_by(-isize::MAX);
    log.view_mut().scroll_by(1);
    assert!(log.toggle_at_cursor());
    assert_eq!(rows(&log, 99), "1 [2×13] 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16");
    assert!(log.toggle_at_cursor());
    assert_eq!(rows(&log, 99), "1 [2×13] 8 16");
}

#[test]
fn f07_joins_of_a_calm_minute_keep_their_rows() {
    let mut log = EventLog::default();
    for n in 0..40 {
        join(&mut log, n * 450, &format!("c.{}", n % 12), &n.to_string());
    }
    assert_eq!((log.view().rows.len(), log.view().bursts.len()), (40, 0));
}

#[test]
fn f07_states_of_one_channel_within_a_second_are_one_row() {
    let mut log = EventLog::default();
    log.set_filter(LogFilter { hidden: 0, ..LogFilter::default() });
    for (millis, channel) in [(0, "lobby"), (500, "lobby"), (600, "stage"), (2_000, "lobby")] {
        happen(&mut log, millis, channel, Some("ann"), None, EntryBody::State);
    }
    assert_eq!(rows(&log, 9), "1×2 3 [4]");
}

#[test]
fn f35_changes_of_the_mode_are_one_row_in_half_a_minute() {
    let mut log = EventLog::default();
    let mode = |log: &mut EventLog, seconds: u64, channel: &str| {
        let at = Moment::from_micros((START + seconds * 1_000) * 1_000);
        log.push(Arc::new(Entry::from_note(Some(Channel::from_wire(channel)), Note::Mode(Mode::Announce), at)));
    };
    mode(&mut log, 0, "stage");
    mode(&mut log, 1, "lobby");
    for n in 0..30 {
        join(&mut log, 2_000 + n * 300, &format!("c.{n}"), "ann");
        note(&mut log, 2_000 + n * 300 + 10);
    }
    // Far above by now, and all the same no second row.
    mode(&mut log, 12, "stage");
    mode(&mut log, 40, "stage");
    mode(&mut log, 71, "stage");
    let bursts: Vec<_> = log.view().bursts.iter().map(|(first, burst)| (*first, burst.members.len())).collect();
    assert_eq!(bursts, [(1, 3)]);
    assert!(rows(&log, 99).starts_with("1×3 2 3 ") && rows(&log, 99).ends_with(" [65]"), "{}", rows(&log, 99));
}

#[test]
fn f04_an_interval_unfolds_into_names_which_a_filter_finds() {
    let mut log = EventLog::default();
    join(&mut log, 0, "lobby", "zed");
    interval(&mut log, 5_000, "lobby", [&["elif", "ann"], &["jonas"], &["greta"]], 30);
    interval(&mut log, 5_100, "stage", [&[], &[], &[]], 30);
    join(&mut log, 9_000, "lobby", "ann");
    assert_eq!(rows(&log, 9), "1 2 3 [4]");
    log.view_mut().scroll_by(-3);
    assert!(log.toggle_at_cursor());
    assert_eq!(rows(&log, 9), "1 [2] 2.0 2.1 2.2 2.3 3 4", "who timed out, left, came");
    log.view_mut().scroll_by(2);
    assert_eq!(log.user_at_cursor().map(UserId::as_str), Some("jonas"));
    assert!(!log.toggle_at_cursor(), "a name opens");
    log.view_mut().scroll_by(-2);
    assert!(log.toggle_at_cursor());
    assert_eq!(rows(&log, 9), "1 [2] 3 4");
    log.view_mut().scroll_by(1);
    assert!(!log.toggle_at_cursor(), "it names nobody");
    let mut found = |text: &str| {
        filtered(&mut log, text);
        rows(&log, 9).replace(['[', ']'], "")
    };
    assert_eq!([found("=ann"), found("timeout"), found("lobby")], ["2.3 4", "2.0", "1 2 4"]);
    assert_eq!([found("interval"), found("lobby leave"), found("!ann")], ["2 3", "2.1", "1 2 3"]);
    // Whole or by name: what is dropped leaves nothing behind.
    filtered(&mut log, "=ann");
    log.set_limit(1);
    assert_eq!(rows(&log, 9), "[4]");
}

#[test]
fn f04_a_bare_word_does_not_look_into_states() {
    let mut log = EventLog::default();
    let state = State::parse(r#"{"device":"phone"}"#).unwrap();
    let what = EventKind::Joined { user: UserId::from_wire("eve"), state: Some(state) };
    push(&mut log, 0, ("lobby", Some("eve"), None), what, EntryBody::Join { sightings: 1 });
    join(&mut log, 2_000, "lobby", "dev-phone");
    let mut found = |text: &str| {
        filtered(&mut log, text);
        rows(&log, 9).replace(['[', ']'], "")
    };
    assert_eq!([found("dev"), found("state~dev"), found("!state~dev"), found("state.device~ph")], ["2", "1", "2", "1"]);
}

#[test]
fn f08_names_found_after_an_interval_that_named_nobody_are_one_row_with_it() {
    let mut log = EventLog::default();
    let names = |ids: &[&str]| ids.iter().map(|id| UserId::from_wire(id)).collect();
    interval(&mut log, 0, "lobby", [&[], &[], &[]], 87);
    interval(&mut log, 0, "stage", [&[], &[], &[]], 12);
    let difference = Difference { missing: names(&["ann", "bob"]), extra: names(&["cat"]), ..Difference::default() };
    let found = Note::CaughtUp { cause: Cause::BareInterval, difference };
    let at = Moment::from_micros((START + 1_000) * 1_000);
    let found = Arc::new(Entry::from_note(Some(Channel::from_wire("lobby")), found, at));
    log.push(Arc::clone(&found));
    assert_eq!(rows(&log, 9), "2 [3]");
    assert_eq!((log.len(), log.get(3).unwrap().occupancy), (2, Some(87)));
    // Once more: there is no interval to merge it with.
    log.push(found);
    assert_eq!((rows(&log, 9), log.get(4).unwrap().occupancy), ("2 3 [4]".to_owned(), None));
    filtered(&mut log, "=cat");
    assert_eq!(rows(&log, 9), "3.0 [4.0]");
}

#[test]
fn a_burst_unfolds_in_place_and_folds_again() {
    let mut log = EventLog::default();
    for n in 0..4 {
        join(&mut log, n * 10, "lobby", "ann");
        join(&mut log, n * 10 + 5, &format!("x.{n}"), "bob");
    }
    assert_eq!(rows(&log, 9), "1×4 2 4 6 [8]");
    log.view_mut().scroll_by(-isize::MAX);
    assert!(log.toggle_at_cursor());
    assert_eq!(rows(&log, 9), "[1×4] 1 2 3 4 5 6 7 8");
    let is_member = |number| log.view().is_member(LogRow { number, part: LogRowPart::Entry });
    assert!(is_member(3) && !is_member(2));
    join(&mut log, 50, "lobby", "ann");
    assert_eq!(rows(&log, 10), "[1×5] 1 2 3 4 5 6 7 8 9");
    // Another filter and back: still unfolded.
    filtered(&mut log, "ann");
    assert_eq!(rows(&log, 9), "[1×5] 1 3 5 7 9");
    filtered(&mut log, "");
    assert!(log.toggle_at_cursor());
    assert_eq!(rows(&log, 9), "[1×5] 2 4 6 8");
    log.view_mut().scroll_by(1);
    assert!(!log.toggle_at_cursor(), "no burst here");
}

#[test]
fn filters_look_at_user_channel_kind_and_words() {
    let mut log = EventLog::default();
    join(&mut log, 0, "lobby", "ann");
    join(&mut log, 2_000, "stage", "anna-bot");
    note(&mut log, 3_000);
    let mut found = |text: &str| {
        filtered(&mut log, text);
        rows(&log, 9).replace(['[', ']'], "")
    };
    assert_eq!([found("ann"), found("=ann"), found("stage"), found("missing")], ["1 2", "1", "2", "3"]);
    assert_eq!([found("join !bot"), found("!join"), found("~ab"), found("gap")], ["1", "3", "2", "3"]);
    assert_eq!([found("state.mood"), found("ann stage")], ["", "2"]);
    let mut shown = LogFilter::default();
    shown.toggle_kind(EntryKind::Gap);
    log.set_filter(shown.clone());
    assert_eq!(rows(&log, 9), "1 [2]");
    log.set_filter(LogFilter { channel: Some(Channel::from_wire("stage")), ..LogFilter::default() });
    assert_eq!(rows(&log, 9), "2 [3]", "what is about all is about this one");
    shown.toggle_all();
    assert_eq!(shown.kinds().count(), EntryKind::ALL.len(), "one was missing: now all are shown");
    shown.toggle_all();
    assert_eq!(shown.kinds().count(), 0);
}

proptest::proptest! {
    /// Whatever comes and goes, the index is what an index made from nothing would be, as far as that is
    /// the same: the entries shown; and no row stands for nothing.
    #[test]
    fn the_index_agrees_with_the_log(
        steps in proptest::collection::vec((0_u8..12, 0_u64..1500, 0_u8..3, 0_u8..3), 0..120),
    ) {
        let mut log = EventLog::default();
        let mut now = 0;
        for (what, pause, channel, user) in steps {
            now += pause / 4;
            let (channel, user) = (format!("c{channel}"), format!("u{user}"));
            match what {
                0..=5 => join(&mut log, now, &channel, &user),
                6 => interval(&mut log, now, &channel, [&[&user], &[], &["u1"]], 9),
                7 => note(&mut log, now),
                8 => {
                    // As if it had been dropped, or taken back.
                    let number = log.view().numbers().nth(usize::from(user == "u0")).unwrap_or_default();
                    log.view_mut().remove_entry(number);
                }
                9 => log.view_mut().scroll_by(isize::try_from(pause).unwrap() - 700),
                10 => drop(log.toggle_at_cursor()),
                _ => filtered(&mut log, if user == "u0" { "" } else { &user }),
            }
            let view = log.view();
            let mut sorted: Vec<LogRow> = view.rows.iter().copied().collect();
            sorted.sort_unstable();
            sorted.dedup();
            proptest::prop_assert!(view.rows.iter().eq(sorted.iter()), "{:?}", view.rows);
            let folded: usize = view.bursts.values().filter(|b| !b.unfolded).map(|b| b.members.len()).sum();
            let is_line = |row: &&LogRow| row.part == LogRowPart::Entry || matches!(row.part, LogRowPart::Name(_));
            let lines: std::collections::BTreeSet<u64> = view.rows.iter().filter(is_line).map(|row| row.number).collect();
            proptest::prop_assert_eq!(folded + lines.len(), view.len());
            for row in &view.rows {
                match row.part {
                    LogRowPart::Burst => proptest::prop_assert!(view.bursts.contains_key(&row.number)),
                    LogRowPart::Entry | LogRowPart::Name(_) => proptest::prop_assert!(view.find_place(row.number).is_some()),
                }
            }
            for height in [0, 1, 5, 500] {
                proptest::prop_assert!(view.visible_rows(height).count() <= height);
            }
            proptest::prop_assert_eq!(view.cursor().is_some(), !view.rows.is_empty());
        }
    }
}
