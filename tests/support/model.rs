//! A world and one who looks at it, without network and terminal; and what is read off them.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{sync::Arc, time::Duration};

use herenow::{
    alerts::AlertSubject,
    presence::{Command, Moment},
    ui::{OccupantRow, Pane, Paused, Screen, Ui, UiEvent},
    world::{ChannelId, ChannelState, Entry, Input, Listener, Session, Touched, Watcher, World},
};

/// A world and one who looks at it.
pub type Model = Watcher<Ui>;

pub fn model(session: Session, timeout: Duration, now: Moment) -> Model {
    // Most tests are about people: those about channels go there.
    let mut listener = Ui::default();
    listener.focus.pane = Pane::Occupants;
    Watcher::open(World::new(session, timeout, now), listener)
}

/// Either of the two things that can happen to it.
pub enum Happens {
    Input(Box<Input>),
    Msg(UiEvent),
}

impl From<Input> for Happens {
    fn from(input: Input) -> Self {
        Self::Input(Box::new(input))
    }
}

impl From<UiEvent> for Happens {
    fn from(msg: UiEvent) -> Self {
        Self::Msg(msg)
    }
}

/// Let something happen, and what is due for the picture after it.
pub fn update(model: &mut Model, what: impl Into<Happens>, now: Moment) -> Vec<Command> {
    update_and_keep(model, what, now, |_| ())
}

/// The same; `keep` is handed what the world takes in.
pub fn update_and_keep(
    model: &mut Model,
    what: impl Into<Happens>,
    now: Moment,
    mut keep: impl FnMut(&Input),
) -> Vec<Command> {
    let inputs = match what.into() {
        Happens::Input(input) => vec![*input],
        Happens::Msg(msg) => {
            let orders = model.listener.take_event(&model.world, msg, now);
            orders.into_iter().map(Input::Order).collect()
        }
    };
    let free = inputs.as_slice() == [Input::Tick];
    inputs.iter().for_each(&mut keep);
    let commands = inputs.into_iter().flat_map(|input| model.step(now, input)).collect();
    model.do_due(free, now);
    model.prepare_frame(now);
    commands
}

/// When something happens by time alone.
pub fn wakes_at(model: &Model, now: Moment) -> Option<Moment> {
    herenow::ui::wakes_at(&model.screen(), now).into_iter().chain(model.world.next_due()).min()
}

/// What is read off the screen.
pub trait Looking {
    fn screen(&self) -> Screen<'_>;
    fn selected(&self) -> Option<&ChannelState>;
    fn people(&self, height: usize, now: Moment) -> Vec<OccupantRow<'_>>;
    fn pause(&self) -> Option<&Paused>;
    fn is_typing(&self) -> bool;
    fn watch_for(&mut self, text: &str) -> Result<AlertSubject, String>;
}

impl Looking for Model {
    fn screen(&self) -> Screen<'_> {
        self.listener.screen(&self.world)
    }

    fn selected(&self) -> Option<&ChannelState> {
        self.screen().selected_channel()
    }

    fn people(&self, height: usize, now: Moment) -> Vec<OccupantRow<'_>> {
        self.screen().visible_occupants(height, now)
    }

    fn pause(&self) -> Option<&Paused> {
        self.listener.screen(&self.world).ui.pause()
    }

    fn is_typing(&self) -> bool {
        self.listener.is_typing()
    }

    fn watch_for(&mut self, text: &str) -> Result<AlertSubject, String> {
        self.listener.alerts.watch_for(&self.world, text)
    }
}

/// Keeps all that happens.
#[derive(Debug, Default)]
pub struct Told(pub Vec<Arc<Entry>>);

impl Listener for Told {
    fn take_entry(&mut self, _: &World, entry: &Arc<Entry>) {
        self.0.push(Arc::clone(entry));
    }
}

/// Two who listen.
pub struct Both<'a>(pub &'a mut dyn Listener, pub &'a mut dyn Listener);

impl Listener for Both<'_> {
    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        self.0.take_entry(world, entry);
        self.1.take_entry(world, entry);
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        self.0.take_change(world, channel, touched);
        self.1.take_change(world, channel, touched);
    }
}
