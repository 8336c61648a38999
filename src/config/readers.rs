//! How the value of a setting is read: from text, which is typed or set, and from the file.

use std::{collections::BTreeSet, ffi::OsStr, fmt::Display, path::PathBuf, time::Duration};

use super::{Sourced, TokenFrom, bounds, kinds::read_token, read::FileTable};
use crate::{child::CommandLine, duration::Span, presence::NameError, wire::Auth};

/// What a flag takes, for help and completions to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// Any text.
    Text,
    /// A path.
    Path,
    /// One of these.
    OneOf(Vec<&'static str>),
    /// A whole number, from least to most.
    Number(u64, u64),
}

/// Reads the value of a setting. `what` in a sentence is what the value is called where it is typed or set;
/// in the file it is called by its key.
pub(super) trait ValueReader: Sync {
    type Value: Clone;

    fn read_text(&self, text: &str) -> Result<Self::Value, String>;

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<Self::Value>>;

    /// What was typed: one word, unless the setting takes several.
    fn read_typed(&self, words: &[&OsStr]) -> Result<Self::Value, String> {
        self.read_text(&words.first().copied().unwrap_or_default().to_string_lossy())
    }

    /// As `config show` tells it; nothing for none.
    fn show(&self, value: &Self::Value) -> String;

    fn is_yes(&self, _: &Self::Value) -> bool {
        false
    }

    fn accepts(&self) -> Accepted {
        Accepted::Text
    }
}

/// Text, read by a function that knows all about it.
pub(super) struct Parsed<T>(pub fn(&str) -> Result<T, String>);

impl<T: Clone + Display> ValueReader for Parsed<T> {
    type Value = T;

    fn read_text(&self, text: &str) -> Result<T, String> {
        (self.0)(text)
    }

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<T>> {
        section.read(section.text(key), self.0)
    }

    fn show(&self, value: &T) -> String {
        value.to_string()
    }
}

/// A whole number.
pub(super) struct WholeNumber {
    pub what: &'static str,
    pub least: u32,
    pub most: u32,
}

impl ValueReader for WholeNumber {
    type Value = u32;

    fn read_text(&self, text: &str) -> Result<u32, String> {
        bounds::parse_number(self.what, text, (self.least, self.most))
    }

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<u32>> {
        section.number(key, self.least, self.most)
    }

    fn show(&self, value: &u32) -> String {
        value.to_string()
    }

    fn accepts(&self) -> Accepted {
        Accepted::Number(self.least.into(), self.most.into())
    }
}

/// A length of time in whole seconds.
pub(super) struct WholeSeconds {
    pub what: &'static str,
    pub least: u64,
    pub most: u64,
}

impl ValueReader for WholeSeconds {
    type Value = Duration;

    fn read_text(&self, text: &str) -> Result<Duration, String> {
        bounds::parse_seconds(self.what, text, self.least, self.most)
    }

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<Duration>> {
        section.seconds(key, self.least, self.most)
    }

    fn show(&self, value: &Duration) -> String {
        Span(*value).to_string()
    }

    fn accepts(&self) -> Accepted {
        Accepted::Number(self.least, self.most)
    }
}

/// Yes or no.
pub(super) struct YesOrNo;

impl ValueReader for YesOrNo {
    type Value = bool;

    fn read_text(&self, text: &str) -> Result<bool, String> {
        bounds::parse_yes("the value", text)
    }

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<bool>> {
        section.read_bool(key)
    }

    fn show(&self, value: &bool) -> String {
        value.to_string()
    }

    fn is_yes(&self, value: &bool) -> bool {
        *value
    }
}

/// One of a few values, by its name.
pub(super) struct OneOf<T: 'static> {
    pub what: &'static str,
    pub known: &'static [(&'static str, T)],
}

impl<T: Copy + Display + Sync> ValueReader for OneOf<T> {
    type Value = T;

    fn read_text(&self, text: &str) -> Result<T, String> {
        bounds::parse_one_of(self.what, text, self.known)
    }

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<T>> {
        section.one_of(key, self.known)
    }

    fn show(&self, value: &T) -> String {
        value.to_string()
    }

    fn accepts(&self) -> Accepted {
        Accepted::OneOf(self.known.iter().map(|(name, _)| *name).collect())
    }
}

/// A text of some characters.
pub(super) struct ShortText {
    pub what: &'static str,
    pub most: usize,
}

impl ValueReader for ShortText {
    type Value = String;

    fn read_text(&self, text: &str) -> Result<String, String> {
        bounds::parse_label(self.what, text, self.most)
    }

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<String>> {
        section.read(section.text(key), |text| bounds::parse_label(&format!("`{key}`"), text, self.most))
    }

    fn show(&self, value: &String) -> String {
        value.clone()
    }
}

/// Names, each once, in the order given; in a variable there are commas between them.
pub(super) struct NameList<T>(pub fn(&str) -> Result<T, NameError>);

impl<T: Clone + Ord> NameList<T> {
    fn read<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<Vec<T>, String> {
        let all: Vec<T> = names.into_iter().map(self.0).collect::<Result<_, _>>().map_err(|e| e.to_string())?;
        let mut seen = BTreeSet::new();
        Ok(all.into_iter().filter(|name| seen.insert(name.clone())).collect())
    }
}

impl<T: Clone + Ord + Display> ValueReader for NameList<T> {
    type Value = Vec<T>;

    fn read_text(&self, text: &str) -> Result<Vec<T>, String> {
        self.read(text.split(',').map(str::trim))
    }

    fn read_typed(&self, words: &[&OsStr]) -> Result<Vec<T>, String> {
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        self.read(words.iter().map(|word| &**word))
    }

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<Vec<T>>> {
        section.read(section.list(key), |names| self.read(names))
    }

    fn show(&self, value: &Vec<T>) -> String {
        value.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// A file, which need not be there.
pub(super) struct FilePath;

impl ValueReader for FilePath {
    type Value = PathBuf;

    fn read_text(&self, text: &str) -> Result<PathBuf, String> {
        self.read_typed(&[text.as_ref()])
    }

    fn read_typed(&self, words: &[&OsStr]) -> Result<PathBuf, String> {
        let named = words.first().filter(|word| !word.is_empty()).map(PathBuf::from);
        named.ok_or_else(|| "the name of the file is empty; name one, or leave the flag out".to_owned())
    }

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<PathBuf>> {
        section.path(key)
    }

    fn show(&self, value: &PathBuf) -> String {
        value.display().to_string()
    }

    fn accepts(&self) -> Accepted {
        Accepted::Path
    }
}

/// Who provides a token.
pub(super) struct TokenProvider;

impl ValueReader for TokenProvider {
    type Value = TokenFrom;

    fn read_text(&self, text: &str) -> Result<TokenFrom, String> {
        Ok(TokenFrom::Given(Auth::new(text.trim())))
    }

    fn read_file(&self, section: &FileTable<'_, '_>, _: &str) -> Option<Sourced<TokenFrom>> {
        read_token(section)
    }

    fn show(&self, value: &TokenFrom) -> String {
        value.to_string()
    }
}

/// What to run. The file alone says it.
pub(super) struct ProgramToRun;

impl ValueReader for ProgramToRun {
    type Value = CommandLine;

    fn read_text(&self, text: &str) -> Result<CommandLine, String> {
        Ok(CommandLine::Shell(text.to_owned()))
    }

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<CommandLine>> {
        section.command(key)
    }

    fn show(&self, value: &CommandLine) -> String {
        value.to_string()
    }
}

/// A number with or without a fraction, from 0 on. The file alone says it.
pub(super) struct Amount {
    pub most: f64,
}

impl ValueReader for Amount {
    type Value = f64;

    fn read_text(&self, text: &str) -> Result<f64, String> {
        text.trim().parse().map_err(|e: std::num::ParseFloatError| e.to_string())
    }

    fn read_file(&self, section: &FileTable<'_, '_>, key: &str) -> Option<Sourced<f64>> {
        section.amount(key, self.most)
    }

    fn show(&self, value: &f64) -> String {
        value.to_string()
    }
}
