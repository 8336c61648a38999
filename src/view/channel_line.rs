//! The selected channel, or the sum, in one row: what stays in sight where another pane fills the body.
//!
//! ```text
//!  ● lobby  57 here  -20 in 10 min  ▇▇▇▇▇▇▇▇▇▇▇▅  +6 -5 !20
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    channel_columns::{SPARK, show_trend},
    format::{cut_middle, show_occupancy},
    marks::mark_certainty,
};
use crate::{
    chart::draw_spark,
    presence::Moment,
    ui::Screen,
    wording::{group_digits, show_roughly},
    world::{MoveCounts, Trend, list_span_values},
};

/// Cells of the change with its worst.
const CHANGE: usize = 12;

pub(super) fn draw_channel_line(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let theme = &look.theme;
    let total = screen.world.channels.total();
    let width = usize::from(area.width);
    let (mark, name, here, history, moves) = if let Some(watched) = screen.selected_channel() {
        (
            mark_certainty(screen, look, now, watched),
            watched.channel.as_str(),
            show_occupancy(watched),
            &watched.history,
            &watched.moves,
        )
    } else {
        let here = total.occupancy().map_or("–".to_owned(), group_digits);
        (Span::raw(" "), "all channels", here, &total.history, &total.moves)
    };
    let span = screen.span(now);
    let trend = Trend::of(history, span, now);
    let change = format!("  {} in {}  ", show_trend(&trend, CHANGE), span.name());
    let spark = draw_spark(&list_span_values(history, span, SPARK, now));
    let MoveCounts { joined, left, timed_out, gone } = moves.within(span, now);
    let timeouts = if gone > 0 && timed_out == 0 { "–".to_owned() } else { show_roughly(timed_out) };
    let moves = format!("  +{} -{} !{timeouts}", show_roughly(joined), show_roughly(left + gone));
    let here = format!("  {here} here");
    let rest = here.width() + change.width() + spark.width() + 4;
    let name = cut_middle(name, 0, width.saturating_sub(rest).max(8));
    let mut line = Line::from(vec![
        Span::raw(" "),
        mark,
        Span::styled(format!(" {name}"), theme.strong),
        Span::styled(here, theme.strong),
        Span::styled(change, if trend.beyond { theme.warn } else { theme.quiet }),
        Span::styled(spark, theme.fill),
    ]);
    if line.width() + moves.width() < width {
        line.push_span(Span::styled(moves, theme.quiet));
    }
    line.render(area, buf);
}
