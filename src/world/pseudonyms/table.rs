//! Who is called what, both ways.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use super::names::{FEWEST_DIGITS, MOST_DIGITS, name_hash};
use crate::presence::UserId;

/// Users of whom it is known whom their name stands for.
pub(super) const MOST_USERS: usize = 1_000_000;

/// The same of texts.
const MOST_TEXTS: usize = 100_000;

/// Who is called what.
pub(super) struct PseudonymTable {
    secret: RandomState,
    users: HashMap<UserId, UserId>,
    ours: Vec<UserId>,
    /// What a name stands for: a user or a text.
    meant: HashMap<Arc<str>, Arc<str>>,
    texts: usize,
}

impl PseudonymTable {
    /// Nobody is known.
    pub fn new(secret: RandomState) -> Self {
        Self { secret, users: HashMap::new(), ours: Vec::new(), meant: HashMap::new(), texts: 0 }
    }

    /// The name of a user.
    pub fn name_user(&mut self, user: &UserId) -> UserId {
        if let Some(known) = self.users.get(user) {
            return known.clone();
        }
        let is_full = self.users.len() >= MOST_USERS;
        let name = UserId::from_wire(&self.name(user.as_str(), is_full));
        if !is_full {
            self.users.insert(user.clone(), name.clone());
        }
        name
    }

    /// The name of ourselves.
    pub fn name_ourselves(&mut self, user: &UserId) -> UserId {
        if !self.is_ours(user) {
            self.ours.push(user.clone());
        }
        self.name_user(user)
    }

    /// Whether this is us, by our own name.
    pub fn is_ours(&self, user: &UserId) -> bool {
        self.ours.contains(user)
    }

    /// The name of whom a person means: a name that stands for somebody is meant as it is.
    pub fn name_meant(&mut self, user: &UserId) -> UserId {
        if self.meant.contains_key(user.as_str()) { user.clone() } else { self.name_user(user) }
    }

    /// The name of a text; an empty one has nothing to hide. What is `ours` can always be turned back.
    pub fn name_text(&mut self, text: &str, ours: bool) -> String {
        if text.is_empty() {
            return String::new();
        }
        if let Some(user) = self.users.get(&UserId::from_wire(text)) {
            return user.as_str().to_owned();
        }
        let before = self.meant.len();
        let name = self.name(text, self.texts >= MOST_TEXTS && !ours);
        self.texts += self.meant.len() - before;
        name
    }

    /// What a name stands for, if it is known.
    pub fn find_meant(&self, name: &str) -> Option<&str> {
        self.meant.get(name).map(|meant| &**meant)
    }

    /// The shortest name that stands for nothing else; the longest one, where it is not to be kept what it stands for.
    fn name(&mut self, original: &str, is_full: bool) -> String {
        let hash = self.secret.hash_one(original);
        if !is_full {
            for digits in FEWEST_DIGITS..=MOST_DIGITS {
                let name = name_hash(hash, digits);
                match self.meant.get(&*name) {
                    Some(meant) if **meant == *original => return name,
                    Some(_) => {}
                    None => {
                        self.meant.insert(name.as_str().into(), original.into());
                        return name;
                    }
                }
            }
        }
        name_hash(hash, MOST_DIGITS)
    }
}
