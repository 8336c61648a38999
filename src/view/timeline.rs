//! Where one is in the time that can be looked back at, and what went on then.
//!
//! ```text
//!                      ▲        ▼     ◆
//!  12:00:00 ░░▁▂▁▁▂▃▅▄▂█▇▅▃▂▁▁▁▁▂▁▁░░░▁▂▁▁ 12:09:48
//! ```

use ratatui::{buffer::Buffer, layout::Rect, text::Span, widgets::Widget};
use unicode_width::UnicodeWidthStr;

use super::Appearance;
use crate::{
    chart::{TimelineCell, draw_timeline_rows},
    ui::{ActivityMark, ActivityPart, Screen},
};

/// On fewer columns, times have no seconds.
const SECONDS: u16 = 60;

pub(super) fn draw_timeline(screen: &Screen<'_>, look: &Appearance, area: Rect, buf: &mut Buffer) {
    let time = if area.width < SECONDS { Appearance::hour_and_minute } else { Appearance::time_of_day };
    let label = time(look, 0).width() + 2;
    let cells = usize::from(area.width).saturating_sub(label * 2);
    let Some(row) = screen.list_activity(cells) else { return };
    let cells: Vec<TimelineCell> = row.cells.iter().map(show_part).collect();
    for (line, y) in draw_timeline_rows(&cells, row.cursor, usize::from(area.height)).into_iter().zip(area.y..) {
        for ((symbol, x), place) in line.into_iter().zip(area.x + u16::try_from(label).unwrap_or(0)..).zip(0..) {
            let style = match (place == row.cursor, row.cells[place].mark.is_some()) {
                (true, _) => look.theme.accent.patch(look.theme.strong),
                (_, true) => look.theme.warn,
                _ => look.theme.fill,
            };
            buf[(x, y)].set_char(symbol).set_style(style);
        }
    }
    let (begin, end) = row.ends;
    let y = area.bottom() - 1;
    let x = area.right().saturating_sub(u16::try_from(label).unwrap_or(0));
    for (x, second) in [(area.x, begin.seconds()), (x, end.seconds())] {
        let text = Span::styled(format!(" {} ", time(look, second)), look.theme.quiet);
        text.render(Rect { x, y, width: area.right() - x, height: 1 }, buf);
    }
}

fn show_part(part: &ActivityPart) -> TimelineCell {
    let mark = part.mark.map(|mark| match mark {
        ActivityMark::Drift => '~',
        ActivityMark::Missing => '?',
        ActivityMark::Lost => '×',
        ActivityMark::Incident => '▲',
        ActivityMark::Marked => '◆',
    });
    TimelineCell { value: part.events, mark, is_unknown: part.is_unknown }
}
