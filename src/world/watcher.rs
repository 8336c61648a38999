//! A world with its listener.

use std::{fmt, sync::Arc};

use super::{ChannelId, Entry, Input, Listener, Observer, Touched, World};
use crate::presence::{Command, Moment};

/// A world with its listener: all of herenow except the network and the terminal.
#[derive(Debug)]
pub struct Watcher<L> {
    /// The world.
    pub world: World,
    /// The receiver of what happens.
    pub listener: L,
    /// Who keeps what goes in, if somebody does.
    pub keeper: Option<Box<dyn InputKeeper>>,
    /// Who listens beside the listener, if somebody does.
    pub observer: Option<Box<dyn Observer>>,
    /// Who rewrites what goes in and out, if somebody does.
    pub translator: Option<Box<dyn InputTranslator>>,
}

/// Rewrites what goes into a world, before anybody knows it, and turns back what comes out of it.
pub trait InputTranslator: Send + fmt::Debug {
    /// The input that the world, its listener and its keeper are to know.
    fn take_in(&mut self, input: Input) -> Input;

    /// The command that is to be carried out.
    fn send_out(&mut self, command: Command) -> Command;

    /// One that rewrites another world in the same way.
    fn copy(&self) -> Box<dyn InputTranslator>;
}

/// Keeps what goes into a world, so that it can be folded again. It never waits.
pub trait InputKeeper: Send + fmt::Debug {
    /// An input is about to be taken in. `world` is as it was before, which may be some time ago.
    fn keep_input(&mut self, world: &World, at: Moment, input: &Input);

    /// The input was taken in, or time has passed.
    fn look_after(&mut self, world: &World);

    /// No more comes, at `at`.
    fn close(&mut self, world: &World, at: Moment);
}

impl<L> Watcher<L> {
    /// Nobody keeps or rewrites what goes in.
    pub const fn open(world: World, listener: L) -> Self {
        Self { world, listener, keeper: None, observer: None, translator: None }
    }

    /// Whatever comes after this is kept no more.
    pub fn close_keeper(&mut self, at: Moment) {
        if let Some(mut keeper) = self.keeper.take() {
            keeper.close(&self.world, at);
        }
    }
}

impl<L: Listener> Watcher<L> {
    /// Let the world take something in; returns what is to be asked of the service, a heartbeat that was due more
    /// than once only once.
    pub fn step(&mut self, at: Moment, input: Input) -> Vec<Command> {
        let input = match &mut self.translator {
            Some(translator) => translator.take_in(input),
            None => input,
        };
        if let Some(keeper) = &mut self.keeper {
            keeper.keep_input(&self.world, at, &input);
        }
        self.listener.take_input(&self.world, at, &input);
        let mut tap = Tap {
            listener: &mut self.listener,
            observer: self.observer.as_mut().map(|observer| &mut **observer as &mut dyn Listener),
            commands: Vec::new(),
        };
        self.world.step(at, input, &mut tap);
        let commands = tap.commands;
        if let Some(keeper) = &mut self.keeper {
            keeper.look_after(&self.world);
        }
        match &mut self.translator {
            Some(translator) => commands.into_iter().map(|command| translator.send_out(command)).collect(),
            None => commands,
        }
    }
}

/// Who takes in what goes into another world, and may have it rewritten and kept: that world keeps its own names.
impl InputKeeper for Watcher<()> {
    fn keep_input(&mut self, _world: &World, at: Moment, input: &Input) {
        // Whatever this one would ask, the other one does.
        let _asked_by_the_other = self.step(at, input.clone());
    }

    fn look_after(&mut self, _world: &World) {}

    fn close(&mut self, _world: &World, at: Moment) {
        self.close_keeper(at);
    }
}

/// Collects the commands and passes everything else on.
struct Tap<'a> {
    listener: &'a mut dyn Listener,
    observer: Option<&'a mut dyn Listener>,
    commands: Vec<Command>,
}

impl Listener for Tap<'_> {
    fn take_command(&mut self, command: Command) {
        if let Command::SendHeartbeat { places: again, by_hand: false, .. } = &command {
            // After the program was stopped for hours, one heartbeat says all that the missed ones would have.
            self.commands.retain(|earlier| match earlier {
                Command::SendHeartbeat { places, by_hand: false, .. } => {
                    !places.iter().all(|place| again.contains(place))
                }
                _ => true,
            });
        }
        self.commands.push(command);
    }

    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        if let Some(observer) = &mut self.observer {
            observer.take_entry(world, entry);
        }
        self.listener.take_entry(world, entry);
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        if let Some(observer) = &mut self.observer {
            observer.take_change(world, channel, touched);
        }
        self.listener.take_change(world, channel, touched);
    }
}
