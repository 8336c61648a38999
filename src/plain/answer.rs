//! Answers about what is known: channels, people, events, incidents, findings.

use super::{
    argument::describe_argument,
    gathered::describe_entry,
    sentence::{count_channels, end_sentence, join_names, show_answer, show_line, show_name},
};
use crate::{
    doctor::examine_world,
    presence::Moment,
    ui::{ACTIONS, Action, ActionInfo, Pane, Ui},
    wording::{count_things, group_digits},
    world::{ChannelState, World},
};

/// Channels and users that an answer names.
const LISTED: usize = 50;

/// Events that an answer tells.
const EVENTS: usize = 20;

/// Every action that means something here, one a line.
pub(super) fn list_actions(ui: &Ui, world: &World) -> Vec<String> {
    let screen = ui.screen(world);
    let offered = ACTIONS.iter().filter(|info| screen.offers(info.action));
    let mut lines: Vec<String> = offered
        .filter_map(|info| {
            let argument = describe_argument(info.action)?;
            let between = if argument.is_empty() { "" } else { " " };
            Some(format!("{}{between}{argument}: {}.", info.name, describe_help(info)))
        })
        .collect();
    lines.push("channel CHANNEL: select it; actions on a channel are about the selected one.".to_owned());
    lines.push("An empty line says how it is now.".to_owned());
    lines
}

/// What an action does here, where that differs from what it does on a screen.
const fn describe_help(info: &ActionInfo) -> &'static str {
    match info.action {
        Action::GoTo(Pane::Channels) => "list the channels, the fullest first",
        Action::GoTo(Pane::Occupants) => "list who is on this channel",
        Action::GoTo(Pane::Log) => "repeat the latest events",
        Action::Pause => "tell nothing until it is said again",
        Action::Watchlist => "list what alarms are about",
        Action::Incident => "tell more of what is unusual",
        Action::CopyReport => "write the incident report as Markdown",
        Action::Doctor => "tell problems and remedies",
        Action::Help => "list what can be typed",
        _ => info.help,
    }
}

fn describe_channel(world: &World, watched: &ChannelState, now: Moment) -> String {
    let (name, here) = (show_name(watched.channel.as_str()), group_digits(watched.occupancy()));
    end_sentence(&format!("{name}: {here} here, {}", world.certainty(watched, now).in_words()))
}

/// The selected channel.
pub(super) fn describe_selected(ui: &Ui, world: &World, now: Moment) -> String {
    let selected = ui.screen(world).selected_channel();
    selected.map_or_else(|| "No channel is selected.".to_owned(), |watched| describe_channel(world, watched, now))
}

/// All channels, the fullest first.
pub(super) fn list_channels(world: &World, now: Moment) -> Vec<String> {
    let mut channels: Vec<&ChannelState> = world.channels.iter().collect();
    channels.sort_by_key(|watched| std::cmp::Reverse(watched.occupancy()));
    let more = channels.len().saturating_sub(LISTED);
    let mut lines = vec![end_sentence(&count_channels(channels.len()))];
    lines.extend(channels.into_iter().take(LISTED).map(|watched| describe_channel(world, watched, now)));
    if more > 0 {
        lines.push(format!("{more} more channels are not listed."));
    }
    lines
}

/// Who is on the selected channel.
pub(super) fn list_people(ui: &Ui, world: &World) -> String {
    let Some(watched) = ui.screen(world).selected_channel() else { return "No channel is selected.".to_owned() };
    let names: Vec<String> = watched.roster.iter().take(LISTED).map(|(user, _)| show_name(user.as_str())).collect();
    let (channel, here) = (show_name(watched.channel.as_str()), watched.occupancy());
    if names.is_empty() {
        return format!("{} here on {channel}, none of them known by name.", group_digits(here));
    }
    format!("{} here on {channel}: {}.", group_digits(here), join_names(&names, here.max(names.len() as u64)))
}

/// The latest events that the log shows.
pub(super) fn list_events(ui: &Ui) -> Vec<String> {
    let filter = ui.log.view().filter();
    let mut latest: Vec<String> = Vec::new();
    for number in ui.log.view().numbers().collect::<Vec<_>>().into_iter().rev() {
        if latest.len() == EVENTS {
            break;
        }
        let entry = ui.log.get(number).filter(|entry| filter.shows_kind(entry.body.kind()));
        latest.extend(entry.map(|entry| end_sentence(&describe_entry(entry))));
    }
    latest.reverse();
    if latest.is_empty() { vec!["Nothing has happened so far.".to_owned()] } else { latest }
}

/// What the doctor finds.
pub(super) fn list_findings(world: &World, now: Moment) -> Vec<String> {
    let findings = examine_world(world, now);
    if findings.is_empty() {
        return vec!["Nothing is wrong.".to_owned()];
    }
    let one = |text: &str| show_answer(text);
    let line = |finding: &crate::doctor::Finding| {
        [&finding.what, &finding.evidence, &finding.remedy].map(|text| one(text)).join(" ")
    };
    findings.iter().map(line).collect()
}

/// What is known of the incident that the verdict tells of, or of the latest one.
pub(super) fn describe_incident(ui: &Ui, now: Moment) -> Vec<String> {
    let found = ui.incidents.current(now).or_else(|| ui.incidents.incidents().next());
    let Some(incident) = found else { return vec!["Nothing unusual has happened so far.".to_owned()] };
    let mut lines = vec![show_answer(&format!("{}, {} ago", incident.sentence(), incident.age(now)))];
    if incident.count() > 0 {
        lines.push(show_answer(&format!("Users: {}", incident.describe_users())));
        lines.push(show_answer(&format!("In common: {}", incident.describe_common())));
    }
    lines.push(show_answer(&format!("Cause: {}", incident.describe_cause())));
    lines.push("`copy-report` writes all of it as Markdown.".to_owned());
    lines
}

/// What is on the watch list.
pub(super) fn list_watched(ui: &Ui) -> Vec<String> {
    let items = ui.alerts.items();
    let mut lines = vec![end_sentence(&count_things(items.len(), "item on the watch list", "items on the watch list"))];
    lines.extend(items.iter().map(|item| {
        let last = item.last.as_ref().map_or_else(|| "no alarm so far".to_owned(), ToString::to_string);
        show_answer(&format!("{}: {last}", item.subject()))
    }));
    lines
}

/// The place on the watch list of what is written like this.
pub(super) fn find_watched(ui: &Ui, text: &str) -> Option<usize> {
    ui.alerts.items().iter().position(|item| item.subject().as_str() == text)
}

/// Which events are told.
pub(super) fn describe_level(ui: &Ui) -> String {
    let level = ui.log.view().filter().level();
    end_sentence(&format!("Told from now on: {}", level.map_or("a choice of kinds", |level| level.title())))
}

/// Of which channel events are told.
pub(super) fn describe_log_of_channel(ui: &Ui) -> String {
    let of_one = ui.focus.log_of_channel;
    let what = if of_one { "the selected channel only" } else { "all channels" };
    show_line(&format!("Told from now on: {what}."))
}
