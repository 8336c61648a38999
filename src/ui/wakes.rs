//! When the screen changes by time alone.

use std::time::Duration;

use super::{Screen, SortKey};
use crate::{
    presence::{Moment, Occupant, Since, Timetoken},
    world::{Departure, OccupancyHistory},
};

/// The rows on either side of the selected one that may be in sight.
const IN_SIGHT: usize = 100;

/// When the screen changes by time alone: a message expires, an alert is due, an age ticks, or a chart moves. At rest
/// that is once a minute. It does not include what is due in the world.
pub fn wakes_at(screen: &Screen<'_>, now: Moment) -> Option<Moment> {
    let ui = screen.ui;
    let status = ui.status.as_ref().map(|status| status.until);
    let (alerts, doctor) = (ui.alerts.next_due(screen.live), ui.doctor.next_due(screen.world, now));
    let rows = ui.occupants.next_due().map(|at| at.max(now));
    let order = ui.channels.next_due(screen.world).map(|at| at.max(now));
    if screen.ui.pause().is_some() {
        // The screen is paused.
        return [status, alerts, rows, screen.counts_at()].into_iter().flatten().min();
    }
    let next_second = Moment::from_micros((now.seconds() + 1) * 1_000_000);
    let next_minute = Moment::from_micros((now.seconds() / 60 + 1) * 60_000_000);
    // Even at rest the status row shows a clock, in hours and minutes.
    let ticking = if is_counting(screen, now) || ui.young_age { next_second } else { next_minute };
    let chart = Some(OccupancyHistory::chart_moves_at(screen.span(now), now));
    let minutes = screen.world.channels.last_changed().and_then(|at| OccupancyHistory::minute_moves_at(at, now));
    let rate = screen.world.request_rate.falls_at(now);
    [Some(ticking), status, alerts, doctor, chart, minutes, rate, rows, order].into_iter().flatten().min()
}

/// Whether something on the screen counts in seconds.
fn is_counting(screen: &Screen<'_>, now: Moment) -> bool {
    let world = screen.world;
    let scene = world.scene.as_ref().and_then(|scene| scene.next.as_ref()).is_some_and(|(_, at)| *at > now);
    let own = !world.own_presence.places.is_empty() || world.own_presence.count_unconfirmed(now).is_some();
    world.link.retry_at().is_some() || own || scene
}

/// Whether an age below a minute is on the screen: it changes every second.
pub(super) fn shows_young_age(screen: &Screen<'_>, now: Moment) -> bool {
    let service_now = screen.world.clock.now(now);
    let Some(watched) = screen.selected_channel() else { return false };
    let has_just_gone = |gone: &Departure| now.since(gone.at) < Duration::from_secs(60);
    let just_left = watched.departures.iter_recent(now).next().is_some();
    if just_left || screen.ui.focus.selected_departure().is_some_and(has_just_gone) {
        return true;
    }
    let is_young = |at: Timetoken| service_now.since(at) < Duration::from_secs(60);
    let has_come = |occupant: &Occupant| {
        let (Since::Joined(since) | Since::Before(since)) = occupant.since();
        is_young(since)
    };
    let was_heard = |occupant: &Occupant| occupant.last_event().is_some_and(is_young);
    let selected = screen.selected_person().and_then(|(_, occupant)| occupant);
    if selected.is_some_and(|occupant| has_come(occupant) || was_heard(occupant)) {
        return true;
    }
    let mut others = screen.occupants_around_selection(IN_SIGHT);
    match screen.ui.occupants.order().by {
        SortKey::LastEvent => others.any(was_heard),
        SortKey::Sightings => false,
        SortKey::Name | SortKey::TimeHere | SortKey::Field(_) => others.any(has_come),
    }
}
