//! Rewrites what enters a world, and turns back what leaves it.

use std::{
    fmt,
    hash::RandomState,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{hide, table::PseudonymTable};
use crate::{
    presence::{Command, UserId},
    world::{Input, InputTranslator},
};

/// Other names for people. Copies know the same names.
#[derive(Clone)]
pub struct Pseudonyms(Arc<Mutex<PseudonymTable>>);

impl Pseudonyms {
    /// Names of this secret, which is made at random and stored nowhere.
    pub fn new(secret: RandomState) -> Self {
        Self(Arc::new(Mutex::new(PseudonymTable::new(secret))))
    }

    /// The name of ourselves: what is in our states can always be turned back.
    pub fn hide_ourselves(&self, user: &UserId) -> UserId {
        self.lock().name_ourselves(user)
    }

    /// The name of a user.
    pub fn hide_user(&self, user: &UserId) -> UserId {
        self.lock().name_user(user)
    }

    fn lock(&self) -> MutexGuard<'_, PseudonymTable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms")
    }
}

impl InputTranslator for Pseudonyms {
    fn take_in(&mut self, input: Input) -> Input {
        hide::hide_input(&mut self.lock(), input)
    }

    fn send_out(&mut self, command: Command) -> Command {
        hide::reveal_command(&self.lock(), command)
    }

    fn copy(&self) -> Box<dyn InputTranslator> {
        Box::new(self.clone())
    }
}
