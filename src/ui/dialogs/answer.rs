//! Carries out the answer to a prompt, and reports how an export ended.

use std::time::Duration;

use super::{Dialog, Prompt, Question, recording};
use crate::{
    duration::Span,
    expression::Filter,
    output::{Export, ExportFormat},
    presence::{Moment, Subscription, rules::PRESENCE_TIMEOUT_CHOICES, sanitize},
    ui::{Effect, Exported, LogFilter, Tone, Ui, past, watch_list::describe_added},
    world::{Order, World},
};

/// The most characters of a mark.
const LONGEST_MARK: usize = 80;

/// Apply a filter to the list of occupants.
pub(super) fn apply_filter(ui: &mut Ui, text: &str) -> Result<(), String> {
    let filter = Filter::parse(text).map_err(|mistake| mistake.sentence)?;
    ui.occupants.set_filter(filter);
    Ok(())
}

/// Apply a filter to the list of channels.
pub(super) fn apply_channel_filter(ui: &mut Ui, text: &str) -> Result<(), String> {
    let filter = Filter::parse(text).map_err(|mistake| mistake.sentence)?;
    ui.channels.set_filter(filter);
    Ok(())
}

/// Carry out an answer, or return what is wrong with it.
pub(super) fn answer_question(
    ui: &mut Ui,
    world: &World,
    question: Question,
    text: &str,
    now: Moment,
) -> Result<Option<Order>, String> {
    match question {
        Question::WatchFor => {
            let subject = ui.alerts.watch_for(world, text)?;
            ui.say(Tone::Good, describe_added(&subject), now);
            ui.dialog = Some(Dialog::WatchList(ui.alerts.items().len() - 1));
            Ok(None)
        }
        Question::Mark => {
            let fits = text.chars().count() <= LONGEST_MARK;
            let why = || format!("a mark has at most {LONGEST_MARK} characters");
            fits.then(|| Some(Order::Mark(text.to_owned()))).ok_or_else(why)
        }
        Question::Record => recording::record_into(ui, text, now).map(|()| None),
        Question::GoToTime => past::go_to_typed(ui, world, text, now).map(|()| None),
        Question::Filter => apply_filter(ui, text).map(|()| None),
        Question::ChannelFilter => apply_channel_filter(ui, text).map(|()| None),
        Question::PresenceTimeout => {
            let span = text.parse::<Span>().ok().map(|span| Duration::from_secs(span.0.as_secs()));
            let timeout = span.filter(|span| PRESENCE_TIMEOUT_CHOICES.contains(&span.as_secs()));
            let timeout = timeout.ok_or("a presence timeout is 5 s to 1 h, such as 30 or 2m")?;
            let text = format!("from the next heartbeat on we are present for {} s", timeout.as_secs());
            ui.say(Tone::Good, text, now);
            Ok(Some(Order::PresenceTimeout(timeout)))
        }
        Question::LogFilter => {
            let filter = Filter::parse(text).map_err(|mistake| mistake.to_string())?;
            let log = ui.shown_log();
            log.set_filter(LogFilter { expression: filter, ..log.view().filter().clone() });
            Ok(None)
        }
        Question::Export | Question::ExportOver => {
            let format = ExportFormat::of(text).ok_or("the name must end in .csv, .jsonl or .md")?;
            let screen = ui.screen(world);
            let table = screen.focused_table(screen.as_of(now)).ok_or("this pane shows nothing to write")?;
            let (incidents, at) = (screen.incidents.incidents().cloned().collect(), screen.as_of(now));
            let over = question == Question::ExportOver && ui.exists.as_deref() == Some(text);
            ui.exists = None;
            ui.say(Tone::Busy, format!("writing {} …", sanitize(text)), now);
            let export = Export { path: text.to_owned(), format, table, incidents, at, over };
            ui.effects.push(Effect::Export(Box::new(export)));
            Ok(None)
        }
        Question::Watch => {
            let order = watch_named(ui, world, text)?;
            if let Order::Watch(new) = &order
                && let Some(advice) = new.iter().find_map(Subscription::advice)
            {
                ui.say(Tone::News, advice, now);
            }
            Ok(Some(order))
        }
    }
}

/// Report how an export ended.
pub(in crate::ui) fn take_exported(ui: &mut Ui, export: &Export, ended: Exported, now: Moment) {
    let path = sanitize(&export.path).into_owned();
    match ended {
        Exported::Written => ui.say(Tone::Good, format!("{} rows written to {path}", export.table.len()), now),
        Exported::Exists if ui.dialog.is_none() => {
            ui.dialog = Some(Dialog::Prompt(Prompt::new(Question::ExportOver, &export.path)));
            ui.exists = Some(export.path.clone());
            ui.status = None;
        }
        Exported::Exists => ui.say(Tone::Bad, format!("{path} is there already: nothing was written"), now),
        Exported::Failed(why) => ui.say(Tone::Bad, format!("{path}: {why}"), now),
    }
}

/// Add the subscriptions that a person names.
fn watch_named(ui: &mut Ui, world: &World, text: &str) -> Result<Order, String> {
    let mut new = Vec::new();
    for name in text.split([',', ' ']).filter(|name| !name.is_empty()) {
        let subscription = Subscription::parse_any(name).map_err(|e| e.to_string())?;
        if !new.contains(&subscription) {
            new.push(subscription);
        }
    }
    if new.is_empty() {
        return Err("name a channel such as `lobby`, a pattern such as `match.*`, or a `group:NAME`".to_owned());
    }
    world.may_watch(&new).map_err(|why| why.to_string())?;
    let mut channels = new.iter().filter_map(|subscription| match subscription {
        Subscription::Channel(channel) => Some(channel),
        Subscription::Pattern(_) | Subscription::Group(_) => None,
    });
    if let Some(channel) = channels.next_back() {
        ui.focus.go_to(channel);
    }
    Ok(Order::Watch(new))
}
