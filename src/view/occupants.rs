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

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
    widgets::Widget,
};

use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    departures::show_departures,
    everyone::draw_everyone,
    format::{cut, cut_foreign, wrap},
    frame::{LEAST_TITLE, draw_frame},
    layout::{count_name_columns, has_heading, inside},
    rows::{below, draw_lines},
    scroll_bar::draw_scroll_bar,
    table::Table,
};
use crate::{
    presence::{Moment, UserId},
    theme::patch_row,
    ui::{OccupantRow, Pane, Screen, SortKey},
    wording::{group_digits, shorten_reason},
    world::{Certainty, ChannelState, LinkState},
};

/// From so many columns on people stand in two of their own.
const TWO_COLUMNS: u16 = 100;

pub(super) fn draw_occupants(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let focused = screen.ui.focus.pane == Pane::Occupants;
    let Some(watched) = screen.selected_channel() else {
        if screen.ui.focus.sum.is_some() {
            return draw_everyone(screen, look, now, area, buf);
        }
        let inner = draw_frame(look, " people ", None, focused, area, buf);
        let text = if screen.world.awaits_channels() {
            " no channel in view yet: those that webhooks tell of are watched"
        } else {
            " no channel in view yet: a pattern or group shows its channels as they come to life"
        };
        Line::styled(cut(text, usize::from(inner.width)), look.theme.quiet).render(inner, buf);
        return;
    };
    let title = make_title(screen, watched, usize::from(area.width));
    let inner = inside(area).unwrap_or(area);
    let (heading, mut body, line) = cut_pane(screen, now, inner);
    let columns = count_columns(screen, now, body);
    let rows = screen.visible_occupants(usize::from(body.height) * columns, now);
    let sight = screen.find_rows_in_sight(&rows, now).filter(|(seen, all)| seen.len() < *all);
    let right = describe_right(screen, look, now, watched, sight.as_ref(), (usize::from(area.width), title.width()));
    draw_frame(look, &title, Some(right), focused, area, buf);
    if inner.height == 0 {
        return;
    }
    if let Some(area) = line {
        show_departures(&screen.list_departures(now), look, now, usize::from(area.width)).render(area, buf);
    }
    if let Some((seen, all)) = &sight {
        body = draw_scroll_bar(look, seen, *all, body, buf);
    }
    let mut areas = cut_columns(body, columns);
    let table = Table::fit(screen, now, usize::from(areas[0].width), &rows);
    for area in &areas {
        let top = Rect { y: inner.y, height: heading, ..*area };
        table.show_heading(screen.ui.occupants.order(), look).render(top, buf);
    }
    if !rows.iter().any(|row| matches!(row, OccupantRow::Here(..))) {
        let lines = wrap(&explain_emptiness(screen, watched, now), usize::from(body.width).saturating_sub(4));
        let said = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        draw_lines(lines.into_iter().map(|line| Line::styled(format!("   {line}"), look.theme.quiet)), body, buf);
        areas[0] = below(body, said);
    }
    let mut lines = rows.iter().zip(&table.cells).map(|(row, cells)| {
        let mut line = match row {
            OccupantRow::Here(user, occupant) => table.show_occupant(screen, look, now, user, occupant, cells),
            OccupantRow::Tombstone(gone) | OccupantRow::Left(gone) => table.show_gone(look, now, gone),
            OccupantRow::JustLeft => Line::styled("   just left", look.theme.quiet),
        };
        if row.user().is_some_and(|user| screen.ui.focus.user.as_ref() == Some(user)) {
            patch_row(&mut line, if focused { look.theme.selected } else { look.theme.strong });
        }
        line
    });
    for area in areas {
        draw_lines(lines.by_ref().take(usize::from(area.height)), area, buf);
    }
}

/// Whether people stand in two columns: where each has room for all that is told of them, and there are more of them than
/// rows.
fn count_columns(screen: &Screen<'_>, now: Moment, body: Rect) -> usize {
    let more = screen.count_occupant_rows(now) > usize::from(body.height) + 1;
    if more && body.width >= TWO_COLUMNS && body.height >= 3 { 2 } else { 1 }
}

/// The columns of the list, beside each other.
fn cut_columns(body: Rect, columns: usize) -> Vec<Rect> {
    if columns < 2 {
        return vec![body];
    }
    let width = (body.width - 1) / 2;
    vec![Rect { width, ..body }, Rect { x: body.x + width + 1, width, ..body }]
}

/// How many rows it takes to show all there is, in a pane of so many cells.
pub(super) fn count_rows(screen: &Screen<'_>, now: Moment, width: u16) -> usize {
    if screen.ui.focus.sum.is_none() {
        return screen.count_occupant_rows(now);
    }
    let gone = !screen.list_all_departures(now).is_empty();
    screen.count_everyone_rows(count_name_columns(width, screen.measure_everyone())) + usize::from(gone)
}

/// Cut the pane into the rows of a heading, the list, and the line of those who have just left, if there are any.
fn cut_pane(screen: &Screen<'_>, now: Moment, inner: Rect) -> (u16, Rect, Option<Rect>) {
    let heading = u16::from(has_heading(inner.height));
    let body = below(inner, heading);
    if body.height < 3 || screen.list_departures(now).is_empty() {
        return (heading, body, None);
    }
    let list = Rect { height: body.height - 1, ..body };
    (heading, list, Some(Rect { y: list.bottom(), height: 1, ..body }))
}

/// Find the user at a position in the pane, the first row of which may be a heading.
pub(super) fn find_user(screen: &Screen<'_>, now: Moment, inner: Rect, at: Position) -> Option<UserId> {
    let (heading, body, _) = cut_pane(screen, now, inner);
    let (columns, height) = (count_columns(screen, now, body), usize::from(body.height));
    let row = Some(usize::from(at.y.checked_sub(heading)?)).filter(|row| *row < height)?;
    let second = columns > 1 && at.x > body.width / 2;
    let row = row + if second { height } else { 0 };
    screen.visible_occupants(height * columns, now).get(row).and_then(OccupantRow::user).cloned()
}

/// Say what is listed: `occupants · lobby`, and how many match if a filter is on.
fn make_title(screen: &Screen<'_>, watched: &ChannelState, width: usize) -> String {
    let rows = &screen.ui.occupants;
    let filter = rows.filter();
    let working = rows.percent_indexed(&watched.roster).map(|percent| {
        let what = if rows.order().by == SortKey::Name { "filtering" } else { "sorting" };
        format!("{what} … {percent} % · ")
    });
    let working = working.unwrap_or_default();
    if filter.is_empty() {
        let working = working.strip_suffix("· ").map_or(String::new(), |working| format!("· {working}"));
        return format!(" people · {} {working}", cut_foreign(watched.channel.as_str(), 40));
    }
    let (found, all) = (rows.count_listed(&watched.roster) as u64, watched.roster.len() as u64);
    let verb = if found == 1 { "matches" } else { "match" };
    let place = if width >= 70 {
        format!("people · {} · ", cut_foreign(watched.channel.as_str(), 24))
    } else {
        String::new()
    };
    format!(
        " {place}{working}{} of {} {verb} `{}` ",
        group_digits(found),
        group_digits(all),
        cut_foreign(filter.as_str(), width / 2)
    )
}

/// A place in the title for the rows in sight, where not all are, and there is room for it beside the whole title.
fn describe_right<'a>(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    watched: &ChannelState,
    sight: Option<&(Range<usize>, usize)>,
    (width, title): (usize, usize),
) -> Line<'a> {
    let mut line = describe_certainty(screen, look, now, watched, width, title);
    if let Some((seen, all)) = sight {
        let range = format!(" {}-{} of {} ·", seen.start + 1, seen.end, group_digits(*all as u64));
        if range.width() + line.width() + title + 7 < width {
            // How many there are is told by the range.
            let all = group_digits(*all as u64);
            if [format!("{all} ·"), format!("{all} of {all} ·")].iter().any(|said| line.spans[0].content.trim() == said)
            {
                line.spans[0] = Span::raw(" ");
            }
            line.spans.insert(0, Span::styled(range, look.theme.quiet));
        }
    }
    line
}

/// Say how many of how many are named, unless the title says it, and how sure that is: in as many words as there is room
/// for, and at least by its sign.
fn describe_certainty<'a>(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    watched: &ChannelState,
    width: usize,
    title: usize,
) -> Line<'a> {
    let certainty = screen.world.shown_certainty(watched, now);
    let (style, glyph) = look.theme.mark_certainty(&certainty);
    let lags = screen.world.lag(watched, now).is_some();
    // By how much, the detail tells: a number that changes all the time is no news here.
    let word = if lags { "seconds behind" } else { certainty.word() };
    let (named, all) = (watched.roster.len() as u64, watched.occupancy());
    // How many match is in the title where a filter is on.
    let counts = watched.known_occupancy().filter(|_| screen.ui.occupants.filter().is_empty()).map(|_| {
        let (named, all) = (group_digits(named), group_digits(all));
        if lags && !watched.is_collecting() {
            return (all.clone(), all);
        }
        // Where more are named than counted, one of the two is behind. Names come in page by page.
        let at_length = match (watched.roster.len() as u64 > watched.occupancy(), watched.is_collecting()) {
            (true, _) => format!("{named} named, {all} counted"),
            (false, true) => format!("{named} of {all} named"),
            (false, false) => format!("{named} of {all}"),
        };
        (at_length, format!("{named}/{all}"))
    });
    let mut forms = Vec::new();
    let (at_length, short) = match &counts {
        Some((at_length, short)) => (format!(" {at_length} · "), format!(" {short} ")),
        None => (" ".to_owned(), " ".to_owned()),
    };
    if let Certainty::Partial(why) = certainty {
        forms.push((at_length.clone(), format!("{glyph} {word}: {why} ")));
    }
    forms.push((at_length, format!("{glyph} {word} ")));
    forms.push((short, format!("{glyph} ")));
    // The sign is the last to go, and never goes.
    forms.push((" ".to_owned(), format!("{glyph} ")));
    let fits = |(listed, sign): &(String, String)| {
        // Beside both are the digit of the pane and the line around it.
        listed.width() + sign.width() + title.min(LEAST_TITLE) + 7 < width
            && (!sign.contains(": ") || listed.width() + sign.width() <= width / 2)
    };
    let place = forms.iter().position(fits).unwrap_or(forms.len() - 1);
    let (listed, sign) = forms.swap_remove(place);
    Line::from(vec![Span::styled(listed, look.theme.quiet), Span::styled(sign, style)])
}

/// Explain what an empty list means.
fn explain_emptiness(screen: &Screen<'_>, watched: &ChannelState, now: Moment) -> String {
    let is_all_refused = matches!(screen.world.link.state, LinkState::Refused { .. });
    if let Some(trouble) = watched.refused.as_ref().filter(|_| !is_all_refused) {
        return trouble.sentence.to_string();
    }
    if !watched.roster.is_empty() {
        return match screen.ui.occupants.percent_indexed(&watched.roster) {
            Some(_) => "looking for those who match …".to_owned(),
            None => format!("nobody here matches `{}`", cut_foreign(screen.ui.occupants.filter().as_str(), 60)),
        };
    }
    match screen.world.certainty(watched, now) {
        Certainty::CatchingUp | Certainty::Stale if !screen.world.link.is_live() => match &screen.world.link.state {
            LinkState::Lost { why, .. } | LinkState::Refused { why, .. } => {
                // The second row says all of it.
                shorten_reason(why).to_owned()
            }
            LinkState::Connecting | LinkState::Live => "connecting …".to_owned(),
        },
        Certainty::CatchingUp => "asking who is here …".to_owned(),
        _ if watched.occupancy() == 0 => "nobody is here; H makes you present".to_owned(),
        _ => "somebody is here, but nobody has been named yet".to_owned(),
    }
}
