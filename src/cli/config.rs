//! `herenow config`: where the configuration is, what counts, whether it is right, and a first one.

mod service;
mod show;

use std::{
    fmt::{Display, Write as _},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};

use service::service;

pub(super) use service::settings;

use super::{
    Failure,
    flags::{log::LogArgs, watched::WatchedArgs},
    look, print,
};
use crate::{
    config::{self, Config, Sourced, TokenFrom},
    model::mistakes_in_watchlist,
    presence::shown,
};

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

/// `herenow config show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// As for watch.
    #[command(flatten)]
    pub watched: WatchedArgs,
}

fn usage(why: impl Display) -> Failure {
    Failure::usage(why.to_string())
}

/// Run it.
pub(super) fn run(args: &ConfigArgs, log: &LogArgs) -> Result<(), Failure> {
    let asked = args.config.as_deref();
    let said = match &args.verb {
        ConfigVerb::Path => path(asked)?,
        ConfigVerb::Show(show) => {
            let file = show.watched.keyset.speaker.config.as_deref().or(asked);
            show::show(&config::load(file).map_err(usage)?, show, log)?
        }
        ConfigVerb::Check => check(asked)?,
        ConfigVerb::Init => init(asked)?,
    };
    print::text(&said)
}

fn place(asked: Option<&Path>) -> Result<config::Place, Failure> {
    config::asked_place(asked, config::Platform::HERE, &|name| std::env::var_os(name)).map_err(usage)
}

fn path(asked: Option<&Path>) -> Result<String, Failure> {
    let place = place(asked)?;
    let there = match place.path.symlink_metadata() {
        Ok(_) => "",
        Err(_) => " (not there; `herenow config init` writes one)",
    };
    Ok(format!("{}{there}\n", shown(&place.path.display().to_string())))
}

fn init(asked: Option<&Path>) -> Result<String, Failure> {
    let place = place(asked)?;
    let path = shown(&place.path.display().to_string()).into_owned();
    crate::disk::write_new(&place.path, EXAMPLE).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::usage(format!(
            "{path} is there already and stays as it is; edit it, or move it away, or give --config another name"
        )),
        kind => Failure::usage(format!(
            "{path} can't be written ({kind}); make its folder writable, or give --config another name"
        )),
    })?;
    Ok(format!("{path} is written; put a keyset in, then see what `herenow config check` says\n"))
}

fn check(asked: Option<&Path>) -> Result<String, Failure> {
    let (found, mut mistakes) = config::examine(asked).map_err(usage)?;
    if let Err(more) = service(&found.config) {
        mistakes.extend(more);
    }
    if let Err(more) = look::keys(&found.config.keys) {
        mistakes.extend(more);
    }
    let watched = &found.config.notifications.watch;
    let wrong = mistakes_in_watchlist(watched.iter().map(|line| line.value.as_str()));
    mistakes.extend(wrong.into_iter().filter_map(|(place, why)| Some(watched.get(place)?.from.wrong(&why))));
    if !mistakes.is_empty() {
        return Err(Failure::usage(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
    }
    let found = &found;
    let Some(file) = found.config.file.as_ref().filter(|_| found.exists) else {
        return Ok("there is no configuration, which is fine; `herenow config init` writes one\n".to_owned());
    };
    let keysets = match found.config.names().as_slice() {
        [] => "no keyset".to_owned(),
        [one] => format!("one keyset, {one}"),
        all => format!("{} keysets, {}", all.len(), all.join(", ")),
    };
    let default = found
        .config
        .default_one()
        .map_or("none of them the default".to_owned(), |keyset| format!("the default is {}", shown(&keyset.name)));
    let default = if found.config.keysets.is_empty() { String::new() } else { format!("; {default}") };
    let mut said = format!("{file} is right: {keysets}{default}\n");
    for warning in warnings(&found.config) {
        // Writing to a string can't fail.
        let _ = writeln!(said, "warning: {warning}");
    }
    Ok(said)
}

/// What is right, but hardly meant.
fn warnings(config: &Config) -> Vec<String> {
    let mut all = Vec::new();
    if config.default_keyset.is_some() && config.default_one().is_none() {
        all.push(config.none().to_string());
    }
    for keyset in &config.keysets {
        let name = shown(&keyset.name);
        if keyset.subscribe_key.is_none() {
            let what = format!("`{name}` has no subscribe-key; add one, or give --subscribe-key each time");
            all.push(keyset.from.wrong(&what).to_string());
        }
        if let (Some(_), Some(origin)) = (&keyset.token, &keyset.origin)
            && !origin.value.is_secure()
            && !origin.value.is_loopback()
        {
            let what = format!("the token of `{name}` travels unencrypted; leave `http://` out of the origin");
            all.push(origin.from.wrong(&what).to_string());
        }
        if let Some(Sourced { value: TokenFrom::File(path), from }) = &keyset.token
            && !path.starts_with("~")
            && let Err(why) = path.metadata()
        {
            let (path, why) = (shown(&path.display().to_string()).into_owned(), why.kind());
            all.push(from.wrong(&format!("the token-file {path} of `{name}` can't be read ({why})")).to_string());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::flags::service::ServiceArgs;

    #[test]
    fn the_example_is_a_configuration_and_so_is_all_that_it_explains() {
        let parse =
            |text: &str| Config::parse(text, Path::new("c.toml"), Some(0o600)).unwrap_or_else(|e| panic!("{e}"));
        assert!(parse(EXAMPLE).keysets.is_empty());
        // Every `#name = value` and `#[table]` without a blank is an entry that is switched off.
        let on = |line: &str| {
            let rest =
                line.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '['));
            rest.unwrap_or(line).to_owned()
        };
        let config = parse(&EXAMPLE.lines().map(on).collect::<Vec<_>>().join("\n"));
        assert!(config.default_one().is_some_and(|keyset| keyset.token.is_some()));
        assert!(service(&config).is_ok_and(|service| service != ServiceArgs::default()));
        assert_eq!(warnings(&config), Vec::<String>::new());
    }
}
