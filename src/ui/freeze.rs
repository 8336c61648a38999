//! Holding the picture still while the world goes on: a copy of the world and the log as they were is what is
//! drawn, moved in and opened.
//!
//! The copy shares what is large. Per log entry it costs a count, per channel a few KiB of history; the
//! names of a roster are shared in chunks, of which only those that change meanwhile are copied.

use std::time::Duration;

use super::{Paused, Screen, Ui};
use crate::{doctor::Doctor, presence::Moment, world::World};

/// How often the number of waiting events may move.
const COUNTED_EVERY: Duration = Duration::from_secs(1);

impl Screen<'_> {
    /// The time that the picture shows.
    pub fn as_of(&self, now: Moment) -> Moment {
        self.ui.paused().map_or(now, |paused| paused.at)
    }

    /// What the picture depends on while it is held still: as long as this stays the same and nobody
    /// presses a key, it needs no drawing. `None`: it is not held.
    pub fn still_key(&self) -> Option<(u64, Option<Moment>, bool)> {
        let status = self.ui.status.as_ref().map(|status| status.until);
        Some((self.ui.paused()?.waiting, status, self.lost_behind_the_picture()))
    }

    /// Whether the link is lost now, though the picture held still may show it as live.
    pub fn lost_behind_the_picture(&self) -> bool {
        let link = &self.live.link;
        self.ui.paused().is_some() && link.was_live && !link.is_live()
    }

    /// When the number of waiting events is to be counted again.
    pub(super) fn counts_at(&self) -> Option<Moment> {
        let paused = self.ui.paused()?;
        (paused.events_since(self.live) != paused.waiting).then(|| paused.counted.plus(COUNTED_EVERY))
    }
}

impl Ui {
    /// Whether the picture is held still, and since when.
    pub fn paused(&self) -> Option<&Paused> {
        self.paused.as_ref()
    }

    /// Hold the picture still, or let it go on.
    pub(super) fn toggle_pause(&mut self, world: &World, now: Moment) {
        if let Some(paused) = self.paused.take() {
            self.doctor = Doctor::default();
            // Where the person went meanwhile is where they are.
            self.log.copy_view(paused.log.view());
            self.occupants.rebuild_index();
            return;
        }
        self.doctor = Doctor::default();
        let (world, log) = (Box::new(world.clone()), self.log.clone());
        self.paused = Some(Paused { at: now, waiting: 0, counted: now, world, log });
    }

    /// Count the events that wait, now and then.
    pub(super) fn count_waiting(&mut self, live: &World, now: Moment) {
        if let Some(paused) = &mut self.paused
            && now.since(paused.counted) >= COUNTED_EVERY
        {
            let waiting = paused.events_since(live);
            if waiting != paused.waiting {
                (paused.waiting, paused.counted) = (waiting, now);
            }
        }
    }
}
