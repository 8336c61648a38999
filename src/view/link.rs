//! The state of the link, and why it is no better.
//!
//! ```text
//! ● live
//! ○ lost for 12 s, next try in 4 s (try 3): connection refused
//! ```

use ratatui::{
    style::{Modifier, Style},
    text::{Line, Span},
};

use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    pieces::{Segment, fit_reason, join_pieces, measure_pieces, say_in_forms, shorten_pieces},
    rank,
};
use crate::{
    presence::Moment,
    ui::{Action, PastView, Screen},
    world::{LinkState, World},
};

/// What is wrong with the link.
pub(super) fn find_trouble(world: &World) -> Option<&str> {
    match &world.link.state {
        LinkState::Lost { why, .. } | LinkState::Refused { why, .. } => Some(why),
        LinkState::Connecting | LinkState::Live => None,
    }
}

/// How the state of the link is drawn where there is room for one cell.
pub(super) fn mark_link(world: &World, look: &Appearance) -> (Style, &'static str) {
    match &world.link.state {
        LinkState::Live => (look.theme.good, "●"),
        LinkState::Connecting => (look.theme.warn, "◌"),
        // A recording that ends is nothing wrong.
        LinkState::Lost { .. } if world.link.is_over() => (look.theme.calm, "○"),
        LinkState::Lost { .. } => (look.theme.bad, "○"),
        LinkState::Refused { .. } => (look.theme.bad, "×"),
    }
}

/// Say in a word or two what the link does; the second row says the rest.
pub(super) fn describe_link<'a>(world: &World, look: &Appearance) -> Segment<'a> {
    let (style, glyph) = mark_link(world, look);
    let word = match &world.link.state {
        LinkState::Live => "live",
        LinkState::Connecting => "connecting …",
        LinkState::Lost { .. } if world.link.is_over() => "over",
        LinkState::Lost { .. } if world.link.was_live => "lost",
        LinkState::Lost { .. } => "not reached",
        LinkState::Refused { .. } => "refused",
    };
    say_in_forms(style, [(format!("{glyph} {word}"), rank::NEVER)])
}

/// Say that the picture is held still or shows the past, since when or of when, what waits, and that the link is lost
/// behind it.
pub(super) fn describe_pause<'a>(screen: &Screen<'_>, look: &Appearance) -> Option<Segment<'a>> {
    let paused = screen.ui.pause()?;
    let since = look.time_of_day(paused.at.seconds());
    let key = look.keys.of(Action::Pause).first().map_or(String::new(), |key| format!(" · {key}"));
    let long = if key.is_empty() { String::new() } else { format!("{key} goes on") };
    let lost = if screen.lost_behind_the_picture() { " · LINK LOST" } else { "" };
    let waiting = paused.waiting;
    if let Some(past) = &paused.past {
        return Some(describe_past(screen, past, (&since, lost), look));
    }
    let style = style_pause(look);
    let forms = [
        (format!(" ❚❚ PAUSED {since}, {waiting} wait{long}{lost} "), rank::SINCE),
        (format!(" ❚❚ PAUSED {since}, {waiting} wait{lost} "), rank::COUNTDOWN),
        (format!(" ❚❚ PAUSED{key}{lost} "), rank::NEVER),
    ];
    Some(say_in_forms(style, forms))
}

/// Nobody must take a picture that stands still, or that is an old one, for one of now.
fn style_pause(look: &Appearance) -> Style {
    look.theme.warn.patch(look.theme.strong).add_modifier(Modifier::REVERSED)
}

/// Say that this is the past, which instant of it, how long ago that is, what has happened since, and how fast it is
/// played.
fn describe_past<'a>(
    screen: &Screen<'_>,
    past: &PastView,
    (time, lost): (&str, &str),
    look: &Appearance,
) -> Segment<'a> {
    let ago = screen.live.now().since(screen.as_of(screen.live.now())).as_secs();
    let age = if ago < 60 { format!("-{ago} s") } else { format!("-{} min {} s", ago / 60, ago % 60) };
    let speed = if past.playing.is_some() { format!(" · plays {}", past.speed.describe()) } else { String::new() };
    let waiting = screen.ui.pause().map_or(0, |paused| paused.waiting);
    let forms = [
        (format!(" PAST {time} · {age}, {waiting} wait{speed}{lost} "), rank::SINCE),
        (format!(" PAST {time} · {age}{speed}{lost} "), rank::COUNTDOWN),
        (format!(" PAST {time}{lost} "), rank::NEVER),
    ];
    say_in_forms(style_pause(look), forms)
}

/// Say in several lengths since when the link is down, and when the next try is.
fn describe_loss<'a>(world: &World, look: &Appearance, now: Moment) -> Segment<'a> {
    let (style, _) = mark_link(world, look);
    let lasted = show_seconds(now.since(world.link.since).as_secs());
    let (word, more, at) = match &world.link.state {
        LinkState::Live | LinkState::Connecting => ("connecting …".to_owned(), String::new(), None),
        LinkState::Lost { .. } if world.link.is_over() => ("over".to_owned(), String::new(), None),
        LinkState::Lost { attempt, retry_at, .. } => {
            let word = if world.link.was_live { "lost" } else { "not reached" };
            let more = if *attempt == 0 { String::new() } else { format!(" (try {attempt})") };
            (format!("{word} for {lasted}"), more, Some(*retry_at))
        }
        LinkState::Refused { retry_at, .. } => ("refused".to_owned(), String::new(), *retry_at),
    };
    let next = at.filter(|at| *at > now).map(|at| at.since(now).as_secs() + 1);
    let waits = !matches!(world.link.state, LinkState::Live | LinkState::Connecting) && !world.link.is_over();
    let in_words = next.map_or(", trying again".to_owned(), |left| format!(", next try in {left} s"));
    let number = next.map_or(", trying".to_owned(), |left| format!(", next in {left} s"));
    let (in_words, number) = if waits { (in_words, number) } else { (String::new(), String::new()) };
    let mut forms = vec![
        (format!("{word}{in_words}{more}"), rank::AT_LENGTH),
        (format!("{word}{in_words}"), rank::AT_LENGTH),
        (format!("{word}{number}"), rank::COUNTDOWN),
        (word.clone(), rank::COUNTDOWN),
        (word.split(" for ").next().unwrap_or_default().to_owned(), rank::NEVER),
    ];
    forms.dedup_by(|next, before| next.0 == before.0);
    Segment { forms: forms.into_iter().map(|(text, rank)| (vec![Span::styled(text, style)], rank)).collect() }
}

fn show_seconds(seconds: u64) -> String {
    if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds / 60) }
}

/// Say in `width` cells since when the link is down, and why, as far as there is room for that.
pub(super) fn show_loss<'a>(world: &World, look: &Appearance, now: Moment, width: usize) -> Line<'a> {
    let mut pieces = vec![describe_loss(world, look, now)];
    let reason = find_trouble(world);
    // The reason goes before the number of the try.
    let wanted = reason.map_or(0, |why| why.width().min(width / 2));
    shorten_pieces(&mut pieces, &mut Vec::new(), width.saturating_sub(wanted).max(width / 2));
    let room = width.saturating_sub(measure_pieces(&pieces));
    let mut line = Line::from(join_pieces(look, pieces));
    if let Some(text) = reason.and_then(|why| fit_reason(": ", why, room)) {
        line.push_span(Span::styled(text, mark_link(world, look).0));
    }
    line
}

/// The same behind the mark of the link.
pub(super) fn show_link_alone<'a>(world: &World, look: &Appearance, now: Moment, width: usize) -> Line<'a> {
    let (style, glyph) = mark_link(world, look);
    let mut line = Line::from(Span::styled(format!("{glyph} "), style));
    line.extend(show_loss(world, look, now, width.saturating_sub(2)));
    line
}
