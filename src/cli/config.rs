//! `herenow config`: where the configuration is, what counts, whether it is right, and a first one.

mod check;
mod init;
mod path;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use self::{check::check_config, init::write_example, path::describe_place, show::ShowArgs};
use super::{Failure, flags::log::LogArgs, print};
use crate::config;

/// `herenow config`
#[derive(Debug, Args)]
#[command(after_help = "Example: herenow config init, then herenow config check\n\
    A flag goes before the environment (HERENOW_…), that before the file, that before the default.")]
pub struct ConfigArgs {
    /// The configuration [default: config.toml where this system keeps such files].
    #[arg(help = "The configuration [default: HERENOW_CONFIG, or config.toml where this system keeps such files]")]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub verb: ConfigVerb,
}

/// What can be done with a configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigVerb {
    /// Print its path, and whether it exists.
    Path,
    /// Show the effective settings, and where each value came from; never a token.
    Show(Box<ShowArgs>),
    /// Check it for mistakes.
    Check,
    /// Write a first one, with everything explained; never over another.
    Init,
}

/// Run it.
pub(super) fn run_config(args: &ConfigArgs, log: &LogArgs) -> Result<(), Failure> {
    let asked = args.config.as_deref();
    let said = match &args.verb {
        ConfigVerb::Path => describe_place(asked)?,
        ConfigVerb::Show(show) => {
            let file = show.watched.keyset.speaker.config.as_deref().or(asked);
            show::show_config(&config::load_config(file)?, show, log)?
        }
        ConfigVerb::Check => check_config(asked)?,
        ConfigVerb::Init => write_example(asked)?,
    };
    print::text(&said)
}
