//! The state of the link, and why it is no better.
//!
//! ```text
//! ● live
//! ○ lost 12s ago, next try in 4 s (try 3): connection refused
//! ```

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{
    Appearance,
    format::age,
    pieces::{Segment, fit_reason, join_pieces, measure_pieces, say_in_forms, shorten_pieces},
    rank,
};
use crate::{
    presence::Moment,
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
        LinkState::Lost { .. } => (look.theme.bad, "○"),
        LinkState::Refused { .. } => (look.theme.bad, "×"),
    }
}

/// Say in several lengths what the link is at, and until when.
pub(super) fn describe_link<'a>(world: &World, look: &Appearance, now: Moment) -> Segment<'a> {
    let (style, glyph) = mark_link(world, look);
    let say_next_try = |word: &str, long: String, more: String, at: Option<Moment>| {
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
    match &world.link.state {
        LinkState::Live => say_in_forms(style, [(format!("{glyph} live"), rank::NEVER)]),
        LinkState::Connecting => say_in_forms(style, [(format!("{glyph} connecting …"), rank::NEVER)]),
        LinkState::Lost { attempt, retry_at, .. } => {
            let lasted = age(now.since(world.link.since));
            say_next_try("lost", format!(" {lasted} ago"), format!(" (try {attempt})"), Some(*retry_at))
        }
        LinkState::Refused { retry_at, .. } => say_next_try("refused", String::new(), String::new(), *retry_at),
    }
}

/// Say in `width` cells what the link is at, and why, if there is room for that.
pub(super) fn show_link_alone<'a>(world: &World, look: &Appearance, now: Moment, width: usize) -> Line<'a> {
    let mut pieces = vec![describe_link(world, look, now)];
    shorten_pieces(&mut pieces, &mut Vec::new(), width);
    let room = width.saturating_sub(measure_pieces(&pieces));
    let mut line = Line::from(join_pieces(look, pieces));
    if let Some(text) = find_trouble(world).and_then(|why| fit_reason(": ", why, room)) {
        line.push_span(Span::styled(text, look.theme.bad));
    }
    line
}
