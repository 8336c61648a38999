//! `--log`: whether a log is written, from before anything else starts until after all has ended.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{Failure, flags::log::LogArgs, print};
use crate::{
    config::{self, Config, Logging, Sourced},
    log_file::{self, LogFile},
    presence::show_path,
};

/// The configuration that a verb was given, whichever verb it is.
fn find_config_flag(matches: &ArgMatches) -> Option<PathBuf> {
    let here = matches.try_get_one::<PathBuf>("config").ok().flatten().cloned();
    here.or_else(|| find_config_flag(matches.subcommand()?.1))
}

/// A log that is written, until this is dropped.
pub(super) struct Logged(Option<(LogFile, PathBuf)>);

/// Open the log if one is asked for, and begin it.
///
/// # Errors
/// If it can't be opened, or what says so can't be meant. What is wrong with the configuration is for
/// the verb to say.
pub(super) fn begin_log(args: &LogArgs, matches: &ArgMatches) -> Result<Logged, Failure> {
    let config = config::load_config(find_config_flag(matches).as_deref())
        .map_or_else(|_| Config::default(), |found| found.config);
    let logging = config::settle_logging(&config, &args.collect_typed(), &|name| std::env::var(name).ok());
    let Logging { file, level } = logging?;
    let Some(Sourced { value: path, from }) = file else { return Ok(Logged(None)) };
    let path = config::expand_home(&path);
    let wrong = |why: &dyn std::fmt::Display| {
        Failure::usage(from.wrong(&format!("the log {} {why}", show_path(&path))).to_string())
    };
    let log = LogFile::open(&path).map_err(|why| wrong(&why))?;
    log_file::start_listening(&log, level.value);
    let verb = matches.subcommand_name().unwrap_or("demo");
    tracing::info!(version = env!("CARGO_PKG_VERSION"), verb, level = %level.value, "begun");
    Ok(Logged(Some((log, path))))
}

impl Drop for Logged {
    /// The last line, also where something panics; and what could not be written is remarked.
    fn drop(&mut self) {
        tracing::info!("ended");
        let Some((log, path)) = self.0.take() else { return };
        if let Some(trouble) = log.end() {
            print::remark(&format!("the log {} {trouble}", show_path(&path)));
        }
    }
}
