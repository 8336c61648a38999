//! Where the configuration is, and where things are kept that nobody wrote by hand.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::{Config, ConfigError};
use crate::{
    files::{FileError, read_file},
    presence::show_path,
};

/// The environment variable that names the configuration.
const CONFIG: &str = "HERENOW_CONFIG";

/// A configuration has at most so many bytes.
const LARGEST: usize = 1 << 20;

/// Whose habits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// The XDG base directories.
    Unix,
    /// The same, and `~/Library/Application Support`.
    Mac,
    /// `%APPDATA%` and `%LOCALAPPDATA%`.
    Windows,
}

impl Platform {
    /// This one.
    pub const HERE: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::Mac
    } else {
        Self::Unix
    };
}

/// Where a configuration is, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigPlace {
    /// The file.
    pub path: PathBuf,
    /// Who named it: `--config`, a variable, or nobody.
    pub named_by: Option<&'static str>,
}

/// A variable that holds an absolute path; others don't count, as XDG demands.
fn find_folder(environment: &dyn Fn(&str) -> Option<OsString>, name: &str) -> Option<PathBuf> {
    environment(name).map(PathBuf::from).filter(|path| path.is_absolute() || path.has_root())
}

/// Where a configuration is looked for if nobody names one; the first is where a new one goes. Empty
/// if there is no home.
pub fn list_config_places(platform: Platform, environment: &dyn Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let of = |name: &str| find_folder(environment, name);
    let home = || of("HOME");
    let folders = match platform {
        Platform::Windows => vec![of("APPDATA")],
        Platform::Unix => vec![of("XDG_CONFIG_HOME").or_else(|| home().map(|home| home.join(".config")))],
        Platform::Mac => vec![
            of("XDG_CONFIG_HOME").or_else(|| home().map(|home| home.join(".config"))),
            home().map(|home| home.join("Library/Application Support")),
        ],
    };
    folders.into_iter().flatten().map(|folder| folder.join("herenow").join("config.toml")).collect()
}

/// The folder for what is kept from start to start; `None` if there is no home.
pub fn find_state_folder(platform: Platform, environment: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let of = |name: &str| find_folder(environment, name);
    let folder = match platform {
        Platform::Windows => of("LOCALAPPDATA"),
        Platform::Unix | Platform::Mac => {
            of("XDG_STATE_HOME").or_else(|| of("HOME").map(|home| home.join(".local/state")))
        }
    };
    folder.map(|folder| folder.join("herenow"))
}

/// Where the configuration is: as asked, or as `HERENOW_CONFIG` says, or the first of the usual
/// places where there is one, or the first of them.
///
/// # Errors
/// If the name that was asked for is empty, or nobody names one and there is no home.
pub fn find_config(
    asked: Option<&Path>,
    platform: Platform,
    environment: &dyn Fn(&str) -> Option<OsString>,
) -> Result<ConfigPlace, ConfigError> {
    if let Some(path) = asked {
        if path.as_os_str().is_empty() {
            return Err(ConfigError(
                "--config: the name of the file is empty; name one, or leave the flag out".to_owned(),
            ));
        }
        return Ok(ConfigPlace { path: path.to_owned(), named_by: Some("--config") });
    }
    if let Some(path) = environment(CONFIG).filter(|path| !path.is_empty()) {
        return Ok(ConfigPlace { path: path.into(), named_by: Some(CONFIG) });
    }
    let places = list_config_places(platform, environment);
    let there = places.iter().find(|path| path.symlink_metadata().is_ok());
    let path = there.or(places.first()).cloned().ok_or_else(|| {
        let home = if platform == Platform::Windows { "APPDATA" } else { "HOME" };
        ConfigError(format!(
            "there is no place for a configuration, because {home} is not set; set it, or give --config FILE"
        ))
    })?;
    Ok(ConfigPlace { path, named_by: None })
}

/// A configuration that was read.
#[derive(Debug, Clone)]
pub struct FoundConfig {
    /// Where it is; `None` if nobody named one and there is no home.
    pub place: Option<ConfigPlace>,
    /// Whether there is one.
    pub exists: bool,
    /// What it says.
    pub config: Config,
}

/// A path whose `~/` is the home folder.
pub fn expand_home(path: &Path) -> PathBuf {
    let home = std::env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(PathBuf::from);
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// Find the configuration and read it. That there is none is fine unless somebody named one.
///
/// # Errors
/// One sentence that says where, what and what to try.
pub fn load_config(asked: Option<&Path>) -> Result<FoundConfig, ConfigError> {
    let (found, mistakes) = examine_config(asked)?;
    ConfigError::first(mistakes).map_or(Ok(found), Err)
}

/// As [`load_config`], and all that is wrong with what stands there. Where something is wrong, the
/// configuration is not to be used.
///
/// # Errors
/// If it can't be read at all, in one sentence.
pub fn examine_config(asked: Option<&Path>) -> Result<(FoundConfig, Vec<ConfigError>), ConfigError> {
    let environment = |name: &str| std::env::var_os(name);
    let none = |place| (FoundConfig { place, exists: false, config: Config::default() }, Vec::new());
    let place = match find_config(asked, Platform::HERE, &environment) {
        Ok(place) => place,
        Err(why) if asked.is_some() => return Err(why),
        // Nothing can be configured there, and nothing has to be.
        Err(_) => return Ok(none(None)),
    };
    let ConfigPlace { path, named_by } = &place;
    let held = match read_file(path, LARGEST) {
        Ok(held) => held,
        Err(FileError::Missing) if named_by.is_none() => return Ok(none(Some(place))),
        Err(why) => {
            let by = named_by.map_or(String::new(), |by| format!("{by}: "));
            let cure =
                if why == FileError::Missing { "; name another, or write it with `herenow config init`" } else { "" };
            return Err(ConfigError(format!("{by}the configuration {} {why}{cure}", show_path(path))));
        }
    };
    let (config, mistakes) = Config::examine(&held.text, path, held.mode);
    Ok((FoundConfig { place: Some(place), exists: true, config }, mistakes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        let all: Vec<(String, OsString)> = variables.iter().map(|(n, v)| ((*n).to_owned(), v.into())).collect();
        move |name| all.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone())
    }

    #[test]
    fn it_is_where_people_of_each_system_expect_it() {
        let home = told(&[("HOME", "/h"), ("APPDATA", "/a"), ("LOCALAPPDATA", "/l"), ("XDG_CONFIG_HOME", "relative")]);
        let paths = |all: &[&str]| all.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(list_config_places(Platform::Unix, &home), paths(&["/h/.config/herenow/config.toml"]));
        let mac = ["/h/.config/herenow/config.toml", "/h/Library/Application Support/herenow/config.toml"];
        assert_eq!(list_config_places(Platform::Mac, &home), paths(&mac));
        assert_eq!(list_config_places(Platform::Windows, &home), paths(&["/a/herenow/config.toml"]));
        let xdg = told(&[("XDG_CONFIG_HOME", "/x"), ("XDG_STATE_HOME", "/s")]);
        assert_eq!(list_config_places(Platform::Unix, &xdg), paths(&["/x/herenow/config.toml"]));
        assert_eq!(find_state_folder(Platform::Unix, &xdg), Some("/s/herenow".into()));
        assert_eq!(find_state_folder(Platform::Mac, &home), Some("/h/.local/state/herenow".into()));
        assert_eq!(find_state_folder(Platform::Windows, &home), Some("/l/herenow".into()));
        assert_eq!(find_state_folder(Platform::Unix, &told(&[])), None);
    }

    #[test]
    fn who_names_a_file_is_heard_in_order() {
        let named = told(&[("HOME", "/h"), ("HERENOW_CONFIG", "/e.toml")]);
        let place = |asked: Option<&str>, environment: &dyn Fn(&str) -> Option<OsString>| {
            find_config(asked.map(Path::new), Platform::Unix, environment).map(|p| (p.path, p.named_by))
        };
        assert_eq!(place(Some("f.toml"), &named), Ok(("f.toml".into(), Some("--config"))));
        assert_eq!(place(None, &named), Ok(("/e.toml".into(), Some("HERENOW_CONFIG"))));
        assert!(
            place(Some(""), &named).unwrap_err().to_string().starts_with("--config: the name of the file is empty")
        );
        let why = place(None, &told(&[])).unwrap_err().to_string();
        assert!(why.contains("HOME is not set") && why.contains("--config"), "{why}");
    }
}
