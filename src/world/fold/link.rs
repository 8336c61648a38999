//! How the conversation with the service goes, taken in: it comes to life, breaks, is refused and allowed.

use crate::{
    model::{Cause, Model, Note},
    presence::{LinkChange, Moment, Subscription},
};

pub(crate) fn changed(model: &mut Model, poll: usize, change: &LinkChange, now: Moment) {
    let was_lost = model.world.link.was_live && !model.world.link.is_live();
    let was_live = model.world.link.is_live();
    if let LinkChange::Refused { trouble, what, everything } = change {
        for name in what {
            if let Subscription::Channel(channel) = name
                && let Some(watched) = model.world.channels.find(channel)
            {
                watched.refused = Some(trouble.clone());
            }
        }
        let (what, everything, trouble) = (what.clone(), *everything, trouble.clone());
        model.log.note(None, Note::Refused { what, everything, trouble }, now);
    }
    if let LinkChange::Allowed { what } = change {
        for watched in model.world.channels.iter_mut().filter(|w| what.iter().any(|s| s.covers(&w.channel))) {
            watched.refused = None;
            watched.truth.want(Cause::Gap, now);
        }
        model.log.note(None, Note::Allowed { what: what.clone() }, now);
    }
    match change {
        LinkChange::Connecting => model.log.note(None, Note::Connecting { poll }, now),
        LinkChange::Lost { trouble, attempt, retry_at } => {
            model.watchlist.missed(&Cause::Gap.to_string(), now);
            let (trouble, attempt, retry_at) = (trouble.clone(), *attempt, *retry_at);
            model.log.note(None, Note::Lost { poll, trouble, attempt, retry_at }, now);
        }
        _ => {}
    }
    model.world.link.change(poll, change, now);
    match (was_live, model.world.link.is_live()) {
        (true, false) => model.world.channels.iter_mut().for_each(|w| w.history.loses_sight(now)),
        (false, true) => model.world.channels.iter_mut().for_each(|w| w.history.sees(now)),
        _ => {}
    }
    if let LinkChange::Alive { ledger, .. } = change {
        model.world.ledger.clone_from(ledger);
        model.world.rates.note(ledger, now);
        model.world.pace.note(model.world.ledger.sent(), now);
    }
    if let LinkChange::Live { resumed, round_trip } = change {
        model.world.scouts.live(&model.world.session.watching, now);
        // A loop that is live again after all of it was refused is refused no more.
        let again = was_lost || resumed.is_some();
        model.log.note(None, Note::Live { poll, round_trip: *round_trip, resumed: *resumed, again }, now);
        if again {
            model.world.channels.iter_mut().for_each(|w| w.truth.want(Cause::Gap, now));
        }
        if model.world.link.is_live() && everything_was_refused(model) {
            model.world.channels.iter_mut().for_each(|w| w.refused = None);
        }
    }
}

fn everything_was_refused(model: &Model) -> bool {
    !model.world.channels.is_empty() && model.world.channels.iter().all(|w| w.refused.is_some())
}
