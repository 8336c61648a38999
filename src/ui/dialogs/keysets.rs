//! The keysets that a person can switch to. Only their names and marks are known here, never their keys: another room
//! connects to the new keyset, and the screen stays as it is until that succeeds.

use std::sync::Arc;

/// A keyset, as shown in the menu. Foreign text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysetLine {
    /// Its name in the configuration.
    pub name: Arc<str>,
    /// Its region in the configuration.
    pub region: Option<String>,
    /// Whether it is marked as production.
    pub production: bool,
    /// Whether it is marked as read-only.
    pub read_only: bool,
}

/// The keysets that a person can switch to.
#[derive(Debug, Clone, Default)]
pub struct Keysets {
    /// All keysets of the configuration.
    pub all: Vec<KeysetLine>,
    /// Whether we are on our own demo service, which ends at a switch.
    pub demo: bool,
    /// The name of the keyset that we are switching to.
    pub under_way: Option<Arc<str>>,
}
