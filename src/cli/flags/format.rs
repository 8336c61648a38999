//! How a verb answers.

use clap::Args as ClapArgs;

/// How a verb answers.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub struct FormatArgs {
    /// Answer in one line of JSON, for programs.
    #[arg(long)]
    pub json: bool,
}
