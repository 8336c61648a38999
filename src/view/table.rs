//! The columns of the list of occupants: mark, user id, a number, fields of the state or the state in words.
//!
//! ```text
//!    user id ↑               here mood          level
//!  ◆ watcher-4f2a  (you)      12s busy              3
//! ```

use std::ops::RangeInclusive;

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use serde_json::Value;

use super::{
    Appearance,
    departures::mark_departure,
    format::{age, cut, cut_foreign, cut_middle, measure_common_head, pad, pad_left, pad_middle, rest_in_words},
};
use crate::{
    duration::AGE,
    expression::Path,
    presence::{Moment, Occupant, Since, State, Timetoken, Unsteadiness, UserId},
    ui::{OccupantRow, Screen, SortKey, SortOrder as Order},
    world::Departure,
};

/// No state of more bytes is looked into for its columns: each in sight is parsed anew in each frame.
const READ: usize = 64 * 1024;

/// Cells of the mark before a name: on the watch list, and ourselves.
const MARK: usize = 3;

/// Cells of the number behind it: `>365d`, `999999`.
const NUMBER: usize = AGE + 1;

/// In fewer cells than these no words are said beside the columns.
const LEAST_WORDS: usize = 12;

/// Once may be chance.
const REPEATED: u32 = 2;

/// Columns for what is counted are shown where there are so many cells for all columns.
const ROOM_FOR_COUNTS: usize = 34;

/// Reads one of the counts.
type CountOf = fn(Unsteadiness) -> u32;

/// What is counted of the last minutes, the cells of its name, and the number.
const COUNTS: [(SortKey, usize, CountOf); 2] =
    [(SortKey::Flaps, 5, |slips| slips.flaps), (SortKey::Timeouts, 8, |slips| slips.timeouts)];

/// Cells of a column: a word at least, and at most what leaves room for others.
const COLUMN: RangeInclusive<usize> = 6..=20;

/// What a cell of a column shows.
pub(super) enum StateCell {
    Missing,
    Number(String),
    Text(String),
}

impl StateCell {
    fn count(count: u32) -> Self {
        if count > 0 { Self::Number(count.to_string()) } else { Self::Missing }
    }

    fn read(path: &Path, state: Option<&State>) -> Self {
        match state.and_then(|state| path.find(state)) {
            None => Self::Missing,
            Some(Value::Number(number)) => Self::Number(number.to_string()),
            Some(Value::String(text)) => Self::Text(text),
            Some(other) => Self::Text(other.to_string()),
        }
    }
}

/// A column of its own: for a field of the state, or for what is counted of the last minutes.
struct Column {
    by: SortKey,
    width: usize,
    /// All that is in sight of it is numbers.
    numbers: bool,
}

/// The widths of all columns, and what is in those of the states for each row.
pub(super) struct Table {
    user: usize,
    /// Names that are cut begin alike for so many bytes.
    common: usize,
    columns: Vec<Column>,
    /// For the state in words, or for nothing.
    rest: usize,
    /// All that is behind the name.
    behind: usize,
    words: bool,
    /// Of each row, in order; none for who went.
    pub cells: Vec<Vec<StateCell>>,
}

impl Table {
    /// Fit the columns into so many cells, and read what is in them.
    pub fn fit(screen: &Screen<'_>, now: Moment, width: usize, rows: &[OccupantRow<'_>]) -> Self {
        let service_now = screen.world.clock.now(now);
        // A blank between all columns.
        let room = width.saturating_sub(MARK + NUMBER + 2);
        // As wide as the names are, with room to say that one is ours.
        let widest = screen.ui.occupants.fields.widest_name.map_or(36, |widest| widest + 6);
        let user = (room * 9 / 20).clamp(8, 36).min(widest.max(16)).min(room);
        let mut rest = room - user;
        let mut paths = screen.ui.occupants.list_columns();
        // States without fields that most have are shown in words.
        let words = paths.is_empty();
        let order = &screen.ui.occupants.order().by;
        if let SortKey::Field(path) = order
            && !paths.iter().any(|(other, _)| other == path)
        {
            paths.insert(0, (path.clone(), None));
        }
        let mut columns = Vec::new();
        for (by, width) in list_counts(screen, service_now, rest) {
            rest = rest.saturating_sub(width + 1);
            columns.push(Column { by, width, numbers: true });
        }
        let counts = columns.len();
        let all = if words { rest / 3 } else { rest };
        let each = (all / paths.len().max(1)).saturating_sub(1).clamp(*COLUMN.start(), *COLUMN.end());
        let is_chosen = paths.iter().any(|(_, width)| width.is_none());
        for (path, width) in paths {
            let width = width.unwrap_or(each);
            if rest > width {
                rest -= width + 1;
                columns.push(Column { by: SortKey::Field(path), width, numbers: false });
            }
        }
        if !is_chosen {
            // The narrowest first: what is in them is the easier to find.
            columns[counts..].sort_by_key(|column| column.width);
        }
        let cells: Vec<Vec<StateCell>> =
            rows.iter().map(|row| read_cells(screen, service_now, row, &columns)).collect();
        for (at, column) in columns.iter_mut().enumerate().skip(counts) {
            let mut seen = cells
                .iter()
                .filter_map(|row| row.get(at))
                .filter(|cell| !matches!(cell, StateCell::Missing))
                .peekable();
            column.numbers = seen.peek().is_some() && seen.all(|cell| matches!(cell, StateCell::Number(_)));
        }
        let behind = NUMBER + 2 + columns.iter().map(|column| column.width + 1).sum::<usize>() + rest;
        let names = rows.iter().filter_map(OccupantRow::user).map(UserId::as_str);
        let common = measure_common_head(names, user);
        Self { user, common, columns, rest, behind, words, cells }
    }

    pub fn show_heading<'a>(&self, order: &Order, look: &Appearance) -> Line<'a> {
        let arrow = |by: bool| if by { if order.reversed { " ↓" } else { " ↑" } } else { "" };
        let (number, sorted) = match order.by {
            SortKey::TimeHere => ("here", true),
            SortKey::LastEvent => ("event", true),
            SortKey::Sightings => ("seen", true),
            SortKey::Name | SortKey::Field(_) | SortKey::Flaps | SortKey::Timeouts => ("here", false),
        };
        // Where both do not fit, the blank goes.
        let number = format!("{number}{}", arrow(sorted));
        let number = if number.chars().count() > NUMBER { number.replace(' ', "") } else { number };
        let style = |sorted: bool| if sorted { look.theme.accent } else { look.theme.quiet };
        let by_name = order.by == SortKey::Name;
        let mut spans = vec![
            Span::raw("   "),
            Span::styled(pad(&format!("user id{}", arrow(by_name)), self.user), style(by_name)),
            Span::styled(format!(" {} ", pad_left(&number, NUMBER)), style(sorted)),
        ];
        for column in &self.columns {
            let sorted = order.by == column.by;
            let name = if let SortKey::Field(path) = &column.by { path.as_str() } else { &column.by.name() };
            let name = cut_foreign(name, column.width.saturating_sub(arrow(sorted).chars().count()));
            let name = format!("{name}{}", arrow(sorted));
            let name = if column.numbers { pad_left(&name, column.width) } else { pad(&name, column.width) };
            spans.push(Span::styled(format!("{name} "), style(sorted)));
        }
        if self.words {
            spans.push(Span::styled(cut("state", self.rest), look.theme.quiet));
        }
        Line::from(spans)
    }

    pub fn show_occupant<'a>(
        &self,
        screen: &Screen<'_>,
        look: &Appearance,
        now: Moment,
        user: &UserId,
        occupant: &Occupant,
        cells: &[StateCell],
    ) -> Line<'a> {
        let theme = &look.theme;
        let ours = *user == screen.world.session.user;
        let service_now = screen.world.clock.now(now);
        let number = match screen.ui.occupants.order().by {
            SortKey::LastEvent => occupant.last_event().map_or("·".to_owned(), |at| age(service_now.since(at))),
            SortKey::Sightings => occupant.sightings().min(999_999).to_string(),
            SortKey::Name | SortKey::TimeHere | SortKey::Field(_) | SortKey::Flaps | SortKey::Timeouts => {
                show_time_here(screen, occupant, now)
            }
        };
        let mut name = pad_middle(user.as_str(), self.common, self.user);
        if ours {
            name = pad(
                &format!("{} (you)", cut_middle(user.as_str(), self.common, self.user.saturating_sub(6))),
                self.user,
            );
        }
        let mut line = Line::from(vec![
            mark_user(screen, look, user),
            Span::styled(name, if ours { theme.good.patch(theme.strong) } else { Style::new() }),
            Span::styled(format!(" {number:>NUMBER$} "), theme.quiet),
        ]);
        for (column, cell) in self.columns.iter().zip(cells) {
            let (text, style) = match cell {
                StateCell::Missing => ("·", theme.quiet),
                StateCell::Number(text) | StateCell::Text(text) => (text.as_str(), Style::new()),
            };
            let text = if column.numbers { pad_left(text, column.width) } else { pad(text, column.width) };
            line.push_span(Span::styled(text, style));
            line.push_span(Span::raw(" "));
        }
        if let Some(state) = occupant.state().filter(|_| self.words || self.rest >= LEAST_WORDS) {
            let has_column = |name: &str| {
                let is_of = |column: &Column| matches!(&column.by, SortKey::Field(path) if path.as_str().split('.').next() == Some(name));
                self.columns.iter().any(is_of) && !self.words
            };
            line.extend(rest_in_words(state.as_json(), self.rest, theme.quiet, has_column));
        }
        self.fill_row(line)
    }

    /// Show somebody who went: how, and when.
    pub fn show_gone<'a>(&self, look: &Appearance, now: Moment, gone: &Departure) -> Line<'a> {
        let theme = &look.theme;
        let (style, glyph) = mark_departure(theme, gone.reason);
        let said = format!(" {} {} ago", gone.reason.word(), age(now.since(gone.at)));
        self.fill_row(Line::from(vec![
            Span::styled(format!(" {glyph} "), style),
            Span::styled(pad_middle(gone.user.as_str(), self.common, self.user), theme.quiet),
            Span::styled(cut(&said, self.behind), theme.quiet),
        ]))
    }

    /// Fill a row with blanks to its end, so that a selected row is marked over its whole width.
    fn fill_row<'a>(&self, mut line: Line<'a>) -> Line<'a> {
        let missing = (MARK + self.user + self.behind).saturating_sub(line.width());
        line.push_span(Span::raw(" ".repeat(missing)));
        line
    }
}

/// How long somebody has been here; longer than that, if they were here before we looked.
pub(super) fn show_time_here(screen: &Screen<'_>, occupant: &Occupant, now: Moment) -> String {
    let service_now = screen.world.clock.now(now);
    match occupant.since() {
        Since::Joined(since) => age(service_now.since(since)),
        Since::Before(since) => format!(">{}", age(service_now.since(since))),
    }
}

/// Read what is in the columns of a row.
fn read_cells(screen: &Screen<'_>, now: Timetoken, row: &OccupantRow<'_>, columns: &[Column]) -> Vec<StateCell> {
    let OccupantRow::Here(user, occupant) = row else { return Vec::new() };
    let small = |state: &&State| !columns.is_empty() && state.as_json().len() <= READ;
    let state = occupant.state().filter(small);
    let slips = screen.selected_channel().map(|watched| watched.roster.count_slips(user, now)).unwrap_or_default();
    let read = |column: &Column| match &column.by {
        SortKey::Flaps => StateCell::count(slips.flaps),
        SortKey::Timeouts => StateCell::count(slips.timeouts),
        SortKey::Field(path) => StateCell::read(path, state),
        _ => StateCell::Missing,
    };
    columns.iter().map(read).collect()
}

/// The columns for what is counted of the last ten minutes, with their cells: where somebody who is here did so repeatedly,
/// and room is left for others; or the one that is sorted by.
fn list_counts(screen: &Screen<'_>, now: Timetoken, room: usize) -> Vec<(SortKey, usize)> {
    let Some(roster) = screen.selected_channel().map(|watched| &watched.roster) else { return Vec::new() };
    let counts = |slip: CountOf| {
        roster.iter_unsteady(now).any(|(user, slips)| slip(slips) >= REPEATED && roster.get(user).is_some())
    };
    let order = &screen.ui.occupants.order().by;
    let mut found = Vec::new();
    for (by, width, slip) in COUNTS {
        if *order == by || room >= ROOM_FOR_COUNTS && counts(slip) {
            let arrow = if *order == by { 2 } else { 0 };
            found.push((by, width + arrow));
        }
    }
    found
}

/// Mark us, somebody on the watch list, both, or neither.
pub(super) fn mark_user<'a>(screen: &Screen<'_>, look: &Appearance, user: &UserId) -> Span<'a> {
    let watched = screen.ui.alerts.has_user(user);
    match (*user == screen.world.session.user, watched) {
        (true, false) => Span::styled(" ◆ ", look.theme.good),
        (true, true) => Span::styled("★◆ ", look.theme.good),
        (false, true) => Span::styled(" ★ ", look.theme.accent),
        (false, false) => Span::raw("   "),
    }
}
