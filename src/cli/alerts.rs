//! How the watch list tells, and what it tells of from the start: as the configuration says.

use super::Failure;
use crate::{
    alert_command::AlertCommand,
    config::{ConfigValues, Osc},
    dashboard::{Notifier, NotifyWays},
    terminal,
    ui::Ui,
    world::World,
};

/// One who tells as the configuration says.
pub(super) fn make_notifier(all: &ConfigValues) -> Notifier {
    let told = &all.notifications;
    let osc = match told.osc.value {
        Osc::None => None,
        Osc::Nine => Some(terminal::OscNotification::Nine),
        Osc::SevenSevenSeven => Some(terminal::OscNotification::SevenSevenSeven),
    };
    let ways = NotifyWays { bell: told.bell.value, title: told.title.value, osc };
    let command = told.command.as_ref().map(|command| AlertCommand::new(command.value.clone()));
    // A terminal that takes no bell takes no frame either, and that is noticed.
    Notifier::new(ways, command, |bytes| drop(terminal::send_bytes(bytes)))
}

/// Put on the watch list what the configuration names, and set what it says of prices.
///
/// # Errors
/// If something there can't be meant.
pub(super) fn fill_watchlist(ui: &mut Ui, world: &World, all: &ConfigValues) -> Result<(), Failure> {
    ui.prices = all.tariff.prices();
    ui.alerts.cool_down = all.notifications.cool_down.value;
    for text in &all.notifications.watch {
        ui.alerts.watch_for(world, &text.value).map_err(|why| Failure::usage(text.from.wrong(&why).to_string()))?;
    }
    Ok(())
}
