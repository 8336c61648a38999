//! Whether a verb answers from a recording.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::past_time::PastTime;

/// Which recording, and which part of it.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct FromArgs {
    /// Answer from this recording; no request is sent.
    #[arg(long, value_name = "FILE", conflicts_with = "record")]
    pub from: Option<PathBuf>,
    /// With --from: from this time on, such as 12:04:28, -5m (before the end) or +5m (after the beginning).
    #[arg(long, value_name = "TIME", requires = "from", allow_hyphen_values = true)]
    pub since: Option<PastTime>,
}
