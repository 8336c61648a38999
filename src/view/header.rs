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
    Appearance,
    format::{age, brief, cut},
    pieces::{Segment, cells, fitted, joined, piece, reason, said, shorten},
};
use crate::{
    presence::{Moment, SceneStatus},
    ui::Screen,
    world::{LinkState, Session},
};
use unicode_width::UnicodeWidthStr;

/// In which order parts of the first line give way, the last ones first. What the link does, whether we
/// are counted and the time outlast all numbers and names.
mod rank {
    pub(super) use super::super::pieces::NEVER;
    pub(super) const PRODUCTION: u8 = 1;
    pub(super) const STANDING: u8 = 2;
    pub(super) const CLOCK: u8 = 3;
    pub(super) const COUNTDOWN: u8 = 4;
    pub(super) const READ_ONLY: u8 = 5;
    pub(super) const LAG: u8 = 6;
    pub(super) const BUDGET: u8 = 7;
    pub(super) const KEYSET: u8 = 8;
    /// What can be said in fewer words.
    pub(super) const AT_LENGTH: u8 = 9;
    pub(super) const ROUND_TRIP: u8 = 10;
    pub(super) const BUDGET_AT_LENGTH: u8 = 11;
    pub(super) const ORIGIN: u8 = 12;
    pub(super) const USER: u8 = 13;
    pub(super) const SINCE: u8 = 14;
}

/// Cells of the first line beside the keyset, the user and the origin, when all is well.
const ALL_ELSE: usize = 104;

/// Whether the first line of so many columns has room for the origin and all before it. Knows of nothing
/// that changes while one looks: lines must not jump.
fn tells_origin(session: &Session, columns: u16) -> bool {
    let (what, which) = keyset(session);
    let flags = if session.production { 13 } else { 0 } + if session.read_only { 12 } else { 0 };
    let names = what.len() + which.width() + user(session, columns).width() + origin(session).width();
    ALL_ELSE + flags + names <= usize::from(columns)
}

fn user(session: &Session, columns: u16) -> String {
    cut(session.user.as_str(), if columns >= 120 { 32 } else { 18 })
}

fn origin(session: &Session) -> String {
    cut(&session.origin, 40)
}

/// Who we are and what the link is at, from the left.
fn identity<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect) -> Vec<Segment<'a>> {
    let (session, theme) = (&screen.world.session, &look.theme);
    let mut state = link(screen, look, now);
    if area.width >= 130 && screen.world.link.is_live() {
        let since = look.hour_and_minute(screen.world.link.since.seconds());
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
        pieces.push(said(theme.bad, forms));
    }
    pieces.push(standing(screen, look, now));
    if session.read_only {
        pieces.push(piece(rank::READ_ONLY, vec![Span::styled("read-only", theme.quiet)]));
    }
    // Why the link is lost goes before who we are where it has no line of its own.
    if area.height > 1 || why(screen).is_none() {
        let (what, which) = keyset(session);
        pieces.push(piece(rank::KEYSET, vec![Span::styled(format!("{what} "), theme.quiet), Span::raw(which)]));
        let user = user(session, area.width);
        pieces.push(piece(rank::USER, vec![Span::styled("you ", theme.quiet), Span::raw(user)]));
    }
    if tells_origin(session, area.width) {
        pieces.push(piece(rank::ORIGIN, vec![Span::raw(origin(session))]));
    }
    pieces
}

/// How it goes, in numbers that keep their width, and the time, at the right.
fn numbers<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment) -> Vec<Segment<'a>> {
    let quiet = look.theme.quiet;
    let part = |gives_way, text: String| piece(gives_way, vec![Span::styled(text, quiet)]);
    let mut pieces = Vec::new();
    if screen.world.link.is_live() {
        if let Some(took) = screen.world.link.round_trip {
            pieces.push(part(rank::ROUND_TRIP, format!("rtt {:>5}", brief(took))));
        }
        if let Some(lag) = screen.world.counters.lag {
            pieces.push(part(rank::LAG, format!("lag {:>5}", brief(lag))));
        }
    }
    let (pace, budget) = (screen.world.request_rate.per_second(now), screen.world.session.budget.to_string());
    let long = (format!("{pace:>2} of {budget} req/s"), rank::BUDGET_AT_LENGTH);
    let short = (format!("{pace:>0$}/{budget} req/s", budget.len()), rank::BUDGET);
    pieces.push(said(quiet, [long, short]));
    let time = look.hour_and_minute(now.seconds());
    pieces.push(piece(rank::CLOCK, vec![Span::styled(time, look.theme.strong)]));
    pieces
}

/// Whether we are counted, and after it as much about the link and the time as goes into `width` cells, for
/// where that is all there is of a status row.
pub(super) fn in_short<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment, width: usize) -> Line<'a> {
    let mut pieces = vec![standing(screen, look, now)];
    pieces.extend(numbers(screen, look, now));
    shorten(&mut pieces, &mut Vec::new(), width);
    Line::from(joined(look, pieces))
}

pub(super) fn draw(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let theme = &look.theme;
    let first = Rect { height: area.height.min(1), ..area };
    let filler = why(screen).filter(|_| area.height == 1);
    let (left, right) = (identity(screen, look, now, area), numbers(screen, look, now));
    fitted(look, left, right, filler, usize::from(area.width)).render(first, buf);
    if area.height > 1
        && let Some((text, trouble)) = second_line(screen, area.width)
    {
        let second = Rect { y: area.y + 1, height: 1, ..area };
        let style = if trouble { theme.bad } else { theme.quiet };
        let mut spans = Vec::new();
        let mut room = usize::from(area.width);
        if let Some(scene) = screen.world.scene.as_ref().filter(|_| !trouble) {
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
/// first line of so many columns; and whether it is trouble. Nothing, if there is nothing else to say.
pub(super) fn second_line(screen: &Screen<'_>, columns: u16) -> Option<(String, bool)> {
    if let Some(why) = why(screen) {
        return Some((why.to_owned(), true));
    }
    let session = &screen.world.session;
    let (what, which) = keyset(session);
    let rest = || format!("{} · {what} {which}", cut(&session.origin, 50));
    let hint = session.join_hint.as_ref().map(|hint| format!("join in: {hint}"));
    let needed = screen.world.scene.is_some() || !tells_origin(session, columns);
    hint.or_else(|| needed.then(rest)).map(|line| (line, false))
}

/// What is wrong with the link.
fn why<'a>(screen: &Screen<'a>) -> Option<&'a str> {
    match &screen.world.link.state {
        LinkState::Lost { why, .. } | LinkState::Refused { why, .. } => Some(why),
        LinkState::Connecting | LinkState::Live => None,
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
pub(super) fn link_mark(screen: &Screen<'_>, look: &Appearance) -> (Style, &'static str) {
    match &screen.world.link.state {
        LinkState::Live => (look.theme.good, "●"),
        LinkState::Connecting => (look.theme.warn, "◌"),
        LinkState::Lost { .. } => (look.theme.bad, "○"),
        LinkState::Refused { .. } => (look.theme.bad, "×"),
    }
}

/// The state of the link and until when.
fn link<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment) -> Segment<'a> {
    let (style, glyph) = link_mark(screen, look);
    let tried = |word: &str, long: String, more: String, at: Option<Moment>| {
        let next = at.filter(|at| *at > now).map(|at| at.since(now).as_secs() + 1);
        let in_words = next.map_or("trying again".to_owned(), |left| format!("next try in {left} s"));
        let shorter = next.map_or("trying again".to_owned(), |left| format!("try in {left} s"));
        let number = next.map_or("trying".to_owned(), |left| format!("{left} s"));
        let mut forms = vec![
            (format!("{glyph} {word}{long}, {in_words}{more}"), rank::AT_LENGTH),
            (format!("{glyph} {word}{long}, {in_words}"), rank::AT_LENGTH),
            (format!("{glyph} {word} · {shorter}"), rank::COUNTDOWN),
            (format!("{glyph} {word} · {number}"), rank::COUNTDOWN),
            (format!("{glyph} {word}"), rank::NEVER),
        ];
        forms.dedup_by(|next, before| next.0 == before.0);
        Segment { forms: forms.into_iter().map(|(text, rank)| (vec![Span::styled(text, style)], rank)).collect() }
    };
    match &screen.world.link.state {
        LinkState::Live => said(style, [(format!("{glyph} live"), rank::NEVER)]),
        LinkState::Connecting => said(style, [(format!("{glyph} connecting …"), rank::NEVER)]),
        LinkState::Lost { attempt, retry_at, .. } => {
            let lasted = age(now.since(screen.world.link.since));
            tried("lost", format!(" {lasted} ago"), format!(" (try {attempt})"), Some(*retry_at))
        }
        LinkState::Refused { retry_at, .. } => tried("refused", String::new(), String::new(), *retry_at),
    }
}

/// The state of the link in `width` cells, as long as there is room, and why, if there is room for that.
pub(super) fn link_alone<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment, width: usize) -> Line<'a> {
    let mut pieces = vec![link(screen, look, now)];
    shorten(&mut pieces, &mut Vec::new(), width);
    let room = width.saturating_sub(cells(&pieces));
    let mut line = Line::from(joined(look, pieces));
    if let Some(text) = why(screen).and_then(|why| reason(": ", why, room)) {
        line.push_span(Span::styled(text, look.theme.bad));
    }
    line
}

/// What is said of a presence that no heartbeat keeps.
fn alone(screen: &Screen<'_>) -> &'static str {
    if screen.world.own_presence.kept_alive { "" } else { " left" }
}

/// Whether we are counted: an observer, or present with a countdown to our own timeout.
fn standing<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment) -> Segment<'a> {
    let here = screen.selected_channel().and_then(|w| screen.world.own_presence.place_on(&w.channel));
    let soonest = screen.world.own_presence.places.values().map(|place| place.until).min();
    let left = |until: Moment| until.since(now).as_secs();
    let alone = alone(screen);
    match (here, soonest) {
        (Some(place), _) => {
            let left = left(place.until);
            let forms =
                [(format!("PRESENT {left} s{alone}"), rank::AT_LENGTH), (format!("PRESENT {left}"), rank::STANDING)];
            said(look.theme.strong.patch(look.theme.good), forms)
        }
        (None, Some(until)) => {
            let (left, places) = (left(until), screen.world.own_presence.places.len());
            let forms = [
                (format!("PRESENT elsewhere ({places}) {left} s{alone}"), rank::AT_LENGTH),
                (format!("PRESENT elsewhere {left}"), rank::COUNTDOWN),
                (format!("elsewhere {left}"), rank::STANDING),
            ];
            said(look.theme.good, forms)
        }
        (None, None) => match screen.world.own_presence.count_unconfirmed(now) {
            Some((_, until)) => {
                let left = left(until);
                let forms =
                    [(format!("PRESENT? {left} s"), rank::AT_LENGTH), (format!("PRESENT? {left}"), rank::STANDING)];
                said(look.theme.warn, forms)
            }
            None => said(look.theme.quiet, [("OBSERVER".to_owned(), rank::STANDING)]),
        },
    }
}
