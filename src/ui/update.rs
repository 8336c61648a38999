//! The one function that changes the model: who takes in which message, and what holds after each of them.

use crate::model::{Model, Msg, Shown, act, due, hear, look, open, people, question};
use crate::presence::{Command, Moment};

/// Take in what happened, at `now`; returns what is to be asked of the service. Never waits, draws
/// or asks the time.
pub fn update(model: &mut Model, msg: Msg, now: Moment) -> Vec<Command> {
    let idle = matches!(msg, Msg::Tick);
    if matches!(msg, Msg::Notice(_) | Msg::Outcome(_)) {
        model.watchlist.touch();
    }
    let mut commands = match msg {
        Msg::Act(action) => act::act(model, action, now),
        Msg::Type(typing) => open::typed(model, &typing, now),
        Msg::Pick(pick) => {
            look::picked(model, pick);
            Vec::new()
        }
        Msg::Arrange(shares) => {
            model.focus.shares = shares;
            Vec::new()
        }
        Msg::Exported(export, ended) => {
            question::exported(model, &export, ended, now);
            Vec::new()
        }
        news => {
            model.in_the_world(|model| hear::hear(model, news, now));
            Vec::new()
        }
    };
    if model.word.as_ref().is_some_and(|word| word.until <= now) {
        model.word = None;
    }
    commands.extend(model.in_the_world(|model| due::by_time(model, idle, now)));
    people::tend(model, now);
    model.count_waiting(now);
    show_log_of_channel(model);
    commands
}

/// Where the log tells of the selected channel only, it goes with the selection.
fn show_log_of_channel(model: &mut Model) {
    let channel = model.selected().filter(|_| model.focus.log_of_channel).map(|watched| watched.channel.clone());
    if model.log.journal().shown().channel != channel {
        model.log.show(Shown { channel, ..model.log.journal().shown().clone() });
    }
}
