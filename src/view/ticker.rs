//! Where there is no room for panes: one line that says it all, however short, and below it what
//! happened, if there are more.
//!
//! ```text
//! ● lobby 23  + join     ann
//! ● lobby 23  ● support 6  12:04:31 + join     ann                                  OBSERVER · 12:04
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
    footer::said,
    format::{cut, occupancy, rough, whole_words},
    header, log,
};
use crate::{presence::Moment, ui::Screen, world::Entry};

/// The rest of the line is used for news from this width on.
const NEWS: usize = 12;

/// From this width on the line ends with whether we are counted, and in wider ones with more of the status.
const ASIDE: usize = 40;

/// `PRESENT 298`.
const SHORT: usize = 11;

/// Other channels leave so many cells to news.
const BESIDE: usize = 60;

pub(super) fn draw(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = &look.theme;
    let width = usize::from(area.width);
    let (style, glyph) = match screen.selected_channel().filter(|_| screen.world.link.is_live()) {
        Some(watched) => theme.certainty(&screen.world.certainty(watched, now)),
        None => header::link_mark(screen, look),
    };
    let mut line = Line::from(Span::styled(glyph, style));
    if let Some(watched) = screen.selected_channel() {
        let number = occupancy(watched);
        // The number goes before the name; what can't be told in full is told roughly or not at all.
        let number = [number, rough(watched.occupancy())]
            .into_iter()
            .find(|n| n.len() + 1 < width || n.len() < width && width < 5);
        let number = number.unwrap_or_default();
        let room = width.saturating_sub(number.width() + 3).min(24);
        if room >= 3 {
            line.push_span(Span::raw(format!(" {}", cut(watched.channel.as_str(), room))));
        }
        let blank = if number.len() + 1 < width { " " } else { "" };
        line.push_span(Span::styled(format!("{blank}{number}"), theme.strong));
    }
    let room = width.saturating_sub(line.width() + 1);
    // Two cells between the news and our own standing.
    let most = (width / 4).max(SHORT).min(room.saturating_sub(NEWS + 2));
    let aside = if width < ASIDE { Line::default() } else { header::in_short(screen, look, now, most) };
    let end = width - if aside.width() > 0 { aside.width() + 2 } else { 0 };
    let told = screen.ui.status.is_some() || !screen.world.link.is_live() || area.height == 1;
    others(screen, look, now, end.saturating_sub(if told { BESIDE } else { 0 }), &mut line);
    let room = end.saturating_sub(line.width() + 1);
    if room >= NEWS {
        line.push_span(Span::raw(" "));
        if let Some(status) = &screen.ui.status {
            let (style, text) = said(look, status);
            line.push_span(Span::styled(whole_words(&text, room), style));
        } else if !screen.world.link.is_live() {
            line.spans.extend(header::link_alone(screen, look, now, room));
        } else if let Some(entry) = screen.log.last_entries(1).last().filter(|_| area.height == 1) {
            line.extend(news(look, entry, room));
        }
    }
    if aside.width() > 0 {
        line.push_span(Span::raw(" ".repeat(width.saturating_sub(line.width() + aside.width()))));
        line.extend(aside);
    }
    line.render(Rect { height: 1, ..area }, buf);
    let mut below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if !screen.world.link.is_live() && room < NEWS && !below.is_empty() {
        header::link_alone(screen, look, now, width).render(Rect { height: 1, ..below }, buf);
        below = Rect { y: below.y + 1, height: below.height - 1, ..below };
    }
    for (y, entry) in (below.y..).zip(screen.log.last_entries(usize::from(below.height))) {
        news(look, entry, width).render(Rect { y, height: 1, ..below }, buf);
    }
}

/// The other channels, as many as end before a column.
fn others(screen: &Screen<'_>, look: &Appearance, now: Moment, end: usize, line: &mut Line<'_>) {
    for (place, watched) in screen.world.channels.iter().enumerate() {
        if Some(place) == screen.selected_place() {
            continue;
        }
        let (style, glyph) = look.theme.certainty(&screen.world.certainty(watched, now));
        let name = format!(" {} ", cut(watched.channel.as_str(), 24));
        let number = occupancy(watched);
        if line.width() + 3 + name.width() + number.width() > end {
            return;
        }
        line.extend([Span::raw("  "), Span::styled(glyph, style), Span::raw(name)]);
        line.push_span(Span::styled(number, look.theme.quiet));
    }
}

/// One entry: where there is little room, what and who.
fn news<'a>(look: &Appearance, entry: &Entry, width: usize) -> Line<'a> {
    match &entry.user {
        Some(user) if width < 34 => {
            let (style, glyph, _) = look.theme.line(&entry.body);
            Line::from(vec![
                Span::styled(glyph, style),
                Span::raw(format!(" {}", cut(user.as_str(), width.saturating_sub(2)))),
            ])
        }
        _ => log::row(look, entry, width),
    }
}
