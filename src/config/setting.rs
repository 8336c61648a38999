//! What a row of the table of settings is.

use std::ffi::OsStr;

use super::{
    ConfigError, ConfigValues, ShownValue, Sourced, Whence,
    read::FileTable,
    readers::{Accepted, ValueReader},
};

/// What the sources call a setting.
#[derive(Debug)]
pub(crate) struct SettingNames {
    /// What `config show` calls it.
    pub name: &'static str,
    /// The flag, if it can be typed. A token can't: what is typed is seen by every other program.
    pub flag: Option<Flag>,
    /// The environment variable, if it can be set.
    pub variable: Option<&'static str>,
    /// Where in the file it stands.
    pub file: InFile,
    /// The keys that it can have there; the first is its own.
    pub keys: &'static [&'static str],
    /// Whose word counts.
    pub rule: Rule,
}

/// A flag of the command line.
#[derive(Debug)]
pub(crate) struct Flag {
    /// With its dashes; or the name of an argument without any.
    pub name: &'static str,
    /// What follows it.
    pub form: Form,
    /// What the help says: a line or two.
    pub help: &'static str,
    /// What the long help says besides.
    pub more: &'static str,
}

/// What follows a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A value, called so in the help.
    Value(&'static str),
    /// Nothing: the flag alone means this value.
    Switch(&'static str),
    /// Several values, called so in the help; they have a field of their own in what was typed.
    Several(&'static str),
}

/// Where in the file a setting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InFile {
    /// Above all tables.
    Top,
    /// In `[keyset.NAME]`.
    Keyset,
    /// In a table of this name.
    Table(&'static str),
    /// It is the whole table of this name, whose keys are anything.
    WholeTable(&'static str),
}

/// Whose word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The first of flag, environment and file that says anything.
    First,
    /// The first that says anything of this or of another setting of this rule: what is typed is watched
    /// instead of what is written, and not besides it.
    FirstTogether,
    /// The first that says yes: it can be switched on, and never off.
    AnyYes,
}

/// A row of the table of settings.
pub(crate) trait Setting: Sync {
    /// What the sources call it.
    fn about(&self) -> &SettingNames;

    /// Read what was typed.
    ///
    /// # Errors
    /// If it can't be meant.
    fn read_typed(&self, into: &mut ConfigValues, from: Whence, words: &[&OsStr]) -> Result<(), ConfigError>;

    /// Read what an environment variable holds.
    ///
    /// # Errors
    /// If it can't be meant.
    fn read_variable(&self, into: &mut ConfigValues, from: Whence, text: &str) -> Result<(), ConfigError>;

    /// Copy it.
    fn copy(&self, from: &ConfigValues, into: &mut ConfigValues);

    /// Whether anybody said it.
    fn is_said(&self, values: &ConfigValues) -> bool;

    /// Whether the answer is yes.
    fn is_yes(&self, values: &ConfigValues) -> bool;

    /// It as `config show` tells it.
    fn lines(&self, values: &ConfigValues) -> Vec<ShownValue>;

    /// What its flag takes.
    fn accepts(&self) -> Accepted;

    /// Read what the file says; what can't be meant is noted there.
    fn read_file(&self, into: &mut ConfigValues, section: &FileTable<'_, '_>);
}

/// A field of [`ConfigValues`]: one that always has a value, or one that may have none.
pub(super) trait SettingField<T> {
    fn put(&mut self, said: Sourced<T>);
    fn get(&self) -> Option<&Sourced<T>>;
}

impl<T> SettingField<T> for Sourced<T> {
    fn put(&mut self, said: Self) {
        *self = said;
    }

    fn get(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<T> SettingField<T> for Option<Sourced<T>> {
    fn put(&mut self, said: Sourced<T>) {
        *self = Some(said);
    }

    fn get(&self) -> Option<&Sourced<T>> {
        self.as_ref()
    }
}

/// A setting of one value.
pub(super) struct SettingRow<R, S> {
    pub about: SettingNames,
    pub reader: R,
    pub get: fn(&ConfigValues) -> &S,
    pub get_mut: fn(&mut ConfigValues) -> &mut S,
}

impl<R: ValueReader, S: SettingField<R::Value>> Setting for SettingRow<R, S> {
    fn about(&self) -> &SettingNames {
        &self.about
    }

    fn read_typed(&self, into: &mut ConfigValues, from: Whence, words: &[&OsStr]) -> Result<(), ConfigError> {
        let value = self.reader.read_typed(words).map_err(|why| from.wrong(&why))?;
        (self.get_mut)(into).put(Sourced { value, from });
        Ok(())
    }

    fn read_variable(&self, into: &mut ConfigValues, from: Whence, text: &str) -> Result<(), ConfigError> {
        let value = self.reader.read_text(text).map_err(|why| from.wrong(&why))?;
        (self.get_mut)(into).put(Sourced { value, from });
        Ok(())
    }

    fn read_file(&self, into: &mut ConfigValues, section: &FileTable<'_, '_>) {
        let key = self.about.keys.first().copied().unwrap_or_default();
        if let Some(said) = self.reader.read_file(section, key) {
            (self.get_mut)(into).put(said);
        }
    }

    fn copy(&self, from: &ConfigValues, into: &mut ConfigValues) {
        if let Some(said) = (self.get)(from).get() {
            (self.get_mut)(into).put(said.clone());
        }
    }

    fn is_said(&self, values: &ConfigValues) -> bool {
        (self.get)(values).get().is_some_and(|said| said.from != Whence::Default)
    }

    fn is_yes(&self, values: &ConfigValues) -> bool {
        (self.get)(values).get().is_some_and(|said| self.reader.is_yes(&said.value))
    }

    fn lines(&self, values: &ConfigValues) -> Vec<ShownValue> {
        let said = (self.get)(values).get();
        let value = said.map(|said| self.reader.show(&said.value)).filter(|text| !text.is_empty());
        vec![ShownValue {
            name: self.about.name.to_owned(),
            value: value.unwrap_or_else(|| "none".to_owned()),
            from: said.map_or(Whence::Default, |said| said.from.clone()),
        }]
    }

    fn accepts(&self) -> Accepted {
        self.reader.accepts()
    }
}

/// A setting of several entries, each with a place of its own. The file alone says it.
pub(super) struct SettingEntries<T: 'static> {
    pub about: SettingNames,
    pub read: fn(&FileTable<'_, '_>, &str) -> T,
    pub show: fn(&T) -> Vec<ShownValue>,
    pub get: fn(&ConfigValues) -> &T,
    pub get_mut: fn(&mut ConfigValues) -> &mut T,
}

impl<T: Clone> Setting for SettingEntries<T> {
    fn about(&self) -> &SettingNames {
        &self.about
    }

    fn read_typed(&self, _: &mut ConfigValues, from: Whence, _: &[&OsStr]) -> Result<(), ConfigError> {
        Err(from.wrong("only the file can say this"))
    }

    fn read_variable(&self, _: &mut ConfigValues, from: Whence, _: &str) -> Result<(), ConfigError> {
        Err(from.wrong("only the file can say this"))
    }

    fn read_file(&self, into: &mut ConfigValues, section: &FileTable<'_, '_>) {
        *(self.get_mut)(into) = (self.read)(section, self.about.keys.first().copied().unwrap_or_default());
    }

    fn copy(&self, from: &ConfigValues, into: &mut ConfigValues) {
        *(self.get_mut)(into) = (self.get)(from).clone();
    }

    fn is_said(&self, values: &ConfigValues) -> bool {
        self.lines(values).iter().any(|line| line.from != Whence::Default)
    }

    fn is_yes(&self, _: &ConfigValues) -> bool {
        false
    }

    fn lines(&self, values: &ConfigValues) -> Vec<ShownValue> {
        (self.show)((self.get)(values))
    }

    fn accepts(&self) -> Accepted {
        Accepted::Text
    }
}
