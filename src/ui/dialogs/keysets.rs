//! The keysets that one can go over to. Only their names and marks are known here, never their keys:
//! who started us makes the new world, and the picture stays as it is until that one stands.

use std::sync::Arc;

/// A keyset, as far as a person chooses by it. Foreign text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysetLine {
    /// Its name in the configuration.
    pub name: Arc<str>,
    /// What it calls the place where the service is.
    pub region: Option<String>,
    /// Whether real people depend on it.
    pub production: bool,
    /// Whether nothing may be changed there.
    pub read_only: bool,
}

/// The keysets that one can go over to.
#[derive(Debug, Clone, Default)]
pub struct Keysets {
    /// All of the configuration.
    pub all: Vec<KeysetLine>,
    /// We look at a service of our own, which ends when we go over: no keyset leads back to it.
    pub demo: bool,
    /// Another one is being reached, by its name.
    pub under_way: Option<Arc<str>>,
}
