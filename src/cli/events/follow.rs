//! From what comes to what is written, until there is an end.

use super::telling::Telling;
use crate::{
    cli::{
        Failure,
        writer::{Writer, write_piece},
    },
    engine::{Engine, Step},
    presence::Moment,
    shutdown::End,
    world::Watcher,
};

/// Why it ended.
pub(super) enum EventsEnd {
    /// It was asked to, or has told what it was to tell.
    AsAsked,
    /// The time was over.
    TimeOver,
}

/// Tell what happens until it has been told, the time is `over`, or somebody asks us to end.
pub(super) async fn follow(
    engine: &mut Engine<Telling>,
    writer: &mut Writer,
    over: Option<Moment>,
    end: &mut End,
) -> Result<EventsEnd, Failure> {
    let mut wake = over;
    loop {
        let step = tokio::select! {
            biased;
            () = end.wait_until_asked() => return Ok(EventsEnd::AsAsked),
            () = writer.wait_until_stopped() => return writer.finish().await.map(|()| EventsEnd::AsAsked),
            step = engine.step(wake) => step?,
        };
        let now = engine.now();
        let Watcher { world, listener, .. } = &mut engine.watcher;
        let again = listener.tell_incidents(world, now);
        let until = listener.until.as_mut().and_then(|until| until.look(world, now));
        wake = [over, until, again].into_iter().flatten().min();
        listener.printer.tell_rosters(listener.held.as_deref().unwrap_or(world), now);
        let (enough, piece) = (listener.is_enough(), listener.printer.take_text());
        let asked = write_piece(writer, piece, end).await?;
        if enough || asked {
            return Ok(EventsEnd::AsAsked);
        }
        if over.is_some_and(|over| over <= now) && step == Step::Due {
            return Ok(EventsEnd::TimeOver);
        }
    }
}
