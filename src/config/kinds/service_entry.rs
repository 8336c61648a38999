//! Settings of our own service, as they stand in the file: what they mean is for the service's flags to say.

use std::fmt;

use crate::config::{ShownValue, Whence, read::FileTable};

/// An entry of `[service]`. Printing one leaves the value out: it may be a token.
#[derive(Clone, PartialEq)]
pub struct ServiceEntry {
    /// The entry.
    pub name: String,
    /// Where it stands.
    pub from: Whence,
    /// The value, of any type.
    pub value: toml::Value,
}

impl fmt::Debug for ServiceEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceEntry({:?}, {})", self.name, self.from)
    }
}

/// The entries of `[service]`, as they stand there.
pub(in crate::config) fn read_service(section: &FileTable<'_, '_>) -> Vec<ServiceEntry> {
    let mut values = section.values("service");
    let entry =
        |(name, from): (&str, Whence)| Some(ServiceEntry { name: name.to_owned(), from, value: values.remove(name)? });
    section.names().filter_map(entry).collect()
}

/// The entries as `config show` tells them.
pub(in crate::config) fn show_service(all: &[ServiceEntry]) -> Vec<ShownValue> {
    let line = |entry: &ServiceEntry| ShownValue {
        name: format!("service.{}", entry.name),
        value: if entry.name == "accept-token" { "provided".to_owned() } else { show_value(&entry.value) },
        from: entry.from.clone(),
    };
    all.iter().map(line).collect()
}

/// A value in a line. The settings that passed know texts, numbers, yes and no, and lists of them.
fn show_value(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(yes) => yes.to_string(),
        toml::Value::Datetime(date) => date.to_string(),
        toml::Value::Array(all) => all.iter().map(show_value).collect::<Vec<_>>().join(" "),
        toml::Value::Table(_) => "a table".to_owned(),
    }
}
