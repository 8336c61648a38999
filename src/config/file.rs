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

use std::{fmt, path::Path, sync::Arc, time::Duration};

use super::{
    Binding, Error, Keyset, Log, Notifications, Sourced, Tariff, ThemeName, Whence, bindings, bounds, nearest,
    read::{Page, Section},
};
use crate::presence::shown;

/// What the file says; empty where there is none.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file, made safe to show; `None` if there is none.
    pub file: Option<Arc<str>>,
    /// The keyset that counts where none is named. It need not be there.
    pub default_keyset: Option<Sourced<String>>,
    /// Its keysets, in the order of the file; no two have one name.
    pub keysets: Vec<Keyset>,
    /// Which colours.
    pub theme: Option<Sourced<ThemeName>>,
    /// Which keys do what: as written, not judged yet.
    pub keys: Vec<Binding>,
    /// What requests cost.
    pub tariff: Tariff,
    /// What herenow allows itself.
    pub limits: Limits,
    /// What to be told of, and how.
    pub notifications: Notifications,
    /// Whether a log is written.
    pub log: Log,
    /// Settings of our own service, as they stand in the file: whoever starts one reads them.
    pub service: Vec<Setting>,
}

/// What herenow allows itself.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Requests per second at the most: 1 to 1000.
    pub requests_per_second: Option<Sourced<u32>>,
    /// The presence timeout of our own presence: whole seconds, 5 to 3600.
    pub presence_timeout: Option<Sourced<Duration>>,
    /// Frames per second at the most: 1 to 30.
    pub frames_per_second: Option<Sourced<u32>>,
    /// Entries that the dashboard's event log keeps: 100 to 100,000.
    pub log_entries: Option<Sourced<u32>>,
}

/// An entry of `[service]`. Printing one leaves the value out: it may be a token.
#[derive(Clone, PartialEq)]
pub struct Setting {
    /// The entry.
    pub name: String,
    /// Where it stands.
    pub from: Whence,
    /// The value, of any type.
    pub value: toml::Value,
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Setting({:?}, {})", self.name, self.from)
    }
}

impl Config {
    /// Read a configuration. `file` is where it is, `mode` its permissions, where there are such.
    ///
    /// # Errors
    /// The first thing that is wrong with it, in one sentence that never holds a value which might be
    /// a secret, and how many there are.
    pub fn parse(text: &str, file: &Path, mode: Option<u32>) -> Result<Self, Error> {
        let (config, mistakes) = Self::examine(text, file, mode);
        Error::first(mistakes).map_or(Ok(config), Err)
    }

    /// As [`parse`](Self::parse), and all that is wrong with it, from top to bottom: each in one such
    /// sentence, at most 100 of them and one that counts the rest. Where something is wrong, the
    /// configuration is not to be used.
    pub fn examine(text: &str, file: &Path, mode: Option<u32>) -> (Self, Vec<Error>) {
        // An editor's mark, which TOML does not know.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let page = Page::new(file, text, mode);
        let mut config = Self { file: Some(page.file.clone()), ..Self::default() };
        if let Some(tree) = page.tree() {
            config.read(&Section::new(&page, "the configuration".to_owned(), &tree), text);
        }
        (config, page.mistakes())
    }

    fn read(&mut self, top: &Section<'_, '_>, text: &str) {
        top.only(&["default-keyset", "theme", "keyset", "keys", "limits", "tariff", "notifications", "log", "service"]);
        self.default_keyset = top.text("default-keyset").map(|n| Sourced { value: n.value.to_owned(), from: n.from });
        self.theme = top.one_of("theme", ThemeName::ALL);
        if let Some(keysets) = top.table("keyset", "[keyset.NAME]".to_owned()) {
            for (name, from) in keysets.names() {
                let title = format!("[keyset.{}]", shown(&crate::wire::excerpt(name, 64)));
                if let Some(section) = keysets.table(name, title) {
                    self.keysets.push(Keyset::read(&section, name, from));
                }
            }
        }
        let table = |name: &str| top.table(name, format!("[{name}]"));
        if let Some(limits) = table("limits") {
            limits.only(&["requests-per-second", "presence-timeout", "frames-per-second", "log-entries"]);
            let (least, longest) = bounds::PRESENCE_TIMEOUT;
            let number = |name, (least, most)| limits.number(name, least, most);
            self.limits = Limits {
                requests_per_second: number("requests-per-second", bounds::BUDGET),
                presence_timeout: limits.seconds("presence-timeout", least, longest),
                frames_per_second: number("frames-per-second", bounds::FRAMES),
                log_entries: number("log-entries", bounds::LOG_ENTRIES),
            };
        }
        self.keys = table("keys").map(|keys| bindings::read(&keys)).unwrap_or_default();
        self.tariff = table("tariff").map(|tariff| Tariff::read(&tariff)).unwrap_or_default();
        self.notifications = table("notifications").map(|n| Notifications::read(&n)).unwrap_or_default();
        self.log = table("log").map(|log| Log::read(&log)).unwrap_or_default();
        if let Some(service) = table("service") {
            let mut values = values(text, "service");
            let setting = |(name, from): (&str, Whence)| {
                Some(Setting { name: name.to_owned(), from, value: values.remove(name)? })
            };
            self.service = service.names().filter_map(setting).collect();
        }
    }

    /// A keyset by name.
    pub fn keyset(&self, name: &str) -> Option<&Keyset> {
        self.keysets.iter().find(|keyset| &*keyset.name == name)
    }

    /// The default keyset, if one is set and there.
    pub fn default_one(&self) -> Option<&Keyset> {
        self.keyset(&self.default_keyset.as_ref()?.value)
    }

    /// The names of all keysets, made safe to show.
    pub fn names(&self) -> Vec<String> {
        self.keysets.iter().map(|keyset| shown(&keyset.name).into_owned()).collect()
    }

    /// The keyset that was asked for, or the default one; `None` if nothing was asked and there is no
    /// default.
    ///
    /// # Errors
    /// If one was asked for that is not there.
    pub fn find(&self, asked: Option<&Sourced<String>>) -> Result<Option<&Keyset>, Error> {
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
    pub fn choose(&self, asked: Option<&Sourced<String>>) -> Result<&Keyset, Error> {
        self.find(asked)?.ok_or_else(|| self.none())
    }

    fn unknown(&self, name: &str, from: &Whence, what: &str) -> Error {
        let names = self.names();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let said = crate::wire::excerpt(name, 60);
        let hint = if known.is_empty() { self.cure() } else { nearest(&said, &known) };
        from.wrong(&format!("there is no keyset `{}`{what}; {hint}", shown(&said)))
    }

    fn cure(&self) -> String {
        match &self.file {
            Some(file) => format!("add a table [keyset.NAME] with its subscribe-key to {file}"),
            None => "there is no configuration file either; `herenow config init` writes one".to_owned(),
        }
    }

    /// Why there is no keyset where one is needed and none was asked for.
    pub fn none(&self) -> Error {
        if let Some(Sourced { value, from }) = &self.default_keyset {
            return self.unknown(value, from, ", which is to be the default; change that line, or give --keyset NAME");
        }
        let names = self.names().join(", ");
        Error(match &self.file {
            Some(file) if !names.is_empty() => format!(
                "no keyset is chosen: in {file} there {} {names}; choose with --keyset NAME, or set default-keyset there",
                if self.keysets.len() == 1 { "is" } else { "are" },
            ),
            Some(_) => format!("there is no keyset; {}, or give --subscribe-key sub-c-…", self.cure()),
            None => "there is no keyset; `herenow config init` writes a configuration to put one in, \
                     or give --subscribe-key sub-c-…"
                .to_owned(),
        })
    }
}

/// The values of a table, read once more: the tree that knows the lines has no values to hand on.
fn values(text: &str, table: &str) -> toml::Table {
    let all = toml::from_str::<toml::Table>(text).ok();
    match all.and_then(|mut all| all.remove(table)) {
        Some(toml::Value::Table(values)) => values,
        _ => toml::Table::new(),
    }
}

#[cfg(test)]
mod sections;
#[cfg(test)]
mod tests;
