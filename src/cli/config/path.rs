//! Where the configuration is.

use std::path::Path;

use crate::{cli::Failure, config, presence::show_path};

/// Where it is, or would be.
pub(super) fn find_place(asked: Option<&Path>) -> Result<config::ConfigPlace, Failure> {
    Ok(config::find_config(asked, config::Platform::HERE, &|name| std::env::var_os(name))?)
}

/// Say it, and whether there is one.
pub(super) fn describe_place(asked: Option<&Path>) -> Result<String, Failure> {
    let place = find_place(asked)?;
    let there = match place.path.symlink_metadata() {
        Ok(_) => "",
        Err(_) => " (not there; `herenow config init` writes one)",
    };
    Ok(format!("{}{there}\n", show_path(&place.path)))
}
