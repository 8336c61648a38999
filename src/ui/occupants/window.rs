//! The rows of occupants in view, and moving the selection.

use std::ops::Range;

use super::order::{SortKey, SortOrder, SortValue, SortedPlace};
use crate::{
    expression::Path,
    presence::{Moment, Occupant, UserId},
    ui::{FuzzyList, Screen, Ui},
    world::{ChannelState, Departure, World},
};

/// A row of the list of occupants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OccupantRow<'a> {
    /// A user who is present.
    Here(&'a UserId, &'a Occupant),
    /// The selected user, after departing, at their former place.
    Tombstone(&'a Departure),
    /// The heading of the recent departures.
    JustLeft,
    /// A recent departure.
    Left(&'a Departure),
}

impl OccupantRow<'_> {
    /// The user of the row, if the row can be selected.
    pub const fn user(&self) -> Option<&UserId> {
        match self {
            Self::Here(user, _) => Some(user),
            Self::Tombstone(gone) => Some(&gone.user),
            Self::JustLeft | Self::Left(_) => None,
        }
    }
}

impl<'a> Screen<'a> {
    /// The selected user, and their occupant data now or at their departure.
    pub fn selected_person(&self) -> Option<(&'a UserId, Option<&'a Occupant>)> {
        let user = self.ui.focus.user.as_ref()?;
        let here = self.selected_channel()?.roster.get(user);
        Some((user, here.or_else(|| self.ui.focus.selected_departure()?.was.as_ref())))
    }

    /// The place of the selected user in the order, present or not.
    fn place_in_order(&self) -> Option<SortedPlace> {
        let (user, occupant) = self.selected_person()?;
        let roster = &self.selected_channel()?.roster;
        let unknown = || (SortValue::First, user.clone());
        Some(occupant.map_or_else(unknown, |occupant| self.ui.occupants.sorted_place(roster, user, occupant)))
    }

    /// The rows in view, the selected one in the middle as far as possible. Recent departures follow the last
    /// occupant.
    pub fn visible_occupants(&self, height: usize, now: Moment) -> Vec<OccupantRow<'a>> {
        let Some(watched) = self.selected_channel() else { return Vec::new() };
        let roster = &watched.roster;
        let own = self.own_row(watched);
        let own_user = own.as_ref().and_then(OccupantRow::user);
        let height = height - usize::from(own.is_some()).min(height);
        // Our own row is on top, where the list begins.
        let place = self.place_in_order().filter(|(_, user)| Some(user) != own_user);
        // An index that is being built may name some who are gone by now.
        let here = |user: &UserId| {
            let found = roster.from(Some(user)).next().filter(|(found, _)| *found == user && Some(*found) != own_user);
            found.map(|(user, occupant)| OccupantRow::Here(user, occupant))
        };
        let tombstone = self.ui.focus.selected_departure().filter(|gone| roster.get(&gone.user).is_none());
        let mut above: Vec<OccupantRow<'a>> = match &place {
            Some(place) => {
                self.ui.occupants.iter_backward(roster, Some(place)).take(height + 1).filter_map(here).collect()
            }
            None => Vec::new(),
        };
        let mut below: Vec<OccupantRow<'a>> = tombstone.map(OccupantRow::Tombstone).into_iter().collect();
        below.extend(self.ui.occupants.iter_forward(roster, place.as_ref()).take(height + 1).filter_map(here));
        if self.ui.occupants.just_left && below.len() < height && self.ui.occupants.percent_indexed(roster).is_none() {
            let mut left = self.list_left(watched, now).map(OccupantRow::Left).peekable();
            if left.peek().is_some() {
                below.push(OccupantRow::JustLeft);
                below.extend(left);
            }
        }
        let keep = (height / 2).max(height.saturating_sub(below.len())).min(above.len());
        above.truncate(keep);
        own.into_iter().chain(above.into_iter().rev().chain(below).take(height)).collect()
    }

    /// Which of all rows these are, and how many there are, if that is known yet. Our own row, which stays on top, does not
    /// count.
    pub fn find_rows_in_sight(&self, rows: &[OccupantRow<'_>], now: Moment) -> Option<(Range<usize>, usize)> {
        let watched = self.selected_channel()?;
        let (list, roster) = (&self.ui.occupants, &watched.roster);
        let own = self.own_row(watched);
        let rows = &rows[usize::from(own.is_some()).min(rows.len())..];
        let gone = rows.iter().filter(|row| !matches!(row, OccupantRow::Here(..))).count();
        let mut all = list.count_listed(roster) - usize::from(own.is_some());
        if list.just_left {
            let left = self.list_left(watched, now).count();
            all += left + usize::from(left > 0);
        } else {
            all += gone;
        }
        let first = rows.iter().enumerate().find_map(|(at, row)| match row {
            OccupantRow::Here(user, occupant) => Some((at, *user, *occupant)),
            _ => None,
        });
        let start = match first {
            Some((at, user, occupant)) => {
                let row = list.find_row(roster, user, occupant)?;
                let is_above = |own: usize| own < row;
                let own = own.and_then(|own| match own {
                    OccupantRow::Here(user, occupant) => list.find_row(roster, user, occupant),
                    _ => None,
                });
                row.saturating_sub(at + usize::from(own.is_some_and(is_above)))
            }
            None => all.saturating_sub(rows.len()),
        };
        Some((start..(start + rows.len()).min(all), all))
    }

    /// Those who departed within the last minute, as far as they are listed.
    fn list_left(&self, watched: &'a ChannelState, now: Moment) -> impl Iterator<Item = &'a Departure> {
        let filter = self.ui.occupants.filter();
        let tombstone = self.ui.focus.selected_departure().filter(|gone| watched.roster.get(&gone.user).is_none());
        watched.departures.iter_recent(now).filter(move |gone| {
            let state = gone.was.as_ref().and_then(|was| was.state());
            watched.roster.get(&gone.user).is_none()
                && tombstone.is_none_or(|other| other.user != gone.user)
                && filter.matches(gone.user.as_str(), state)
        })
    }

    /// Our own row, while we are listed and not filtered out.
    fn own_row(&self, watched: &'a ChannelState) -> Option<OccupantRow<'a>> {
        let user = &self.world.session.user;
        let (user, occupant) = watched.roster.from(Some(user)).next().filter(|(found, _)| *found == user)?;
        let filter = self.ui.occupants.filter();
        filter.matches(user.as_str(), occupant.state()).then_some(OccupantRow::Here(user, occupant))
    }

    /// Who departed within the last minute and has not come back, the last one first, unless they are rows of the list.
    pub fn list_departures(&self, now: Moment) -> Vec<&'a Departure> {
        let Some(watched) = self.selected_channel().filter(|_| !self.ui.occupants.just_left) else { return Vec::new() };
        let gone = watched.departures.iter_recent(now);
        gone.filter(|gone| watched.roster.get(&gone.user).is_none()).collect()
    }

    /// How many rows it takes to list all occupants and recent departures.
    pub fn count_occupant_rows(&self, now: Moment) -> usize {
        let Some(watched) = self.selected_channel() else { return 0 };
        let list = &self.ui.occupants;
        let gone = watched.departures.iter_recent(now).count();
        // They are in one row, unless they are listed below a heading.
        let rows = if list.just_left && gone > 0 { gone + 1 } else { gone.min(1) };
        list.count_listed(&watched.roster) + rows
    }

    /// The fields that match what is typed, to choose columns from: the chosen ones, and those of states. A field typed
    /// in full comes last.
    pub fn list_columns(&self, list: &FuzzyList) -> Vec<Path> {
        let mut all = self.ui.occupants.columns.clone();
        for field in &self.ui.occupants.fields.fields {
            if !all.contains(&field.path) {
                all.push(field.path.clone());
            }
        }
        let mut found: Vec<Path> =
            list.list_matches(all.iter().map(Path::as_str)).into_iter().map(|at| all[at].clone()).collect();
        if let Ok(path) = Path::parse(list.field.text())
            && !found.contains(&path)
        {
            found.push(path);
        }
        found
    }

    /// The sort keys that match what is typed: those that all users have, the columns, and the fields of states in
    /// view. A field typed in full comes last.
    pub fn list_sort_keys(&self, list: &FuzzyList) -> Vec<SortKey> {
        let mut all = vec![
            SortKey::Name,
            SortKey::TimeHere,
            SortKey::LastEvent,
            SortKey::Sightings,
            SortKey::Flaps,
            SortKey::Timeouts,
        ];
        let mut fields = self.ui.occupants.columns.clone();
        fields.extend(self.ui.occupants.fields.fields.iter().map(|field| field.path.clone()));
        for path in fields.into_iter().map(SortKey::Field) {
            if !all.contains(&path) {
                all.push(path);
            }
        }
        let names: Vec<String> = all.iter().map(SortKey::name).collect();
        let mut found: Vec<SortKey> =
            list.list_matches(names.iter().map(String::as_str)).into_iter().map(|at| all[at].clone()).collect();
        if let Ok(path) = Path::parse(list.field.text()).map(SortKey::Field)
            && !found.contains(&path)
        {
            found.push(path);
        }
        found
    }
}

/// Do what is due for the list of the selected channel.
pub(in crate::ui) fn do_due_for_list(ui: &mut Ui, world: &World, now: Moment) {
    let around = ui.occupants.wants_place().then(|| ui.screen(world).place_in_order()).flatten();
    let place = ui.screen(world).selected_place();
    let shown = ui.paused.as_ref().map_or(world, |paused| &*paused.shown.world);
    let as_of = ui.screen(world).as_of(now);
    ui.occupants.set_clock(shown.clock.now(as_of), as_of);
    ui.occupants.do_due(place.and_then(|place| shown.channels.get(place)), around, now);
}

/// Move the selection by a number of rows.
pub(in crate::ui) fn move_selection(ui: &mut Ui, world: &World, rows: isize) {
    let screen = ui.screen(world);
    let Some(watched) = screen.selected_channel() else { return };
    let own = screen.own_row(watched).and_then(|row| row.user().cloned());
    let (list, roster) = (&ui.occupants, &watched.roster);
    let selected = screen.selected_person().map(|(user, _)| user.clone());
    let place = screen.place_in_order().filter(|_| selected != own);
    let mut next = if selected.is_some() && selected == own && rows <= 0 {
        own.clone()
    } else {
        // From our own row on top, the first step leads to the first of the others.
        list.user_after_move(roster, place.as_ref(), rows)
    };
    if own.is_some() && next == own && selected != own {
        // Where it would stand among the others it is passed over.
        let beyond = next.as_ref().and_then(|user| Some((user, roster.get(user)?)));
        let beyond = beyond.map(|(user, occupant)| list.sorted_place(roster, user, occupant));
        next = list.user_after_move(roster, beyond.as_ref(), rows.signum()).filter(|next| Some(next) != own.as_ref());
    }
    if own.is_some() && rows < 0 && next == selected {
        next = own;
    }
    // In an empty list the tombstone stays.
    if next.is_some() {
        (ui.focus.user, ui.focus.gone) = (next, None);
    }
}

/// Sort by a key; the same key again reverses the order.
pub(in crate::ui) fn sort_by(ui: &mut Ui, by: SortKey) {
    if ui.occupants.order().by == by {
        ui.occupants.reverse_order();
    } else {
        ui.occupants.set_order(SortOrder::new(by));
    }
}
