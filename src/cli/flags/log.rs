//! Whether a log is written.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::named::one_of;
use crate::config::{LogLevel, Typed};

/// Whether a log is written.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// Add what happens to this file, without keys and tokens [default: `HERENOW_LOG`, or the
    /// configuration's, or none].
    ///
    /// It is made for you alone, and takes 32 MiB at the most: what has grown to 16 MiB becomes FILE.1.
    #[arg(long, value_name = "FILE", global = true)]
    pub log: Option<PathBuf>,
    /// How much [default: `HERENOW_LOG_LEVEL`, or the configuration's, or info].
    ///
    /// error: what broke; warn: also what was refused, lost or tried again; info: also what began and
    /// how it ended; debug: also every request, ours and those to our own service; trace: also every
    /// reply of the stream.
    #[arg(long, value_name = "LEVEL", global = true, value_parser = one_of(LogLevel::ALL))]
    pub log_level: Option<LogLevel>,
}

impl LogArgs {
    pub fn typed(&self) -> Typed {
        Typed { log: self.log.clone(), log_level: self.log_level, ..Typed::default() }
    }
}
