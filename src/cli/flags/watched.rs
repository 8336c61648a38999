//! What a dashboard watches: for `watch`, and for `config show`, which tells about it.

use clap::Args as ClapArgs;

use super::{
    dashboard::DashboardFlags,
    keyset::{KeysetArgs, MarkFlags},
    setting_flags::SettingFlags,
};
use crate::config::Typed;

/// What is watched, and as whom.
#[derive(Debug, ClapArgs)]
pub struct WatchedArgs {
    /// What to watch: channels, and patterns such as 'match.*'.
    #[arg(value_name = "CHANNEL")]
    pub channels: Vec<String>,
    /// A channel group to watch; may be given several times.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
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
    pub fn watched(&self) -> Typed {
        let named = Typed { channels: self.channels.clone(), groups: self.groups.clone(), ..Typed::default() };
        named.and(self.marks.typed()).and(self.dashboard.typed())
    }

    /// All that was typed.
    pub fn typed(&self) -> Typed {
        self.keyset.typed(self.watched())
    }
}
