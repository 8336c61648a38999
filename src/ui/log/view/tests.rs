use std::sync::Arc;

use super::{log_view::*, *};
use crate::{
    expression::Filter,
    presence::{Channel, EventKind, Moment, PresenceEvent, Timetoken, UserId},
    ui::EventLog,
    world::{Entry, EntryBody, EntryKind, EntryTime, MissingEvents, Note},
};

const START: u64 = 1_795_262_400_000;

/// Somebody joins, so many milliseconds after the start.
fn join(log: &mut EventLog, millis: u64, channel: &str, user: &str) {
    let channel = Channel::from_wire(channel);
    let user = UserId::from_wire(user);
    let event = PresenceEvent {
        channel: channel.clone(),
        subscription: None,
        published: Timetoken::new((START + millis) * 10_000),
        timestamp: None,
        occupancy: Some(1),
        what: EventKind::Joined { user: user.clone(), state: None },
        raw: None,
    };
    log.push(Arc::new(Entry {
        at: EntryTime::Service(event.published),
        heard: Moment::from_micros((START + millis) * 1_000),
        late: std::time::Duration::ZERO,
        channel: Some(channel),
        user: Some(user),
        occupancy: event.occupancy,
        odd: false,
        event: Some(event),
        body: EntryBody::Join { sightings: 1 },
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
        join(&mut log, 10 + n, &format!("other.{n}"), "ann");
    }
    join(&mut log, 30, "lobby", "bob");
    assert!(rows(&log, 99).starts_with("1×4 5 6 ") && rows(&log, 99).ends_with(" [17]"), "{}", rows(&log, 99));
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
    assert!(log.view_mut().toggle_burst());
    assert_eq!(rows(&log, 9), "[1×4] 1 2 3 4 5 6 7 8");
    assert!(log.view().is_member(3) && !log.view().is_member(2));
    join(&mut log, 50, "lobby", "ann");
    assert_eq!(rows(&log, 10), "[1×5] 1 2 3 4 5 6 7 8 9");
    // Another filter and back: still unfolded.
    filtered(&mut log, "ann");
    assert_eq!(rows(&log, 9), "[1×5] 1 3 5 7 9");
    filtered(&mut log, "");
    assert!(log.view_mut().toggle_burst());
    assert_eq!(rows(&log, 9), "[1×5] 2 4 6 8");
    log.view_mut().scroll_by(1);
    assert!(!log.view_mut().toggle_burst(), "no burst here");
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
                0..=6 => join(&mut log, now, &channel, &user),
                7 => note(&mut log, now),
                8 => {
                    // As if it had been dropped, or taken back.
                    let number = log.view().numbers().nth(usize::from(user == "u0")).unwrap_or_default();
                    log.view_mut().remove_entry(number);
                }
                9 => log.view_mut().scroll_by(isize::try_from(pause).unwrap() - 700),
                10 => drop(log.view_mut().toggle_burst()),
                _ => filtered(&mut log, if user == "u0" { "" } else { &user }),
            }
            let view = log.view();
            let mut sorted: Vec<LogRow> = view.rows.iter().copied().collect();
            sorted.sort_unstable();
            sorted.dedup();
            proptest::prop_assert!(view.rows.iter().eq(sorted.iter()), "{:?}", view.rows);
            let folded: usize = view.bursts.values().filter(|b| !b.unfolded).map(|b| b.members.len()).sum();
            let lines = view.rows.iter().filter(|row| row.part == LogRowPart::Entry).count();
            proptest::prop_assert_eq!(folded + lines, view.len());
            for row in &view.rows {
                match row.part {
                    LogRowPart::Burst => proptest::prop_assert!(view.bursts.contains_key(&row.number)),
                    LogRowPart::Entry => proptest::prop_assert!(view.find_place(row.number).is_some()),
                }
            }
            for height in [0, 1, 5, 500] {
                proptest::prop_assert!(view.visible_rows(height).count() <= height);
            }
            proptest::prop_assert_eq!(view.cursor().is_some(), !view.rows.is_empty());
        }
    }
}
