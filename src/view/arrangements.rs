//! The arrangements of panes, by what there is to show: stacked, in two columns, or side by side for want of rows.

use ratatui::layout::Rect;

use super::{
    Contents, Layout,
    layout::{LEAST, RowCutter, count_name_columns},
};
use crate::ui::PaneShares;

/// The channels take no more of the body than this, in percent.
const MOST_CHANNELS: u16 = 45;

/// Rows of the pane of a chart that shows more than a line of blocks, and of one that shows it well.
const LEAST_CHART: u16 = 6;
const GOOD_CHART: u16 = 8;

/// A body of so many rows has room for that.
const ROOMY: u16 = 27;

/// A pane may have so many blank rows below what it shows.
const FEW_BLANK: u16 = 2;

/// From so many columns on people and log may stand side by side.
const SIDE_BY_SIDE: u16 = 120;

/// From so many columns on there is room for the detail beside the people.
const WITH_DETAIL: u16 = 120;

/// So many cells hold most sentences of a detail.
const SENTENCE: u16 = 48;

/// From so many columns on all but the log stands in one column.
const TWO_COLUMNS: u16 = 160;

/// Cut an area in two, the left one so wide.
fn cut_columns(area: Rect, left: u16) -> (Rect, Rect) {
    let left = left.min(area.width);
    (Rect { width: left, ..area }, Rect { x: area.x + left, width: area.width - left, ..area })
}

/// Take a part of `whole` in percent, at least `least`, and leaving at least `others`.
fn take_share(whole: u16, percent: u16, least: u16, others: u16) -> u16 {
    let part = u32::from(whole) * u32::from(percent) / 100;
    let part = u16::try_from(part).unwrap_or(u16::MAX);
    part.min(whole.saturating_sub(others)).max(least).min(whole)
}

fn rows_of(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

impl Contents {
    /// Rows of the pane of channels: title, heading and rows.
    fn channels_height(&self) -> u16 {
        rows_of(self.channels).saturating_add(2)
    }

    /// Rows of the pane of people. It grows by three at a time, so that not everyone who comes moves a line.
    fn occupants_height(&self) -> u16 {
        rows_of(self.occupants.max(3).div_ceil(3) * 3).saturating_add(2)
    }

    /// Rows of the pane of those on other channels, in so many cells; none if there is nobody.
    fn elsewhere_height(&self, width: u16) -> u16 {
        let columns = count_name_columns(width, self.longest);
        match self.elsewhere {
            0 => 0,
            // Of a block that is set in two columns the heading is told twice.
            rows => rows_of((rows + columns - 1).div_ceil(columns)).saturating_add(1),
        }
    }

    fn detail_height(&self) -> u16 {
        if self.detail > 0 { rows_of(self.detail).saturating_add(1) } else { 0 }
    }

    fn log_height(&self) -> u16 {
        rows_of(self.log).saturating_add(1)
    }

    /// The width of the channels beside the chart: as wide as what stands there, or as it was dragged.
    fn channels_width(&self, whole: u16, shares: PaneShares) -> u16 {
        if shares.channels != PaneShares::default().channels {
            return take_share(whole, shares.channels, 24, 24);
        }
        let (least, most) = (whole / 3, whole * 11 / 20);
        u16::try_from(self.width).unwrap_or(u16::MAX).clamp(least, most)
    }
}

impl Layout {
    /// Channels and chart at the top, people and log below.
    pub(super) fn stack_panes(&mut self, shares: PaneShares, contents: Contents) {
        let body = self.body;
        let (people, log) = (contents.occupants_height(), contents.log_height());
        if body.width >= TWO_COLUMNS && log >= body.height {
            return self.set_two_columns(shares, contents);
        }
        let may_be_beside = body.width >= SIDE_BY_SIDE;
        let beside = if body.width >= WITH_DETAIL { contents.detail_height().min(body.height * 2 / 5) } else { 0 };
        // The chart beside few channels gains from the blank rows that their pane may have.
        let channels = contents.channels_height();
        let chart = if body.height >= ROOMY { GOOD_CHART } else { LEAST_CHART };
        let wanted = channels.max(chart.min(channels.saturating_add(FEW_BLANK)));
        let all_fits = wanted.saturating_add(people.max(log.saturating_add(beside))) <= body.height;
        let most = (body.height * MOST_CHANNELS / 100).max(5);
        // What nobody else needs is for the channels, too.
        let spare = body.height.saturating_sub(people.saturating_add(log));
        let top = if may_be_beside && all_fits { wanted } else { wanted.min(most.max(spare)) };
        let mut rows = RowCutter(body);
        let (channels, gauge) = cut_columns(rows.take(top), contents.channels_width(body.width, shares));
        (self.channels, self.gauge) = (Some(channels), Some(gauge));
        let rest = rows.0;
        // Both have more than there is room for, or both fit, which they do not one above the other.
        let fill = |rows: u16, room: u16| rows.saturating_add(FEW_BLANK) >= room;
        let all_people = rows_of(contents.occupants).saturating_add(2 + contents.elsewhere_height(rest.width / 2));
        let both_fill = fill(all_people, rest.height) && fill(log, rest.height.saturating_sub(beside));
        // Blocks of names are lower and wider than a list.
        let both_fit = contents.names == 0 && all_fits && people.saturating_add(log) > rest.height;
        if may_be_beside && (both_fill || both_fit) {
            let is_dragged = shares.detail != PaneShares::default().detail;
            let right = take_share(body.width, if is_dragged { shares.detail } else { 50 }, 50, 50);
            // What blocks of names do not need is for what is said of the events.
            let (least, names) = (body.width - right, contents.names);
            let (left, right) = cut_columns(rest, if names > 0 && !is_dragged { least.min(names) } else { least });
            let mut right = RowCutter(right);
            self.occupants = Some(left);
            self.detail = (beside > 0).then(|| right.take(beside));
            self.log = Some(right.0);
            return;
        }
        let share = take_share(body.height, shares.log, 4, 0).min(rest.height.saturating_sub(LEAST)).max(3);
        let height = if shares.log == PaneShares::default().log {
            let without_log = rest.height.saturating_sub(share);
            // A detail is shown whole where the log leaves rows for it.
            let people = people.max(beside.min(rest.height.saturating_sub(log)));
            if people < without_log { rest.height - people } else { share.min(log.max(3)) }
        } else {
            share
        };
        self.log = Some(rows.take_bottom(height));
        let least = if shares.detail == PaneShares::default().detail { SENTENCE } else { 24 };
        let aside = if beside > 0 { take_share(body.width, shares.detail, least, 60) } else { 0 };
        let (left, right) = cut_columns(rows.0, body.width - aside);
        self.occupants = Some(left);
        self.detail = (aside > 0).then_some(right);
    }

    /// Channels, chart and people in one column, the log in another, where it has more than there is room for.
    fn set_two_columns(&mut self, shares: PaneShares, contents: Contents) {
        let body = self.body;
        let share = if shares.detail == PaneShares::default().detail { 50 } else { shares.detail };
        let (left, right) = cut_columns(body, body.width - take_share(body.width, share, 60, 60));
        let mut left = RowCutter(left);
        let people = contents.occupants_height();
        let most = (body.height * MOST_CHANNELS / 100).max(LEAST_CHART);
        self.channels = Some(left.take(contents.channels_height().min(most)));
        // What neither people need nor those elsewhere.
        let spare = left.0.height.saturating_sub(people + contents.elsewhere_height(left.0.width));
        let chart = (body.height / 5).max(LEAST_CHART).max(spare);
        self.gauge = Some(left.take(chart));
        self.occupants = Some(left.0);
        let mut right = RowCutter(right);
        let detail = contents.detail_height().min(body.height / 2);
        self.detail = (detail > 0).then(|| right.take(detail));
        self.log = Some(right.0);
    }

    /// Where the people do not fill their pane, those on the other channels stand below them.
    pub(super) fn add_elsewhere(&mut self, contents: Contents) {
        let Some(people) = &mut self.occupants else { return };
        let spare = people.height.saturating_sub(contents.occupants_height());
        let wanted = contents.elsewhere_height(people.width).min(spare);
        if wanted >= LEAST {
            people.height -= wanted;
            self.elsewhere = Some(Rect { y: people.bottom(), height: wanted, ..*people });
        }
    }

    /// Channels above the chart, people and log side by side.
    pub(super) fn line_up_panes(&mut self, contents: Contents) {
        let width = u16::try_from(contents.width).unwrap_or(u16::MAX).clamp(self.body.width / 4, self.body.width / 3);
        let (left, rest) = cut_columns(self.body, width);
        let (people, log) = cut_columns(rest, rest.width / 2);
        let mut left = RowCutter(left);
        self.channels = Some(left.take(contents.channels_height().max(LEAST)));
        self.gauge = Some(left.0).filter(|chart| chart.height > 0);
        (self.occupants, self.log) = (Some(people), Some(log));
    }
}
