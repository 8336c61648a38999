//! Who is on the selected channel.
//!
//! ```text
//! ╭ occupants · lobby · 3 of 23 match `~wa` ──────────── ● exact ╮
//! │   user id ↑               here mood          level           │
//! │ ◆ watcher-4f2a  (you)      12s busy              3           │
//! │   walter                   >7m ·                12           │
//! │ ! wanda                        timed out 4s ago              │
//! │   just left                                                  │
//! │ - will                         left 31s ago                  │
//! ╰──────────────────────────────────────────────────────────────╯
//! ```
//!
//! An age with `>` in front: they were here before we looked. Wanda was selected when she went: she stays
//! until the cursor moves.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};

use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{count, cut, pad, wrap},
    frame::frame,
    help::field_on_top,
    layout::headed,
    popup::{first_in_sight, popup},
    table::Table,
    theme::over,
};
use crate::{
    presence::{Moment, UserId},
    ui::{FuzzyList, OccupantRow, Pane, Screen, SortKey},
    world::{Certainty, ChannelState, LinkState},
};

pub(super) fn draw(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let focused = screen.ui.focus.pane == Pane::Occupants;
    let Some(watched) = screen.selected_channel() else {
        let inner = frame(look, " occupants ", None, focused, area, buf);
        let text = " no channel in view yet: a pattern or group shows its channels as they come to life";
        Line::styled(cut(text, usize::from(inner.width)), look.theme.quiet).render(inner, buf);
        return;
    };
    let title = title(screen, watched, usize::from(area.width));
    let inner =
        frame(look, &title, Some(sureness(screen, look, now, watched, usize::from(area.width))), focused, area, buf);
    if inner.height == 0 {
        return;
    }
    let heading = u16::from(headed(inner.height));
    let mut body = Rect { y: inner.y + heading, height: inner.height - heading, ..inner };
    let rows = screen.visible_occupants(usize::from(body.height), now);
    let table = Table::of(screen, usize::from(inner.width), &rows);
    table.heading(screen.ui.occupants.order(), look).render(Rect { height: heading, ..inner }, buf);
    if !rows.iter().any(|row| matches!(row, OccupantRow::Here(..))) {
        let lines = wrap(&empty_words(screen, watched, now), usize::from(body.width).saturating_sub(4));
        for line in lines.into_iter().take(usize::from(body.height)) {
            Line::styled(format!("   {line}"), look.theme.quiet).render(Rect { height: 1, ..body }, buf);
            body = Rect { y: body.y + 1, height: body.height - 1, ..body };
        }
    }
    for (y, (row, cells)) in (body.y..body.bottom()).zip(rows.iter().zip(&table.cells)) {
        let mut line = match row {
            OccupantRow::Here(user, occupant) => table.occupant(screen, look, now, user, occupant, cells),
            OccupantRow::Tombstone(gone) | OccupantRow::Left(gone) => table.gone(look, now, gone),
            OccupantRow::JustLeft => Line::styled("   just left", look.theme.quiet),
        };
        if row.user().is_some_and(|user| screen.ui.focus.user.as_ref() == Some(user)) {
            over(&mut line, if focused { look.theme.selected } else { look.theme.strong });
        }
        line.render(Rect { y, height: 1, ..body }, buf);
    }
}

/// The user in a row of the pane, the first of which may be a heading.
pub(super) fn in_row(screen: &Screen<'_>, now: Moment, inner: Rect, row: u16) -> Option<UserId> {
    let heading = u16::from(headed(inner.height));
    let row = usize::from(row.checked_sub(heading)?);
    screen.visible_occupants(usize::from(inner.height - heading), now).get(row).and_then(OccupantRow::user).cloned()
}

/// What is listed: `occupants · lobby`, and how many match if a filter is on.
fn title(screen: &Screen<'_>, watched: &ChannelState, width: usize) -> String {
    let rows = &screen.ui.occupants;
    let filter = rows.filter();
    let working = rows.percent_indexed(&watched.roster).map(|percent| {
        let what = if rows.order().by == SortKey::Name { "filtering" } else { "sorting" };
        format!("{what} … {percent} % · ")
    });
    let working = working.unwrap_or_default();
    if filter.is_empty() {
        let working = working.strip_suffix("· ").map_or(String::new(), |working| format!("· {working}"));
        return format!(" occupants · {} {working}", cut(watched.channel.as_str(), 40));
    }
    let (found, all) = (rows.count_listed(&watched.roster) as u64, watched.roster.len() as u64);
    let verb = if found == 1 { "matches" } else { "match" };
    let place =
        if width >= 70 { format!("occupants · {} · ", cut(watched.channel.as_str(), 24)) } else { String::new() };
    format!(" {place}{working}{} of {} {verb} `{}` ", count(found), count(all), cut(filter.as_str(), width / 2))
}

/// How many of how many are named, unless the title says it, and how sure that is.
fn sureness<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment, watched: &ChannelState, width: usize) -> Line<'a> {
    let certainty = screen.world.certainty(watched, now);
    let (style, glyph) = look.theme.certainty(&certainty);
    let (named, all) = (watched.roster.len() as u64, watched.occupancy());
    let mut listed = match watched.known_occupancy() {
        None => " ".to_owned(),
        // Where more are named than counted, one of the two is behind.
        Some(_) if named > all => format!(" {} named, {} counted · ", count(named), count(all)),
        Some(_) => format!(" {} of {} · ", count(named), count(all)),
    };
    if !screen.ui.occupants.filter().is_empty() {
        " ".clone_into(&mut listed);
    }
    let mut word = certainty.word().to_owned();
    if let Certainty::Partial(why) = certainty {
        let whole = format!("{word}: {why}");
        if listed.width() + whole.width() <= width / 2 {
            word = whole;
        }
    }
    Line::from(vec![Span::styled(listed, look.theme.quiet), Span::styled(format!("{glyph} {word} "), style)])
}

/// What an empty list means.
fn empty_words(screen: &Screen<'_>, watched: &ChannelState, now: Moment) -> String {
    if let Some(trouble) = &watched.refused {
        return trouble.sentence.clone();
    }
    if !watched.roster.is_empty() {
        return match screen.ui.occupants.percent_indexed(&watched.roster) {
            Some(_) => "looking for those who match …".to_owned(),
            None => format!("nobody here matches `{}`", cut(screen.ui.occupants.filter().as_str(), 60)),
        };
    }
    match screen.world.certainty(watched, now) {
        Certainty::CatchingUp | Certainty::Stale if !screen.world.link.is_live() => match &screen.world.link.state {
            LinkState::Lost { why, .. } | LinkState::Refused { why, .. } => why.clone(),
            LinkState::Connecting | LinkState::Live => "connecting …".to_owned(),
        },
        Certainty::CatchingUp => "asking who is here …".to_owned(),
        _ if watched.occupancy() == 0 => "nobody is here; H makes you present".to_owned(),
        _ => "somebody is here, but nobody has been named yet".to_owned(),
    }
}

/// What occupants can be sorted by.
pub(super) fn draw_sort(screen: &Screen<'_>, list: &FuzzyList, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let found = screen.list_sort_keys(list);
    // As high as it was before anything was typed.
    let height = screen.list_sort_keys(&FuzzyList::default()).len() + 3;
    let inner = popup(look, " sort by ", "Enter sorts, Esc closes", (50, height.clamp(8, 18)), bounds, buf);
    let body = field_on_top(list, look, inner, buf);
    let (rows, width) = (usize::from(body.height), usize::from(body.width));
    let first = first_in_sight(list.chosen, rows, found.len());
    for (y, (place, by)) in (body.y..body.bottom()).zip(found.iter().enumerate().skip(first)) {
        let order = screen.ui.occupants.order();
        let now = match order.by == *by {
            true if order.reversed => "↓",
            true => "↑",
            false => " ",
        };
        let mut line = Line::from(vec![
            Span::styled(format!(" {now} "), look.theme.accent),
            Span::raw(pad(&by.name(), width.saturating_sub(3))),
        ]);
        if place == list.chosen {
            over(&mut line, look.theme.selected);
        }
        line.render(Rect { y, height: 1, ..body }, buf);
    }
    if found.is_empty() {
        let text = cut("   not a field; such as mood, device.os", width);
        Line::styled(text, look.theme.quiet).render(body, buf);
    }
}
