//! A value, and where it came from.

use std::{fmt, sync::Arc};

use crate::wording::list_first;

/// Known names that are told; the others are counted.
const NAMED: usize = 30;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whence {
    /// A flag such as `--origin`.
    Flag(&'static str),
    /// An environment variable.
    Environment(&'static str),
    /// A line of the configuration.
    File {
        /// The file, made safe to show.
        file: Arc<str>,
        /// The line, from 1.
        line: usize,
    },
    /// A file of the program's own, made safe to show.
    Kept(Arc<str>),
    /// Nobody said anything.
    Default,
}

impl Whence {
    /// What is wrong with the value that came from here, and what to try. Never holds the value of a
    /// secret: whoever writes `what` sees to that.
    pub fn wrong(&self, what: &(impl fmt::Display + ?Sized)) -> ConfigError {
        ConfigError(match self {
            Self::Flag(name) | Self::Environment(name) => format!("{name}: {what}"),
            Self::File { file, line } => format!("{file}, line {line}: {what}"),
            Self::Kept(file) => format!("{file}: {what}"),
            Self::Default => what.to_string(),
        })
    }
}

impl fmt::Display for Whence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "flag {name}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::File { file, line } => write!(f, "{file}:{line}"),
            Self::Kept(file) => write!(f, "kept in {file}"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// What is wrong with the configuration: one sentence that says where, what, and what to try.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub(super) String);

impl ConfigError {
    /// The first of several mistakes, and how many there are; `None` if there is none.
    pub fn first(mistakes: Vec<Self>) -> Option<Self> {
        let more = mistakes.len().saturating_sub(1);
        let first = mistakes.into_iter().next()?;
        Some(match more {
            0 => first,
            1 => Self(format!("{first} (and 1 more mistake: `herenow config check` names both)")),
            _ => Self(format!("{first} (and {more} more mistakes: `herenow config check` names all)")),
        })
    }
}

/// A value, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub from: Whence,
}

impl<T> Sourced<T> {
    /// A value of which nobody said anything.
    pub const fn default(value: T) -> Self {
        Self { value, from: Whence::Default }
    }

    /// The value of a flag.
    pub const fn flag(name: &'static str, value: T) -> Self {
        Self { value, from: Whence::Flag(name) }
    }

    /// The value of an environment variable.
    pub const fn environment(name: &'static str, value: T) -> Self {
        Self { value, from: Whence::Environment(name) }
    }

    /// Read the value as something else; what can't be read is said with where it stood.
    pub fn read<U, E: fmt::Display>(self, reader: impl FnOnce(T) -> Result<U, E>) -> Result<Sourced<U>, ConfigError> {
        let Self { value, from } = self;
        match reader(value) {
            Ok(value) => Ok(Sourced { value, from }),
            Err(why) => Err(from.wrong(&why)),
        }
    }
}

/// A line of `herenow config show`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownValue {
    /// The setting.
    pub name: String,
    /// Its value, never a token. Foreign text.
    pub value: String,
    /// Who said it.
    pub from: Whence,
}

/// What to take instead of `name`: the nearest of the known ones, or all of them if none is near.
pub fn suggest_nearest(name: &str, known: &[&str]) -> String {
    let close = |other: &&&str| strsim::jaro_winkler(name, other);
    let best = known.iter().max_by(|a, b| close(a).total_cmp(&close(b)));
    match best {
        Some(best) if close(&best) > 0.8 => format!("did you mean `{best}`?"),
        Some(_) => {
            let listed = list_first(known, known.len(), NAMED, ", ");
            format!("there {} {listed}", if known.len() == 1 { "is" } else { "are" })
        }
        None => "there are none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_or_else_all() {
        assert_eq!(suggest_nearest("subcribe-key", &["publish-key", "subscribe-key"]), "did you mean `subscribe-key`?");
        assert_eq!(suggest_nearest("zebra", &["origin", "region"]), "there are origin, region");
        assert_eq!(suggest_nearest("x", &["origin"]), "there is origin");
        assert_eq!(suggest_nearest("x", &[]), "there are none");
        assert!(suggest_nearest("x", &["origin"; 80]).ends_with(", origin and 50 more"));
    }

    #[test]
    fn a_mistake_is_said_with_where_it_stood() {
        let line = Whence::File { file: "c.toml".into(), line: 3 };
        assert_eq!(line.wrong("no").to_string(), "c.toml, line 3: no");
        assert_eq!(line.to_string(), "c.toml:3");
        assert_eq!(Whence::Environment("HERENOW_ORIGIN").wrong("no").to_string(), "HERENOW_ORIGIN: no");
        let wrong = Sourced::flag("--budget", "x").read(str::parse::<u32>).unwrap_err();
        assert_eq!(wrong.to_string(), "--budget: invalid digit found in string");
    }
}
