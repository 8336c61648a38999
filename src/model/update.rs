//! The one function that changes the model.

use std::time::Duration;

use super::{
    Action, Cause, Chooser, Model, Msg, Note, Open, Pane, Question, QuestionLine, Tone, Wish, Word, doctor, hear, open,
    truth, watchlist,
};
use crate::{
    duration::Span,
    presence::{Command, Moment, Notice, SceneStatus, Subscription, Trouble},
};

/// Take in what happened, at `now`; returns what is to be asked of the service. Never waits, draws
/// or asks the time.
pub fn update(model: &mut Model, msg: Msg, now: Moment) -> Vec<Command> {
    let mut commands = Vec::new();
    let idle = matches!(msg, Msg::Tick);
    if matches!(msg, Msg::Notice(_) | Msg::Outcome(_)) {
        model.watchlist.touch();
    }
    match msg {
        Msg::Notice(Notice::Batch(batch)) => hear::batch(model, batch),
        Msg::Notice(Notice::Link { poll, change, at }) => hear::link(model, poll, &change, at),
        Msg::Outcome(outcome) => hear::outcome(model, outcome),
        Msg::Act(action) => commands.extend(act(model, action, now)),
        Msg::Type(typing) => commands.extend(open::typed(model, &typing, now)),
        Msg::Scene(scene) => {
            // What comes next is on the screen anyway; what has begun is part of what happened.
            let title = scene.title();
            if model.scene.as_ref().map(SceneStatus::title).is_some_and(|before| before != title) {
                model.log.note(None, Note::Crowd { title }, now);
            }
            model.scene = Some(scene);
        }
        Msg::Busy(command) => {
            model.counters.refused_busy += 1;
            model.log.signs.busy(now);
            let sentence = "earlier requests are still on their way; try again".to_owned();
            let trouble = Trouble { sentence, passing: true, refused: Vec::new(), retry_after: None };
            hear::ended(model, command, Err(trouble), now);
        }
        Msg::Tick => {}
    }
    if model.word.as_ref().is_some_and(|word| word.until <= now) {
        model.word = None;
    }
    hear::report_drift(model, now);
    watchlist::round(model, idle, now);
    let due = model.own.due(now);
    if !due.is_empty() && !model.quitting {
        commands.push(Command::SendHeartbeat { places: due, timeout: model.own.timeout, by_hand: false });
    }
    if model.groups_at.is_some_and(|at| at <= now) && model.link.is_live() {
        model.groups_at = None;
        let groups = model.session.watching.iter().filter(|s| matches!(s, Subscription::Group(_)));
        commands.push(Command::AskHereNow { places: groups.cloned().collect() });
    }
    commands.extend(truth::ask(&mut model.channels, &model.link, now));
    commands
}

/// When something changes by time alone: a word fades, a heartbeat is due, an age on the screen
/// ticks, a picture of the past moves. At rest that is once a minute.
pub fn wakes_at(model: &Model, now: Moment) -> Option<Moment> {
    let next_second = Moment::from_micros((now.seconds() + 1) * 1_000_000);
    let next_minute = Moment::from_micros((now.seconds() / 60 + 1) * 60_000_000);
    let scene = model.scene.as_ref().and_then(|scene| scene.next.as_ref()).is_some_and(|(_, at)| *at > now);
    let counting_down = model.link.retry_at().is_some() || !model.own.places.is_empty() || scene;
    // Even at rest the status row has a clock, of hours and minutes.
    let ticking = if counting_down || anybody_young(model, now) { next_second } else { next_minute };
    let channels = model.channels.iter().enumerate();
    let pictures = channels.filter_map(|(place, w)| w.history.moves_at(place == model.focus.channel, now)).min();
    let pace = model.pace.falls_at(now);
    let word = model.word.as_ref().map(|word| word.until);
    let truth = truth::next(&model.channels, &model.link).map(|at| at.max(now.plus(Duration::from_millis(10))));
    let groups = model.groups_at.filter(|_| model.link.is_live());
    let watchlist = model.watchlist.next(|| model.names());
    [Some(ticking), watchlist, word, model.own.next(), truth, groups, pictures, pace].into_iter().flatten().min()
}

/// Whether an age below a minute may be on the screen: looked for only where it is cheap.
fn anybody_young(model: &Model, now: Moment) -> bool {
    let service_now = model.clock.now(now);
    let Some(watched) = model.selected() else { return false };
    watched.roster.iter().take(500).any(|(_, occupant)| {
        let (crate::presence::Since::Joined(since) | crate::presence::Since::Before(since)) = occupant.since;
        service_now.since(since) < Duration::from_secs(60)
    })
}

/// Do what a person means; on a keyset that real people depend on, ask first where others would notice.
pub(super) fn act(model: &mut Model, action: Action, now: Moment) -> Vec<Command> {
    let noticed = matches!(action, Action::Heartbeat | Action::Leave);
    if noticed
        && model.session.production
        && !model.session.read_only
        && let Some(watched) = model.selected()
    {
        let question =
            format!("PRODUCTION: {} on {} as {}?", action.meaning().name, watched.channel, model.session.user);
        model.open = Some(Open::Confirm { action, question });
        return Vec::new();
    }
    act_confirmed(model, action, now)
}

/// Do what a person means, and has confirmed if need be.
pub(super) fn act_confirmed(model: &mut Model, action: Action, now: Moment) -> Vec<Command> {
    if !model.offers(action) {
        return Vec::new();
    }
    let command = match action {
        Action::Quit => quit(model),
        Action::Heartbeat => heartbeat(model, now),
        Action::Leave => leave(model, now),
        Action::Resync => {
            resync(model, now);
            None
        }
        Action::PresenceTimeout => {
            if may_change(model, now) {
                let before = Span(model.own.timeout).to_string();
                model.open = Some(Open::Line(QuestionLine::new(Question::PresenceTimeout, &before)));
            }
            None
        }
        Action::Watch => {
            watchlist::toggle(model, now);
            None
        }
        Action::Mute => {
            watchlist::mute(model, now);
            None
        }
        Action::Direct(direction) => Some(Command::Direct(direction)),
        _ => {
            look(model, action);
            doctor::settle(model, now);
            None
        }
    };
    command.into_iter().collect()
}

/// What changes nothing but the picture.
fn look(model: &mut Model, action: Action) {
    match action {
        Action::Doctor => toggle(model, Open::Doctor(0)),
        Action::Watchlist => toggle(model, Open::Watchlist(0)),
        Action::Help => toggle(model, Open::Help(Chooser::default())),
        Action::Palette => toggle(model, Open::Palette(Chooser::default())),
        Action::Close => {
            model.open = None;
            model.log.held = None;
            model.word = None;
        }
        Action::NextPane => model.focus.pane = model.focus.pane.next(),
        Action::PreviousPane => model.focus.pane = model.focus.pane.previous(),
        Action::Up => move_by(model, -1),
        Action::Down => move_by(model, 1),
        Action::PageUp => move_by(model, -10),
        Action::PageDown => move_by(model, 10),
        Action::Top => move_by(model, -isize::MAX),
        Action::Bottom => move_by(model, isize::MAX),
        Action::NextChannel => select_channel(model, 1),
        Action::PreviousChannel => select_channel(model, -1),
        Action::Redraw => model.wishes.push(Wish::Redraw),
        Action::Suspend => model.wishes.push(Wish::Suspend),
        // Not a matter of looking.
        Action::Quit
        | Action::Heartbeat
        | Action::Leave
        | Action::Resync
        | Action::PresenceTimeout
        | Action::Watch
        | Action::Mute
        | Action::Direct(_) => {}
    }
}

/// Open it, or close it if the same is open.
fn toggle(model: &mut Model, open: Open) {
    let same = |before: Open| std::mem::discriminant(&before) == std::mem::discriminant(&open);
    model.open = if model.open.take().is_some_and(same) { None } else { Some(open) };
}

/// Ask here now for the selected channel as soon as it may be asked.
fn resync(model: &mut Model, now: Moment) {
    let Some(Subscription::Channel(channel)) = place(model, now, "asking here now for") else { return };
    if !model.link.is_live() {
        let text = "not connected: the list is asked for anew as soon as the service answers";
        model.word = Some(Word::new(Tone::Bad, text, now));
        return;
    }
    if let Some(watched) = model.channels.find(&channel) {
        // Perhaps somebody has granted access meanwhile: then the answer shows it.
        watched.refused = None;
        watched.truth.want(Cause::ByHand, now);
    }
}

/// Leave wherever we are on the way out.
fn quit(model: &mut Model) -> Option<Command> {
    model.quitting = true;
    let places = model.own.leave_all();
    (!places.is_empty()).then_some(Command::Leave { places })
}

/// The selected channel, about which something is said; or a word that there is none.
fn place(model: &mut Model, now: Moment, doing: &str) -> Option<Subscription> {
    let Some(channel) = model.selected().map(|watched| watched.channel.clone()) else {
        model.word = Some(Word::new(Tone::Bad, "no channel is selected", now));
        return None;
    };
    model.word = Some(Word::new(Tone::Busy, format!("{doing} {channel} …"), now));
    Some(Subscription::Channel(channel))
}

/// Whether the keyset may be changed; if not, that is said.
fn may_change(model: &mut Model, now: Moment) -> bool {
    if model.session.read_only {
        let text = "this keyset is marked read-only in the configuration: nothing was sent";
        model.word = Some(Word::new(Tone::Bad, text, now));
    }
    !model.session.read_only
}

fn heartbeat(model: &mut Model, now: Moment) -> Option<Command> {
    if !may_change(model, now) {
        return None;
    }
    let place = place(model, now, "heartbeat on")?;
    if !model.own.join(place.clone(), model.clock.now(now), now) {
        let text = format!("a heartbeat on {place} was sent just now; not more often than every 3 s");
        model.word = Some(Word::new(Tone::Good, text, now));
        return None;
    }
    Some(Command::SendHeartbeat { places: vec![place], timeout: model.own.timeout, by_hand: true })
}

fn leave(model: &mut Model, now: Moment) -> Option<Command> {
    if !may_change(model, now) {
        return None;
    }
    let place = place(model, now, "leaving")?;
    // No more heartbeats from here on, whatever becomes of the leave.
    model.own.leave(&place);
    Some(Command::Leave { places: vec![place] })
}

fn select_channel(model: &mut Model, by: isize) {
    let last = model.channels.len().saturating_sub(1);
    let before = model.focus.channel;
    model.focus.channel = before.saturating_add_signed(by).min(last);
    if model.focus.channel != before {
        model.focus.user = None;
    }
}

fn move_by(model: &mut Model, rows: isize) {
    if let Some(Open::Doctor(first)) = &mut model.open {
        *first = first.saturating_add_signed(rows);
        return;
    }
    match model.focus.pane {
        Pane::Channels => select_channel(model, rows),
        Pane::Log => model.log.scroll(rows),
        Pane::Occupants => {
            let Model { channels, focus, .. } = model;
            if let Some(watched) = channels.get(focus.channel) {
                focus.move_user(&watched.roster, rows);
            }
        }
    }
}
