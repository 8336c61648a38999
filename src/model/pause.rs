//! Holding the picture still while the world goes on.
//!
//! While paused, the model's own parts are a copy of the world as it was: what is drawn, moved in and
//! opened. The world that goes on is kept [behind](Paused): news, outcomes and acts on the service are
//! taken in there, by turning the two around for as long as that takes.
//!
//! The copy shares what is large. Per log entry it costs a count, per channel a few KiB of history; the
//! names of a roster are shared in chunks, of which only those that change meanwhile are copied.

use std::time::Duration;

use super::{Channels, Counters, EventLog, Link, Model, Own, Pace, scouts::Scouts};
use crate::presence::{Ledger, Moment, SceneStatus, ServiceClock};

/// How often the number of waiting events may move.
const COUNTED_EVERY: Duration = Duration::from_secs(1);

/// All of a model that tells of the world.
#[derive(Debug, Clone)]
struct World {
    channels: Channels,
    link: Link,
    log: EventLog,
    own: Own,
    clock: ServiceClock,
    counters: Counters,
    ledger: Ledger,
    pace: Pace,
    scene: Option<SceneStatus>,
    scouts: Scouts,
    skew_said: bool,
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
    behind: Box<World>,
    turned: bool,
}

/// What decides when something is due.
pub(super) struct Live<'a> {
    pub channels: &'a Channels,
    pub link: &'a Link,
    pub own: &'a Own,
    pub scouts: &'a Scouts,
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
        let link = self.live().link;
        self.paused.is_some() && link.was_live && !link.is_live()
    }

    /// The parts of the world that goes on.
    pub(super) fn live(&self) -> Live<'_> {
        match &self.paused {
            Some(Paused { behind, turned: false, .. }) => {
                let World { channels, link, own, scouts, .. } = &**behind;
                Live { channels, link, own, scouts }
            }
            _ => Live { channels: &self.channels, link: &self.link, own: &self.own, scouts: &self.scouts },
        }
    }

    /// Do something to the world that goes on.
    pub(super) fn in_the_world<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
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
        let World { channels, link, log, own, clock, counters, ledger, pace, scene, scouts, skew_said } = &mut **behind;
        swap(&mut self.channels, channels);
        swap(&mut self.link, link);
        swap(&mut self.log, log);
        swap(&mut self.own, own);
        swap(&mut self.clock, clock);
        swap(&mut self.counters, counters);
        swap(&mut self.ledger, ledger);
        swap(&mut self.pace, pace);
        swap(&mut self.scene, scene);
        swap(&mut self.scouts, scouts);
        swap(&mut self.skew_said, skew_said);
        // The same channel, should it have another place there.
        if self.selected().map(|watched| &watched.channel) != selected.as_ref()
            && let Some(place) = selected.and_then(|channel| self.channels.place(&channel))
        {
            self.focus.channel = place;
        }
    }

    /// Hold the picture still, or let it go on.
    pub(super) fn toggle_pause(&mut self, now: Moment) {
        if self.paused.is_some() {
            self.turn();
            let Some(paused) = self.paused.take() else { return };
            self.rows.rest(false);
            // Where the person went meanwhile is where they are.
            self.log.show_like(paused.behind.log.journal());
            self.rows.restart();
            return;
        }
        let behind = Box::new(World {
            channels: self.channels.clone(),
            link: self.link.clone(),
            log: self.log.clone(),
            own: self.own.clone(),
            clock: self.clock,
            counters: self.counters,
            ledger: self.ledger.clone(),
            pace: self.pace.clone(),
            scene: self.scene.clone(),
            scouts: self.scouts.clone(),
            skew_said: self.skew_said,
        });
        self.paused = Some(Paused { at: now, waiting: 0, counted: now, behind, turned: false });
    }

    /// Count the events that wait, now and then.
    pub(super) fn count_waiting(&mut self, now: Moment) {
        let shown = self.counters.events;
        if let Some(paused) = &mut self.paused
            && now.since(paused.counted) >= COUNTED_EVERY
        {
            let waiting = paused.behind.counters.events.saturating_sub(shown);
            if waiting != paused.waiting {
                (paused.waiting, paused.counted) = (waiting, now);
            }
        }
    }

    /// When the number of waiting events is to be counted again.
    pub(super) fn counts_at(&self) -> Option<Moment> {
        let paused = self.paused.as_ref()?;
        let waiting = paused.behind.counters.events.saturating_sub(self.counters.events);
        (waiting != paused.waiting).then(|| paused.counted.plus(COUNTED_EVERY))
    }
}
