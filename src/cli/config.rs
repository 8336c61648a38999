//! `herenow config`: where the configuration is, what counts, whether it is right, and a first one.

mod check;
mod show;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use self::{check::check_config, show::ShowArgs};
use super::{Failure, flags::log::LogArgs, print};
use crate::{config, presence::shown};

/// What `init` writes.
const EXAMPLE: &str = include_str!("../../assets/config.toml");

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
    /// Say where it is, and whether there is one.
    Path,
    /// Say what counts, and where each value came from; never a token.
    Show(Box<ShowArgs>),
    /// Say whether it is right.
    Check,
    /// Write a first one, with everything explained; never over another.
    Init,
}

/// Run it.
pub(super) fn run_config(args: &ConfigArgs, log: &LogArgs) -> Result<(), Failure> {
    let asked = args.config.as_deref();
    let said = match &args.verb {
        ConfigVerb::Path => show_path(asked)?,
        ConfigVerb::Show(show) => {
            let file = show.watched.keyset.speaker.config.as_deref().or(asked);
            show::show_config(&config::load_config(file)?, show, log)?
        }
        ConfigVerb::Check => check_config(asked)?,
        ConfigVerb::Init => write_example(asked)?,
    };
    print::text(&said)
}

fn find_place(asked: Option<&Path>) -> Result<config::ConfigPlace, Failure> {
    Ok(config::find_config(asked, config::Platform::HERE, &|name| std::env::var_os(name))?)
}

fn show_path(asked: Option<&Path>) -> Result<String, Failure> {
    let place = find_place(asked)?;
    let there = match place.path.symlink_metadata() {
        Ok(_) => "",
        Err(_) => " (not there; `herenow config init` writes one)",
    };
    Ok(format!("{}{there}\n", shown(&place.path.display().to_string())))
}

fn write_example(asked: Option<&Path>) -> Result<String, Failure> {
    let place = find_place(asked)?;
    let path = shown(&place.path.display().to_string()).into_owned();
    crate::files::write_new(&place.path, EXAMPLE).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::usage(format!(
            "{path} is there already and stays as it is; edit it, or move it away, or give --config another name"
        )),
        kind => Failure::usage(format!(
            "{path} can't be written ({kind}); make its folder writable, or give --config another name"
        )),
    })?;
    Ok(format!("{path} is written; put a keyset in, then see what `herenow config check` says\n"))
}
