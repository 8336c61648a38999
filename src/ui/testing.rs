//! For tests: a world with a ui, without network and terminal.

use std::time::Duration;

use super::{Focus, Pane, Ui, UiEvent};
use crate::{
    alerts::AlertSubject,
    presence::{Command, Moment},
    world::{Input, Session, Watcher, World},
};

/// A world with a ui.
pub(crate) type Model = Watcher<Ui>;

/// An input of the world or an event of the ui.
pub(crate) trait Happens {
    fn happen(self, model: &mut Model, now: Moment) -> Vec<Command>;
}

impl Happens for Input {
    fn happen(self, model: &mut Model, now: Moment) -> Vec<Command> {
        let free = self == Self::Tick;
        let commands = model.step(now, self);
        model.do_due(free, now);
        model.prepare_frame(now);
        commands
    }
}

impl Happens for UiEvent {
    fn happen(self, model: &mut Model, now: Moment) -> Vec<Command> {
        let commands = model.take_ui_event(self, now);
        model.do_due(false, now);
        model.prepare_frame(now);
        commands
    }
}

/// Let one of them happen.
pub(crate) fn update(model: &mut Model, what: impl Happens, now: Moment) -> Vec<Command> {
    what.happen(model, now)
}

/// When something happens by time alone.
pub(crate) fn wakes_at(model: &Model, now: Moment) -> Option<Moment> {
    let picture = super::wakes_at(&model.listener.screen(&model.world), now);
    picture.into_iter().chain(model.world.next_due()).min()
}

impl Model {
    pub(crate) fn new(session: Session, timeout: Duration, now: Moment) -> Self {
        // Most tests are about people: those about channels go there.
        let focus = Focus { pane: Pane::Occupants, ..Focus::default() };
        Self::open(World::new(session, timeout, now), Ui { focus, ..Ui::default() })
    }

    pub(crate) fn watch_for(&mut self, text: &str) -> Result<AlertSubject, String> {
        self.listener.alerts.watch_for(&self.world, text)
    }
}
