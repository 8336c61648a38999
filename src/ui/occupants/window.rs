//! The occupants as a person looks at them: the rows in sight, the one selected, and what a change of a
//! roster means to them.

use crate::model::{By, Chooser, Focus, Gone, Model, Order, Reason, order::Place};
use crate::{
    expression::Path,
    presence::{Change, Channel, Difference, Happening, Moment, Occupant, PresenceEvent, UserId},
};

/// Rows whose states are looked at to offer their fields.
const LOOKED_AT: usize = 30;

/// Fields that are offered.
const OFFERED: usize = 24;

/// Bytes of a state that is looked at for its fields.
const READ: usize = 8 * 1024;

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Row<'a> {
    /// Somebody who is here.
    Here(&'a UserId, &'a Occupant),
    /// Somebody who was selected when they went, where they stood.
    Tombstone(&'a Gone),
    /// Here begin those who have just left.
    JustLeft,
    /// One of them.
    Left(&'a Gone),
}

impl Row<'_> {
    /// The user that it is about, if it can be selected.
    pub const fn user(&self) -> Option<&UserId> {
        match self {
            Self::Here(user, _) => Some(user),
            Self::Tombstone(gone) => Some(&gone.user),
            Self::JustLeft | Self::Left(_) => None,
        }
    }
}

impl Focus {
    /// The selected user, if they have gone since.
    pub fn tombstone(&self) -> Option<&Gone> {
        self.gone.as_ref().filter(|gone| self.user.as_ref() == Some(&gone.user))
    }
}

impl Model {
    /// The selected occupant, or as they were when they went.
    pub fn person(&self) -> Option<(&UserId, Option<&Occupant>)> {
        let user = self.focus.user.as_ref()?;
        let here = self.selected()?.roster.get(user);
        Some((user, here.or_else(|| self.focus.tombstone()?.was.as_ref())))
    }

    /// Where the selected user stands in the order that is shown, or stood.
    fn place(&self) -> Option<Place> {
        let (user, occupant) = self.person()?;
        let unknown = || (crate::model::order::Key::First, user.clone());
        Some(occupant.map_or_else(unknown, |occupant| self.rows.place(user, occupant)))
    }

    /// The rows in sight: the selected one in the middle, as far as the ends allow. Where the list ends, those
    /// follow who have just left.
    pub fn people(&self, height: usize, now: Moment) -> Vec<Row<'_>> {
        let Some(watched) = self.selected() else { return Vec::new() };
        let (roster, place) = (&watched.roster, self.place());
        let here = |user: &UserId| roster.from(Some(user)).next().map(|(user, occupant)| Row::Here(user, occupant));
        let tombstone = self.focus.tombstone().filter(|gone| roster.get(&gone.user).is_none());
        let mut above: Vec<Row<'_>> = match &place {
            Some(place) => self.rows.backward(roster, Some(place)).take(height).filter_map(here).collect(),
            None => Vec::new(),
        };
        let mut below: Vec<Row<'_>> = tombstone.map(Row::Tombstone).into_iter().collect();
        below.extend(self.rows.onward(roster, place.as_ref()).take(height).filter_map(here));
        if self.rows.just_left && below.len() < height && self.rows.working(roster).is_none() {
            let filter = self.rows.filter();
            let shown = |gone: &&Gone| {
                let state = gone.was.as_ref().and_then(|was| was.state.as_ref());
                roster.get(&gone.user).is_none()
                    && tombstone.is_none_or(|other| other.user != gone.user)
                    && filter.matches(gone.user.as_str(), state)
            };
            let mut left = watched.gone.iter(now).filter(shown).map(Row::Left).peekable();
            if left.peek().is_some() {
                below.push(Row::JustLeft);
                below.extend(left);
            }
        }
        let keep = (height / 2).max(height.saturating_sub(below.len())).min(above.len());
        above.truncate(keep);
        above.into_iter().rev().chain(below).take(height).collect()
    }

    /// By what occupants can be sorted, as far as it fits what is typed: what all have, the columns, and the
    /// fields of the states in sight; a field that is typed out comes last.
    pub fn sortable(&self, chooser: &Chooser) -> Vec<By> {
        let mut all = vec![By::Name, By::TimeHere, By::LastEvent, By::Sightings];
        let mut fields = self.rows.columns.clone();
        fields.extend(self.fields_in_sight());
        for path in fields.into_iter().map(By::Field) {
            if !all.contains(&path) {
                all.push(path);
            }
        }
        let names: Vec<String> = all.iter().map(By::name).collect();
        let mut found: Vec<By> =
            chooser.found(names.iter().map(String::as_str)).into_iter().map(|at| all[at].clone()).collect();
        if let Ok(path) = Path::parse(chooser.field.text()).map(By::Field)
            && !found.contains(&path)
        {
            found.push(path);
        }
        found
    }

    /// The fields of the states in sight, in the order of their names.
    fn fields_in_sight(&self) -> Vec<Path> {
        let mut names = std::collections::BTreeSet::new();
        for row in self.people(LOOKED_AT, Moment::default()) {
            if let Row::Here(_, Occupant { state: Some(state), .. }) = row
                && state.as_json().len() <= READ
            {
                collect("", &state.value(), &mut names);
            }
        }
        names.iter().filter_map(|name| Path::parse(name).ok()).take(OFFERED).collect()
    }
}

/// The names of the fields with a value of their own, the plain ones.
fn collect(before: &str, value: &serde_json::Value, names: &mut std::collections::BTreeSet<String>) {
    let serde_json::Value::Object(fields) = value else { return };
    let plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    for (name, value) in fields.iter().filter(|(name, _)| plain(name)).take(OFFERED) {
        let name = format!("{before}{name}");
        if value.is_object() && before.split('.').count() < 4 {
            collect(&format!("{name}."), value, names);
        } else if !value.is_array() && names.len() < 4 * OFFERED {
            names.insert(name);
        }
    }
}

/// Go so many rows on; what has gone is left behind.
pub(crate) fn move_by(model: &mut Model, rows: isize) {
    let place = model.place();
    let Some(roster) = model.selected().map(|watched| &watched.roster) else { return };
    let next = model.rows.moved(roster, place.as_ref(), rows);
    // In an empty list the tombstone may stay.
    if next.is_some() {
        model.focus.user = next;
        model.focus.gone = None;
    }
}

/// Another order, as chosen; the same once more turns it round.
pub(crate) fn sort_by(model: &mut Model, by: By) {
    if model.rows.order().by == by {
        model.rows.reverse();
    } else {
        model.rows.sort(Order::new(by));
    }
}

/// Do what is due for the list.
pub(crate) fn tend(model: &mut Model, now: Moment) {
    let Model { rows, world, focus, .. } = model;
    rows.tend(world.channels.get(focus.channel), now);
}

/// Those as they were whom an event may send away: the one that it names, the selected one, or the last few
/// of a summary.
pub(crate) fn before(model: &Model, event: &PresenceEvent) -> Vec<(UserId, Reason, Option<Occupant>)> {
    let (left, timed_out): (&[UserId], &[UserId]) = match &event.what {
        Happening::Left { user } => (std::slice::from_ref(user), &[]),
        Happening::TimedOut { user } => (&[], std::slice::from_ref(user)),
        Happening::Interval { left, timed_out, .. } => (left, timed_out),
        Happening::Joined { .. } | Happening::StateChanged { .. } | Happening::Unknown { .. } => (&[], &[]),
    };
    let Some(watched) = model.world.channels.look_up(&event.channel) else { return Vec::new() };
    let selected = model.focus.user.as_ref();
    let pick = |users: &[UserId], reason: Reason| {
        let last = users.len().saturating_sub(FEW);
        let picked = users.iter().enumerate().filter(move |(at, user)| *at >= last || selected == Some(*user));
        picked
            .filter_map(|(_, user)| watched.roster.get(user).map(|was| (user.clone(), reason, Some(was.clone()))))
            .collect::<Vec<_>>()
    };
    let mut found = pick(left, Reason::Left);
    found.extend(pick(timed_out, Reason::TimedOut));
    found
}

/// Of a summary, so many of those who went are remembered.
const FEW: usize = 5;

/// An event was folded in.
pub(crate) fn heard(
    model: &mut Model,
    event: &PresenceEvent,
    before: Vec<(UserId, Reason, Option<Occupant>)>,
    change: Change,
    now: Moment,
) {
    if change == Change::None {
        return;
    }
    let Some(watched) = model.world.channels.find(&event.channel) else { return };
    if let Some(user) = event.what.user() {
        model.rows.touched(&event.channel, &watched.roster, user);
    } else if let Happening::Interval { joined, left, timed_out, .. } = &event.what {
        let all: Vec<&UserId> = joined.iter().chain(left).chain(timed_out).collect();
        model.rows.many_touched(&event.channel, &watched.roster, all.into_iter(), false);
    }
    went(model, &event.channel, before, now);
}

/// A here-now answer was folded in; `selected`: as they were before.
pub(crate) fn looked(
    model: &mut Model,
    channel: &Channel,
    difference: &Difference,
    selected: Option<&Occupant>,
    now: Moment,
) {
    let Some(watched) = model.world.channels.find(channel) else { return };
    let all: Vec<&UserId> = difference.missing.iter().chain(&difference.extra).collect();
    model.rows.many_touched(channel, &watched.roster, all.into_iter(), difference.restated > 0);
    let user = model.focus.user.clone();
    let last = difference.extra.len().saturating_sub(FEW);
    let extra = difference.extra.iter().enumerate().filter(|(at, gone)| *at >= last || user.as_ref() == Some(*gone));
    let was = |gone: &UserId| selected.filter(|_| user.as_ref() == Some(gone)).cloned();
    let before = extra.map(|(_, gone)| (gone.clone(), Reason::Resync, was(gone))).collect();
    went(model, channel, before, now);
}

/// These went, if they are not here.
fn went(model: &mut Model, channel: &Channel, before: Vec<(UserId, Reason, Option<Occupant>)>, now: Moment) {
    let selected = model.selected().is_some_and(|watched| watched.channel == *channel);
    // The picture that is held still has them yet.
    let behind = model.paused().is_some();
    let Some(watched) = model.world.channels.find(channel) else { return };
    for (user, reason, was) in before {
        if watched.roster.get(&user).is_some() {
            continue;
        }
        let gone = Gone { user, reason, at: now, was };
        if selected && !behind && model.focus.user.as_ref() == Some(&gone.user) {
            model.focus.gone = Some(gone.clone());
        }
        watched.gone.push(gone);
    }
}
