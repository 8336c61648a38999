//! Looking back: going to an earlier instant of what is kept, step by step, and playing it.
//!
//! | what a person does | what is shown |
//! |---|---|
//! | goes back or forward by an event | the world right after the event before or after, of those that the log shows |
//! | goes back or forward by a minute, or to a time | the world as it was then |
//! | plays | the instants that follow, as fast as they went, or slower or faster |
//! | goes on to now | what is now |
//!
//! The world goes on behind and is counted. Whatever would ask the service for something is refused with a reason: it
//! would be about now, which is not on the screen. In a recording there is nobody to ask, at its end either.

use std::time::Duration;

use super::{Action, PastView, Paused, PlaySpeed, Tone, Ui, instant_text};
use crate::{
    history::{KeepLimits, NotKept},
    presence::Moment,
    world::World,
};

/// A step of one minute.
const MINUTE: Duration = Duration::from_secs(60);

/// While it is played, what is shown changes this often at the most.
const FRAME: Duration = Duration::from_millis(34);

/// As fast as it goes: so many inputs with each frame.
const INPUTS_AT_ONCE: u64 = 200;

/// Carry out an action that goes about in the past. Returns whether it is one, here and now.
pub(super) fn act_on_past(ui: &mut Ui, world: &World, action: Action, now: Moment) -> bool {
    let is_past = ui.paused.as_ref().is_some_and(|paused| paused.past.is_some());
    if is_move(action) {
        // What the move before was told as is no longer so.
        ui.status = None;
    }
    match action {
        Action::EventBack => step_back(ui, world, now),
        Action::EventForward => step_forward(ui, world, now),
        Action::MinuteBack => {
            let at = ui.screen(world).as_of(now).minus(MINUTE);
            go_to(ui, world, at, now);
        }
        Action::MinuteForward => {
            let at = ui.screen(world).as_of(now).plus(MINUTE);
            go_to(ui, world, at, now);
        }
        Action::GoLive => go_live(ui, now),
        Action::Bottom if is_past && ui.dialog.is_none() => go_live(ui, now),
        Action::Pause if is_past => toggle_playing(ui, now),
        Action::LongerSpan if is_past => change_speed(ui, PlaySpeed::faster, now),
        Action::ShorterSpan if is_past => change_speed(ui, PlaySpeed::slower, now),
        _ if asks_service(action) && world.link.is_over() => {
            let text = format!("this is a recording: `{}` has nothing to act on", action.info().name);
            ui.say(Tone::Bad, text, now);
            ui.refuse_text_for(action);
        }
        _ if is_past && asks_service(action) => {
            let text = format!("this is the past: `{}` would act on now; End goes there", action.info().name);
            ui.say(Tone::Bad, text, now);
            ui.refuse_text_for(action);
        }
        _ => return false,
    }
    true
}

/// Whether an action goes to another instant.
const fn is_move(action: Action) -> bool {
    use Action::{EventBack, EventForward, GoLive, MinuteBack, MinuteForward};
    matches!(action, EventBack | EventForward | GoLive | MinuteBack | MinuteForward)
}

/// Whether an action would change something or ask for something now.
pub(super) const fn asks_service(action: Action) -> bool {
    use Action::{
        Add, Direct, EditState, Heartbeat, KeepAlive, Keysets, Leave, Mark, PresenceTimeout, Remove, Resync, Scenes,
        WhereNow,
    };
    matches!(
        action,
        Heartbeat
            | Leave
            | EditState
            | KeepAlive
            | Add
            | Remove
            | Keysets
            | Resync
            | PresenceTimeout
            | WhereNow
            | Direct(_)
            | Scenes
            | Mark
    )
}

/// Go to the time that is typed, or say what is wrong with it.
pub(super) fn go_to_typed(ui: &mut Ui, world: &World, text: &str, now: Moment) -> Result<(), String> {
    let at = instant_text::read_instant(text, ui.screen(world).as_of(now), now, &ui.zone, &world.clock)?;
    ui.history.earliest().map_err(|why| explain(why, ui.history.limits()))?;
    ui.status = None;
    go_to(ui, world, at, now);
    Ok(())
}

impl Ui {
    /// Play what is kept, from its beginning.
    pub fn play_from_beginning(&mut self, world: &World, now: Moment) {
        let Ok(earliest) = self.history.earliest() else { return };
        go_to(self, world, earliest, now);
        if let Some(past) = past_view(self) {
            past.playing = Some(now);
        }
    }
}

/// Go to an instant; one that is still to come is now.
fn go_to(ui: &mut Ui, world: &World, at: Moment, now: Moment) {
    if at >= now {
        return go_live(ui, now);
    }
    let earliest = match ui.history.earliest() {
        Ok(earliest) => earliest,
        Err(why) => return ui.say(Tone::Bad, explain(why, ui.history.limits()), now),
    };
    if at < earliest {
        ui.say(Tone::News, "this is the earliest instant that is kept", now);
    }
    let at = at.max(earliest);
    if ui.paused.as_ref().is_some_and(|paused| paused.at <= at) && go_on(ui, world, at, now) {
        return;
    }
    match ui.history.look_at(at) {
        Some(instant) => ui.show_instant(instant, world, at, now),
        None => ui.say(Tone::Bad, "this instant can't be read any more: the recording is gone or another one", now),
    }
}

/// Let what is shown go on to a later instant. Returns `false` if what was in between is not kept any more.
fn go_on(ui: &mut Ui, world: &World, at: Moment, now: Moment) -> bool {
    let Some(paused) = &mut ui.paused else { return false };
    if !ui.history.go_on(&mut paused.shown, at) {
        return false;
    }
    end_step(paused, at, world, now);
    ui.follow_shown();
    true
}

fn end_step(paused: &mut Paused, at: Moment, world: &World, now: Moment) {
    paused.at = at;
    paused.past.get_or_insert_default();
    (paused.waiting, paused.counted) = (paused.events_since(world), now);
}

/// The kinds of entries that the log shows, as bits.
fn list_kinds(ui: &mut Ui) -> u32 {
    !ui.shown_log().view().filter().hidden
}

fn step_back(ui: &mut Ui, world: &World, now: Moment) {
    let position = match &ui.paused {
        Some(paused) => paused.shown.position(),
        None => ui.history.end(now),
    };
    let kinds = list_kinds(ui);
    let found = ui.history.find_before(position, kinds);
    let found = found.and_then(|number| ui.history.look_after(number));
    match (found, ui.history.earliest()) {
        (Some(instant), _) => {
            let at = instant.at;
            hold_playing(ui);
            ui.show_instant(instant, world, at, now);
        }
        (None, Ok(_)) => ui.say(Tone::News, "no earlier event is kept", now),
        (None, Err(why)) => ui.say(Tone::Bad, explain(why, ui.history.limits()), now),
    }
}

fn step_forward(ui: &mut Ui, world: &World, now: Moment) {
    let kinds = list_kinds(ui);
    let Some(paused) = &mut ui.paused else {
        return ui.say(Tone::News, "this is now: nothing later is known", now);
    };
    let next = ui.history.find_after(paused.shown.position(), kinds);
    let Some(number) = next else {
        return ui.say(Tone::News, "no later event so far; End goes to now", now);
    };
    if ui.history.go_on_after(&mut paused.shown, number) {
        let at = paused.shown.at;
        end_step(paused, at, world, now);
        ui.follow_shown();
    } else if let Some(instant) = ui.history.look_after(number) {
        let at = instant.at;
        ui.show_instant(instant, world, at, now);
    }
    hold_playing(ui);
}

/// Show what is now, whatever was shown before.
pub(super) fn go_live(ui: &mut Ui, now: Moment) {
    if ui.paused.is_some() {
        ui.go_live();
        ui.say(Tone::Good, "this is now", now);
    }
}

fn past_view(ui: &mut Ui) -> Option<&mut PastView> {
    ui.paused.as_mut().and_then(|paused| paused.past.as_mut())
}

fn hold_playing(ui: &mut Ui) {
    if let Some(past) = past_view(ui) {
        past.playing = None;
    }
}

fn toggle_playing(ui: &mut Ui, now: Moment) {
    if let Some(past) = past_view(ui) {
        past.playing = if past.playing.is_some() { None } else { Some(now) };
    }
}

fn change_speed(ui: &mut Ui, change: impl FnOnce(PlaySpeed) -> PlaySpeed, now: Moment) {
    if let Some(past) = past_view(ui) {
        past.speed = change(past.speed);
        let text = format!("speed {}", past.speed.describe());
        ui.say(Tone::Good, text, now);
    }
}

/// Go on with what is played, if it is time to.
pub(super) fn play(ui: &mut Ui, world: &World, now: Moment) {
    let Some((paused, since)) = find_played(ui) else { return };
    let lasted = now.since(since);
    if lasted < FRAME {
        return;
    }
    let to = match paused.past.and_then(|past| past.speed.tenths()) {
        Some(tenths) => paused.at.plus(scale(lasted, tenths, 10)),
        None => ui.history.find_moment(paused.shown.position(), INPUTS_AT_ONCE).unwrap_or(now),
    };
    if to >= now {
        return go_live(ui, now);
    }
    if !go_on(ui, world, to, now) {
        // What comes next was dropped meanwhile.
        let Ok(earliest) = ui.history.earliest() else { return hold_playing(ui) };
        go_to(ui, world, to.max(earliest), now);
    }
    if let Some(past) = past_view(ui) {
        past.playing = Some(now);
    }
}

/// When what is played changes.
pub(super) fn plays_at(ui: &Ui) -> Option<Moment> {
    let (paused, since) = find_played(ui)?;
    let Some(tenths) = paused.past.and_then(|past| past.speed.tenths()) else { return Some(since.plus(FRAME)) };
    let next_second = Moment::from_micros((paused.at.seconds() + 1) * 1_000_000);
    let next_input = ui.history.find_moment(paused.shown.position(), 0);
    let next = next_input.map_or(next_second, |input| input.min(next_second));
    Some(since.plus(scale(next.since(paused.at), 10, tenths).max(FRAME)))
}

fn find_played(ui: &Ui) -> Option<(&Paused, Moment)> {
    let paused = ui.paused.as_deref()?;
    Some((paused, paused.past?.playing?))
}

fn scale(lasted: Duration, by: u64, of: u64) -> Duration {
    let micros = u64::try_from(lasted.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(micros.saturating_mul(by).div_ceil(of))
}

/// Say why there is nothing to look back at, and what helps.
fn explain(why: NotKept, limits: KeepLimits) -> String {
    match why {
        NotKept::Off => "nothing is kept to look back at: `--keep` is 0".to_owned(),
        NotKept::Nothing => "nothing has happened so far".to_owned(),
        NotKept::TooLarge(needed) => {
            let mib = |bytes: usize| bytes.div_ceil(1 << 20);
            format!(
                "nothing is kept to look back at: it would take {} MiB, and `--keep-memory` is {}",
                mib(needed),
                mib(limits.bytes)
            )
        }
    }
}
