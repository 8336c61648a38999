//! The verdict and the evidence behind it, as far as a person acts on them.

use super::{Dialog, Effect, ToldFact, Tone, Ui, watch_list};
use crate::{incident::write_report, presence::Moment, world::World};

/// Open the evidence of the incident that is told, or of the latest one; or close it. Where alarms are told, they are
/// in the watch list.
pub(super) fn toggle_evidence(ui: &mut Ui, now: Moment) {
    if matches!(ui.dialog.take(), Some(Dialog::Incident { .. })) {
        return;
    }
    let now = ui.paused.as_ref().map_or(now, |paused| paused.at);
    let incidents = ui.shown_incidents();
    let current = incidents.current(now);
    if let Some(place) = ui.alerts.find_alarm().filter(|_| current.is_none()) {
        ui.dialog = Some(Dialog::WatchList(place));
        return;
    }
    let found = current.or_else(|| incidents.incidents().next());
    let Some(number) = found.map(|incident| incident.number) else {
        return ui.say(Tone::Good, "nothing unusual has happened so far", now);
    };
    show(ui, number);
}

fn show(ui: &mut Ui, number: u64) {
    ui.incidents.mark_read(number);
    ui.facts.push(ToldFact::Read(number));
    if let Some(paused) = &mut ui.paused {
        paused.shown.told.incidents.mark_read(number);
    }
    ui.dialog = Some(Dialog::Incident { number, top: 0 });
}

/// Acknowledge the alarms that the evidence tells as well. Returns whether it is open.
pub(super) fn acknowledge(ui: &mut Ui, now: Moment) -> bool {
    let is_open = matches!(ui.dialog, Some(Dialog::Incident { .. }));
    if is_open && !ui.incidents.alarms().is_empty() {
        watch_list::acknowledge(ui, None, now);
    }
    is_open
}

/// Go to the incident before or after the one that is open. Returns whether one is open.
pub(super) fn step(ui: &mut Ui, later: bool) -> bool {
    let Some(Dialog::Incident { number, .. }) = ui.dialog else { return false };
    let numbers = ui.shown_incidents().incidents().map(|incident| incident.number);
    let next = if later { numbers.filter(|n| *n > number).min() } else { numbers.filter(|n| *n < number).max() };
    if let Some(next) = next {
        show(ui, next);
    }
    true
}

/// Copy the report of the incident that is open, or else of the one that `I` would open.
pub(super) fn copy_report(ui: &mut Ui, world: &World, now: Moment) {
    let open =
        if let Some(Dialog::Incident { number, .. }) = ui.dialog { ui.shown_incidents().find(number) } else { None };
    let found = open.or_else(|| ui.shown_incidents().current(now)).or_else(|| ui.shown_incidents().incidents().next());
    let Some(incident) = found else {
        return ui.say(Tone::Bad, "nothing unusual has happened so far: there is nothing to report", now);
    };
    let session = &world.session;
    let name = session.name.as_deref().unwrap_or("not named in the configuration");
    let region = session.region.as_ref().map_or_else(String::new, |region| format!(", region {region}"));
    let report = write_report(incident, &format!("{name}{region}"), write_time, now);
    let bytes = report.len();
    ui.effects.push(Effect::Copy(report));
    ui.say(Tone::Good, format!("copied the incident report, {bytes} bytes, if the terminal allows it"), now);
}

/// A moment as `2026-11-21 12:04:28 UTC`.
fn write_time(at: Moment) -> String {
    let seconds = i64::try_from(at.seconds()).unwrap_or_default();
    jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
