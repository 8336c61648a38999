//! Our own presence.

use std::time::Duration;

use clap::Args as ClapArgs;

/// Our own presence.
#[derive(Debug, Clone, ClapArgs)]
pub struct OwnArgs {
    /// The presence timeout that `H` asks for, in seconds [default: `HERENOW_PRESENCE_TIMEOUT`, or the
    /// configuration's, or 300].
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(5..=3600))]
    pub presence_timeout: Option<u64>,
}

impl OwnArgs {
    /// The presence timeout, if one was typed.
    pub fn timeout(&self) -> Option<Duration> {
        self.presence_timeout.map(Duration::from_secs)
    }
}
