//! One table of the file: only known names, each of the right type. What is wrong is said by name and
//! line, never by value, which may be a secret in the wrong place; and it is noted, so that the next
//! mistake is found, too.

use std::{cell::RefCell, collections::HashMap, fmt::Display, path::Path, sync::Arc, time::Duration};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{ConfigError, Sourced, Whence, bounds, suggest_nearest};
use crate::{
    child::CommandLine,
    files::{LineIndex, explain_strangers},
    presence::{sanitize, show_path},
    redact::redact_name,
    wording::excerpt,
};

/// So many mistakes are named; the others are counted.
const NAMED: usize = 100;

/// A text, what it is called, and what is wrong with it.
pub(crate) struct ConfigText<'t> {
    /// The file, made safe to show.
    pub file: Arc<str>,
    /// The file.
    pub path: &'t Path,
    /// Its permissions, where there are such.
    mode: Option<u32>,
    text: &'t str,
    lines: LineIndex,
    /// What is wrong, by line.
    mistakes: RefCell<Vec<(usize, ConfigError)>>,
}

impl<'t> ConfigText<'t> {
    pub fn new(path: &'t Path, text: &'t str, mode: Option<u32>) -> Self {
        let file = show_path(path).into();
        Self { file, path, mode, text, lines: LineIndex::new(text), mistakes: RefCell::default() }
    }

    /// Where a byte of the text stands.
    pub fn at(&self, byte: usize) -> Whence {
        Whence::File { file: self.file.clone(), line: self.lines.line(byte) }
    }

    /// Note a mistake.
    pub fn wrong(&self, from: &Whence, what: &(impl Display + ?Sized)) {
        let line = if let Whence::File { line, .. } = from { *line } else { 0 };
        self.mistakes.borrow_mut().push((line, from.wrong(what)));
    }

    /// The text as a tree; nothing if it is not TOML, because then what seems to be a name may be
    /// the rest of a secret.
    pub fn tree(&self) -> Option<DeTable<'t>> {
        let (tree, errors) = DeTable::parse_recoverable(self.text);
        let (mut last, mut is_toml) = (0, true);
        for error in &errors {
            let span = error.span().unwrap_or_default();
            let is_double = error.message().trim() == "duplicate key";
            is_toml &= is_double;
            // What follows from a mistake in its own line is not another one.
            if std::mem::replace(&mut last, self.lines.line(span.start)) == self.lines.line(span.start) {
                continue;
            }
            let said = error.message().trim().lines().collect::<Vec<_>>().join(", ");
            let what = match self.text.get(span.clone()) {
                Some(key) if is_double => {
                    format!("`{}` is there twice; leave one of them out", sanitize(&excerpt(&redact_name(key), 60)))
                }
                _ => format!("{}; this is not TOML", sanitize(&said)),
            };
            self.wrong(&self.at(span.start), &what);
        }
        is_toml.then(|| tree.into_inner())
    }

    /// All that is wrong, from top to bottom.
    pub fn mistakes(self) -> Vec<ConfigError> {
        let mut all = self.mistakes.into_inner();
        all.sort_by_key(|(line, _)| *line);
        let more = all.len().saturating_sub(NAMED);
        let mut all: Vec<ConfigError> = all.into_iter().map(|(_, error)| error).take(NAMED).collect();
        if more > 0 {
            all.push(ConfigError(format!("{}: {more} more mistakes follow, which are not named here", self.file)));
        }
        all
    }
}

/// One table.
pub(crate) struct FileTable<'p, 't> {
    page: &'p ConfigText<'t>,
    /// As it is written, made safe to show: `[limits]`.
    title: String,
    /// Key, where the key stands, value; in the order of the file.
    entries: Vec<(&'p str, usize, &'p Spanned<DeValue<'t>>)>,
    /// The places of the keys in `entries`, by name.
    places: HashMap<&'p str, usize>,
}

/// What a type is to people.
fn name_type(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A list of texts.
fn read_texts<'p>(value: &'p DeValue<'_>) -> Option<Vec<(&'p str, usize)>> {
    value.as_array()?.iter().map(|item| Some((item.get_ref().as_str()?, item.span().start))).collect()
}

impl<'p, 't> FileTable<'p, 't> {
    pub fn new(page: &'p ConfigText<'t>, title: String, table: &'p DeTable<'t>) -> Self {
        let mut entries: Vec<_> =
            table.iter().map(|(key, value)| (&**key.get_ref(), key.span().start, value)).collect();
        entries.sort_by_key(|(_, at, _)| *at);
        let places = entries.iter().enumerate().map(|(place, (key, ..))| (*key, place)).collect();
        Self { page, title, entries, places }
    }

    /// The names in it, each with where it stands.
    pub fn names(&self) -> impl Iterator<Item = (&'p str, Whence)> {
        self.entries.iter().map(|(name, at, _)| (*name, self.page.at(*at)))
    }

    /// Nothing but these may stand in it.
    pub fn only(&self, known: &[&str]) {
        for (name, from) in self.names().filter(|(name, _)| !known.contains(name)) {
            let name = excerpt(&redact_name(name), 60);
            let (said, title, hint) = (sanitize(&name), &self.title, suggest_nearest(&name, known));
            self.page.wrong(&from, &format!("there is no `{said}` in {title}; {hint}"));
        }
    }

    /// Note what is wrong with a value that came from here.
    pub fn wrong(&self, from: &Whence, what: &(impl Display + ?Sized)) {
        self.page.wrong(from, what);
    }

    /// Read a value as something else; what can't be read is noted.
    pub fn read<T, U, E: Display>(
        &self,
        value: Option<Sourced<T>>,
        reader: impl FnOnce(T) -> Result<U, E>,
    ) -> Option<Sourced<U>> {
        let Sourced { value, from } = value?;
        match reader(value) {
            Ok(value) => Some(Sourced { value, from }),
            Err(why) => {
                self.wrong(&from, &why);
                None
            }
        }
    }

    fn get(&self, name: &str) -> Option<(Whence, &'p DeValue<'t>)> {
        let (_, at, value) = self.entries.get(*self.places.get(name)?)?;
        Some((self.page.at(*at), value.get_ref()))
    }

    /// A value by name, read by `reader`; `wanted` is what it has to be.
    fn read_value<T>(
        &self,
        name: &str,
        wanted: &str,
        reader: impl FnOnce(&'p DeValue<'t>) -> Option<T>,
    ) -> Option<Sourced<T>> {
        let (from, value) = self.get(name)?;
        let found = reader(value);
        if found.is_none() {
            let name = excerpt(name, 60);
            self.wrong(&from, &format!("`{}` is {}; it has to be {wanted}", sanitize(&name), name_type(value)));
        }
        Some(Sourced { value: found?, from })
    }

    pub fn table(&self, name: &str, title: String) -> Option<Self> {
        let wanted = format!("a table, {title}");
        let table = self.read_value(name, &wanted, DeValue::as_table)?;
        Some(Self::new(self.page, title, table.value))
    }

    /// Text that is not blank.
    pub fn text(&self, name: &str) -> Option<Sourced<&'p str>> {
        let text = self.read_value(name, "text in quotes", DeValue::as_str);
        self.read(text, |text| require_filled(name, text))
    }

    pub fn read_bool(&self, name: &str) -> Option<Sourced<bool>> {
        self.read_value(name, "true or false", DeValue::as_bool)
    }

    /// One of these.
    pub fn one_of<T>(&self, name: &str, known: &[(&str, T)]) -> Option<Sourced<T>>
    where
        T: Copy,
    {
        let text = self.text(name);
        self.read(text, |text| bounds::parse_one_of(&format!("`{name}`"), text, known))
    }

    /// A list of texts, none of them blank.
    pub fn list(&self, name: &str) -> Option<Sourced<Vec<&'p str>>> {
        let list = self.read_value(name, "a list of texts, such as [\"a\", \"b\"]", read_texts);
        self.read(list, |list| list.into_iter().map(|(text, _)| require_filled(name, text)).collect())
    }

    /// A list of texts, none of them blank, each with where it stands.
    pub fn lines(&self, name: &str) -> Vec<Sourced<&'p str>> {
        let list = self.read_value(name, "a list of texts, such as [\"a\", \"b\"]", read_texts);
        let each = list.map(|list| list.value).unwrap_or_default().into_iter();
        let each = each.map(|(text, at)| Sourced { value: text, from: self.page.at(at) });
        each.filter_map(|line| self.read(Some(line), |text| require_filled(name, text))).collect()
    }

    /// A text, or a list of at least one, none of them blank.
    pub fn some_texts(&self, name: &str) -> Option<Sourced<Vec<&'p str>>> {
        let wanted = "text in quotes, or a list of texts, such as [\"a\", \"b\"]";
        let list = self.read_value(name, wanted, |value| match value {
            DeValue::String(text) => Some(vec![&**text]),
            _ => Some(read_texts(value)?.into_iter().map(|(text, _)| text).collect()),
        });
        self.read(list, |list| {
            if list.is_empty() {
                return Err(explain_empty(name));
            }
            list.into_iter().map(|text| require_filled(name, text)).collect()
        })
    }

    /// A whole number from `least` to `most`.
    pub fn number(&self, name: &str, least: u32, most: u32) -> Option<Sourced<u32>> {
        let number = self.read_value(name, &format!("a whole number from {least} to {most}"), DeValue::as_integer);
        self.read(number, |number| {
            let value = u32::from_str_radix(number.as_str(), number.radix()).ok();
            value
                .filter(|n| (least..=most).contains(n))
                .ok_or_else(|| format!("`{name}` is {}; it can be {least} to {most}", excerpt(&number.to_string(), 20)))
        })
    }

    /// A number from 0 to `most`, with or without a fraction.
    pub fn amount(&self, name: &str, most: f64) -> Option<Sourced<f64>> {
        let wanted = format!("a number from 0 to {most}");
        let number = self.read_value(name, &wanted, |value| match value {
            DeValue::Float(number) => Some(number.as_str().replace('_', "")),
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
            _ => None,
        });
        self.read(number, |text| {
            let value = text.parse().ok().filter(|value| (0.0..=most).contains(value));
            value.ok_or_else(|| format!("`{}` is {}; it can be 0 to {most}", sanitize(name), excerpt(&text, 20)))
        })
    }

    /// A length of time in whole seconds, as a number or as text, from `least` to `most` seconds.
    pub fn seconds(&self, name: &str, least: u64, most: u64) -> Option<Sourced<Duration>> {
        let wanted = "a length of time, such as 300 or \"5m\"";
        let text = self.read_value(name, wanted, |value| match value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.to_string()),
            _ => None,
        });
        self.read(text, |text| bounds::parse_seconds(&format!("`{name}`"), &text, least, most))
    }

    /// What to run: a line for the shell, or a list of words. In a file that others can change it
    /// would be theirs to say what we run.
    pub fn command(&self, name: &str) -> Option<Sourced<CommandLine>> {
        let wanted = "text in quotes, or a list of texts, such as [\"a\", \"b\"]";
        let command = self.read_value(name, wanted, |value| match value {
            DeValue::String(line) => Some(CommandLine::Shell(line.to_string())),
            _ => Some(CommandLine::Words(read_texts(value)?.into_iter().map(|(word, _)| word.to_owned()).collect())),
        });
        self.read(command, |command| {
            command.check(name)?;
            let (title, file) = (&self.title, &self.page.file);
            if let Some(mode) = self.page.mode.filter(|mode| mode & 0o022 != 0) {
                return Err(format!(
                    "`{name}` in {title} can be changed by others (the file's mode is {mode:04o}); run `chmod go-w {file}`"
                ));
            }
            match explain_strangers(self.page.path) {
                None => Ok(command),
                Some(why) => Err(format!("`{name}` in {title} can be changed by others: {why}")),
            }
        })
    }

    /// A path as text says it: beside the file, unless it is whole or begins with `~/`.
    pub fn path(&self, name: &str) -> Option<Sourced<std::path::PathBuf>> {
        let text = self.text(name)?;
        let beside = self.page.path.parent().unwrap_or(Path::new(""));
        let path = if text.value.starts_with("~/") { text.value.into() } else { beside.join(text.value) };
        Some(Sourced { value: path, from: text.from })
    }

    /// The name of the keyset, if it is one's table; made safe to show.
    pub fn keyset(&self) -> &str {
        self.title.strip_prefix("[keyset.").and_then(|title| title.strip_suffix(']')).unwrap_or(&self.title)
    }

    /// The values in a table of this name, read once more: the tree that knows the lines has none to hand on.
    pub fn values(&self, table: &str) -> toml::Table {
        let all = toml::from_str::<toml::Table>(self.page.text).ok();
        match all.and_then(|mut all| all.remove(table)) {
            Some(toml::Value::Table(values)) => values,
            _ => toml::Table::new(),
        }
    }

    /// The file's permissions, if others can read it.
    pub fn readable_by_others(&self) -> Option<u32> {
        self.page.mode.filter(|mode| mode & 0o077 != 0)
    }

    /// The file, made safe to show.
    pub fn file(&self) -> &str {
        &self.page.file
    }
}

fn explain_empty(name: &str) -> String {
    format!("`{}` is empty; give it a value or leave it out", sanitize(&excerpt(name, 60)))
}

fn require_filled<'a>(name: &str, text: &'a str) -> Result<&'a str, String> {
    (!text.trim().is_empty()).then_some(text).ok_or_else(|| explain_empty(name))
}
