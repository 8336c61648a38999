//! The one function that changes the model.

use std::time::Duration;

use super::{
    Action, Cause, Chooser, Deed, Model, Msg, Note, Open, Pane, Pick, Question, QuestionLine, Reading, Shown, Tone,
    Wardrobe, Wish, Word, doctor, editor, hear, keysets, note, open, pause::Live, people, question, sheet, truth,
    watching, watchlist,
};
use crate::{
    duration::Span,
    presence::{Command, Moment, Notice, SceneStatus, Subscription, Trouble},
};

/// Take in what happened, at `now`; returns what is to be asked of the service. Never waits, draws
/// or asks the time.
pub fn update(model: &mut Model, msg: Msg, now: Moment) -> Vec<Command> {
    let idle = matches!(msg, Msg::Tick);
    if matches!(msg, Msg::Notice(_) | Msg::Outcome(_)) {
        model.watchlist.touch();
    }
    let mut commands = match msg {
        Msg::Act(action) => act(model, action, now),
        Msg::Type(typing) => open::typed(model, &typing, now),
        Msg::Pick(pick) => {
            picked(model, pick);
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
            model.in_the_world(|model| hear(model, news, now));
            Vec::new()
        }
    };
    if model.word.as_ref().is_some_and(|word| word.until <= now) {
        model.word = None;
    }
    commands.extend(model.in_the_world(|model| by_time(model, idle, now)));
    people::tend(model, now);
    model.count_waiting(now);
    show_log_of_channel(model);
    commands
}

/// News, and how commands ended.
fn hear(model: &mut Model, msg: Msg, now: Moment) {
    match msg {
        Msg::Notice(Notice::Batch(batch)) => hear::batch(model, batch),
        Msg::Notice(Notice::Link { poll, change, at }) => hear::link(model, poll, &change, at),
        Msg::Outcome(outcome) => hear::outcome(model, outcome),
        Msg::Scene(scene) => {
            // What comes next is on the screen anyway; what has begun is part of what happened.
            let title = scene.title();
            if model.scene.as_ref().map(SceneStatus::title).is_some_and(|before| before != title) {
                model.log.note(None, Note::Crowd { title }, now);
            }
            model.scene = Some(scene);
        }
        Msg::NotSwitched(why) => keysets::failed(model, &why, now),
        Msg::Busy(command) => {
            model.counters.refused_busy += 1;
            model.log.signs.busy(now);
            let sentence = "earlier requests are still on their way; try again".to_owned();
            let trouble = Trouble { sentence, passing: true, refused: Vec::new(), retry_after: None };
            hear::ended(model, command, Err(trouble), now);
        }
        // Not news.
        Msg::Act(_) | Msg::Type(_) | Msg::Pick(_) | Msg::Arrange(_) | Msg::Exported(..) | Msg::Tick => {}
    }
}

/// What is due by time alone.
fn by_time(model: &mut Model, idle: bool, now: Moment) -> Vec<Command> {
    let mut commands = Vec::new();
    hear::report_drift(model, now);
    let run_out = model.own.run_out(now);
    if !run_out.is_empty() {
        let note = Note::RanOut { places: run_out };
        model.word = Some(Word::new(Tone::Bad, format!("{note}; a heartbeat joins again"), now));
        model.log.note(None, note, now);
    }
    watchlist::round(model, idle, now);
    let due = model.own.due(now);
    if !due.is_empty() && !model.quitting {
        commands.push(Command::SendHeartbeat { places: due, timeout: model.own.timeout, by_hand: false });
    }
    if model.link.is_live() {
        commands.extend(model.scouts.due(&model.session.watching, now));
    }
    commands.extend(truth::ask(&mut model.channels, &model.link, now));
    commands
}

/// Where the log tells of the selected channel only, it goes with the selection.
fn show_log_of_channel(model: &mut Model) {
    let channel = model.selected().filter(|_| model.focus.log_of_channel).map(|watched| watched.channel.clone());
    if model.log.journal().shown().channel != channel {
        model.log.show(Shown { channel, ..model.log.journal().shown().clone() });
    }
}

/// When something changes by time alone: a word fades, a heartbeat is due, an age on the screen
/// ticks, a picture of the past moves. At rest that is once a minute.
pub fn wakes_at(model: &Model, now: Moment) -> Option<Moment> {
    let word = model.word.as_ref().map(|word| word.until);
    if model.paused().is_some() {
        // The picture stands still.
        return [word, due_at(model, now), model.counts_at()].into_iter().flatten().min();
    }
    let next_second = Moment::from_micros((now.seconds() + 1) * 1_000_000);
    let next_minute = Moment::from_micros((now.seconds() / 60 + 1) * 60_000_000);
    let scene = model.scene.as_ref().and_then(|scene| scene.next.as_ref()).is_some_and(|(_, at)| *at > now);
    let counting_down = model.link.retry_at().is_some() || !model.own.places.is_empty() || scene;
    // Even at rest the status row has a clock, of hours and minutes.
    let ticking = if counting_down || anybody_young(model, now) { next_second } else { next_minute };
    let channels = model.channels.iter().enumerate();
    let pictures = channels.filter_map(|(place, w)| w.history.moves_at(place == model.focus.channel, now)).min();
    let pace = model.pace.falls_at(now);
    let rows = model.rows.next().map(|at| at.max(now));
    [Some(ticking), word, due_at(model, now), pictures, pace, rows].into_iter().flatten().min()
}

/// When something is to be done by time alone, whether anybody looks or not: a heartbeat or a here now
/// is due, a difference has waited long enough to be reported, or the watch list is to be weighed.
pub fn due_at(model: &Model, now: Moment) -> Option<Moment> {
    let Live { channels, link, own, scouts } = model.live();
    let truth = truth::next(channels, link).map(|at| at.max(now.plus(Duration::from_millis(10))));
    let scouts = scouts.next().filter(|_| link.is_live());
    let watchlist = model.watchlist.next(|| model.names());
    [own.next(), truth, scouts, watchlist].into_iter().flatten().min()
}

/// Whether an age below a minute may be on the screen: looked for only where it is cheap.
fn anybody_young(model: &Model, now: Moment) -> bool {
    let service_now = model.clock.now(now);
    let Some(watched) = model.selected() else { return false };
    let young = |gone: &super::Gone| now.since(gone.at) < Duration::from_secs(60);
    if model.rows.just_left && watched.gone.iter(now).next().is_some() || model.focus.tombstone().is_some_and(young) {
        return true;
    }
    watched.roster.iter().take(500).any(|(_, occupant)| {
        let (crate::presence::Since::Joined(since) | crate::presence::Since::Before(since)) = occupant.since;
        service_now.since(since) < Duration::from_secs(60)
    })
}

/// Do what a person means; on a keyset that real people depend on, ask first where others would notice.
pub(super) fn act(model: &mut Model, action: Action, now: Moment) -> Vec<Command> {
    if let Some(Open::Watchlist(chosen)) = model.open
        && watchlist::acted(model, chosen, action, now)
    {
        return Vec::new();
    }
    if let Some(place) = noticed(model, action).filter(|_| model.session.production && !model.session.read_only) {
        let question = format!("PRODUCTION: {} on {place} as {}?", action.meaning().name, model.session.user);
        model.open = Some(Open::Confirm { deed: Deed::Act(action), question });
        return Vec::new();
    }
    act_confirmed(model, action, now)
}

/// Where others would notice what an action does, if they would. A state is asked about when it is sent, and
/// what is watched no more when it is known what that is.
fn noticed(model: &Model, action: Action) -> Option<String> {
    match action {
        Action::Heartbeat | Action::Leave => model.selected().map(|watched| watched.channel.to_string()),
        Action::KeepAlive if !model.own.kept_alive && !model.own.places.is_empty() => {
            let places: Vec<_> = model.own.places.keys().cloned().collect();
            Some(note::names_of(&places))
        }
        _ => None,
    }
}

/// Do what a person means, and has confirmed if need be.
pub(super) fn act_confirmed(model: &mut Model, action: Action, now: Moment) -> Vec<Command> {
    if !model.offers(action) {
        return Vec::new();
    }
    // While the picture is held still, what is done is done to the world that goes on.
    let command = model.in_the_world(|model| match action {
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
        Action::WhereNow => where_now(model, now),
        Action::Direct(direction) => Some(Command::Direct(direction)),
        Action::Mute => {
            watchlist::mute(model, now);
            None
        }
        Action::EditState => {
            if may_change(model, now) {
                editor::open(model, now);
            }
            None
        }
        Action::KeepAlive => {
            if may_change(model, now) {
                keep_alive(model, now);
            }
            None
        }
        Action::Add => {
            model.open = Some(Open::Line(QuestionLine::new(Question::Watch, "")));
            None
        }
        Action::Keysets => {
            keysets::open(model, now);
            None
        }
        _ => None,
    });
    if action == Action::Remove {
        return model.in_the_world(|model| watching::ask(model, now));
    }
    look(model, action, now);
    doctor::settle(model, now);
    command.into_iter().collect()
}

/// What changes nothing but the picture.
fn look(model: &mut Model, action: Action, now: Moment) {
    match action {
        Action::Doctor => toggle(model, Open::Doctor(0)),
        Action::Watchlist => toggle(model, Open::Watchlist(0)),
        Action::Watch => watchlist::toggle(model, now),
        Action::Help => toggle(model, Open::Help(Chooser::default())),
        Action::Palette => toggle(model, Open::Palette(Chooser::default())),
        Action::Close => {
            if model.open.take().is_none() {
                model.log.journal_mut().follow();
            }
            model.word = None;
        }
        Action::Open => match model.focus.pane {
            Pane::Log => open_entry(model),
            Pane::Occupants if model.focus.user.is_some() => toggle(model, Open::Detail(0)),
            Pane::Occupants | Pane::Channels => {}
        },
        Action::Filter if model.focus.pane == Pane::Log => {
            let filter = model.log.journal().shown().filter.as_str().to_owned();
            model.open = Some(Open::Line(QuestionLine::new(Question::LogFilter, &filter)));
        }
        Action::Filter => {
            model.rows.ask();
            model.open = Some(Open::Line(QuestionLine::new(Question::Filter, model.rows.filter().as_str())));
        }
        Action::Columns => {
            let names: Vec<&str> = model.rows.columns.iter().map(crate::expression::Path::as_str).collect();
            model.open = Some(Open::Line(QuestionLine::new(Question::Columns, &names.join(", "))));
        }
        Action::Sort => toggle(model, Open::Sort(Chooser::default())),
        Action::Reverse => model.rows.reverse(),
        Action::JustLeft => model.rows.just_left = !model.rows.just_left,
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
        Action::Zoom => model.focus.zoom = !model.focus.zoom,
        Action::Theme => toggle(model, Open::Themes(Wardrobe::open(model.theme))),
        Action::Mouse => {
            model.mouse = !model.mouse;
            model.wishes.push(Wish::Mouse(model.mouse));
            let text =
                if model.mouse { "the mouse points here again" } else { "the mouse is the terminal's: it marks text" };
            model.word = Some(Word::new(Tone::Good, text, now));
        }
        Action::LogOfChannel => model.focus.log_of_channel = !model.focus.log_of_channel,
        Action::Kinds => toggle(model, Open::Kinds(Chooser::default())),
        Action::Pause => model.toggle_pause(now),
        Action::CopyId | Action::CopyJson => {
            let wish = sheet::selected(model, action == Action::CopyJson);
            model.word = Some(match wish {
                Ok((wish, what)) => {
                    model.wishes.push(wish);
                    let text = format!("copied {what}, if the terminal allows it");
                    Word::new(Tone::Good, text, now)
                }
                Err(why) => Word::new(Tone::Bad, why, now),
            });
        }
        Action::Export => {
            let name = sheet::suggested(model, now);
            model.open = Some(Open::Line(QuestionLine::new(Question::Export, &name)));
        }
        Action::Redraw => model.wishes.push(Wish::Redraw),
        Action::Suspend => model.wishes.push(Wish::Suspend),
        // Not a matter of looking.
        Action::Quit
        | Action::Heartbeat
        | Action::Leave
        | Action::Resync
        | Action::PresenceTimeout
        | Action::WhereNow
        | Action::EditState
        | Action::KeepAlive
        | Action::Add
        | Action::Remove
        | Action::Keysets
        | Action::Mute
        | Action::Direct(_) => {}
    }
}

/// Go to what was pointed at.
fn picked(model: &mut Model, pick: Pick) {
    match pick {
        Pick::Pane(pane) => model.focus.pane = pane,
        Pick::Channel(place) => {
            // On a small screen the tabs stay what they are: a way from channel to channel.
            if place != model.focus.channel && place < model.channels.len() {
                model.focus.channel = place;
                model.focus.user = None;
            }
        }
        Pick::User(user) => {
            model.focus.pane = Pane::Occupants;
            model.focus.user = Some(user);
        }
    }
}

/// Unfold the burst under the cursor of the log, or open the entry to be read.
fn open_entry(model: &mut Model) {
    if matches!(model.open.take(), Some(Open::Reading(_))) || model.log.journal_mut().toggle_burst() {
        return;
    }
    model.open = model.log.at_cursor().map(|entry| Open::Reading(Reading::new(entry)));
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

/// Ask where the selected occupant is. The answer stands in the detail, and in the footer if that is not in
/// sight.
fn where_now(model: &mut Model, now: Moment) -> Option<Command> {
    let Some(user) = model.focus.user.clone() else {
        model.word = Some(Word::new(Tone::Bad, "select an occupant first", now));
        return None;
    };
    if !model.asked.ask(&user, now) {
        return None;
    }
    model.word = Some(Word::new(Tone::Busy, format!("asking where {user} is …"), now));
    Some(Command::AskWhereNow { user })
}

/// Let heartbeats go on by themselves, or stop that; what is due is sent at once.
fn keep_alive(model: &mut Model, now: Moment) {
    model.own.kept_alive = !model.own.kept_alive;
    let text = match (model.own.kept_alive, model.own.places.is_empty()) {
        (true, _) => "heartbeats go on by themselves",
        (false, true) => "no heartbeat by itself any more: a presence runs out unless you send one",
        (false, false) => "no heartbeat by itself any more: your presence runs out, and the list shows the timeout",
    };
    model.word = Some(Word::new(Tone::Good, text, now));
}

fn select_channel(model: &mut Model, by: isize) {
    let last = model.channels.len().saturating_sub(1);
    let before = model.focus.channel;
    model.focus.channel = before.saturating_add_signed(by).min(last);
    if model.focus.channel != before {
        model.focus.user = None;
        model.focus.gone = None;
        if matches!(model.open, Some(Open::Detail(_))) {
            model.open = None;
        }
    }
}

fn move_by(model: &mut Model, rows: isize) {
    match &mut model.open {
        Some(Open::Detail(row)) => {
            let row = *row;
            let last = super::detail_rows(&model.detail()).count().saturating_sub(1);
            model.open = Some(Open::Detail(row.saturating_add_signed(rows).min(last)));
            return;
        }
        Some(Open::Reading(reading)) => return reading.scroll(rows),
        Some(Open::Doctor(first)) => {
            *first = first.saturating_add_signed(rows);
            return;
        }
        _ => {}
    }
    match model.focus.pane {
        Pane::Channels => select_channel(model, rows),
        Pane::Log => model.log.journal_mut().scroll(rows),
        Pane::Occupants => people::move_by(model, rows),
    }
}
