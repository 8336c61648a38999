//! Actions on the watch list.

use super::{Action, Dialog, Pane, Prompt, Question, Tone, Ui};
use crate::{alerts::AlertSubject, presence::Moment, world::World};

/// Put the selected user or channel on the list, or take it off.
pub(super) fn toggle_selected(ui: &mut Ui, world: &World, now: Moment) {
    let user = ui.focus.user.clone().filter(|_| ui.focus.pane != Pane::Channels).map(AlertSubject::User);
    // If no user is selected, the channel is.
    let channel = || ui.screen(world).selected_channel().map(|watched| AlertSubject::Channel(watched.channel.clone()));
    let Some(subject) = user.or_else(channel) else {
        return ui.say(Tone::Bad, "nothing is selected to watch for", now);
    };
    if let Some(place) = ui.alerts.find_subject(&subject) {
        ui.alerts.remove(place);
        return ui.say(Tone::Good, format!("{subject} is off the watch list"), now);
    }
    match ui.alerts.add_name(subject) {
        Ok(subject) => ui.say(Tone::Good, describe_added(&subject), now),
        Err(sentence) => ui.say(Tone::Bad, sentence, now),
    }
}

/// The message about a new item.
pub(super) fn describe_added(subject: &AlertSubject) -> String {
    match subject {
        AlertSubject::User(_) => format!("watching {subject}: you are told when they come or go, anywhere in view"),
        AlertSubject::Channel(_) => {
            format!("watching {subject}: you are told when it is empty, not empty, refused or drifting")
        }
        AlertSubject::Claim(_) | AlertSubject::Incident(_) => {
            format!("watching: you are told when `{subject}` begins or ceases to hold")
        }
    }
}

/// Mute or unmute the watch list.
pub(super) fn toggle_mute(ui: &mut Ui, now: Moment) {
    let muted = !ui.alerts.muted;
    ui.alerts.muted = muted;
    let text = if muted {
        "alarms are muted: they are in the events and the watch list only"
    } else {
        "alarms are no longer muted"
    };
    ui.say(Tone::Good, text, now);
}

/// Acknowledge that the rule at this place holds, or that all do which hold: they stay in the list, and are quiet until
/// they have ceased.
pub(super) fn acknowledge(ui: &mut Ui, place: Option<usize>, now: Moment) {
    let count = ui.alerts.acknowledge(place);
    ui.tell_rules(now);
    if let Some(paused) = &mut ui.paused {
        paused.shown.told.incidents.acknowledge_rules(ui.incidents.rules());
    }
    match count {
        0 => ui.say(Tone::Bad, "there is no alarm to acknowledge: no rule holds", now),
        1 => ui.say(Tone::Good, "acknowledged: the alarm is quiet until its rule has ceased to hold", now),
        _ => ui.say(Tone::Good, format!("acknowledged: {count} alarms are quiet until their rules cease to hold"), now),
    }
}

/// Perform an action on the open watch list, where the item at `chosen` is selected. Returns whether the action was
/// for the list.
pub(super) fn act_on_list(ui: &mut Ui, world: &World, chosen: usize, action: Action, now: Moment) -> bool {
    let last = ui.alerts.items().len().saturating_sub(1);
    let chosen = match action {
        Action::Up => chosen.saturating_sub(1),
        Action::Down => (chosen + 1).min(last),
        Action::PageUp => chosen.saturating_sub(10),
        Action::PageDown => (chosen + 10).min(last),
        Action::Top => 0,
        Action::Bottom => last,
        Action::Add => {
            ui.dialog = Some(Dialog::Prompt(Prompt::new(Question::WatchFor, "")));
            return true;
        }
        Action::Remove | Action::Watch => {
            if let Some(subject) = ui.alerts.remove(chosen) {
                ui.say(Tone::Good, format!("{subject} is off the watch list"), now);
            }
            chosen.min(last.saturating_sub(1))
        }
        Action::Open if ui.alerts.items().get(chosen).is_some_and(|item| item.verdict().is_some()) => {
            acknowledge(ui, Some(chosen), now);
            chosen
        }
        Action::Open => {
            ui.dialog = None;
            go_to_item(ui, world, chosen, now);
            return true;
        }
        _ => return false,
    };
    ui.dialog = Some(Dialog::WatchList(chosen));
    true
}

/// Go to the channel of an item, or to its user on the first channel where the user is present.
fn go_to_item(ui: &mut Ui, world: &World, place: usize, now: Moment) {
    let Some(subject) = ui.alerts.items().get(place).map(crate::alerts::WatchItem::subject) else { return };
    let screen = ui.screen(world);
    let (channel, user) = match &subject {
        AlertSubject::Channel(channel) => (screen.world.channels.look_up(channel), None),
        // The selected channel comes first.
        AlertSubject::User(user) => {
            let here = screen.selected_channel().into_iter().chain(screen.world.channels.iter());
            (here.into_iter().find(|watched| watched.roster.get(user).is_some()), Some(user.clone()))
        }
        AlertSubject::Claim(_) | AlertSubject::Incident(_) => return,
    };
    let Some(channel) = channel.map(|watched| watched.channel.clone()) else {
        return ui.say(Tone::Bad, format!("{subject} is nowhere in view"), now);
    };
    ui.focus.pane = if user.is_some() { Pane::Occupants } else { Pane::Channels };
    ui.focus.go_to(&channel);
    ui.focus.user = user;
}
