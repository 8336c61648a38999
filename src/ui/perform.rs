//! What a person does to the world: requests to the service, within what the keyset allows. What changes
//! nothing but the picture is handed on to `look`.

use crate::model::{
    Action, Cause, Deed, Model, Open, Question, QuestionLine, Tone, Word, doctor, editor, hand, keysets, look, note,
    watching,
};
use crate::{
    duration::Span,
    presence::{Command, Moment, Subscription},
};

/// Do what a person means; on a keyset that real people depend on, ask first where others would notice.
pub(crate) fn act(model: &mut Model, action: Action, now: Moment) -> Vec<Command> {
    if let Some(Open::Watchlist(chosen)) = model.open
        && hand::acted(model, chosen, action, now)
    {
        return Vec::new();
    }
    if let Some(place) =
        noticed(model, action).filter(|_| model.world.session.production && !model.world.session.read_only)
    {
        let question = format!("PRODUCTION: {} on {place} as {}?", action.meaning().name, model.world.session.user);
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
        Action::KeepAlive if !model.world.own.kept_alive && !model.world.own.places.is_empty() => {
            let places: Vec<_> = model.world.own.places.keys().cloned().collect();
            Some(note::names_of(&places))
        }
        _ => None,
    }
}

/// Do what a person means, and has confirmed if need be.
pub(crate) fn act_confirmed(model: &mut Model, action: Action, now: Moment) -> Vec<Command> {
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
                let before = Span(model.world.own.timeout).to_string();
                model.open = Some(Open::Line(QuestionLine::new(Question::PresenceTimeout, &before)));
            }
            None
        }
        Action::WhereNow => where_now(model, now),
        Action::Direct(direction) => Some(Command::Direct(direction)),
        Action::Mute => {
            hand::mute(model, now);
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
    look::look(model, action, now);
    doctor::settle(model, now);
    command.into_iter().collect()
}

/// Ask here now for the selected channel as soon as it may be asked.
fn resync(model: &mut Model, now: Moment) {
    let Some(Subscription::Channel(channel)) = place(model, now, "asking here now for") else { return };
    if !model.world.link.is_live() {
        let text = "not connected: the list is asked for anew as soon as the service answers";
        model.word = Some(Word::new(Tone::Bad, text, now));
        return;
    }
    if let Some(watched) = model.world.channels.find(&channel) {
        // Perhaps somebody has granted access meanwhile: then the answer shows it.
        watched.refused = None;
        watched.truth.want(Cause::ByHand, now);
    }
}

/// Leave wherever we are on the way out.
fn quit(model: &mut Model) -> Option<Command> {
    model.quitting = true;
    let places = model.world.own.leave_all();
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
    if model.world.session.read_only {
        let text = "this keyset is marked read-only in the configuration: nothing was sent";
        model.word = Some(Word::new(Tone::Bad, text, now));
    }
    !model.world.session.read_only
}

fn heartbeat(model: &mut Model, now: Moment) -> Option<Command> {
    if !may_change(model, now) {
        return None;
    }
    let place = place(model, now, "heartbeat on")?;
    if !model.world.own.join(place.clone(), model.world.clock.now(now), now) {
        let text = format!("a heartbeat on {place} was sent just now; not more often than every 3 s");
        model.word = Some(Word::new(Tone::Good, text, now));
        return None;
    }
    Some(Command::SendHeartbeat { places: vec![place], timeout: model.world.own.timeout, by_hand: true })
}

fn leave(model: &mut Model, now: Moment) -> Option<Command> {
    if !may_change(model, now) {
        return None;
    }
    let place = place(model, now, "leaving")?;
    // No more heartbeats from here on, whatever becomes of the leave.
    model.world.own.leave(&place, now);
    Some(Command::Leave { places: vec![place] })
}

/// Ask where the selected occupant is. The answer stands in the detail, and in the footer if that is not in
/// sight.
fn where_now(model: &mut Model, now: Moment) -> Option<Command> {
    let Some(user) = model.focus.user.clone() else {
        model.word = Some(Word::new(Tone::Bad, "select an occupant first", now));
        return None;
    };
    if !model.world.asked.ask(&user, now) {
        return None;
    }
    model.word = Some(Word::new(Tone::Busy, format!("asking where {user} is …"), now));
    Some(Command::AskWhereNow { user })
}

/// Let heartbeats go on by themselves, or stop that; what is due is sent at once.
fn keep_alive(model: &mut Model, now: Moment) {
    model.world.own.kept_alive = !model.world.own.kept_alive;
    let text = match (model.world.own.kept_alive, model.world.own.places.is_empty()) {
        (true, _) => "heartbeats go on by themselves",
        (false, true) => "no heartbeat by itself any more: a presence runs out unless you send one",
        (false, false) => "no heartbeat by itself any more: your presence runs out, and the list shows the timeout",
    };
    model.word = Some(Word::new(Tone::Good, text, now));
}
