//! The whole file; and which of its keysets is chosen.
//!
//! ```toml
//! default-keyset = "staging"
//!
//! [keyset.staging]
//! subscribe-key = "sub-c-…"
//! token-command = ["pass", "show", "pubnub/staging"]
//! channels = ["lobby", "match.*"]
//!
//! [limits]
//! requests-per-second = 5
//! presence-timeout = "5m"
//! frames-per-second = 30
//!
//! [service]
//! announce-max = 10
//! ```
//!
//! and `theme`, `[keys]`, `[tariff]`, `[notifications]`, `[log]`, each read in a file of its own.

use std::{path::Path, sync::Arc};

use super::{
    ConfigError, ConfigValues, KeysetSection, Sourced, Whence,
    read::{ConfigText, FileTable},
    setting::InFile,
    suggest_nearest,
    table::{keys_in, settings_in},
};
use crate::{presence::sanitize, redact::redact_words, wording::excerpt};

/// The tables that there can be.
const TABLES: &[&str] = &["keyset", "keys", "limits", "tariff", "notifications", "log", "service"];

/// What the file says; empty where there is none.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file, made safe to show; `None` if there is none.
    pub file: Option<Arc<str>>,
    /// Its keysets, in the order of the file; no two have one name.
    pub keysets: Vec<KeysetSection>,
    /// What it says of the settings besides the keysets.
    pub values: ConfigValues,
}

impl Config {
    /// Read a configuration. `file` is where it is, `mode` its permissions, where there are such.
    ///
    /// # Errors
    /// The first thing that is wrong with it, in one sentence that never holds a value which might be
    /// a secret, and how many there are.
    pub fn parse(text: &str, file: &Path, mode: Option<u32>) -> Result<Self, ConfigError> {
        let (config, mistakes) = Self::examine(text, file, mode);
        ConfigError::first(mistakes).map_or(Ok(config), Err)
    }

    /// As [`parse`](Self::parse), and all that is wrong with it, from top to bottom: each in one such
    /// sentence, at most 100 of them and one that counts the rest. Where something is wrong, the
    /// configuration is not to be used.
    pub fn examine(text: &str, file: &Path, mode: Option<u32>) -> (Self, Vec<ConfigError>) {
        let page = ConfigText::new(file, text, mode);
        let mut config = Self { file: Some(page.file.clone()), ..Self::default() };
        if let Some(tree) = page.tree() {
            config.read(&FileTable::new(&page, "the configuration".to_owned(), &tree));
        }
        (config, page.mistakes())
    }

    fn read(&mut self, top: &FileTable<'_, '_>) {
        top.only(&[&keys_in(InFile::Top), TABLES].concat());
        settings_in(InFile::Top).for_each(|setting| setting.read_file(&mut self.values, top));
        if let Some(keysets) = top.table("keyset", "[keyset.NAME]".to_owned()) {
            for (name, from) in keysets.names() {
                let title = format!("[keyset.{}]", sanitize(&excerpt(&redact_words(name), 64)));
                if let Some(section) = keysets.table(name, title) {
                    self.keysets.push(KeysetSection::read(&section, name, from));
                }
            }
        }
        for name in TABLES.iter().filter(|name| **name != "keyset") {
            let Some(section) = top.table(name, format!("[{name}]")) else { continue };
            let known = keys_in(InFile::Table(name));
            if !known.is_empty() {
                section.only(&known);
            }
            let settings = settings_in(InFile::Table(name)).chain(settings_in(InFile::WholeTable(name)));
            settings.for_each(|setting| setting.read_file(&mut self.values, &section));
            if *name == "tariff" {
                self.values.tariff.require_currency(&section);
            }
        }
    }

    /// A keyset by name.
    pub fn keyset(&self, name: &str) -> Option<&KeysetSection> {
        self.keysets.iter().find(|keyset| &*keyset.name == name)
    }

    /// The default keyset, if one is set and there.
    pub fn default_one(&self) -> Option<&KeysetSection> {
        self.keyset(&self.values.keyset.as_ref()?.value)
    }

    /// The names of all keysets, made safe to show.
    pub fn names(&self) -> Vec<String> {
        self.keysets.iter().map(|keyset| sanitize(&keyset.name).into_owned()).collect()
    }

    /// The keyset that was asked for, or the default one; `None` if nothing was asked and there is no
    /// default.
    ///
    /// # Errors
    /// If one was asked for that is not there.
    pub fn find(&self, asked: Option<&Sourced<Arc<str>>>) -> Result<Option<&KeysetSection>, ConfigError> {
        let Some(Sourced { value: name, from }) = asked else { return Ok(self.default_one()) };
        if name.trim().is_empty() {
            return Err(from.wrong("the keyset's name is empty; name one of the configuration"));
        }
        self.keyset(name).map(Some).ok_or_else(|| self.unknown(name, from, ""))
    }

    /// The keyset that was asked for, or the default one.
    ///
    /// # Errors
    /// If one was asked for that is not there, or nothing was and there is no default.
    pub fn choose(&self, asked: Option<&Sourced<Arc<str>>>) -> Result<&KeysetSection, ConfigError> {
        self.find(asked)?.ok_or_else(|| self.none())
    }

    fn unknown(&self, name: &str, from: &Whence, what: &str) -> ConfigError {
        let names = self.names();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let said = excerpt(&redact_words(name), 60);
        let hint = if known.is_empty() { self.suggest_cure() } else { suggest_nearest(&said, &known) };
        from.wrong(&format!("there is no keyset `{}`{what}; {hint}", sanitize(&said)))
    }

    fn suggest_cure(&self) -> String {
        match &self.file {
            Some(file) => format!("add a table [keyset.NAME] with its subscribe-key to {file}"),
            None => "there is no configuration file either; `herenow config init` writes one".to_owned(),
        }
    }

    /// Why there is no keyset where one is needed and none was asked for.
    pub fn none(&self) -> ConfigError {
        if let Some(Sourced { value, from }) = &self.values.keyset {
            return self.unknown(value, from, ", which is to be the default; change that line, or give --keyset NAME");
        }
        let names = self.names().join(", ");
        ConfigError(match &self.file {
            Some(file) if !names.is_empty() => format!(
                "no keyset is chosen: in {file} there {} {names}; choose with --keyset NAME, or set default-keyset there",
                if self.keysets.len() == 1 { "is" } else { "are" },
            ),
            Some(_) => format!("there is no keyset; {}, or give --subscribe-key sub-c-…", self.suggest_cure()),
            None => "there is no keyset; `herenow config init` writes a configuration to put one in, \
                     or give --subscribe-key sub-c-…"
                .to_owned(),
        })
    }
}

#[cfg(test)]
mod sections;
#[cfg(test)]
mod tests;
