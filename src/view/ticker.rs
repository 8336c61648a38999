//! Where there is no room for panes: one line that says it all, however short, and below it what
//! happened, if there are more.
//!
//! ```text
//! ● lobby 23  + join     ann
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
    footer::said,
    format::{count, cut, rough},
    header, log,
};
use crate::{
    model::{Entry, Model},
    presence::Moment,
};

/// The rest of the line is used for news from this width on.
const NEWS: usize = 12;

pub(super) fn draw(model: &Model, look: &Look, now: Moment, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let theme = &look.theme;
    let width = usize::from(area.width);
    let (style, glyph) = match model.selected().filter(|_| model.link.is_live()) {
        Some(watched) => theme.certainty(&model.certainty(watched, now)),
        None => header::link_mark(model, look),
    };
    let mut line = Line::from(Span::styled(glyph, style));
    if let Some(watched) = model.selected() {
        let number = count(watched.occupancy());
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
    if room >= NEWS {
        line.push_span(Span::raw(" "));
        if let Some(word) = &model.word {
            let (style, text) = said(look, word);
            line.push_span(Span::styled(cut(&text, room), style));
        } else if !model.link.is_live() {
            line.spans.extend(header::link(model, look, now, room, false));
        } else if let Some(entry) = model.log.tail(1).last().filter(|_| area.height == 1) {
            line.extend(news(look, entry, room));
        }
    }
    line.render(Rect { height: 1, ..area }, buf);
    let mut below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    if !model.link.is_live() && room < NEWS && !below.is_empty() {
        Line::from(header::link(model, look, now, width, false)).render(Rect { height: 1, ..below }, buf);
        below = Rect { y: below.y + 1, height: below.height - 1, ..below };
    }
    for (y, entry) in (below.y..).zip(model.log.tail(usize::from(below.height))) {
        news(look, entry, width).render(Rect { y, height: 1, ..below }, buf);
    }
}

/// One entry: where there is little room, what and who.
fn news<'a>(look: &Look, entry: &Entry, width: usize) -> Line<'a> {
    match &entry.user {
        Some(user) if width < 34 => {
            let (style, glyph, _) = look.theme.line(&entry.line);
            Line::from(vec![
                Span::styled(glyph, style),
                Span::raw(format!(" {}", cut(user.as_str(), width.saturating_sub(2)))),
            ])
        }
        _ => log::row(look, entry, width),
    }
}
