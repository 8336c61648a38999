//! The selected row, and moving the selection.

use std::borrow::Cow;

use super::{
    order::ChannelSort,
    rows::{ChannelListRow, Heading},
};
use crate::{
    expression::Filter,
    presence::{Channel, Moment},
    ui::{ChannelSum, Dialog, FuzzyList, Screen, Ui},
    world::World,
};

impl<'a> Screen<'a> {
    /// The rows of the list of channels.
    pub fn channel_rows(&self) -> Cow<'a, [ChannelListRow]> {
        self.ui.channels.rows(self.world)
    }

    /// Whether the list has a last row that sums up all channels.
    pub fn has_sum_row(&self) -> bool {
        self.world.channels.len() > 1
    }

    /// The place of the selected row; that of the sum of all comes behind the others. Nothing, if the selected one is
    /// not among the rows.
    pub fn selected_row(&self) -> Option<usize> {
        let rows = self.channel_rows();
        match &self.ui.focus.sum {
            Some(ChannelSum::All) => self.has_sum_row().then_some(rows.len()),
            Some(ChannelSum::Of(subscription)) => rows.iter().position(|row| match row {
                ChannelListRow::Heading(at) => {
                    self.ui.channels.heading(*at).is_some_and(|heading| heading.sum.subscription == *subscription)
                }
                ChannelListRow::Channel { .. } | ChannelListRow::Nobody => false,
            }),
            None => {
                let selected = self.selected_place()?;
                rows.iter().position(|row| matches!(row, ChannelListRow::Channel { place, .. } if *place == selected))
            }
        }
    }

    /// The pattern or group that is selected, if one is.
    pub fn selected_heading(&self) -> Option<&'a Heading> {
        let row = self.ui.focus.sum.as_ref().and_then(|_| self.selected_row())?;
        match self.channel_rows().get(row)? {
            ChannelListRow::Heading(at) => self.ui.channels.heading(*at),
            ChannelListRow::Channel { .. } | ChannelListRow::Nobody => None,
        }
    }

    /// The orders of channels that match what is typed.
    pub fn list_channel_sorts(&self, list: &FuzzyList) -> Vec<ChannelSort> {
        let found = list.list_matches(ChannelSort::ALL.into_iter().map(ChannelSort::name));
        found.into_iter().filter_map(|at| ChannelSort::ALL.get(at).copied()).collect()
    }
}

/// Make the rows if that is due.
pub(in crate::ui) fn do_due_for_channels(ui: &mut Ui, world: &World, now: Moment) {
    let screen = ui.screen(world);
    let now = screen.as_of(now);
    let span = screen.span(now);
    let (shown, still) = ui.paused.as_ref().map_or((world, false), |paused| (&*paused.shown.world, true));
    ui.channels.do_due(shown, still, span, now);
}

/// Sort by this; the same again reverses the order.
pub(in crate::ui) fn sort_by(ui: &mut Ui, sort: ChannelSort) {
    ui.channels.sort_by(sort);
}

/// Select the row that so many rows lead to. The selection stops at either end.
pub(in crate::ui) fn move_selection(ui: &mut Ui, world: &World, by: isize, now: Moment) {
    let screen = ui.screen(world);
    let rows = screen.channel_rows();
    let end = rows.len() + usize::from(screen.has_sum_row());
    let Some(last) = end.checked_sub(1) else { return };
    let to = match screen.selected_row() {
        Some(row) => row.saturating_add_signed(by).min(last),
        // What is selected does not pass the filter.
        None if by > 1 => last,
        None => 0,
    };
    // Where there is nothing to select, the next row in the same direction.
    let beyond = if by >= 0 { to + 1 } else { to.saturating_sub(1) };
    let to = if rows.get(to) == Some(&ChannelListRow::Nobody) { beyond.min(last) } else { to };
    if rows.get(to) != Some(&ChannelListRow::Nobody) {
        select_row(ui, world, to);
    }
    ui.channels.hold(now);
}

/// Select the row that a person pointed at; a pattern or group that is selected already is folded.
pub(in crate::ui) fn point_at(ui: &mut Ui, world: &World, row: usize, now: Moment) {
    if ui.screen(world).selected_row() == Some(row) && fold_selected(ui, world, None) {
        return;
    }
    select_row(ui, world, row);
    ui.channels.hold(now);
}

/// Select a row of the list.
fn select_row(ui: &mut Ui, world: &World, row: usize) {
    let screen = ui.screen(world);
    match screen.channel_rows().get(row) {
        Some(ChannelListRow::Channel { place, .. }) => {
            if let Some(channel) = screen.world.channels.get(*place).map(|watched| watched.channel.clone()) {
                select_channel(ui, world, &channel);
            }
        }
        Some(ChannelListRow::Heading(at)) => {
            if let Some(heading) = ui.channels.heading(*at) {
                let sum = ChannelSum::Of(heading.sum.subscription.clone());
                ui.focus.select_sum(sum);
            }
        }
        Some(ChannelListRow::Nobody) => {}
        None => ui.focus.select_sum(ChannelSum::All),
    }
}

/// Select a channel that was looked for. A filter that it does not pass is dropped, so that it is in sight.
pub(in crate::ui) fn select_found(ui: &mut Ui, world: &World, channel: &Channel, now: Moment) {
    if !ui.channels.filter().is_empty() && !ui.channels.filter().matches(channel.as_str(), None) {
        ui.channels.set_filter(Filter::default());
    }
    select_channel(ui, world, channel);
    ui.channels.hold(now);
}

/// Select a channel, unless it is selected already.
fn select_channel(ui: &mut Ui, world: &World, channel: &Channel) {
    let selected = ui.screen(world).selected_channel();
    if selected.is_none_or(|watched| watched.channel != *channel) {
        ui.focus.go_to(channel);
        if matches!(ui.dialog, Some(Dialog::Detail(_))) {
            ui.dialog = None;
        }
    }
}

/// Select the next channel in the order of the rows, or the one before.
pub(in crate::ui) fn step_channel(ui: &mut Ui, world: &World, forward: bool, now: Moment) {
    let screen = ui.screen(world);
    let rows = screen.channel_rows();
    let from = screen.selected_row().unwrap_or(0);
    let find = |row: &ChannelListRow| if let ChannelListRow::Channel { place, .. } = row { Some(*place) } else { None };
    let place = if forward {
        rows.iter().skip(from + 1).find_map(find)
    } else {
        rows[..from.min(rows.len())].iter().rev().find_map(find)
    };
    let channel = place.and_then(|place| screen.world.channels.get(place)).map(|watched| watched.channel.clone());
    if let Some(channel) = channel {
        select_channel(ui, world, &channel);
    }
    ui.channels.hold(now);
}

/// Hide the channels of the selected pattern or group, show them, or the other of the two. Returns whether one is
/// selected.
pub(in crate::ui) fn fold_selected(ui: &mut Ui, world: &World, hidden: Option<bool>) -> bool {
    let Some(heading) = ui.screen(world).selected_heading() else { return false };
    let (subscription, folded) = (heading.sum.subscription.clone(), heading.folded);
    ui.channels.fold(&subscription, hidden.unwrap_or(!folded));
    true
}
