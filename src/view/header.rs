//! Who watches what, and how the conversation goes.
//!
//! ```text
//! herenow  ● live · OBSERVER · key demo · you ann          rtt 12 ms · lag 3 ms · 1 of 10 req/s · 12:04
//!  join in: origin 127.0.0.1:4001, no TLS, subscribe and publish key demo
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
    format::{cut, cut_foreign},
    link::{describe_link, find_trouble},
    pieces::{Segment, fit_line, join_pieces, piece, say_in_forms, shorten_pieces},
    rank,
    standing::describe_standing,
};
use crate::{
    duration::show_briefly,
    presence::Moment,
    world::{ChannelState, Session, World},
};

/// Cells of the first line beside the keyset, the user and the origin, when all is well: the link and since when,
/// our standing, and all numbers at their widest.
const ALL_ELSE: usize = 104;

/// Whether the first line of so many columns has room for the origin and all before it. Knows of nothing
/// that changes while one looks: lines must not jump.
fn tells_origin(session: &Session, columns: u16) -> bool {
    let (what, which) = name_keyset(session);
    let flags = if session.production { 13 } else { 0 } + if session.read_only { 12 } else { 0 };
    let names = what.len() + which.width() + cut_user(session, columns).width() + cut_origin(session).width();
    ALL_ELSE + flags + names <= usize::from(columns)
}

fn cut_user(session: &Session, columns: u16) -> String {
    cut_foreign(session.user.as_str(), if columns >= 120 { 32 } else { 18 })
}

fn cut_origin(session: &Session) -> String {
    cut(&session.origin, 40)
}

/// Say who we are and what the link is at, from the left.
fn describe_session<'a>(
    world: &World,
    selected: Option<&ChannelState>,
    look: &Appearance,
    now: Moment,
    area: Rect,
) -> Vec<Segment<'a>> {
    let (session, theme) = (&world.session, &look.theme);
    let mut state = describe_link(world, look, now);
    if area.width >= 130 && world.link.is_live() {
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
    if session.production {
        let forms = [("PRODUCTION".to_owned(), rank::READ_ONLY), ("PROD".to_owned(), rank::PRODUCTION)];
        pieces.push(say_in_forms(theme.bad, forms));
    }
    pieces.push(describe_standing(world, selected, look, now));
    if session.read_only {
        pieces.push(piece(rank::READ_ONLY, vec![Span::styled("read-only", theme.quiet)]));
    }
    // Why the link is lost goes before who we are where it has no line of its own.
    if area.height > 1 || find_trouble(world).is_none() {
        let (what, which) = name_keyset(session);
        pieces.push(piece(rank::KEYSET, vec![Span::styled(format!("{what} "), theme.quiet), Span::raw(which)]));
        let user = cut_user(session, area.width);
        pieces.push(piece(rank::USER, vec![Span::styled("you ", theme.quiet), Span::raw(user)]));
    }
    if tells_origin(session, area.width) {
        pieces.push(piece(rank::ORIGIN, vec![Span::raw(cut_origin(session))]));
    }
    pieces
}

/// Say how it goes, in numbers that keep their width, and the time, at the right.
fn describe_numbers<'a>(world: &World, look: &Appearance, now: Moment) -> Vec<Segment<'a>> {
    let quiet = look.theme.quiet;
    let part = |gives_way, text: String| piece(gives_way, vec![Span::styled(text, quiet)]);
    let mut pieces = Vec::new();
    if world.link.is_live() {
        if let Some(took) = world.link.round_trip {
            pieces.push(part(rank::ROUND_TRIP, format!("rtt {:>5}", show_briefly(took))));
        }
        if let Some(lag) = world.counters.lag {
            pieces.push(part(rank::LAG, format!("lag {:>5}", show_briefly(lag))));
        }
    }
    let (pace, budget) = (world.request_rate.per_second(now), world.session.budget);
    // Polls that follow a stream go beside the budget.
    let more = if world.session.follows && pace > u64::from(budget) { "+" } else { "" };
    let budget = format!("{budget}{more}");
    let long = (format!("{pace:>2} of {budget} req/s"), rank::BUDGET_AT_LENGTH);
    let short = (format!("{pace:>0$}/{budget} req/s", budget.len()), rank::BUDGET);
    pieces.push(say_in_forms(quiet, [long, short]));
    let time = look.hour_and_minute(now.seconds());
    pieces.push(piece(rank::CLOCK, vec![Span::styled(time, look.theme.strong)]));
    pieces
}

/// Show whether we are counted, and after it as much about the link and the time as goes into `width` cells, for
/// where that is all there is of a status row.
pub(super) fn show_short_status<'a>(
    world: &World,
    selected: Option<&ChannelState>,
    look: &Appearance,
    now: Moment,
    width: usize,
) -> Line<'a> {
    let mut pieces = vec![describe_standing(world, selected, look, now)];
    pieces.extend(describe_numbers(world, look, now));
    shorten_pieces(&mut pieces, &mut Vec::new(), width);
    Line::from(join_pieces(look, pieces))
}

/// Cells that it takes to say how to join in: `join in: origin 127.0.0.1:65535`, and where to cut.
const JOIN_ROOM: usize = 36;

pub(super) fn draw_header(
    world: &World,
    selected: Option<&ChannelState>,
    look: &Appearance,
    now: Moment,
    area: Rect,
    buf: &mut Buffer,
) {
    let first = Rect { height: area.height.min(1), ..area };
    let filler = find_trouble(world).filter(|_| area.height == 1);
    let left = describe_session(world, selected, look, now, area);
    let right = describe_numbers(world, look, now);
    fit_line(look, left, right, filler, usize::from(area.width)).render(first, buf);
    if area.height > 1 {
        draw_second_line(world, look, now, Rect { y: area.y + 1, height: 1, ..area }, buf);
    }
}

/// Draw what our crowd is at, if we have one, and then what [`choose_second_line`] says, as far as there is room.
fn draw_second_line(world: &World, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let Some((text, is_trouble)) = choose_second_line(world, area.width) else { return };
    let style = if is_trouble { look.theme.bad } else { look.theme.quiet };
    let mut room = usize::from(area.width);
    let Some(scene) = world.scene.as_ref().filter(|_| !is_trouble) else {
        return Line::from(Span::styled(cut(&format!(" {text}"), room), style)).render(area, buf);
    };
    let crowd = cut(&format!(" crowd: {}", scene.describe(room.saturating_sub(JOIN_ROOM + 8), now)), room);
    room = room.saturating_sub(crowd.width() + 2);
    let mut spans = vec![Span::styled(crowd, look.theme.accent), Span::raw("  ")];
    // The rest of the line, if it is enough to join in.
    if room + 4 >= JOIN_ROOM {
        spans.push(Span::styled(cut(&text, room), style));
    }
    Line::from(spans).render(area, buf);
}

/// Choose what the second line says: what is wrong with the link, or else how to join our own service, or else what did not fit into the
/// first line of so many columns; and whether it is trouble. Nothing, if there is nothing else to say.
pub(super) fn choose_second_line(world: &World, columns: u16) -> Option<(String, bool)> {
    if let Some(why) = find_trouble(world) {
        return Some((why.to_owned(), true));
    }
    let session = &world.session;
    let (what, which) = name_keyset(session);
    let rest = || format!("{} · {what} {which}", cut(&session.origin, 50));
    let hint = session.join_hint.as_ref().map(|hint| format!("join in: {hint}"));
    let needed = world.scene.is_some() || !tells_origin(session, columns);
    hint.or_else(|| needed.then(rest)).map(|line| (line, false))
}

/// What the keyset is called: its name and place, or else its key, masked.
fn name_keyset(session: &Session) -> (&'static str, String) {
    match (&session.name, &session.region) {
        (None, _) => ("key", session.subscribe_key.to_string()),
        (Some(name), None) => ("keyset", cut_foreign(name, 24)),
        (Some(name), Some(region)) => ("keyset", format!("{} ({})", cut_foreign(name, 24), cut_foreign(region, 20))),
    }
}
