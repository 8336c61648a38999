//! Whether a log is written.

use clap::Args as ClapArgs;

use super::setting_flags::{FlagGroup, SettingFlags};
use crate::config::Typed;

/// Flags of the log.
#[derive(Debug, Clone, Copy)]
pub enum LogFlags {}

impl FlagGroup for LogFlags {
    const FLAGS: &'static [&'static str] = &["--log", "--log-level"];
    const GLOBAL: bool = true;
}

/// Whether a log is written.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Log")]
pub struct LogArgs {
    /// What the settings say of it.
    #[command(flatten)]
    pub settings: SettingFlags<LogFlags>,
}

impl LogArgs {
    /// What was typed.
    pub fn collect_typed(&self) -> Typed {
        self.settings.collect_typed()
    }
}
