//! A first configuration, with everything explained.

use std::{io::ErrorKind, path::Path};

use super::path::find_place;
use crate::{cli::Failure, files, presence::show_path};

/// What is written.
pub(super) const EXAMPLE: &str = include_str!("../../../assets/config.toml");

/// Write it, never over another.
pub(super) fn write_example(asked: Option<&Path>) -> Result<String, Failure> {
    let place = find_place(asked)?;
    let path = show_path(&place.path);
    files::write_new(&place.path, EXAMPLE).map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => Failure::usage(format!(
            "{path} is there already and stays as it is; edit it, or move it away, or give --config another name"
        )),
        kind => Failure::usage(format!(
            "{path} can't be written ({kind}); make its folder writable, or give --config another name"
        )),
    })?;
    Ok(format!("{path} is written; put a keyset in, then see what `herenow config check` says\n"))
}
