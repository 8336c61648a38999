//! Here-now answers, taken in: what they change in a list, and what of that is told, and when.

use crate::{
    model::{Cause, Model, Note, Tone, Word, ear, people, watching},
    presence::{Channel, Command, Moment, Snapshot, Trouble},
};

/// With more channels than this, those where a gap changed nothing are not told one by one.
const FEW: usize = 10;

/// Channels were asked about, and this is what the service told of them.
pub(crate) fn told(model: &mut Model, command: &Command, snapshots: &[Snapshot], now: Moment) {
    let by_group = command.asks_groups();
    for snapshot in snapshots {
        // Late news of what is watched no more.
        if watching::admits_list(model, &snapshot.channel, by_group) {
            take_snapshot(model, snapshot, now);
        }
    }
    for channel in command.channels() {
        if let Some(watched) = model.world.channels.find(channel) {
            watched.truth.unanswered(now);
        }
    }
}

/// No here now: those that were refused by name are marked, the others are asked about again.
pub(crate) fn not_told(model: &mut Model, command: &Command, trouble: &Trouble, now: Moment) {
    if model.word.as_ref().is_some_and(|w| w.tone == Tone::Busy) {
        let text = format!("here now: {}", trouble.sentence);
        model.word = Some(Word::new(Tone::Bad, text, now));
    }
    let refused = |channel: &Channel| trouble.refused.iter().any(|name| name == channel.as_str());
    let some_named = command.channels().any(refused);
    let others = Trouble { passing: true, ..trouble.clone() };
    let mut news = some_named;
    for channel in command.channels() {
        let Some(watched) = model.world.channels.find(channel) else { continue };
        if refused(channel) {
            watched.truth.failed(trouble, now);
            watched.refused = Some(trouble.clone());
        } else {
            news |= watched.truth.failed(if some_named { &others } else { trouble }, now);
        }
    }
    if news {
        model.log.note(None, Note::HereNowRefused { trouble: trouble.clone() }, now);
    }
}

fn take_snapshot(model: &mut Model, snapshot: &Snapshot, now: Moment) {
    let Some(watched) = model.world.channels.discover(&snapshot.channel, now) else { return };
    let first = watched.roster.is_empty() && watched.events == 0;
    let selected = model.focus.user.as_ref().and_then(|user| watched.roster.get(user)).cloned();
    let (difference, _) = watched.roster.fold(snapshot);
    watched.mark(now);
    let cause = watched.truth.answered(watched.roster.agrees(), &difference, watched.mode, now);
    if (!snapshot.complete || difference.held_back > 0) && !watched.roster.agrees() {
        // Pages that moved against each other, or an answer perhaps older than an event: the look is
        // not over.
        watched.truth.unsettled(cause, watched.roster.len(), now);
    }
    let here = watched.roster.len();
    let nothing = difference.is_empty();
    people::looked(model, &snapshot.channel, &difference, selected.as_ref(), now);
    if cause != Cause::First {
        ear::compared(model, &snapshot.channel, &difference, now);
    }
    let note = match cause {
        Cause::First if first => Note::FirstLook { here, difference },
        Cause::ByHand => {
            let note = Note::AskedAgain { channel: snapshot.channel.clone(), difference };
            model.word = Some(Word::new(Tone::Good, note.to_string(), now));
            note
        }
        Cause::Gap if nothing && model.world.channels.len() <= FEW => Note::NothingChanged,
        // After a loss that was noticed, this is what happened meanwhile.
        Cause::Gap | Cause::FullReply => Note::Repaired { cause, difference },
        // Without names in the intervals this is how the list is kept, not a repair.
        Cause::BareInterval | Cause::RefreshAsked => Note::CaughtUp { cause, difference },
        // Reported when nothing explains it in time.
        Cause::First | Cause::Audit | Cause::Disagreement | Cause::SecondSession | Cause::OwnJoin => {
            Note::Corrected { cause, difference }
        }
    };
    let worth_a_word = matches!(note, Note::FirstLook { .. } | Note::AskedAgain { .. } | Note::NothingChanged);
    if worth_a_word || !nothing {
        model.log.note(Some(snapshot.channel.clone()), note, now);
    }
    if cause == Cause::OwnJoin && snapshot.complete {
        say_unlisted(model, &snapshot.channel, now);
    }
}

/// A here now that lists everybody was asked for after our own heartbeat: does it list us?
fn say_unlisted(model: &mut Model, channel: &Channel, now: Moment) {
    let Some(watched) = model.world.channels.find(channel) else { return };
    if model.world.own.on(channel).is_some() && watched.roster.get(&model.world.session.user).is_none() {
        model.word = Some(Word::new(Tone::Bad, format!("{channel}: {}", Note::Unlisted), now));
        model.log.note(Some(channel.clone()), Note::Unlisted, now);
    }
}

/// Report the differences that nothing has explained in time.
pub(crate) fn report_drift(model: &mut Model, now: Moment) {
    for watched in model.world.channels.iter_mut() {
        while let Some((cause, difference)) = watched.truth.report(now) {
            model.watchlist.drifted(&watched.channel, &cause.to_string(), now);
            model.log.note(Some(watched.channel.clone()), Note::Drift { cause, difference }, now);
        }
    }
}
