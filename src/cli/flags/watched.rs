//! What a dashboard watches: for `watch`, and for `config show`, which tells about it.

use clap::Args as ClapArgs;

use super::{
    dashboard::DashboardFlags,
    keyset::{KeysetArgs, MarkFlags},
    setting_flags::{FlagGroup, SettingFlags},
};
use crate::config::Typed;

/// What is watched, by name.
#[derive(Debug, Clone, Copy)]
pub enum NamedFlags {}

impl FlagGroup for NamedFlags {
    const FLAGS: &'static [&'static str] = &["CHANNEL", "--group"];
}

/// What is watched, and as whom.
#[derive(Debug, ClapArgs)]
pub struct WatchedArgs {
    /// What to watch.
    #[command(flatten)]
    pub named: SettingFlags<NamedFlags>,
    /// Whom to ask, and as whom.
    #[command(flatten)]
    pub keyset: KeysetArgs,
    /// What to call it.
    #[command(flatten)]
    pub marks: SettingFlags<MarkFlags>,
    /// Our own presence, and the colours.
    #[command(flatten)]
    pub dashboard: SettingFlags<DashboardFlags>,
}

impl WatchedArgs {
    /// What was typed besides the flags of the keyset and of ourselves.
    pub fn collect_watched(&self) -> Typed {
        self.named.collect_typed().and(self.marks.collect_typed()).and(self.dashboard.collect_typed())
    }

    /// All that was typed.
    pub fn collect_typed(&self) -> Typed {
        self.keyset.collect_typed(self.collect_watched())
    }
}
