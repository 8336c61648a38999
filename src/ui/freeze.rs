//! Pausing and looking back: the screen shows a copy of the world and the log, while the world goes on. Selection and
//! dialogs still work on the copy. Looking back is a pause whose copy is another instant: see `past`.
//!
//! The copy shares what is large. It costs a reference count per log entry and a few KiB of history per channel; the
//! names of a roster are shared in chunks, and only those that change are copied.

use std::time::Duration;

use super::{Paused, Screen, ToldSoFar, Ui};
use crate::{doctor::Doctor, history::Instant, presence::Moment, world::World};

/// How often the number of waiting events is updated: each update costs a frame.
const COUNTED_EVERY: Duration = Duration::from_secs(1);

/// What a screen depends on that does not go along with the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StillKey {
    /// The number of waiting events.
    pub waiting: u64,
    message: Option<Moment>,
    is_lost: bool,
    /// Of the past: the second and the state of the world that is shown, and the second of today.
    past: Option<(u64, u64, u64)>,
}

impl Screen<'_> {
    /// The time that the screen shows.
    pub fn as_of(&self, now: Moment) -> Moment {
        self.ui.pause().map_or(now, |paused| paused.at)
    }

    /// Whether the screen shows the past.
    pub fn is_past(&self) -> bool {
        self.ui.pause().is_some_and(|paused| paused.past.is_some())
    }

    /// What the screen depends on while it does not go along: as long as this stays the same and nobody presses a key, no
    /// frame is needed. `None` if it goes along.
    pub fn still_key(&self) -> Option<StillKey> {
        let paused = self.ui.pause()?;
        let message = self.ui.status.as_ref().map(|status| status.until);
        let past = paused.past.map(|_| (paused.at.seconds(), self.world.version(), self.live.now().seconds()));
        Some(StillKey { waiting: paused.waiting, message, is_lost: self.lost_behind_the_picture(), past })
    }

    /// Whether the link is lost now, though the screen may show it as live.
    pub fn lost_behind_the_picture(&self) -> bool {
        let link = &self.live.link;
        self.ui.pause().is_some() && link.was_live && !link.is_live() && !link.is_over()
    }

    /// When to count the waiting events again.
    pub(super) fn counts_at(&self) -> Option<Moment> {
        let paused = self.ui.pause()?;
        (paused.events_since(self.live) != paused.waiting).then(|| paused.counted.plus(COUNTED_EVERY))
    }
}

impl Ui {
    /// The pause or the look back, if the screen does not go along with the world.
    pub fn pause(&self) -> Option<&Paused> {
        self.paused.as_deref()
    }

    /// Hold the screen, or go along with the world again.
    pub(super) fn toggle_pause(&mut self, world: &World, now: Moment) {
        if self.paused.is_some() { self.go_live() } else { self.hold(world, now) }
    }

    /// Show what is now, and go along with it.
    pub(super) fn go_live(&mut self) {
        if let Some(paused) = self.paused.take() {
            // Where the person went meanwhile is where they are.
            self.log.copy_view(paused.shown.told.log.view());
            self.show_other_world();
        }
    }

    /// Hold the screen.
    pub(super) fn hold(&mut self, world: &World, now: Moment) {
        let shown = self.history.hold(world, ToldSoFar::copy(&self.log, &self.incidents), now);
        self.doctor = Doctor::default();
        self.paused = Some(Box::new(Paused { at: now, waiting: 0, past: None, counted: now, shown }));
    }

    /// Show an instant of the past, in the same way as what was shown before.
    pub(super) fn show_instant(&mut self, mut shown: Instant<ToldSoFar>, world: &World, at: Moment, now: Moment) {
        shown.told.take_changed();
        shown.told.log.copy_view(self.shown_log().view());
        let past = self.paused.as_ref().and_then(|paused| paused.past).unwrap_or_default();
        let mut paused = Paused { at, waiting: 0, past: Some(past), counted: now, shown };
        paused.waiting = paused.events_since(world);
        self.paused = Some(Box::new(paused));
        self.show_other_world();
    }

    /// What was made for the lists of another world is made again.
    pub(super) fn show_other_world(&mut self) {
        self.doctor = Doctor::default();
        self.focus.gone = None;
        self.occupants.rebuild_index();
        self.channels.make_again();
    }

    /// The lists go on with the world that is shown.
    pub(super) fn follow_shown(&mut self) {
        let Some(paused) = &mut self.paused else { return };
        let changed = paused.shown.told.take_changed();
        if changed.many {
            return self.show_other_world();
        }
        for (channel, user) in &changed.users {
            if let Some(watched) = paused.shown.world.channels.look_up(channel) {
                self.occupants.update_user(channel, &watched.roster, user);
            }
        }
        self.channels.make_again();
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
