//! Holding the picture still while the world goes on.
//!
//! While paused, the model's own parts are a copy of the world as it was: what is drawn, moved in and
//! opened. The world that goes on is kept [behind](Paused): news, outcomes and acts on the service are
//! taken in there, by turning the two around for as long as that takes.
//!
//! The copy shares what is large. Per log entry it costs a count, per channel a few KiB of history; the
//! names of a roster are shared in chunks, of which only those that change meanwhile are copied.

use std::time::Duration;

use crate::model::{EventLog, Model, World};
use crate::presence::Moment;

/// How often the number of waiting events may move.
const COUNTED_EVERY: Duration = Duration::from_secs(1);

/// What goes on behind a picture that is held still.
#[derive(Debug, Clone)]
struct Behind {
    world: World,
    log: EventLog,
}

/// That the picture is held still.
#[derive(Debug)]
pub struct Paused {
    /// Since when.
    pub at: Moment,
    /// How many events wait, as of the last time that they were counted.
    pub waiting: u64,
    counted: Moment,
    /// The world that goes on; while it is turned to the front, the one that stands still.
    behind: Box<Behind>,
    turned: bool,
}

impl Model {
    /// Whether the picture is held still, and since when.
    pub fn paused(&self) -> Option<&Paused> {
        self.paused.as_ref()
    }

    /// The time that the picture shows.
    pub fn as_of(&self, now: Moment) -> Moment {
        self.paused.as_ref().map_or(now, |paused| paused.at)
    }

    /// What the picture depends on while it is held still: as long as this stays the same and nobody
    /// presses a key, it needs no drawing. `None`: it is not held.
    pub fn stillness(&self) -> Option<(u64, Option<Moment>, bool)> {
        let word = self.word.as_ref().map(|word| word.until);
        Some((self.paused.as_ref()?.waiting, word, self.lost_behind_the_picture()))
    }

    /// Whether the link is lost now, though the picture held still may show it as live.
    pub fn lost_behind_the_picture(&self) -> bool {
        let link = &self.live().link;
        self.paused.is_some() && link.was_live && !link.is_live()
    }

    /// The world that goes on.
    pub(crate) fn live(&self) -> &World {
        match &self.paused {
            Some(Paused { behind, turned: false, .. }) => &behind.world,
            _ => &self.world,
        }
    }

    /// Do something to the world that goes on.
    pub(crate) fn in_the_world<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        if self.paused.as_ref().is_none_or(|paused| paused.turned) {
            return act(self);
        }
        self.turn();
        let done = act(self);
        self.turn();
        done
    }

    /// Turn the world that goes on to the front, or back.
    fn turn(&mut self) {
        use std::mem::swap;
        let selected = self.selected().map(|watched| watched.channel.clone());
        let Some(Paused { behind, turned, .. }) = &mut self.paused else { return };
        *turned = !*turned;
        self.rows.rest(*turned);
        swap(&mut self.world, &mut behind.world);
        swap(&mut self.log, &mut behind.log);
        // The same channel, should it have another place there.
        if self.selected().map(|watched| &watched.channel) != selected.as_ref()
            && let Some(place) = selected.and_then(|channel| self.world.channels.place(&channel))
        {
            self.focus.channel = place;
        }
    }

    /// Hold the picture still, or let it go on.
    pub(crate) fn toggle_pause(&mut self, now: Moment) {
        if self.paused.is_some() {
            self.turn();
            let Some(paused) = self.paused.take() else { return };
            self.rows.rest(false);
            // Where the person went meanwhile is where they are.
            self.log.show_like(paused.behind.log.journal());
            self.rows.restart();
            return;
        }
        let behind = Box::new(Behind { world: self.world.clone(), log: self.log.clone() });
        self.paused = Some(Paused { at: now, waiting: 0, counted: now, behind, turned: false });
    }

    /// Count the events that wait, now and then.
    pub(crate) fn count_waiting(&mut self, now: Moment) {
        let shown = self.world.counters.events;
        if let Some(paused) = &mut self.paused
            && now.since(paused.counted) >= COUNTED_EVERY
        {
            let waiting = paused.behind.world.counters.events.saturating_sub(shown);
            if waiting != paused.waiting {
                (paused.waiting, paused.counted) = (waiting, now);
            }
        }
    }

    /// When the number of waiting events is to be counted again.
    pub(crate) fn counts_at(&self) -> Option<Moment> {
        let paused = self.paused.as_ref()?;
        let waiting = paused.behind.world.counters.events.saturating_sub(self.world.counters.events);
        (waiting != paused.waiting).then(|| paused.counted.plus(COUNTED_EVERY))
    }
}
