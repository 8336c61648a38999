//! What the link does, what is watched, how the conversation goes; and what there is to say of what happens.
//!
//! ```text
//!  herenow  ● live · prod-eu · eu · PRODUCTION · watching only, not counted       5 events/s · late 0.8 s · 18:51:17
//!  ▲ 87 people timed out within 4 s on all 12 channels, 35 % of 250 · nobody left · a network, not a deploy  4 s ago I
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};

use super::{
    Appearance,
    format::cut_foreign,
    link::{describe_link, describe_pause},
    pieces::{Segment, fit_line, join_pieces, piece, say_in_forms, shorten_pieces},
    rank,
    standing::describe_standing,
    verdict::draw_verdict,
};
use crate::{presence::Moment, ui::Screen, world::Session};

/// From this width on the clock has seconds.
const SECONDS: u16 = 40;

fn cut_user(session: &Session, columns: u16) -> String {
    cut_foreign(session.user.as_str(), if columns >= 120 { 32 } else { 18 })
}

/// Say what the link does, what is watched and as whom, from the left.
fn describe_session<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect) -> Vec<Segment<'a>> {
    let (world, selected) = (screen.world, screen.selected_channel());
    let (session, theme) = (&world.session, &look.theme);
    let pause = describe_pause(screen, look);
    let is_paused = pause.is_some();
    let mut state = pause.unwrap_or_else(|| describe_link(world, look));
    if area.width >= 130 && world.link.is_live() && !is_paused {
        let since = look.hour_and_minute(world.link.since.seconds());
        let mut spans = state.spans().to_vec();
        spans.push(Span::styled(format!(" since {since}"), theme.quiet));
        state.forms.insert(0, (spans, rank::SINCE));
    }
    if area.width >= 100 {
        for (spans, _) in &mut state.forms {
            spans.insert(0, Span::styled("herenow  ", theme.strong.patch(theme.accent)));
        }
    }
    let mut pieces = vec![state];
    let (what, which) = name_keyset(session);
    pieces.push(piece(rank::KEYSET, vec![Span::styled(what, theme.quiet), Span::raw(which)]));
    if let Some(region) = &session.region {
        pieces.push(piece(rank::REGION, vec![Span::raw(cut_foreign(region, 20))]));
    }
    if session.production {
        let style = theme.strong.patch(theme.selected);
        let forms = [(" PRODUCTION ".to_owned(), rank::READ_ONLY), (" PROD ".to_owned(), rank::PRODUCTION)];
        pieces.push(say_in_forms(style, forms));
    }
    pieces.push(describe_standing(world, selected, look, now));
    if session.read_only {
        pieces.push(piece(rank::READ_ONLY, vec![Span::styled("read-only", theme.quiet)]));
    }
    pieces.push(piece(rank::USER, vec![Span::styled("you ", theme.quiet), Span::raw(cut_user(session, area.width))]));
    pieces
}

/// Say how many events there are, how late they are if that is worth a word, and the time, at the right.
fn describe_numbers<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment, columns: u16) -> Vec<Segment<'a>> {
    let theme = &look.theme;
    let mut pieces = Vec::new();
    if screen.world.link.is_live() {
        let rate = screen.incidents.event_rate();
        let long = (format!("{rate} event{}/s", if rate == 1 { "" } else { "s" }), rank::RATE_AT_LENGTH);
        pieces.push(say_in_forms(theme.quiet, [long, (format!("{rate}/s"), rank::RATE)]));
        if let Some(tenths) = screen.incidents.find_late(now) {
            let text = format!("late {}.{} s", tenths / 10, tenths % 10);
            pieces.push(piece(rank::LATE, vec![Span::styled(text, theme.warn)]));
        }
    }
    let time = if columns >= SECONDS { look.time_of_day(now.seconds()) } else { look.hour_and_minute(now.seconds()) };
    pieces.push(piece(rank::CLOCK, vec![Span::styled(time, theme.strong)]));
    pieces
}

/// Show whether we are counted, and after it as much about the time as goes into `width` cells of `columns`, for where
/// that is all there is of a status row.
pub(super) fn show_short_status<'a>(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    width: usize,
    columns: u16,
) -> Line<'a> {
    let mut pieces = vec![describe_standing(screen.world, screen.selected_channel(), look, now)];
    pieces.extend(describe_numbers(screen, look, now, columns));
    shorten_pieces(&mut pieces, &mut Vec::new(), width);
    Line::from(join_pieces(look, pieces))
}

pub(super) fn draw_header(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let first = Rect { height: area.height.min(1), ..area };
    let left = describe_session(screen, look, now, area);
    let right = describe_numbers(screen, look, now, area.width);
    fit_line(look, left, right, usize::from(area.width)).render(first, buf);
    if area.height > 1 {
        draw_verdict(screen, look, now, Rect { y: area.y + 1, height: 1, ..area }, buf);
    }
}

/// What the keyset is called: its name, or else its key, masked.
fn name_keyset(session: &Session) -> (&'static str, String) {
    match &session.name {
        None => ("key ", session.subscribe_key.to_string()),
        Some(name) => ("", cut_foreign(name, 24)),
    }
}
