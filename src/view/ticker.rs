//! Where there is no room for panes: one line that says it all, however short, and below it what
//! happened, if there are more.
//!
//! ```text
//! ● lobby 23  + join     ann
//! ● lobby 23  ● support 6  12:04:31 + join     ann                                  watching only · 12:04:28
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
    footer::show_word,
    format::{cut, cut_foreign, cut_words, show_occupancy},
    gauge::Charted,
    header::show_short_status,
    link::{describe_pause, mark_link, show_link_alone},
    log_row,
    rows::{below, draw_lines},
    verdict::show_verdict,
};
use crate::{incident::OverallVerdict, presence::Moment, ui::Screen, wording::show_roughly, world::Entry};

/// The rest of the line is used for news from this width on: a glyph and the beginning of a name.
const NEWS: usize = 12;

/// From this width on the line ends with whether we are counted, and in wider ones with more of the status.
const ASIDE: usize = 40;

/// Our own standing at its shortest: `watching only`.
const SHORT: usize = 13;

/// Other channels leave so many cells to news: time, kind and a name.
const BESIDE: usize = 60;

/// Say that this is not now, as briefly as that goes.
fn show_pause<'a>(screen: &Screen<'_>, look: &Appearance) -> Line<'a> {
    let shortest = describe_pause(screen, look).and_then(|mut pause| pause.forms.pop());
    let mut spans = shortest.map(|(spans, _)| spans).unwrap_or_default();
    if !spans.is_empty() {
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
}

pub(super) fn draw_ticker(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let width = usize::from(area.width);
    let is_live = screen.world.link.is_live();
    let mut line = show_pause(screen, look);
    line.extend(show_selected(screen, look, now, width.saturating_sub(line.width())));
    let room = width.saturating_sub(line.width() + 1);
    // Two cells between the news and our own standing.
    let most = (width * 3 / 10).max(SHORT).min(room.saturating_sub(NEWS + 2));
    let aside = if width < ASIDE { Line::default() } else { show_short_status(screen, look, now, most, area.width) };
    let end = width - if aside.width() > 0 { aside.width() + 2 } else { 0 };
    let has_news = screen.ui.status.is_some() || !is_live || area.height == 1 || tells_incident(screen, now);
    add_others(screen, look, now, end.saturating_sub(if has_news { BESIDE } else { 0 }), &mut line);
    let room = end.saturating_sub(line.width() + 1);
    if room >= NEWS {
        add_news(screen, look, now, area.height == 1, room, &mut line);
    }
    if aside.width() > 0 {
        line.push_span(Span::raw(" ".repeat(width.saturating_sub(line.width() + aside.width()))));
        line.extend(aside);
    }
    line.render(Rect { height: 1, ..area }, buf);
    let mut rest = below(area, 1);
    if !is_live && room < NEWS && !rest.is_empty() {
        show_link_alone(screen.world, look, now, width).render(Rect { height: 1, ..rest }, buf);
        rest = below(rest, 1);
    }
    if is_live && room < NEWS && !rest.is_empty() && tells_incident(screen, now) {
        show_verdict(screen, look, now, width).render(Rect { height: 1, ..rest }, buf);
        rest = below(rest, 1);
    }
    draw_lines(
        screen.log.last_entries(usize::from(rest.height)).map(|entry| show_entry(look, entry, width)),
        rest,
        buf,
    );
}

/// Show how certain the list of the selected channel is, or how the link is; its name or that of the sum, and how many
/// are there. The
/// number goes before the name; what can't be told in full is told roughly or not at all.
fn show_selected<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment, width: usize) -> Line<'a> {
    let theme = &look.theme;
    let (style, glyph) = match screen.selected_channel().filter(|_| screen.world.link.is_live()) {
        Some(watched) => theme.mark_certainty(&screen.world.shown_certainty(watched, now)),
        None => mark_link(screen.world, look),
    };
    let mut line = Line::from(Span::styled(glyph, style));
    let watched = Charted::find(screen);
    let numbers = [watched.here, show_roughly(watched.occupancy)];
    let fits = |number: &String| number.len() + 1 < width || number.len() < width && width < 5;
    let number = numbers.into_iter().find(fits).unwrap_or_default();
    let room = width.saturating_sub(number.width() + 3).min(24);
    if room >= 3 {
        line.push_span(Span::raw(format!(" {}", cut(&watched.name, room))));
    }
    let blank = if number.len() + 1 < width { " " } else { "" };
    line.push_span(Span::styled(format!("{blank}{number}"), theme.strong));
    line
}

/// Whether there is more to say than that it is calm.
fn tells_incident(screen: &Screen<'_>, now: Moment) -> bool {
    matches!(screen.incidents.verdict(screen.world, now), OverallVerdict::Incident(_) | OverallVerdict::Rules(_))
}

/// Add what the person is told, or else what is wrong with the link, or else what is unusual, or else, if there is no
/// row for it, what happened last.
fn add_news(screen: &Screen<'_>, look: &Appearance, now: Moment, alone: bool, room: usize, line: &mut Line<'_>) {
    line.push_span(Span::raw(" "));
    if let Some(word) = &screen.ui.status {
        let (style, text) = show_word(look, word);
        line.push_span(Span::styled(cut_words(&text, room), style));
    } else if !screen.world.link.is_live() {
        line.spans.extend(show_link_alone(screen.world, look, now, room));
    } else if tells_incident(screen, now) {
        line.spans.extend(show_verdict(screen, look, now, room));
    } else if let Some(entry) = screen.log.last_entries(1).last().filter(|_| alone) {
        line.extend(show_entry(look, entry, room));
    }
}

/// Add the other channels, as many as end before a column.
fn add_others(screen: &Screen<'_>, look: &Appearance, now: Moment, end: usize, line: &mut Line<'_>) {
    for (place, watched) in screen.world.channels.iter().enumerate() {
        if Some(place) == screen.selected_place() {
            continue;
        }
        let (style, glyph) = look.theme.mark_certainty(&screen.world.shown_certainty(watched, now));
        let name = format!(" {} ", cut_foreign(watched.channel.as_str(), 24));
        let number = show_occupancy(watched);
        if line.width() + 3 + name.width() + number.width() > end {
            return;
        }
        line.extend([Span::raw("  "), Span::styled(glyph, style), Span::raw(name)]);
        line.push_span(Span::styled(number, look.theme.quiet));
    }
}

/// Show one entry: where there is little room, what and who.
fn show_entry<'a>(look: &Appearance, entry: &Entry, width: usize) -> Line<'a> {
    match &entry.user {
        Some(user) if width < 34 => {
            let (style, glyph, _) = look.theme.mark_line(&entry.body);
            Line::from(vec![
                Span::styled(glyph, style),
                Span::raw(format!(" {}", cut_foreign(user.as_str(), width.saturating_sub(2)))),
            ])
        }
        _ => log_row::show_row(look, entry, width),
    }
}
