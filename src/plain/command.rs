//! What a line asks for: an action by its name, and to what.

use super::{
    answer,
    argument::describe_argument,
    sentence::{show_answer, show_line},
    verdict::describe_verdict,
};
use crate::{
    presence::{Channel, Moment, State, UserId},
    ui::{ACTIONS, Action, Dialog, EditKey, Editor, Pane, Prompt, Question, Stage, Ui, UiEvent},
    wording::excerpt,
    world::{Order, World},
};

/// Orders for the world, and what is answered at once.
type Performed = (Vec<Order>, Vec<String>);

/// A part of a name that is so short means nothing.
const LEAST_PART: usize = 3;

/// Bytes of a line that are repeated in an answer.
const REPEATED: usize = 40;

/// Do what a line asks for.
pub(super) fn perform_line(ui: &mut Ui, world: &World, line: &str, now: Moment) -> Performed {
    let line = line.trim();
    if ui.dialog.is_some() {
        return answer_dialog(ui, world, line, now);
    }
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    if name.is_empty() {
        return say(describe_verdict(&ui.incidents, world, now));
    }
    if name == "channel" {
        return match select(ui, world, rest) {
            Ok(()) => say(answer::describe_selected(ui, world, now)),
            Err(why) => say(why),
        };
    }
    let shown = show_line(&excerpt(name, REPEATED));
    match Action::by_name(name) {
        None => say(match suggest(name) {
            Some(other) => format!("There is no action `{shown}`, but `{other}`; `help` lists them."),
            None => format!("There is no action `{shown}`; `help` lists them."),
        }),
        Some(action) if describe_argument(action).is_none() => {
            say(format!("`{shown}` is for the screen; `help` lists what there is here."))
        }
        Some(action) => perform(ui, world, action, rest, now),
    }
}

/// The action that is meant by a part of its name: `outage` for `crowd-outage`.
fn suggest(part: &str) -> Option<&'static str> {
    let mut actions = ACTIONS.iter().filter(|info| describe_argument(info.action).is_some());
    actions.find(|info| part.len() >= LEAST_PART && info.name.contains(part)).map(|info| info.name)
}

fn say(sentence: impl Into<String>) -> Performed {
    (Vec::new(), vec![sentence.into()])
}

/// Select a channel in view by its name.
fn select(ui: &mut Ui, world: &World, name: &str) -> Result<(), String> {
    let channel = Channel::from_wire(name);
    if world.channels.look_up(&channel).is_none() {
        let shown = show_line(&excerpt(name, REPEATED));
        return Err(format!("No channel in view is called `{shown}`; `channels` lists them."));
    }
    ui.focus.go_to(&channel);
    Ok(())
}

/// Perform an action, to what the rest of the line names.
fn perform(ui: &mut Ui, world: &World, action: Action, rest: &str, now: Moment) -> Performed {
    let argument = describe_argument(action).unwrap_or_default();
    if rest.is_empty() && !argument.is_empty() && !argument.starts_with('[') {
        return say(format!("What follows `{}`: {argument}.", action.info().name));
    }
    if argument == "[CHANNEL]"
        && !rest.is_empty()
        && let Err(why) = select(ui, world, rest)
    {
        return say(why);
    }
    let prompt = |question| Some(Dialog::Prompt(Prompt::new(question, rest)));
    match action {
        Action::Help => return (Vec::new(), answer::list_actions(ui, world)),
        Action::GoTo(Pane::Channels) => return (Vec::new(), answer::list_channels(world, now)),
        Action::GoTo(Pane::Occupants) => return say(answer::list_people(ui, world)),
        Action::GoTo(Pane::Log) => return (Vec::new(), answer::list_events(ui)),
        Action::Doctor => return (Vec::new(), answer::list_findings(world, now)),
        Action::Incident => return (Vec::new(), answer::describe_incident(ui, now)),
        Action::Watchlist => return (Vec::new(), answer::list_watched(ui)),
        Action::Watch if let Some(place) = answer::find_watched(ui, rest) => {
            ui.alerts.remove(place);
            return say(format!("{} is off the watch list.", show_line(rest)));
        }
        Action::Watch => ui.dialog = prompt(Question::WatchFor),
        Action::PresenceTimeout if !world.session.read_only => ui.dialog = prompt(Question::PresenceTimeout),
        Action::Add => ui.dialog = prompt(Question::Watch),
        Action::Mark => ui.dialog = prompt(Question::Mark),
        Action::Record if rest == "end" && ui.recording.describe().is_none() => {
            return say("Nothing is being recorded.");
        }
        Action::Record if !rest.is_empty() && rest != "end" => ui.dialog = prompt(Question::Record),
        Action::WhereNow => ui.focus.user = Some(UserId::from_wire(rest)),
        Action::EditState if !world.session.read_only => return set_state(ui, world, rest, now),
        _ => {}
    }
    let event = if ui.dialog.is_some() { UiEvent::Type(EditKey::Enter) } else { UiEvent::Act(action) };
    let mut orders = ui.take_event(world, event, now);
    if matches!(&ui.dialog, Some(Dialog::Prompt(prompt)) if action == Action::Record && prompt.mistake.is_none()) {
        // Without a name, the one that is offered.
        orders.extend(ui.take_event(world, UiEvent::Type(EditKey::Enter), now));
    }
    let mut answers = describe_dialog(ui);
    match action {
        Action::NextChannel | Action::PreviousChannel => answers.push(answer::describe_selected(ui, world, now)),
        Action::EventLevel => answers.push(answer::describe_level(ui)),
        Action::LogOfChannel => answers.push(answer::describe_log_of_channel(ui)),
        _ => {}
    }
    (orders, answers)
}

/// Set our state on the selected channel.
fn set_state(ui: &mut Ui, world: &World, text: &str, now: Moment) -> Performed {
    let Some(channel) = ui.screen(world).selected_live().map(|watched| watched.channel.clone()) else {
        return say("No channel is in view.");
    };
    let state = match State::parse(text) {
        Ok(state) => state,
        Err(mistake) => return say(show_answer(&format!("that is no state: {mistake}"))),
    };
    ui.dialog = Some(Dialog::Editor(Box::new(Editor::new(channel, Some(&state)))));
    let orders = ui.take_event(world, UiEvent::Type(EditKey::Submit), now);
    (orders, describe_dialog(ui))
}

/// What an open dialog asks. One that a line can't answer is closed.
fn describe_dialog(ui: &mut Ui) -> Vec<String> {
    let (asked, stays) = match &ui.dialog {
        Some(Dialog::Confirm { question, .. }) => (Some(format!("{} Yes or no?", show_line(question))), true),
        Some(Dialog::Editor(editor)) if editor.stage == Stage::Asking => {
            (Some("PRODUCTION: set this state? Yes or no?".to_owned()), true)
        }
        Some(Dialog::Menu(menu)) => {
            let items = menu.list_matches().into_iter().map(|item| show_line(&item.label));
            (Some(format!("Which one: {}?", items.collect::<Vec<_>>().join(", "))), true)
        }
        Some(Dialog::Prompt(prompt)) => (prompt.mistake.as_deref().map(show_answer), false),
        _ => (None, false),
    };
    if !stays {
        ui.dialog = None;
    }
    asked.into_iter().collect()
}

/// Answer the question that is open.
fn answer_dialog(ui: &mut Ui, world: &World, line: &str, now: Moment) -> Performed {
    let is_yes = line.eq_ignore_ascii_case("yes") || line.eq_ignore_ascii_case("y");
    let mut orders = Vec::new();
    match &ui.dialog {
        Some(Dialog::Menu(_)) => {
            orders.extend(ui.take_event(world, UiEvent::Type(EditKey::Paste(line.to_owned())), now));
            orders.extend(ui.take_event(world, UiEvent::Type(EditKey::Enter), now));
        }
        _ if is_yes => orders.extend(ui.take_event(world, UiEvent::Type(EditKey::Char('y')), now)),
        _ => {
            ui.dialog = None;
            return say("Nothing was done.");
        }
    }
    (orders, describe_dialog(ui))
}
