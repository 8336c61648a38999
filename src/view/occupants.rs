//! Who is on the selected channel.
//!
//! ```text
//! ╭ occupants · lobby ──────────────────────── 23 of 23 · exact ╮
//! │   user id               here  state                         │
//! │ ◆ watcher-4f2a  you     12s   mood busy                     │
//! ╰─────────────────────────────────────────────────────────────╯
//! ```
//!
//! An age with `>` in front: they were here before we looked.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::{Block, BorderType, Widget},
};

use super::{
    Look,
    format::{age, count, cut, pad, state_in_words, wrap},
    theme::over,
};
use crate::{
    model::{Certainty, LinkState, Model, Pane, Watched},
    presence::{Moment, Occupant, Since, UserId},
};

/// A border with a title left and, perhaps, a word right; returns what is inside. Where there is no
/// room for a border there is none.
pub(super) fn frame(
    look: &Look,
    title: &str,
    right: Option<Line<'_>>,
    focused: bool,
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    if area.height < 3 || area.width < 8 {
        return area;
    }
    let (border, name) = if focused {
        (look.theme.accent, look.theme.accent.patch(look.theme.strong))
    } else {
        (look.theme.border, look.theme.strong)
    };
    let mut block = Block::bordered().border_type(BorderType::Rounded).border_style(border);
    let room = usize::from(area.width) - 4;
    let taken = right.as_ref().map_or(0, Line::width);
    block = block.title(Span::styled(cut(title, room.saturating_sub(taken)), name));
    if let Some(right) = right.filter(|r| r.width() + 6 < room) {
        block = block.title(right.right_aligned());
    }
    let inner = block.inner(area);
    block.render(area, buf);
    inner
}

pub(super) fn draw(model: &Model, look: &Look, now: Moment, area: Rect, buf: &mut Buffer) {
    let focused = model.focus.pane == Pane::Occupants;
    let Some(watched) = model.selected() else {
        let inner = frame(look, " occupants ", None, focused, area, buf);
        let text = " no channel in view yet: a pattern or group shows its channels as they come to life";
        Line::styled(cut(text, usize::from(inner.width)), look.theme.quiet).render(inner, buf);
        return;
    };
    let title = format!(" occupants · {} ", cut(watched.channel.as_str(), 40));
    let inner = frame(look, &title, Some(sureness(model, look, now, watched)), focused, area, buf);
    if inner.height == 0 {
        return;
    }
    let columns = Columns::of(usize::from(inner.width));
    let heading = format!("   {} {} {}", pad("user id", columns.user), pad("  here", 6), pad("state", columns.state));
    Line::styled(cut(&heading, usize::from(inner.width)), look.theme.quiet).render(Rect { height: 1, ..inner }, buf);
    let body = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    if watched.roster.is_empty() {
        let lines = wrap(&empty_words(model, watched, now), usize::from(body.width).saturating_sub(4));
        for (y, line) in (body.y..body.bottom()).zip(lines) {
            Line::styled(format!("   {line}"), look.theme.quiet).render(Rect { y, height: 1, ..body }, buf);
        }
        return;
    }
    for (y, (user, occupant)) in (body.y..).zip(window(model, watched, usize::from(body.height))) {
        let mut line = row(model, look, now, user, occupant, &columns);
        if model.focus.user.as_ref() == Some(user) {
            over(&mut line, if focused { look.theme.selected } else { look.theme.strong });
        }
        line.render(Rect { y, height: 1, ..body }, buf);
    }
}

struct Columns {
    user: usize,
    state: usize,
}

impl Columns {
    fn of(width: usize) -> Self {
        // Mark (3), user id, age (6), state, and a blank between each.
        let room = width.saturating_sub(3 + 6 + 2);
        let user = (room * 2 / 5).clamp(8, 36).min(room);
        Self { user, state: room - user }
    }
}

/// How many of how many are named, and how sure that is.
fn sureness<'a>(model: &Model, look: &Look, now: Moment, watched: &Watched) -> Line<'a> {
    let certainty = model.certainty(watched, now);
    let (style, glyph) = look.theme.certainty(&certainty);
    let listed = format!(" {} of {} · ", count(watched.roster.len() as u64), count(watched.occupancy()));
    let mut word = certainty.word().to_owned();
    if let Certainty::Partial(why) = certainty {
        word = format!("{word}: {why}");
    }
    Line::from(vec![Span::styled(listed, look.theme.quiet), Span::styled(format!("{glyph} {word} "), style)])
}

/// What an empty list means.
fn empty_words(model: &Model, watched: &Watched, now: Moment) -> String {
    if let Some(trouble) = &watched.refused {
        return trouble.sentence.clone();
    }
    match model.certainty(watched, now) {
        Certainty::CatchingUp | Certainty::Stale if !model.link.is_live() => match &model.link.state {
            LinkState::Lost { why, .. } | LinkState::Refused { why, .. } => why.clone(),
            LinkState::Connecting | LinkState::Live => "connecting …".to_owned(),
        },
        Certainty::CatchingUp => "asking who is here …".to_owned(),
        _ if watched.occupancy() == 0 => "nobody is here; H makes you present".to_owned(),
        _ => "somebody is here, but nobody has been named yet".to_owned(),
    }
}

/// The rows in sight: the selected user in the middle, as far as the ends allow. Without a
/// selection, or with one that is gone, where they would stand.
fn window<'a>(model: &Model, watched: &'a Watched, rows: usize) -> Vec<(&'a UserId, &'a Occupant)> {
    let roster = &watched.roster;
    let anchor = model.focus.user.as_ref();
    let mut above: Vec<_> = match anchor {
        Some(_) => roster.before(anchor).rev().take(rows).collect(),
        None => Vec::new(),
    };
    let below: Vec<_> = roster.from(anchor).take(rows).collect();
    let half = rows / 2;
    let keep_above = half.max(rows.saturating_sub(below.len())).min(above.len());
    above.truncate(keep_above);
    above.reverse();
    above.into_iter().chain(below).take(rows).collect()
}

/// Us, somebody on the watch list, both, or neither.
fn mark<'a>(model: &Model, look: &Look, user: &UserId) -> Span<'a> {
    let watched = model.watchlist.has_user(user);
    match (*user == model.session.user, watched) {
        (true, false) => Span::styled(" ◆ ", look.theme.good),
        (true, true) => Span::styled("★◆ ", look.theme.good),
        (false, true) => Span::styled(" ★ ", look.theme.accent),
        (false, false) => Span::raw("   "),
    }
}

fn row<'a>(model: &Model, look: &Look, now: Moment, user: &UserId, occupant: &Occupant, columns: &Columns) -> Line<'a> {
    let theme = &look.theme;
    let ours = *user == model.session.user;
    let service_now = model.clock.now(now);
    let here = match occupant.since {
        Since::Joined(since) => age(service_now.since(since)),
        Since::Before(since) => format!(">{}", age(service_now.since(since))),
    };
    let mut name = pad(user.as_str(), columns.user);
    if ours {
        name = pad(&format!("{} (you)", cut(user.as_str(), columns.user.saturating_sub(6))), columns.user);
    }
    let state = occupant.state.as_ref().map(|s| state_in_words(s.as_json(), columns.state, theme.quiet));
    let mut line = Line::from(vec![
        mark(model, look, user),
        Span::styled(name, if ours { theme.good.patch(theme.strong) } else { ratatui::style::Style::new() }),
        Span::styled(format!(" {here:>6} "), theme.quiet),
    ]);
    line.extend(state.unwrap_or_default());
    // Blanks to the end, so that a selected row is marked over its whole width.
    let missing = (3 + columns.user + 8 + columns.state).saturating_sub(line.width());
    line.push_span(Span::raw(" ".repeat(missing)));
    line
}
