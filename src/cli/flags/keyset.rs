//! Whom a verb asks, and as whom.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::setting_flags::{FlagGroup, SettingFlags};
use crate::config::Typed;

/// Flags that say who we are, and how fast we may ask.
#[derive(Debug, Clone, Copy)]
pub enum SpeakerFlags {}

impl FlagGroup for SpeakerFlags {
    const FLAGS: &'static [&'static str] = &["--user-id", "--budget", "--most-names"];
}

/// Who we are, and how fast we may ask.
#[derive(Debug, Clone, ClapArgs)]
pub struct SpeakerArgs {
    /// What the settings say of it.
    #[command(flatten)]
    pub settings: SettingFlags<SpeakerFlags>,
    /// The configuration [default: `HERENOW_CONFIG`, or config.toml where this system keeps such files].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Flags that say whom we ask.
#[derive(Debug, Clone, Copy)]
pub enum KeysetFlags {}

impl FlagGroup for KeysetFlags {
    const FLAGS: &'static [&'static str] = &["--keyset", "--subscribe-key", "--origin", "--ca-file", "--read-only"];
}

/// Whom we ask, and as whom.
#[derive(Debug, Clone, ClapArgs)]
pub struct KeysetArgs {
    /// What the settings say of it.
    #[command(flatten)]
    pub settings: SettingFlags<KeysetFlags>,
    /// Ourselves.
    #[command(flatten)]
    pub speaker: SpeakerArgs,
}

/// Flags that say what to call the place that is watched.
#[derive(Debug, Clone, Copy)]
pub enum MarkFlags {}

impl FlagGroup for MarkFlags {
    const FLAGS: &'static [&'static str] = &["--region", "--production"];
}

impl KeysetArgs {
    /// What was typed. `more` has what a verb takes besides.
    pub fn collect_typed(&self, more: Typed) -> Typed {
        self.settings.collect_typed().and(self.speaker.settings.collect_typed()).and(more)
    }
}
