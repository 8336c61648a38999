//! What time alone brings: what is done when it is due, and when the next such thing is.

use std::time::Duration;

use crate::model::{Gone, Model, Note, Tone, Word, World, ear, hear, truth};
use crate::presence::{Command, Moment, Since};

/// What is due by time alone.
pub(crate) fn by_time(model: &mut Model, idle: bool, now: Moment) -> Vec<Command> {
    let mut commands = Vec::new();
    hear::report_drift(model, now);
    let run_out = model.world.own.run_out(now);
    if !run_out.is_empty() {
        let note = Note::RanOut { places: run_out };
        model.word = Some(Word::new(Tone::Bad, format!("{note}; a heartbeat joins again"), now));
        model.log.note(None, note, now);
    }
    ear::round(model, idle, now);
    let due = model.world.own.due(now);
    if !due.is_empty() && !model.quitting {
        commands.push(Command::SendHeartbeat { places: due, timeout: model.world.own.timeout, by_hand: false });
    }
    if model.world.link.is_live() {
        commands.extend(model.world.scouts.due(&model.world.session.watching, now));
    }
    commands.extend(truth::ask(&mut model.world.channels, &model.world.link, now));
    commands
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
    let scene = model.world.scene.as_ref().and_then(|scene| scene.next.as_ref()).is_some_and(|(_, at)| *at > now);
    let counting_down = model.world.link.retry_at().is_some() || !model.world.own.places.is_empty() || scene;
    let counting_down = counting_down || model.world.own.unconfirmed(now).is_some();
    // Even at rest the status row has a clock, of hours and minutes.
    let ticking = if counting_down || anybody_young(model, now) { next_second } else { next_minute };
    let channels = model.world.channels.iter().enumerate();
    let pictures = channels.filter_map(|(place, w)| w.history.moves_at(place == model.focus.channel, now)).min();
    let pace = model.world.pace.falls_at(now);
    let rows = model.rows.next().map(|at| at.max(now));
    [Some(ticking), word, due_at(model, now), pictures, pace, rows].into_iter().flatten().min()
}

/// When something is to be done by time alone, whether anybody looks or not: a heartbeat or a here now
/// is due, a difference has waited long enough to be reported, or the watch list is to be weighed.
pub fn due_at(model: &Model, now: Moment) -> Option<Moment> {
    let World { channels, link, own, scouts, .. } = model.live();
    let truth = truth::next(channels, link).map(|at| at.max(now.plus(Duration::from_millis(10))));
    let scouts = scouts.next().filter(|_| link.is_live());
    let watchlist = model.watchlist.next(|| model.names());
    [own.next(), truth, scouts, watchlist].into_iter().flatten().min()
}

/// Whether an age below a minute may be on the screen: looked for only where it is cheap.
fn anybody_young(model: &Model, now: Moment) -> bool {
    let service_now = model.world.clock.now(now);
    let Some(watched) = model.selected() else { return false };
    let young = |gone: &Gone| now.since(gone.at) < Duration::from_secs(60);
    if model.rows.just_left && watched.gone.iter(now).next().is_some() || model.focus.tombstone().is_some_and(young) {
        return true;
    }
    watched.roster.iter().take(500).any(|(_, occupant)| {
        let (Since::Joined(since) | Since::Before(since)) = occupant.since;
        service_now.since(since) < Duration::from_secs(60)
    })
}
