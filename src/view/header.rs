//! Who watches what, and how the conversation goes.
//!
//! ```text
//! herenow  ● live · OBSERVER · key demo · you ann          rtt 12 ms · lag 3 ms · 1 of 10 req/s · 12:04
//!  join in: origin 127.0.0.1:4001, no TLS, subscribe and publish key demo
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use super::{
    Look,
    format::{age, brief, cut},
};
use crate::{
    model::{LinkState, Model, Session},
    presence::{Moment, SceneStatus},
};
use unicode_width::UnicodeWidthStr;

/// From this width on the first line has room for the origin.
pub(super) const WIDE: u16 = 150;

/// A part of the first line.
struct Piece<'a> {
    /// The higher, the earlier it gives way where there is little room.
    gives_way: u8,
    spans: Vec<Span<'a>>,
}

fn piece(gives_way: u8, spans: Vec<Span<'_>>) -> Piece<'_> {
    Piece { gives_way, spans }
}

impl Piece<'_> {
    fn width(&self) -> usize {
        self.spans.iter().map(Span::width).sum()
    }
}

/// Between two pieces.
const BETWEEN: &str = " · ";

/// Who we are and what the link is at, from the left.
fn identity<'a>(model: &Model, look: &Look, now: Moment, area: Rect) -> Vec<Piece<'a>> {
    let (session, theme) = (&model.session, &look.theme);
    let width = usize::from(area.width).saturating_sub(2);
    let mut pieces = vec![piece(0, link(model, look, now, width.saturating_sub(8), area.height > 1))];
    if session.production {
        pieces.push(piece(1, vec![Span::styled("PRODUCTION", theme.bad)]));
    }
    pieces.push(piece(2, vec![standing(model, look, now)]));
    if session.read_only {
        pieces.push(piece(4, vec![Span::styled("read-only", theme.quiet)]));
    }
    let (what, which) = keyset(session);
    pieces.push(piece(5, vec![Span::styled(format!("{what} "), theme.quiet), Span::raw(which)]));
    let user = cut(session.user.as_str(), if area.width >= 120 { 32 } else { 18 });
    pieces.push(piece(9, vec![Span::styled("you ", theme.quiet), Span::raw(user)]));
    if area.width >= WIDE {
        pieces.push(piece(10, vec![Span::raw(cut(&session.origin, 40))]));
    }
    pieces
}

/// How it goes, in numbers that keep their width, and the time, at the right.
fn numbers<'a>(model: &Model, look: &Look, now: Moment) -> Vec<Piece<'a>> {
    let quiet = look.theme.quiet;
    let part = |gives_way, text: String| piece(gives_way, vec![Span::styled(text, quiet)]);
    let mut pieces = Vec::new();
    if model.link.is_live() {
        if let Some(took) = model.link.round_trip {
            pieces.push(part(6, format!("rtt {:>5}", brief(took))));
        }
        if let Some(lag) = model.counters.lag {
            pieces.push(part(7, format!("lag {:>5}", brief(lag))));
        }
    }
    pieces.push(part(8, format!("{:>2} of {} req/s", model.pace.per_second(now), model.session.budget)));
    pieces.push(piece(3, vec![Span::styled(look.hour_and_minute(now.seconds()), look.theme.strong)]));
    pieces
}

/// All pieces that fit, those that matter most first; each in its place.
fn fitted<'a>(look: &Look, mut left: Vec<Piece<'a>>, mut right: Vec<Piece<'a>>, width: usize) -> Line<'a> {
    let between = BETWEEN.width();
    let cells = |pieces: &[Piece]| {
        let words: usize = pieces.iter().map(Piece::width).sum();
        words + pieces.len().saturating_sub(1) * between
    };
    // A blank at each end, two in the middle.
    while cells(&left) + cells(&right) + 4 > width {
        let rank = |pieces: &[Piece]| pieces.iter().map(|piece| piece.gives_way).max().unwrap_or(0);
        let (of_left, of_right) = (rank(&left), rank(&right));
        if of_left.max(of_right) == 0 {
            break;
        }
        let side = if of_left > of_right { &mut left } else { &mut right };
        side.retain(|piece| piece.gives_way < of_left.max(of_right));
    }
    let gap = width.saturating_sub(cells(&left) + cells(&right) + 2);
    let mut line = Line::from(" ");
    let join = |pieces: Vec<Piece<'a>>, line: &mut Line<'a>| {
        for (place, piece) in pieces.into_iter().enumerate() {
            if place > 0 {
                line.push_span(Span::styled(BETWEEN, look.theme.border));
            }
            line.spans.extend(piece.spans);
        }
    };
    join(left, &mut line);
    line.push_span(Span::raw(" ".repeat(gap)));
    join(right, &mut line);
    line
}

pub(super) fn draw(model: &Model, look: &Look, now: Moment, area: Rect, buf: &mut Buffer) {
    let theme = &look.theme;
    let first = Rect { height: area.height.min(1), ..area };
    let mut left = identity(model, look, now, area);
    if area.width >= 100 {
        left[0].spans.insert(0, Span::styled("herenow  ", theme.strong.patch(theme.accent)));
    }
    fitted(look, left, numbers(model, look, now), usize::from(area.width)).render(first, buf);
    if area.height > 1
        && let Some((text, trouble)) = second_line(model, area.width >= WIDE)
    {
        let second = Rect { y: area.y + 1, height: 1, ..area };
        let style = if trouble { theme.bad } else { theme.quiet };
        let mut spans = Vec::new();
        let mut room = usize::from(area.width);
        if let Some(scene) = model.scene.as_ref().filter(|_| !trouble) {
            let said = cut(&format!(" crowd: {}", crowd(scene, room.saturating_sub(JOIN_ROOM + 8), now)), room);
            room = room.saturating_sub(said.width() + 2);
            spans.push(Span::styled(said, theme.accent));
            spans.push(Span::raw("  "));
        }
        let pad = if spans.is_empty() { " " } else { "" };
        // The rest of the line, if it is enough to join in.
        if spans.is_empty() || room + 4 >= JOIN_ROOM {
            spans.push(Span::styled(cut(&format!("{pad}{text}"), room), style));
        }
        Line::from(spans).render(second, buf);
    }
}

/// `join in: origin 127.0.0.1:65535`, and where to cut.
const JOIN_ROOM: usize = 36;

/// What our crowd is at, and what comes next: `rush hour ×2, the rush · next: full house in 24 s`. In
/// more than `width` cells only if it can't be said in fewer.
fn crowd(scene: &SceneStatus, width: usize, now: Moment) -> String {
    #[expect(clippy::float_cmp, reason = "exactly the pace as written")]
    let speed =
        if scene.speed == 1.0 { String::new() } else { format!(" ×{}", (scene.speed * 100.0).round() / 100.0) };
    let next = scene.next.as_ref().map_or_else(String::new, |(what, at)| {
        let left = at.since(now).as_secs() + u64::from(*at > now);
        let left = if left < 100 { format!("{left} s") } else { format!("{} min", left.div_ceil(60)) };
        format!(" · next: {what} in {left}")
    });
    let SceneStatus { profile, label, phase, .. } = scene;
    let name = label.as_deref().unwrap_or(profile);
    let long = match phase {
        Some(phase) => format!("{name}{speed}, {phase}{next}"),
        None => format!("{name}{speed}{next}"),
    };
    let whole = format!("{}{speed}{next}", scene.title());
    let short = format!("{}{speed}{next}", phase.as_deref().unwrap_or(name));
    [whole, long].into_iter().find(|said| said.width() <= width).unwrap_or(short)
}

/// What is wrong with the link, or else how to join our own service, or else what did not fit into the
/// first line; and whether it is trouble.
pub(super) fn second_line(model: &Model, wide: bool) -> Option<(String, bool)> {
    match &model.link.state {
        LinkState::Lost { why, .. } | LinkState::Refused { why, .. } => Some((why.clone(), true)),
        LinkState::Connecting | LinkState::Live => {
            let Session { origin, join_hint, .. } = &model.session;
            let (what, which) = keyset(&model.session);
            let rest = || (!wide).then(|| format!("{} · {what} {which}", cut(origin, 50)));
            let line = join_hint.as_ref().map(|hint| format!("join in: {hint}")).or_else(rest);
            line.map(|line| (line, false))
        }
    }
}

/// What the keyset is called: its name and place, or else its key, masked.
fn keyset(session: &Session) -> (&'static str, String) {
    match (&session.name, &session.region) {
        (None, _) => ("key", session.subscribe_key.to_string()),
        (Some(name), None) => ("keyset", cut(name, 24)),
        (Some(name), Some(region)) => ("keyset", format!("{} ({})", cut(name, 24), cut(region, 20))),
    }
}

/// The state of the link as a mark.
pub(super) fn link_mark(model: &Model, look: &Look) -> (Style, &'static str) {
    match &model.link.state {
        LinkState::Live => (look.theme.good, "●"),
        LinkState::Connecting => (look.theme.warn, "◌"),
        LinkState::Lost { .. } => (look.theme.bad, "○"),
        LinkState::Refused { .. } => (look.theme.bad, "×"),
    }
}

/// The state of the link and until when, in at most `width` cells; with why, unless that has a line of
/// its own.
pub(super) fn link<'a>(model: &Model, look: &Look, now: Moment, width: usize, why_below: bool) -> Vec<Span<'a>> {
    let theme = &look.theme;
    let lasted = age(now.since(model.link.since));
    let part = |style: Style, text: String| vec![Span::styled(text, style)];
    let countdown = |at: Option<Moment>| match at {
        Some(at) if at > now => format!("next try in {} s", at.since(now).as_secs() + 1),
        _ => "trying again".to_owned(),
    };
    let because = |why: &str| if why_below { String::new() } else { format!(": {why}") };
    match &model.link.state {
        LinkState::Live => {
            let mut spans = part(theme.good, "● live".to_owned());
            if width >= 130 {
                let since = look.hour_and_minute(model.link.since.seconds());
                spans.push(Span::styled(format!(" since {since}"), theme.quiet));
            }
            spans
        }
        LinkState::Connecting => part(theme.warn, "◌ connecting …".to_owned()),
        LinkState::Lost { why, attempt, retry_at } => {
            let text = format!("○ lost {lasted} ago, {} (try {attempt}){}", countdown(Some(*retry_at)), because(why));
            part(theme.bad, cut(&text, width))
        }
        LinkState::Refused { why, retry_at } => {
            part(theme.bad, cut(&format!("× refused, {}{}", countdown(*retry_at), because(why)), width))
        }
    }
}

/// What is said of a presence that no heartbeat keeps.
fn alone(model: &Model) -> &'static str {
    if model.own.kept_alive { "" } else { " left" }
}

/// Whether we are counted: an observer, or present with a countdown to our own timeout.
fn standing<'a>(model: &Model, look: &Look, now: Moment) -> Span<'a> {
    let here = model.selected().and_then(|w| model.own.on(&w.channel));
    let soonest = model.own.places.values().map(|place| place.until).min();
    match (here, soonest) {
        (Some(place), _) => Span::styled(
            format!("PRESENT {} s{}", place.until.since(now).as_secs(), alone(model)),
            look.theme.strong.patch(look.theme.good),
        ),
        (None, Some(until)) => {
            let places = model.own.places.len();
            Span::styled(
                format!("PRESENT elsewhere ({places}) {} s{}", until.since(now).as_secs(), alone(model)),
                look.theme.good,
            )
        }
        (None, None) => match model.own.unconfirmed(now) {
            Some((_, until)) => Span::styled(format!("PRESENT? {} s", until.since(now).as_secs()), look.theme.warn),
            None => Span::styled("OBSERVER", look.theme.quiet),
        },
    }
}
