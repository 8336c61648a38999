//! Whether a log is written, and how much of it.

use std::{fmt, path::PathBuf};

use crate::config::Sourced;

/// How much the log says; each level says what the ones before it say, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum LogLevel {
    /// What broke.
    Error,
    /// What was refused, lost or tried again.
    Warn,
    /// What began, what ended, and how.
    #[default]
    Info,
    /// Every request, ours and those to our own service.
    Debug,
    /// Every reply of the stream.
    Trace,
}

impl LogLevel {
    /// All of them, each by its name.
    pub const ALL: &[(&str, Self)] = &[
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
        ("trace", Self::Trace),
    ];
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(_, level)| level == self).map_or("", |(name, _)| name))
    }
}

/// Whether a log is written, and how much of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logging {
    /// The file; `~/` is the home folder. `None`: no log is written.
    pub file: Option<Sourced<PathBuf>>,
    /// How much it says.
    pub level: Sourced<LogLevel>,
}

impl Default for Logging {
    fn default() -> Self {
        Self { file: None, level: Sourced::default(LogLevel::Info) }
    }
}
