//! A file that is written at the end, whole or not at all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use super::Failure;
use crate::presence::shown;

/// A file that can be written when we have tried.
pub(super) struct WholeFile {
    /// What it is for people, such as "roster file".
    what: &'static str,
    path: PathBuf,
    /// In the same folder, so that it can take the other's place in one act.
    draft: PathBuf,
}

impl WholeFile {
    /// Whether there can be such a file: its folder is there and takes a new one.
    ///
    /// # Errors
    /// If not: asked wrongly.
    pub fn at(path: &Path, what: &'static str) -> Result<Self, Failure> {
        let refused = |why: &dyn std::fmt::Display| {
            let name = path.display().to_string();
            let name = shown(&name);
            Failure::usage(format!("the {what} {name} can't be written: {why}; name a file in a folder of yours"))
        };
        match path.symlink_metadata() {
            Ok(known) if known.is_dir() => return Err(refused(&"it is a directory")),
            // A device, a pipe or a link would be replaced, and whoever reads it would wait in vain.
            Ok(known) if !known.is_file() => return Err(refused(&"it is no plain file")),
            _ => {}
        }
        let name = path.file_name().ok_or_else(|| refused(&"it has no name"))?;
        let draft = path.with_file_name(format!(".{}.{:08x}", name.to_string_lossy(), fastrand::u32(..)));
        File::create_new(&draft).and_then(|_| fs::remove_file(&draft)).map_err(|e| refused(&e))?;
        Ok(Self { what, path: path.to_owned(), draft })
    }

    /// Write it, in the place of what was there, or leave all as it was.
    pub fn write(self, fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), Failure> {
        let draft = || {
            let mut file = BufWriter::new(File::create_new(&self.draft)?);
            fill(&mut file)?;
            file.flush()?;
            file.get_ref().sync_all()?;
            fs::rename(&self.draft, &self.path)
        };
        draft().map_err(|error| {
            let _ = fs::remove_file(&self.draft);
            let name = self.path.display().to_string();
            let (what, name) = (self.what, shown(&name));
            Failure::failed(format!("the {what} {name} was not written: {error}; check the disk"))
        })
    }
}
