//! When the screen changes by time alone.

use super::{Screen, past};
use crate::{presence::Moment, world::OccupancyHistory};

/// When the screen changes by time alone: a message expires, an alert is due, the clock ticks, or a chart moves. It does not include what is due in the world.
pub fn wakes_at(screen: &Screen<'_>, now: Moment) -> Option<Moment> {
    let ui = screen.ui;
    let status = ui.status.as_ref().map(|status| status.until);
    let (alerts, doctor) = (ui.alerts.next_due(screen.live), ui.doctor.next_due(screen.world, now));
    let incidents = ui.incidents.next_due().map(|at| at.max(now));
    let rows = ui.occupants.next_due().map(|at| at.max(now));
    let span = screen.span(screen.as_of(now));
    let order = ui.channels.next_due(screen.world, span).map(|at| at.max(now));
    let next_second = Moment::from_micros((now.seconds() + 1) * 1_000_000);
    if screen.ui.pause().is_some() {
        // How long ago the past is, is told by the second.
        let age = screen.is_past().then_some(next_second);
        let (waiting, playing) = (screen.counts_at(), past::plays_at(ui));
        return [status, alerts, incidents, rows, waiting, age, playing].into_iter().flatten().min();
    }
    // Even at rest the status row shows a clock with seconds.
    let chart = Some(OccupancyHistory::chart_moves_at(span, now));
    let rate = screen.world.request_rate.falls_at(now);
    [Some(next_second), status, incidents, alerts, doctor, chart, rate, rows, order].into_iter().flatten().min()
}
