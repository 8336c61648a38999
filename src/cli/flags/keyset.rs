//! Whom a verb asks, and as whom.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::config::Typed;

/// Who we are, and how fast we may ask.
#[derive(Debug, Clone, ClapArgs)]
pub struct SpeakerArgs {
    /// Our own user id [default: `HERENOW_USER_ID`, or the keyset's; else the dashboard keeps one of its
    /// own, `herenow` asks, and heartbeat, leave and state refuse].
    #[arg(long, value_name = "ID")]
    pub user_id: Option<String>,
    /// Requests per second that herenow allows itself at the most [default: `HERENOW_BUDGET`, or the
    /// configuration's, or 5].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub budget: Option<u32>,
    /// The configuration [default: `HERENOW_CONFIG`, or config.toml where this system keeps such files].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Whom we ask, and as whom.
#[derive(Debug, Clone, ClapArgs)]
pub struct KeysetArgs {
    /// The keyset, by its name in the configuration [default: `HERENOW_KEYSET`, or default-keyset].
    #[arg(long, value_name = "NAME")]
    pub keyset: Option<String>,
    /// The subscribe key [default: `HERENOW_SUBSCRIBE_KEY`, or the keyset's]; a token for Access Manager
    /// is read from `HERENOW_AUTH_TOKEN` or as the keyset says, never from the command line.
    #[arg(long, value_name = "KEY")]
    pub subscribe_key: Option<String>,
    /// The service: a host, by https; or http://HOST:PORT without TLS [default: `HERENOW_ORIGIN`, or the
    /// keyset's, or ps.pndsn.com].
    #[arg(long)]
    pub origin: Option<String>,
    /// Change nothing: whatever would is refused. A keyset that the configuration marks so stays so.
    #[arg(long)]
    pub read_only: bool,
    /// Ourselves.
    #[command(flatten)]
    pub speaker: SpeakerArgs,
}

/// What to call the place that is watched.
#[derive(Debug, Clone, ClapArgs)]
pub struct MarkArgs {
    /// What to call the place where the service is, in at most 20 characters [default: `HERENOW_REGION`,
    /// or the keyset's].
    #[arg(long, value_name = "LABEL")]
    pub region: Option<String>,
    /// Real people depend on it: say so on the screen. A keyset that the configuration marks so stays so.
    #[arg(long)]
    pub production: bool,
}

impl SpeakerArgs {
    /// What was typed. `more` has what a verb takes besides.
    pub fn typed(&self, more: Typed) -> Typed {
        Typed { user_id: self.user_id.clone(), budget: self.budget, ..more }
    }
}

impl KeysetArgs {
    /// What was typed. `more` has what a verb takes besides.
    pub fn typed(&self, more: Typed) -> Typed {
        Typed {
            keyset: self.keyset.clone(),
            subscribe_key: self.subscribe_key.clone(),
            origin: self.origin.clone(),
            read_only: self.read_only,
            ..self.speaker.typed(more)
        }
    }
}
