//! The columns of the table of channels: which there is room for, and what stands in them.
//!
//! ```text
//!    channel        here   10 min  last 10 min    +   -   !
//! ▸▲ lobby            57      -20  ▇▇▇▇▇▇▇▇▇▇▇▅   6   5  20
//!  ● stage            17   +2 ▾37  ▇▇▇▇▇▇▇▃▃▅▇▇   4   3  19
//! ```

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{cut, pad, pad_left},
};
use crate::{
    chart::draw_spark,
    wording::{show_change, show_roughly},
    world::{MoveCounts, TimeSpan, Trend},
};

/// Cells before a name: the selection, the mark, a blank.
const BEFORE: usize = 3;

/// Cells behind a name: the star and our own mark.
const FLAGS: usize = 2;

/// Cells of a name at least.
const LEAST_NAME: usize = 8;

/// The widest name that is shown whole.
const WIDEST_NAME: usize = 40;

/// Cells of a change, and with the worst of the span beside it, a blank before.
const CHANGE: usize = 7;
const WORST: usize = 10;

/// Cells of each of joins, leaves and timeouts.
const MOVES: usize = 4;

/// Cells of a spark, and so many where there is less room.
pub(super) const SPARK: usize = 16;
const SHORT_SPARK: usize = 6;

/// Cells of a spark at the most, where nothing else needs them, and of the blanks that are left then.
const LONG_SPARK: usize = 72;
const LEFT: usize = 2;

/// Cells between the change and the spark.
const GAP: usize = 2;

/// Which columns there is room for, and how wide they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChannelColumns {
    pub name: usize,
    here: usize,
    change: usize,
    spark: usize,
    moves: usize,
}

/// What stands in a row.
#[derive(Default)]
pub(super) struct ChannelCells<'a> {
    pub selected: bool,
    pub mark: Span<'a>,
    /// As wide as the column.
    pub name: Span<'a>,
    /// On the watch list; and where we are.
    pub flags: [Span<'a>; 2],
    pub here: String,
    pub trend: Trend,
    /// The span; `None` where it is unknown.
    pub values: Vec<Option<u64>>,
    /// What is said in the place of a span in which nobody was there.
    pub remark: &'static str,
    pub moves: MoveCounts,
}

impl ChannelColumns {
    /// Fit the columns into so many cells, for names and numbers as wide as these. The change goes before the rest of
    /// a name, all others after it.
    pub fn fit(width: usize, name: usize, here: usize) -> Self {
        let here = here.max(4);
        let mut room = width.saturating_sub(BEFORE + FLAGS + here);
        let mut columns = Self { name: 0, here, change: 0, spark: 0, moves: 0 };
        let mut take = |column: &mut usize, cells: usize, kept: usize| {
            if room >= cells + kept {
                room -= cells;
                *column += cells;
            }
        };
        take(&mut columns.change, CHANGE, LEAST_NAME);
        let name = name.clamp(LEAST_NAME, WIDEST_NAME);
        take(&mut columns.spark, SHORT_SPARK + GAP, name);
        take(&mut columns.change, WORST - CHANGE, name);
        take(&mut columns.moves, 3 * MOVES, name);
        if columns.spark > 0 {
            take(&mut columns.spark, SPARK - SHORT_SPARK, name);
        }
        if columns.spark >= SPARK {
            let spare = room.saturating_sub(name + LEFT);
            columns.spark += spare.min(LONG_SPARK - SPARK);
        }
        columns.name = name.min(room);
        columns
    }

    /// The samples that a spark has room for.
    pub const fn count_samples(&self) -> usize {
        self.spark.saturating_sub(GAP)
    }

    /// The cells that show everything of names and numbers as wide as these.
    pub fn measure(name: usize, here: usize) -> usize {
        BEFORE + name.clamp(LEAST_NAME, WIDEST_NAME) + FLAGS + here.max(4) + WORST + GAP + SPARK + 3 * MOVES + 1
    }

    /// The headings: the span stands where what is told of it begins.
    pub fn show_heading<'a>(&self, look: &Appearance, span: TimeSpan, width: usize) -> Line<'a> {
        let mut text = format!("   {}{}", pad("channel", self.name + FLAGS), pad_left("here", self.here));
        if self.change > 0 {
            text.push_str(&pad_left(span.name(), self.change));
        }
        if self.spark > 0 {
            text.push_str(&pad(
                &if self.spark > SPARK { format!("  {}", span.name_last()) } else { String::new() },
                self.spark,
            ));
        }
        if self.moves > 0 {
            text.push_str("   +   -   !");
        }
        Line::styled(cut(&text, width), look.theme.quiet)
    }

    /// A row.
    pub fn show_row<'a>(&self, look: &Appearance, cells: ChannelCells<'a>) -> Line<'a> {
        let theme = &look.theme;
        let unusual = |other: Style| if cells.trend.beyond { theme.warn } else { other };
        let [star, present] = cells.flags;
        let mut line = Line::from(vec![
            Span::styled(if cells.selected { "▸" } else { " " }, theme.accent),
            cells.mark,
            Span::raw(" "),
            cells.name,
            star,
            present,
            Span::styled(pad_left(&cells.here, self.here), theme.strong),
        ]);
        if self.change > 0 {
            let text = show_trend(&cells.trend, self.change);
            line.push_span(Span::styled(pad_left(&text, self.change), unusual(theme.quiet)));
        }
        if self.spark > 0 {
            let room = self.spark - GAP;
            let mut spark = draw_spark(&fit_samples(&cells.values, room));
            let nothing = cells.values.iter().flatten().all(|value| *value == 0);
            if nothing && !cells.remark.is_empty() {
                spark = pad(cells.remark, room);
            }
            let last = spark.char_indices().next_back().map_or(0, |(at, _)| at);
            line.push_span(Span::raw(" ".repeat(GAP)));
            // Where nothing moved nothing stands out.
            let is_flat = spark.chars().all(|cell| spark.starts_with(cell));
            let style = if is_flat { theme.flat } else { theme.fill };
            line.push_span(Span::styled(spark[..last].to_owned(), style));
            line.push_span(Span::styled(spark[last..].to_owned(), unusual(style)));
        }
        if self.moves > 0 {
            for (count, text) in list_moves(cells.moves) {
                let style = if count == 0 { theme.border } else { unusual(Style::new()) };
                line.push_span(Span::styled(pad_left(&text, MOVES), style));
            }
        }
        line
    }
}

/// The moves as they stand in their columns. Who is gone by a here now left or timed out, which nobody told: they are
/// counted with those who left, marked where they are most of them and there is room, and where none was told to have
/// timed out, how many did is not known.
fn list_moves(moves: MoveCounts) -> [(u64, String); 3] {
    let MoveCounts { joined, left, timed_out, gone } = moves;
    let timeouts = if gone > 0 && timed_out == 0 { "–".to_owned() } else { show_moves(timed_out) };
    let all = left + gone;
    let mark = if gone > left && all < 100 { "≠" } else { "" };
    [(joined, show_moves(joined)), (all, format!("{mark}{}", show_moves(all))), (timed_out, timeouts)]
}

/// A number of moves in three cells: one fewer than there are, so that it keeps apart from the one before.
fn show_moves(count: u64) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..100_000 => format!("{}k", count / 1_000),
        100_000..1_000_000 => format!(".{}M", count / 100_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

/// The change, and the worst of the span where that says more; the worst alone where only one of them fits.
pub(super) fn show_trend(trend: &Trend, width: usize) -> String {
    let change = trend.change.map(|change| if change == 0 { "0".to_owned() } else { show_change(change) });
    let Some(worst) = trend.worst() else { return change.unwrap_or_else(|| "·".to_owned()) };
    let worst = format!("▾{}", show_roughly(worst));
    let both = change.map_or_else(|| worst.clone(), |change| format!("{change} {worst}"));
    if both.width() < width { both } else { worst }
}

/// As many samples as there are cells: of several the one that is farthest from the one before, so that a short fall is
/// seen, and at the end the last; where there are fewer, each several times.
fn fit_samples(values: &[Option<u64>], cells: usize) -> Vec<Option<u64>> {
    if values.len() <= cells {
        return (0..cells).filter_map(|cell| values.get(cell * values.len() / cells).copied()).collect();
    }
    let mut fitting: Vec<Option<u64>> = Vec::with_capacity(cells);
    for cell in 0..cells {
        let end = (cell + 1) * values.len() / cells;
        let before = fitting.last().copied().flatten();
        let distance = |value: &&Option<u64>| value.map(|value| before.map_or(0, |before| value.abs_diff(before)));
        let farthest = values[cell * values.len() / cells..end].iter().max_by_key(distance);
        fitting.push(if end == values.len() { values[end - 1] } else { farthest.copied().flatten() });
    }
    fitting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f29_a_spark_gives_way_before_a_name() {
        for (width, name) in (30..120).flat_map(|width| (8..40).map(move |name| (width, name))) {
            let columns = ChannelColumns::fit(width, name, 4);
            let used = BEFORE + columns.name + FLAGS + columns.here + columns.change + columns.spark + columns.moves;
            assert!(used <= width, "{width} {name}: {columns:?}");
            assert!(columns.name == name || columns.spark + columns.moves == 0, "{width} {name}: {columns:?}");
        }
        let whole = ChannelColumns::fit(ChannelColumns::measure(20, 4), 20, 4);
        assert_eq!((whole.name, whole.change, whole.spark, whole.moves), (20, WORST, SPARK + GAP, 12));
    }

    #[test]
    fn a_short_fall_is_seen_in_fewer_cells() {
        let some = |values: &[u64]| values.iter().copied().map(Some).collect::<Vec<_>>();
        let values = some(&[70, 70, 70, 36, 70, 70, 70, 71]);
        assert_eq!(fit_samples(&values, 4), some(&[70, 36, 70, 71]));
        assert_eq!(fit_samples(&some(&[70, 70, 36, 40, 44, 50]), 3), some(&[70, 36, 50]));
        assert_eq!(fit_samples(&[None, None, Some(4), Some(9)], 2), [None, Some(9)]);
        assert_eq!(fit_samples(&some(&[3, 5]), 4), some(&[3, 3, 5, 5]));
        assert_eq!(fit_samples(&[], 3), [] as [Option<u64>; 0]);
    }

    #[test]
    fn who_is_gone_by_a_here_now_is_not_told_to_have_left_only() {
        let moves = MoveCounts { joined: 2, left: 1, timed_out: 0, gone: 4 };
        assert_eq!(list_moves(moves).map(|(_, text)| text), ["2", "≠5", "–"]);
        let told = MoveCounts { timed_out: 3, ..moves };
        assert_eq!(list_moves(told).map(|(_, text)| text), ["2", "≠5", "3"]);
        let mostly_left = MoveCounts { left: 60, gone: 50, ..moves };
        assert_eq!(list_moves(mostly_left).map(|(_, text)| text), ["2", "110", "–"]);
        assert_eq!(list_moves(MoveCounts::default()).map(|(_, text)| text), ["0", "0", "0"]);
    }

    #[test]
    fn moves_keep_apart() {
        let counts = [0, 999, 1_788, 99_999, 100_000, 999_999, 1_000_000, 99_000_000];
        assert_eq!(counts.map(show_moves), ["0", "999", "1k", "99k", ".1M", ".9M", "1M", "99M"]);
    }

    #[test]
    fn f06_the_worst_of_the_span_is_beside_the_change() {
        let trend = Trend { change: Some(2), fall: 37, beyond: true };
        assert_eq!([show_trend(&trend, 10), show_trend(&trend, 6)], ["+2 ▾37", "▾37"]);
        assert_eq!(show_trend(&Trend { change: Some(-20), fall: 20, beyond: true }, 10), "-20");
        assert_eq!(
            [show_trend(&Trend::default(), 10), show_trend(&Trend { change: Some(0), ..trend }, 4)],
            ["·", "▾37"]
        );
    }
}
