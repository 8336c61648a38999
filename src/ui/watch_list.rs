//! What a person does with the watch list.

use crate::alerts::item::{Item, Subject};
use crate::{
    model::{About, Action, Model, Open, Pane, Question, QuestionLine, Tone, Word},
    presence::Moment,
};

/// Put what is selected on the list, or take it off.
pub(crate) fn toggle(model: &mut Model, now: Moment) {
    let user = model.focus.user.clone().filter(|_| model.focus.pane != Pane::Channels).map(Subject::User);
    // Where nobody is selected, the channel is.
    let subject = user.or_else(|| model.selected().map(|watched| Subject::Channel(watched.channel.clone())));
    let Some(subject) = subject else {
        let text = "nothing is selected to watch for";
        model.word = Some(Word::new(Tone::Bad, text, now));
        return;
    };
    let about = Item::new(subject).about();
    if let Some(place) = model.watchlist.find(&about) {
        model.watchlist.remove(place);
        model.word = Some(Word::new(Tone::Good, format!("{about} is off the watch list"), now));
        return;
    }
    let subject = match &about {
        About::User(user) => Subject::User(user.clone()),
        About::Channel(channel) => Subject::Channel(channel.clone()),
        About::Claim(_) => return,
    };
    model.word = Some(match model.watchlist.add(subject) {
        Ok(about) => Word::new(Tone::Good, added(&about), now),
        Err(sentence) => Word::new(Tone::Bad, sentence, now),
    });
}

/// What is said of a new item.
pub(crate) fn added(about: &About) -> String {
    match about {
        About::User(_) => format!("watching {about}: you are told when they come or go, anywhere in view"),
        About::Channel(_) => {
            format!("watching {about}: you are told when it is empty, not empty, refused or drifting")
        }
        About::Claim(_) => format!("watching: you are told when `{about}` begins or ceases to hold"),
    }
}

/// Tell nothing aloud from here on, or do again.
pub(crate) fn mute(model: &mut Model, now: Moment) {
    let muted = !model.watchlist.muted;
    model.watchlist.muted = muted;
    let text = if muted {
        "the watch list is muted: it goes on, in the log and in its list"
    } else {
        "the watch list tells aloud again"
    };
    model.word = Some(Word::new(Tone::Good, text, now));
}

/// Do what a person means with the open watch list, in which the line at `chosen` is chosen. Returns whether
/// it was about that.
pub(crate) fn acted(model: &mut Model, chosen: usize, action: Action, now: Moment) -> bool {
    let last = model.watchlist.items.len().saturating_sub(1);
    let chosen = match action {
        Action::Up => chosen.saturating_sub(1),
        Action::Down => (chosen + 1).min(last),
        Action::PageUp => chosen.saturating_sub(10),
        Action::PageDown => (chosen + 10).min(last),
        Action::Top => 0,
        Action::Bottom => last,
        Action::Add => {
            model.open = Some(Open::Line(QuestionLine::new(Question::WatchFor, "")));
            return true;
        }
        Action::Remove | Action::Watch => {
            if let Some(about) = model.watchlist.remove(chosen) {
                model.word = Some(Word::new(Tone::Good, format!("{about} is off the watch list"), now));
            }
            chosen.min(last.saturating_sub(1))
        }
        Action::Open => {
            model.open = None;
            visit(model, chosen, now);
            return true;
        }
        _ => return false,
    };
    model.open = Some(Open::Watchlist(chosen));
    true
}

/// Go where it is: to the channel, or to the user on the first channel where they are.
fn visit(model: &mut Model, place: usize, now: Moment) {
    let Some(item) = model.watchlist.items.get(place) else { return };
    let spot = match &item.subject {
        Subject::Channel(channel) => model.world.channels.iter().position(|w| w.channel == *channel),
        // Where one looks already comes first.
        Subject::User(user) => match model.selected() {
            Some(watched) if watched.roster.get(user).is_some() => Some(model.focus.channel),
            _ => model.world.channels.iter().position(|w| w.roster.get(user).is_some()),
        },
        Subject::Claim(_) => return,
    };
    let (about, user) = (item.about(), if let Subject::User(user) = &item.subject { Some(user.clone()) } else { None });
    let Some(spot) = spot else {
        model.word = Some(Word::new(Tone::Bad, format!("{about} is nowhere in view"), now));
        return;
    };
    model.focus.pane = if user.is_some() { Pane::Occupants } else { Pane::Channels };
    model.focus.channel = spot;
    model.focus.user = user;
}
