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
    style::Style,
    text::{Line, Span},
    widgets::{Block, BorderType, Widget},
};

use serde_json::Value;

use unicode_width::UnicodeWidthStr;

use super::{
    Look,
    format::{age, count, cut, pad, pad_left, state_in_words, wrap},
    help::field_on_top,
    layout::{headed, inside},
    popup::{first_in_sight, popup},
    theme::over,
};
use crate::{
    expression::Path,
    model::{By, Certainty, Chooser, Gone, LinkState, Model, Order, Pane, Reason, Row, Watched},
    presence::{Moment, Occupant, Since, UserId},
};

/// No state of more bytes is looked into for its columns.
const READ: usize = 64 * 1024;

/// Cells of the mark before a name, and of the number behind it.
const MARK: usize = 3;
const NUMBER: usize = 6;

/// As much of a title has to stay for a word on its right.
const LEAST_TITLE: usize = 14;

/// Cells of a column: at least, and at most.
const COLUMN: std::ops::RangeInclusive<usize> = 6..=20;

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
    let Some(inner) = inside(area) else { return area };
    let (border, name) = if focused {
        (look.theme.accent, look.theme.accent.patch(look.theme.strong))
    } else {
        (look.theme.border, look.theme.quiet.patch(look.theme.strong))
    };
    let mut block = Block::bordered().border_type(BorderType::Rounded).border_style(border);
    let room = usize::from(area.width) - 4;
    let right = right.filter(|right| right.width() + title.width().min(LEAST_TITLE) < room);
    let taken = right.as_ref().map_or(0, |right| right.width() + 1);
    block = block.title(Span::styled(cut(title, room.saturating_sub(taken)), name));
    if let Some(right) = right {
        block = block.title(right.right_aligned());
    }
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
    let title = title(model, watched, usize::from(area.width));
    let inner =
        frame(look, &title, Some(sureness(model, look, now, watched, usize::from(area.width))), focused, area, buf);
    if inner.height == 0 {
        return;
    }
    let heading = u16::from(headed(inner.height));
    let mut body = Rect { y: inner.y + heading, height: inner.height - heading, ..inner };
    let rows = model.people(usize::from(body.height), now);
    let table = Table::of(model, usize::from(inner.width), &rows);
    table.heading(model.rows.order(), look).render(Rect { height: heading, ..inner }, buf);
    if !rows.iter().any(|row| matches!(row, Row::Here(..))) {
        let lines = wrap(&empty_words(model, watched, now), usize::from(body.width).saturating_sub(4));
        for line in lines.into_iter().take(usize::from(body.height)) {
            Line::styled(format!("   {line}"), look.theme.quiet).render(Rect { height: 1, ..body }, buf);
            body = Rect { y: body.y + 1, height: body.height - 1, ..body };
        }
    }
    for (y, (row, cells)) in (body.y..body.bottom()).zip(rows.iter().zip(&table.cells)) {
        let mut line = match row {
            Row::Here(user, occupant) => table.occupant(model, look, now, user, occupant, cells),
            Row::Tombstone(gone) | Row::Left(gone) => table.gone(look, now, gone),
            Row::JustLeft => Line::styled("   just left", look.theme.quiet),
        };
        if row.user().is_some_and(|user| model.focus.user.as_ref() == Some(user)) {
            over(&mut line, if focused { look.theme.selected } else { look.theme.strong });
        }
        line.render(Rect { y, height: 1, ..body }, buf);
    }
}

/// The user in a row of the pane, the first of which may be a heading.
pub(super) fn in_row(model: &Model, now: Moment, inner: Rect, row: u16) -> Option<UserId> {
    let heading = u16::from(headed(inner.height));
    let row = usize::from(row.checked_sub(heading)?);
    model.people(usize::from(inner.height - heading), now).get(row).and_then(Row::user).cloned()
}

/// What is listed: `occupants · lobby`, and how many match if a filter is on.
fn title(model: &Model, watched: &Watched, width: usize) -> String {
    let rows = &model.rows;
    let filter = rows.filter();
    let working = rows.working(&watched.roster).map(|percent| {
        let what = if rows.order().by == By::Name { "filtering" } else { "sorting" };
        format!("{what} … {percent} % · ")
    });
    let working = working.unwrap_or_default();
    if filter.is_empty() {
        let working = working.strip_suffix("· ").map_or(String::new(), |working| format!("· {working}"));
        return format!(" occupants · {} {working}", cut(watched.channel.as_str(), 40));
    }
    let (found, all) = (rows.len(&watched.roster) as u64, watched.roster.len() as u64);
    let verb = if found == 1 { "matches" } else { "match" };
    let place =
        if width >= 70 { format!("occupants · {} · ", cut(watched.channel.as_str(), 24)) } else { String::new() };
    format!(" {place}{working}{} of {} {verb} `{}` ", count(found), count(all), cut(filter.as_str(), width / 2))
}

/// What a cell of a column shows.
enum Cell {
    Missing,
    Number(String),
    Text(String),
}

impl Cell {
    fn of(path: &Path, state: Option<&Value>) -> Self {
        match state.and_then(|state| path.find(state)) {
            None => Self::Missing,
            Some(Value::Number(number)) => Self::Number(number.to_string()),
            Some(Value::String(text)) => Self::Text(text.clone()),
            Some(other) => Self::Text(other.to_string()),
        }
    }
}

/// A column of its own for a field of the state.
struct Column {
    path: Path,
    width: usize,
    /// All that is in sight of it is numbers.
    numbers: bool,
}

/// The widths of all columns, and what is in those of the states for each row.
struct Table {
    user: usize,
    columns: Vec<Column>,
    /// For the state in words, or for nothing.
    rest: usize,
    words: bool,
    cells: Vec<Vec<Cell>>,
}

impl Table {
    fn of(model: &Model, width: usize, rows: &[Row<'_>]) -> Self {
        // A blank between all columns.
        let room = width.saturating_sub(MARK + NUMBER + 2);
        let user = (room * 9 / 20).clamp(8, 36).min(room);
        let mut rest = room - user;
        let words = model.rows.columns.is_empty();
        let mut paths: Vec<&Path> = model.rows.columns.iter().collect();
        if let By::Field(path) = &model.rows.order().by
            && !paths.contains(&path)
        {
            paths.insert(0, path);
        }
        let all = if words { rest / 3 } else { rest };
        let each = (all / paths.len().max(1)).saturating_sub(1).clamp(*COLUMN.start(), *COLUMN.end());
        let mut columns = Vec::new();
        for path in paths {
            if rest > each {
                rest -= each + 1;
                columns.push(Column { path: path.clone(), width: each, numbers: false });
            }
        }
        let cells: Vec<Vec<Cell>> = rows
            .iter()
            .map(|row| {
                let Row::Here(_, occupant) = row else { return Vec::new() };
                let small = |state: &&crate::presence::State| !columns.is_empty() && state.as_json().len() <= READ;
                let state = occupant.state.as_ref().filter(small).map(crate::presence::State::value);
                columns.iter().map(|column| Cell::of(&column.path, state.as_ref())).collect()
            })
            .collect();
        for (at, column) in columns.iter_mut().enumerate() {
            let mut seen =
                cells.iter().filter_map(|row| row.get(at)).filter(|cell| !matches!(cell, Cell::Missing)).peekable();
            column.numbers = seen.peek().is_some() && seen.all(|cell| matches!(cell, Cell::Number(_)));
        }
        Self { user, columns, rest, words, cells }
    }

    fn heading<'a>(&self, order: &Order, look: &Look) -> Line<'a> {
        let arrow = |by: bool| if by { if order.reversed { " ↓" } else { " ↑" } } else { "" };
        let (number, sorted) = match order.by {
            By::TimeHere => ("here", true),
            By::LastEvent => ("event", true),
            By::Sightings => ("seen", true),
            By::Name | By::Field(_) => ("here", false),
        };
        // Where both do not fit, the blank goes.
        let number = format!("{number}{}", arrow(sorted));
        let number = if number.chars().count() > NUMBER { number.replace(' ', "") } else { number };
        let style = |sorted: bool| if sorted { look.theme.accent } else { look.theme.quiet };
        let by_name = order.by == By::Name;
        let mut spans = vec![
            Span::raw("   "),
            Span::styled(pad(&format!("user id{}", arrow(by_name)), self.user), style(by_name)),
            Span::styled(format!(" {} ", pad_left(&number, NUMBER)), style(sorted)),
        ];
        for column in &self.columns {
            let sorted = matches!(&order.by, By::Field(path) if *path == column.path);
            let name = cut(column.path.as_str(), column.width.saturating_sub(arrow(sorted).chars().count()));
            let name = format!("{name}{}", arrow(sorted));
            let name = if column.numbers { pad_left(&name, column.width) } else { pad(&name, column.width) };
            spans.push(Span::styled(format!("{name} "), style(sorted)));
        }
        if self.words {
            spans.push(Span::styled(cut("state", self.rest), look.theme.quiet));
        }
        Line::from(spans)
    }

    fn occupant<'a>(
        &self,
        model: &Model,
        look: &Look,
        now: Moment,
        user: &UserId,
        occupant: &Occupant,
        cells: &[Cell],
    ) -> Line<'a> {
        let theme = &look.theme;
        let ours = *user == model.session.user;
        let service_now = model.clock.now(now);
        let number = match model.rows.order().by {
            By::LastEvent => occupant.heard.map_or("·".to_owned(), |at| age(service_now.since(at))),
            By::Sightings => occupant.sightings.min(999_999).to_string(),
            By::Name | By::TimeHere | By::Field(_) => match occupant.since {
                Since::Joined(since) => age(service_now.since(since)),
                Since::Before(since) => format!(">{}", age(service_now.since(since))),
            },
        };
        let mut name = pad(user.as_str(), self.user);
        if ours {
            name = pad(&format!("{} (you)", cut(user.as_str(), self.user.saturating_sub(6))), self.user);
        }
        let mut line = Line::from(vec![
            mark(model, look, user),
            Span::styled(name, if ours { theme.good.patch(theme.strong) } else { Style::new() }),
            Span::styled(format!(" {number:>NUMBER$} "), theme.quiet),
        ]);
        for (column, cell) in self.columns.iter().zip(cells) {
            let (text, style) = match cell {
                Cell::Missing => ("·", theme.quiet),
                Cell::Number(text) | Cell::Text(text) => (text.as_str(), Style::new()),
            };
            let text = if column.numbers { pad_left(text, column.width) } else { pad(text, column.width) };
            line.push_span(Span::styled(text, style));
            line.push_span(Span::raw(" "));
        }
        if self.words {
            let state = occupant.state.as_ref().map(|s| state_in_words(s.as_json(), self.rest, theme.quiet));
            line.extend(state.unwrap_or_default());
        }
        self.fill(line)
    }

    /// Somebody who went: how, and when.
    fn gone<'a>(&self, look: &Look, now: Moment, gone: &Gone) -> Line<'a> {
        let theme = &look.theme;
        let (style, glyph) = match gone.reason {
            Reason::Left => (theme.calm, "-"),
            Reason::TimedOut => (theme.warn, "!"),
            Reason::Resync => (theme.bad, "≠"),
        };
        let room = NUMBER + 2 + self.columns.iter().map(|column| column.width + 1).sum::<usize>() + self.rest;
        let said = format!(" {} {} ago", gone.reason.word(), age(now.since(gone.at)));
        self.fill(Line::from(vec![
            Span::styled(format!(" {glyph} "), style),
            Span::styled(pad(gone.user.as_str(), self.user), theme.quiet),
            Span::styled(cut(&said, room), theme.quiet),
        ]))
    }

    /// Blanks to the end, so that a selected row is marked over its whole width.
    fn fill<'a>(&self, mut line: Line<'a>) -> Line<'a> {
        let columns: usize = self.columns.iter().map(|column| column.width + 1).sum();
        let whole = MARK + self.user + NUMBER + 2 + columns + self.rest;
        let missing = whole.saturating_sub(line.width());
        line.push_span(Span::raw(" ".repeat(missing)));
        line
    }
}

/// How many of how many are named, unless the title says it, and how sure that is.
fn sureness<'a>(model: &Model, look: &Look, now: Moment, watched: &Watched, width: usize) -> Line<'a> {
    let certainty = model.certainty(watched, now);
    let (style, glyph) = look.theme.certainty(&certainty);
    let (named, all) = (watched.roster.len() as u64, watched.occupancy());
    let mut listed = match watched.counted() {
        None => " ".to_owned(),
        // Where more are named than counted, one of the two is behind.
        Some(_) if named > all => format!(" {} named, {} counted · ", count(named), count(all)),
        Some(_) => format!(" {} of {} · ", count(named), count(all)),
    };
    if !model.rows.filter().is_empty() {
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
fn empty_words(model: &Model, watched: &Watched, now: Moment) -> String {
    if let Some(trouble) = &watched.refused {
        return trouble.sentence.clone();
    }
    if !watched.roster.is_empty() {
        return match model.rows.working(&watched.roster) {
            Some(_) => "looking for those who match …".to_owned(),
            None => format!("nobody here matches `{}`", cut(model.rows.filter().as_str(), 60)),
        };
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

/// What occupants can be sorted by.
pub(super) fn draw_sort(model: &Model, chooser: &Chooser, look: &Look, screen: Rect, buf: &mut Buffer) {
    let found = model.sortable(chooser);
    // As high as it was before anything was typed.
    let height = model.sortable(&Chooser::default()).len() + 3;
    let inner = popup(look, " sort by ", "Enter sorts, Esc closes", (50, height.clamp(8, 18)), screen, buf);
    let body = field_on_top(chooser, look, inner, buf);
    let (rows, width) = (usize::from(body.height), usize::from(body.width));
    let first = first_in_sight(chooser.chosen, rows, found.len());
    for (y, (place, by)) in (body.y..body.bottom()).zip(found.iter().enumerate().skip(first)) {
        let order = model.rows.order();
        let now = match order.by == *by {
            true if order.reversed => "↓",
            true => "↑",
            false => " ",
        };
        let mut line = Line::from(vec![
            Span::styled(format!(" {now} "), look.theme.accent),
            Span::raw(pad(&by.name(), width.saturating_sub(3))),
        ]);
        if place == chooser.chosen {
            over(&mut line, look.theme.selected);
        }
        line.render(Rect { y, height: 1, ..body }, buf);
    }
    if found.is_empty() {
        let text = cut("   not a field; such as mood, device.os", width);
        Line::styled(text, look.theme.quiet).render(body, buf);
    }
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
