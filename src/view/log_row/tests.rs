use super::*;
use crate::{
    presence::{Channel, Difference, Moment},
    view::log_columns::{PLACED, ROOMY},
    world::{Cause, Mode},
};

/// Somebody joins the lobby, where 1,234 are then.
fn join() -> Entry {
    let note = Note::Crowd { title: String::new() };
    Entry {
        user: Some(UserId::from_wire("greta.larsen")),
        occupancy: Some(1_234),
        body: EntryBody::Join { sightings: 3 },
        ..Entry::from_note(Some(Channel::from_wire("lobby")), note, Moment::from_micros(1_795_262_400_000_000))
    }
}

fn write(entry: &Entry, width: usize, rows: RowsInView) -> String {
    let line = show_entry(&Appearance::default(), entry, &LogColumns::fit(width, rows));
    line.spans.iter().map(|span| &*span.content).collect()
}

#[test]
fn f22_who_shows_an_occupancy_shows_the_channel_at_every_width() {
    for width in 0..=120 {
        let row = write(&join(), width, RowsInView::default());
        assert!(row.width() <= width.max(5), "{width}: {row}");
        assert_eq!(row.contains("1234"), width >= PLACED, "{width}: {row}");
        assert_eq!(row.contains("lobby"), width >= PLACED, "{width}: {row}");
        let alone = write(&join(), width, RowsInView { one_channel: true, ..RowsInView::default() });
        assert_eq!(alone.contains("lobby"), width >= ROOMY, "{width}: {alone}");
    }
    let rows = [80, 60, 40, 24].map(|width| write(&join(), width, RowsInView::default()));
    assert_eq!(
        rows,
        [
            " 12:00:00 + join     lobby          1234 greta.larsen         seen again, 3 ti… ",
            " 12:00:00 + lobby           1234 greta.larsen               ",
            " :00:00 + lobby     1234 greta.larsen   ",
            " + lobby     1234 g…sen ",
        ]
    );
}

#[test]
fn f50_a_channel_stands_in_its_column_whatever_is_told_of_it() {
    let entries = [
        Note::Mode(Mode::Announce),
        Note::FirstLook { here: 2, difference: Difference::default() },
        Note::Repaired { cause: Cause::Gap, difference: Difference::default() },
        Note::CaughtUp { cause: Cause::BareInterval, difference: Difference::default() },
    ]
    .map(|note| Entry::from_note(Some(Channel::from_wire("lobby")), note, Moment::default()));
    for width in [120, 80, 60, 40] {
        let place = write(&join(), width, RowsInView::default()).find("lobby");
        for entry in &entries {
            let row = write(entry, width, RowsInView::default());
            // The glyphs before it are of one cell, but not of one byte.
            let cells = |text: &str| text.find("lobby").map(|at| text[..at].width());
            assert_eq!(cells(&row), place, "{width}: {row}");
        }
    }
}

#[test]
fn f50_an_occupancy_that_changed_by_more_than_one_shows_from_which() {
    let shown = [(None, None), (None, Some(5)), (Some(4), Some(5)), (Some(77), Some(57)), (Some(0), Some(1_234))];
    let shown = shown.map(|(before, after)| show_here(before, after, 8));
    assert_eq!(shown, ["", "5", "5", "77→57", "0→1234"]);
    assert_eq!(show_here(Some(77), Some(57), 4), "57", "no number is cut");
    assert_eq!(show_here(Some(77), Some(123_456), 5), "");
}
