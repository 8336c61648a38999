//! Pausing: the screen shows a clone of the world and the log, while the world goes on. Selection and dialogs still
//! work on the clone.
//!
//! The clone shares what is large. It costs a reference count per log entry and a few KiB of history per channel; the
//! names of a roster are shared in chunks, and only those that change are copied.

use std::time::Duration;

use super::{Paused, Screen, Ui};
use crate::{doctor::Doctor, presence::Moment, world::World};

/// How often the number of waiting events is updated: each update costs a frame.
const COUNTED_EVERY: Duration = Duration::from_secs(1);

impl Screen<'_> {
    /// The time that the screen shows.
    pub fn as_of(&self, now: Moment) -> Moment {
        self.ui.pause().map_or(now, |paused| paused.at)
    }

    /// What the paused screen depends on: while this stays the same and nobody presses a key, no frame is needed.
    /// `None` if the screen is not paused.
    pub fn still_key(&self) -> Option<(u64, Option<Moment>, bool)> {
        let status = self.ui.status.as_ref().map(|status| status.until);
        Some((self.ui.pause()?.waiting, status, self.lost_behind_the_picture()))
    }

    /// Whether the link is lost now, though the paused screen may show it as live.
    pub fn lost_behind_the_picture(&self) -> bool {
        let link = &self.live.link;
        self.ui.pause().is_some() && link.was_live && !link.is_live()
    }

    /// When to count the waiting events again.
    pub(super) fn counts_at(&self) -> Option<Moment> {
        let paused = self.ui.pause()?;
        (paused.events_since(self.live) != paused.waiting).then(|| paused.counted.plus(COUNTED_EVERY))
    }
}

impl Ui {
    /// The pause, if the screen is paused.
    pub fn pause(&self) -> Option<&Paused> {
        self.paused.as_ref()
    }

    /// Pause the screen, or resume.
    pub(super) fn toggle_pause(&mut self, world: &World, now: Moment) {
        if let Some(paused) = self.paused.take() {
            self.doctor = Doctor::default();
            // Where the person went meanwhile is where they are.
            self.log.copy_view(paused.log.view());
            self.occupants.rebuild_index();
            self.channels.make_again();
            return;
        }
        self.doctor = Doctor::default();
        let (world, log) = (Box::new(world.clone()), self.log.clone());
        let incidents = Box::new(self.incidents.clone_as_told());
        self.paused = Some(Paused { at: now, waiting: 0, counted: now, world, log, incidents });
    }

    /// Count the waiting events, if it is time to.
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
