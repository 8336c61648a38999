//! One table of the file: only known names, each of the right type. What is wrong is said by name and
//! line, never by value, which may be a secret in the wrong place.

use std::{path::Path, sync::Arc, time::Duration};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Error, Sourced, Whence, nearest};
use crate::{duration::Span, presence::shown, wire::excerpt};

/// A text, and what it is called.
#[derive(Clone)]
pub(super) struct Page<'t> {
    /// The file, made safe to show.
    pub file: Arc<str>,
    text: &'t str,
}

impl<'t> Page<'t> {
    pub fn new(file: &Path, text: &'t str) -> Self {
        Self { file: shown(&file.display().to_string()).into(), text }
    }

    /// Where a byte of the text stands.
    pub fn at(&self, byte: usize) -> Whence {
        let before = self.text.as_bytes().get(..byte).unwrap_or(self.text.as_bytes());
        Whence::File { file: self.file.clone(), line: 1 + before.split(|byte| *byte == b'\n').skip(1).count() }
    }

    /// The text as a tree.
    pub fn tree(&self) -> Result<DeTable<'t>, Error> {
        let tree = DeTable::parse(self.text).map_err(|e| {
            let span = e.span().unwrap_or_default();
            let said = e.message().trim().lines().collect::<Vec<_>>().join(", ");
            let what = match self.text.get(span.clone()) {
                Some(key) if said == "duplicate key" => {
                    format!("`{}` is there twice; leave one of them out", shown(&excerpt(key, 60)))
                }
                _ => format!("{}; this is not TOML", shown(&said)),
            };
            self.at(span.start).wrong(&what)
        })?;
        Ok(tree.into_inner())
    }
}

/// One table.
pub(super) struct Section<'p, 't> {
    page: &'p Page<'t>,
    /// As it is written, made safe to show: `[limits]`.
    title: String,
    /// Key, where the key stands, value; in the order of the file.
    entries: Vec<(&'p str, usize, &'p Spanned<DeValue<'t>>)>,
}

/// What a type is to people.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

impl<'p, 't> Section<'p, 't> {
    pub fn new(page: &'p Page<'t>, title: String, table: &'p DeTable<'t>) -> Self {
        let mut entries: Vec<_> =
            table.iter().map(|(key, value)| (&**key.get_ref(), key.span().start, value)).collect();
        entries.sort_by_key(|(_, at, _)| *at);
        Self { page, title, entries }
    }

    /// The names in it, each with where it stands.
    pub fn names(&self) -> impl Iterator<Item = (&'p str, Whence)> {
        self.entries.iter().map(|(name, at, _)| (*name, self.page.at(*at)))
    }

    /// Nothing but these may stand in it.
    pub fn only(&self, known: &[&str]) -> Result<(), Error> {
        let Some((name, from)) = self.names().find(|(name, _)| !known.contains(name)) else { return Ok(()) };
        let name = excerpt(name, 60);
        let (said, title, hint) = (shown(&name), &self.title, nearest(&name, known));
        Err(from.wrong(&format!("there is no `{said}` in {title}; {hint}")))
    }

    fn get(&self, name: &str) -> Option<(Whence, &'p DeValue<'t>)> {
        let (_, at, value) = self.entries.iter().find(|(key, ..)| *key == name)?;
        Some((self.page.at(*at), value.get_ref()))
    }

    /// A value by name, read by `reader`; `wanted` is what it has to be.
    fn typed<T>(
        &self,
        name: &str,
        wanted: &str,
        reader: impl FnOnce(&'p DeValue<'t>) -> Option<T>,
    ) -> Result<Option<Sourced<T>>, Error> {
        let Some((from, value)) = self.get(name) else { return Ok(None) };
        let wrong = || from.wrong(&format!("`{}` is {}; it has to be {wanted}", shown(name), kind(value)));
        reader(value).ok_or_else(wrong).map(|value| Some(Sourced { value, from: from.clone() }))
    }

    pub fn table(&self, name: &str, title: String) -> Result<Option<Self>, Error> {
        let wanted = format!("a table, {title}");
        let table = self.typed(name, &wanted, DeValue::as_table)?;
        Ok(table.map(|table| Self::new(self.page, title, table.value)))
    }

    /// Text that is not blank.
    pub fn text(&self, name: &str) -> Result<Option<Sourced<&'p str>>, Error> {
        let text = self.typed(name, "text in quotes", DeValue::as_str)?;
        text.map(|text| text.read(|text| filled(name, text))).transpose()
    }

    pub fn yes(&self, name: &str) -> Result<Option<Sourced<bool>>, Error> {
        self.typed(name, "true or false", DeValue::as_bool)
    }

    /// A list of texts, none of them blank.
    pub fn list(&self, name: &str) -> Result<Option<Sourced<Vec<&'p str>>>, Error> {
        let all = |value: &'p DeValue<'t>| value.as_array()?.iter().map(|item| item.get_ref().as_str()).collect();
        let list: Option<Sourced<Vec<&str>>> = self.typed(name, "a list of texts, such as [\"a\", \"b\"]", all)?;
        list.map(|list| list.read(|list| list.into_iter().map(|text| filled(name, text)).collect())).transpose()
    }

    /// Whether there is a list, of whatever.
    pub fn is_list(&self, name: &str) -> bool {
        self.get(name).is_some_and(|(_, value)| value.is_array())
    }

    /// A whole number from `least` to `most`.
    pub fn number(&self, name: &str, least: u32, most: u32) -> Result<Option<Sourced<u32>>, Error> {
        let number = self.typed(name, &format!("a whole number from {least} to {most}"), DeValue::as_integer)?;
        let read = |number: &toml::de::DeInteger<'_>| {
            let value = u32::from_str_radix(number.as_str(), number.radix()).ok();
            value
                .filter(|n| (least..=most).contains(n))
                .ok_or_else(|| format!("`{name}` is {}; it can be {least} to {most}", excerpt(&number.to_string(), 20)))
        };
        number.map(|number| number.read(read)).transpose()
    }

    /// A length of time in whole seconds, as a number or as text, from `least` to `most` seconds.
    pub fn seconds(&self, name: &str, least: u64, most: u64) -> Result<Option<Sourced<Duration>>, Error> {
        let wanted = "a length of time, such as 300 or \"5m\"";
        let text = self.typed(name, wanted, |value| match value {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.to_string()),
            _ => None,
        })?;
        let read = |text: String| {
            let Span(span) = text.parse().map_err(|why| format!("`{name}`: {why}"))?;
            let fits = span.subsec_nanos() == 0 && (least..=most).contains(&span.as_secs());
            let said = || format!("`{name}` is {}; it can be {least}s to {most}s, in whole seconds", Span(span));
            fits.then_some(span).ok_or_else(said)
        };
        text.map(|text| text.read(read)).transpose()
    }
}

fn filled<'a>(name: &str, text: &'a str) -> Result<&'a str, String> {
    let why = || format!("`{name}` is empty; give it a value or leave it out");
    (!text.trim().is_empty()).then_some(text).ok_or_else(why)
}
