//! Whether people are shown under other names.

use std::hash::RandomState;

use crate::{
    client::Client,
    world::{Pseudonyms, Session, Watcher},
};

/// Whether people are shown under other names, and which.
#[derive(Debug, Clone, Default)]
pub(super) struct Disguise(Option<Pseudonyms>);

impl Disguise {
    /// New names, if they are wanted; nobody can make them again.
    pub fn choose(wanted: bool) -> Self {
        Self(wanted.then(|| Pseudonyms::new(RandomState::new())))
    }

    /// The names, if people have others.
    pub const fn names(&self) -> Option<&Pseudonyms> {
        self.0.as_ref()
    }

    /// Under which name we watch, with a client that repeats nothing that a service says in its own words.
    pub fn prepare(&self, session: Session, client: Client) -> (Session, Client) {
        match &self.0 {
            Some(names) => {
                let user = names.hide_ourselves(&session.user);
                (Session { user, ..session }, client.withhold_words())
            }
            None => (session, client),
        }
    }

    /// From here on, this world knows other names only.
    pub fn attach<L>(&self, watcher: &mut Watcher<L>) {
        watcher.translator = self.0.clone().map(|names| Box::new(names) as _);
    }
}
