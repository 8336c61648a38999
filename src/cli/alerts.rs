//! How the watch list tells, and what it tells of from the start: as the configuration says.

use super::{Failure, print};
use crate::{
    alerts::AlertSubject,
    child::AlertCommand,
    config::{ConfigValues, Osc},
    dashboard::{Notifier, NotifyWays},
    expression::Expression,
    terminal,
    ui::Ui,
    world::{Pseudonyms, World},
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
pub(super) fn fill_watchlist(
    ui: &mut Ui,
    world: &World,
    all: &ConfigValues,
    names: Option<&Pseudonyms>,
) -> Result<(), Failure> {
    ui.prices = all.tariff.prices();
    ui.alerts.cool_down = all.notifications.cool_down.value;
    for text in &all.notifications.watch {
        let wrong = |why: String| Failure::usage(text.from.wrong(&why).to_string());
        let subject = ui.alerts.watch_for(world, &text.value).map_err(wrong)?;
        if let Some(names) = names {
            hide_subject(ui, &subject, names).map_err(wrong)?;
        }
    }
    Ok(())
}

/// Of what was put on the watch list last, have the screen know no name that it is not to show.
fn hide_subject(ui: &mut Ui, subject: &AlertSubject, names: &Pseudonyms) -> Result<(), String> {
    let last = ui.alerts.items().len() - 1;
    match subject {
        AlertSubject::User(user) => {
            ui.alerts.remove(last);
            ui.alerts.add_name(AlertSubject::User(names.hide_user(user)))?;
        }
        AlertSubject::Claim(text) if Expression::parse(text).is_ok_and(|claim| claim.names_people()) => {
            ui.alerts.remove(last);
            print::remark("a rule of the configuration that names people is left out: pseudonyms are on");
        }
        AlertSubject::Channel(_) | AlertSubject::Claim(_) | AlertSubject::Incident(_) => {}
    }
    Ok(())
}
