//! A file that is written at the end, whole or not at all.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::Failure;
use crate::{files, presence::show_path};

/// A file that can be written when we have tried.
pub(super) struct WholeFile {
    /// What it is for people, such as "roster file".
    what: &'static str,
    path: PathBuf,
}

impl WholeFile {
    /// Whether there can be such a file: its folder is there and takes a new one.
    ///
    /// # Errors
    /// If not: a usage error.
    pub fn at(path: &Path, what: &'static str) -> Result<Self, Failure> {
        let file = Self { what, path: path.to_owned() };
        files::require_replaceable(path).map_err(|why| {
            Failure::usage(format!("{} can't be written: {why}; name a file in a folder of yours", file.name()))
        })?;
        Ok(file)
    }

    /// Write it, in the place of what was there, or leave all as it was.
    pub fn write(self, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        files::write_whole(&self.path, true, fill)
            .map_err(|error| Failure::error(format!("{} was not written: {error}; check the disk", self.name())))
    }

    fn name(&self) -> String {
        format!("the {} {}", self.what, show_path(&self.path))
    }
}
