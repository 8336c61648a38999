//! What was typed, as text: read only when all sources are known, and then as what the others say.

use std::ffi::{OsStr, OsString};

use super::{
    setting::{Flag, Form},
    table::SETTINGS,
};

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Channels and patterns.
    pub channels: Vec<String>,
    /// `--group`
    pub groups: Vec<String>,
    /// Other flags of settings, each with what followed it.
    pub flags: Vec<(&'static str, OsString)>,
}

impl Typed {
    /// The same, with this said by a flag, whatever it said before.
    pub fn with(mut self, flag: &'static str, word: impl Into<OsString>) -> Self {
        debug_assert!(find_flag(flag).is_some(), "{flag} is in no row of the table of settings");
        self.flags.retain(|(name, _)| *name != flag);
        self.flags.push((flag, word.into()));
        self
    }

    /// The same, with what was typed elsewhere; what is here goes before.
    pub fn and(mut self, other: Self) -> Self {
        self.flags.extend(other.flags);
        if self.channels.is_empty() && self.groups.is_empty() {
            (self.channels, self.groups) = (other.channels, other.groups);
        }
        self
    }

    /// What was typed for a flag, if anything was.
    pub(super) fn find_words(&self, flag: &Flag) -> Option<Vec<&OsStr>> {
        match flag.form {
            Form::Several(_) => {
                // Nothing of the one kind is said by naming the other: what is typed is watched, and no more.
                let is_said = !(self.channels.is_empty() && self.groups.is_empty());
                let words = if flag.name.starts_with('-') { &self.groups } else { &self.channels };
                is_said.then(|| words.iter().map(OsStr::new).collect())
            }
            Form::Value(_) | Form::Switch(_) => {
                let said = self.flags.iter().find(|(name, _)| *name == flag.name);
                said.map(|(_, word)| vec![word.as_os_str()])
            }
        }
    }
}

/// A flag of the table, by its name.
pub(crate) fn find_flag(name: &str) -> Option<&'static Flag> {
    SETTINGS.iter().filter_map(|setting| setting.about().flag.as_ref()).find(|flag| flag.name == name)
}
