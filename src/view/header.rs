//! Who watches what, and how the conversation goes.
//!
//! ```text
//!  herenow  ● live 12 ms · http://127.0.0.1:4001 · key demo · you watcher-4f2a  OBSERVER    12:04
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
    format::{age, cut},
};
use crate::{
    model::{LinkState, Model, Session},
    presence::{Moment, SceneStatus},
};
use unicode_width::UnicodeWidthStr;

pub(super) fn draw(model: &Model, look: &Look, now: Moment, area: Rect, buf: &mut Buffer) {
    let first = Rect { height: area.height.min(1), ..area };
    let (session, theme) = (&model.session, &look.theme);
    let wide = area.width >= 100;
    let mut spans = Vec::new();
    if area.width >= 60 {
        spans.push(Span::styled(" herenow ", theme.strong.patch(theme.accent)));
    }
    spans.push(Span::raw(" "));
    spans.extend(link(model, look, now, usize::from(area.width).saturating_sub(12), area.height > 1));
    if wide && model.link.is_live() {
        spans.push(Span::styled(" · ", theme.quiet));
        spans.push(Span::raw(cut(&session.origin, 40)));
        let (what, which) = keyset(session);
        spans.push(Span::styled(format!(" · {what} "), theme.quiet));
        spans.push(Span::raw(which));
    }
    if area.width >= 60 {
        spans.push(Span::styled(" · you ", theme.quiet));
        spans.push(Span::raw(cut(session.user.as_str(), if wide { 32 } else { 18 })));
    }
    spans.push(Span::raw("  "));
    spans.push(standing(model, look, now));
    if session.production {
        spans.push(Span::styled("  PRODUCTION", theme.bad));
    }
    if session.read_only {
        spans.push(Span::styled("  read-only", theme.quiet));
    }
    Line::from(spans).render(first, buf);
    if area.height > 1
        && let Some((text, trouble)) = second_line(model, wide)
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

/// The state of the link and until when, in at most `width` cells; with why, unless that has a line of
/// its own.
fn link<'a>(model: &Model, look: &Look, now: Moment, width: usize, why_below: bool) -> Vec<Span<'a>> {
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
            let took = model.link.round_trip.map_or(0, |rtt| rtt.as_millis());
            let mut spans = part(theme.good, "● live".to_owned());
            let since = look.time_of_day(model.link.since.seconds());
            let since = if width >= 88 { format!(" since {}", &since[..5]) } else { String::new() };
            spans.push(Span::styled(format!("{since} {took} ms"), theme.quiet));
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
        (None, None) => Span::styled("OBSERVER", look.theme.quiet),
    }
}
