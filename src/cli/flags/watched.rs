//! What a dashboard watches: for `watch`, and for `config show`, which tells about it.

use clap::Args as ClapArgs;

use super::{
    appearance::LookArgs,
    keyset::{KeysetArgs, MarkArgs},
    own_presence::OwnArgs,
};
use crate::config::Typed;

/// What is watched, and as whom: what `watch` takes, and what `config show` tells about.
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
    pub marks: MarkArgs,
    /// Our own presence.
    #[command(flatten)]
    pub own: OwnArgs,
    /// The colours.
    #[command(flatten)]
    pub look: LookArgs,
}

impl WatchedArgs {
    /// What was typed about ourselves, whichever keyset it is.
    pub fn ours(&self) -> Typed {
        Typed { presence_timeout: self.own.timeout(), theme: self.look.theme, slow: self.look.slow, ..Typed::default() }
    }

    /// All that was typed besides the flags of the keyset.
    pub fn typed(&self) -> Typed {
        Typed {
            channels: self.channels.clone(),
            groups: self.groups.clone(),
            region: self.marks.region.clone(),
            production: self.marks.production,
            ..self.ours()
        }
    }
}
