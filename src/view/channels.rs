//! The channels: as a list with occupancy and certainty, or as tabs where there is less room.
//!
//! ```text
//! ╭ channels ──────────────╮
//! │ ● lobby            23  │        ● lobby 23   ≠ support 4   ◌ match.1 12
//! │ ≠ support           4  │
//! ╰────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{
    Look,
    format::{count, cut, pad},
    occupants::frame,
    theme::over,
};
use crate::{
    model::{Model, Pane, Watched},
    presence::Moment,
};

fn mark<'a>(model: &Model, look: &Look, now: Moment, watched: &Watched) -> Span<'a> {
    let (style, glyph) = look.theme.certainty(&model.certainty(watched, now));
    Span::styled(glyph, style)
}

/// Whether it is on the watch list.
fn star(model: &Model, watched: &Watched) -> &'static str {
    if model.watchlist.has_channel(&watched.channel) { "★" } else { " " }
}

pub(super) fn draw(model: &Model, look: &Look, now: Moment, area: Rect, buf: &mut Buffer) {
    let focused = model.focus.pane == Pane::Channels;
    let title = format!(" channels {} ", model.channels.len());
    let inner = frame(look, &title, None, focused, area, buf);
    let rows = usize::from(inner.height);
    let first = model.focus.channel.saturating_sub(rows / 2).min(model.channels.len().saturating_sub(rows));
    let wide = usize::from(inner.width);
    for (y, (place, watched)) in (inner.y..).zip(model.channels.iter().enumerate().skip(first).take(rows)) {
        let number = count(watched.occupancy());
        let present = if model.own.on(&watched.channel).is_some() { "◆" } else { " " };
        let name = wide.saturating_sub(number.len() + 7);
        let mut line = Line::from(vec![
            Span::raw(" "),
            mark(model, look, now, watched),
            Span::raw(" "),
            Span::raw(pad(watched.channel.as_str(), name)),
            Span::styled(star(model, watched), look.theme.accent),
            Span::styled(present, look.theme.good),
            Span::raw(" "),
            Span::styled(number, look.theme.strong),
            Span::raw(" "),
        ]);
        if place == model.focus.channel {
            over(&mut line, if focused { look.theme.selected } else { look.theme.accent.patch(look.theme.strong) });
        }
        line.render(Rect { y, height: 1, ..inner }, buf);
    }
}

pub(super) fn draw_tabs(model: &Model, look: &Look, now: Moment, area: Rect, buf: &mut Buffer) {
    let width = usize::from(area.width);
    let tab = |place: usize, watched: &Watched| {
        let name = cut(watched.channel.as_str(), 20);
        let star = star(model, watched).trim_start();
        let text = format!(" {name}{star} {} ", count(watched.occupancy()));
        let chosen = place == model.focus.channel;
        let style = if chosen { look.theme.selected } else { look.theme.quiet };
        (text.width() + 2, vec![Span::raw(" "), mark(model, look, now, watched), Span::styled(text, style)])
    };
    // The selected tab is always in sight: start far enough to the right for it to fit.
    let mut used = 0;
    let back = model.channels.iter().enumerate().take(model.focus.channel + 1).collect::<Vec<_>>();
    let fits = back.iter().rev().take_while(|(place, watched)| {
        used += tab(*place, watched).0;
        used <= width
    });
    let first = (model.focus.channel + 1).saturating_sub(fits.count().max(1));
    let mut spans = Vec::new();
    let mut used = 0;
    for (place, watched) in model.channels.iter().enumerate().skip(first) {
        let (cells, tab) = tab(place, watched);
        used += cells;
        if used > width && place > first {
            break;
        }
        spans.extend(tab);
    }
    Line::from(spans).render(area, buf);
}
