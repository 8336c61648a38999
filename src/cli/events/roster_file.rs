//! Who is where at the end, as a file.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    cli::{Failure, print, state::raw},
    model::{Certainty, Model},
    presence::Moment,
};

/// A file that can be written when we have tried.
pub(super) struct RosterFile {
    path: PathBuf,
    /// In the same folder, so that it can take the other's place in one act.
    draft: PathBuf,
}

#[derive(Serialize)]
struct Rosters<'a> {
    channels: BTreeMap<&'a str, Roster<'a>>,
}

#[derive(Serialize)]
struct Roster<'a> {
    occupancy: u64,
    uuids: BTreeMap<&'a str, Box<RawValue>>,
}

impl RosterFile {
    /// Whether there can be such a file: its folder is there and takes a new one.
    ///
    /// # Errors
    /// If not: asked wrongly.
    pub fn at(path: &Path) -> Result<Self, Failure> {
        let refused = |why: &dyn std::fmt::Display| {
            let name = path.display().to_string();
            let name = crate::presence::shown(&name);
            Failure::usage(format!("the roster file {name} can't be written: {why}; name a file in a folder of yours"))
        };
        if path.is_dir() {
            return Err(refused(&"it is a directory"));
        }
        let name = path.file_name().ok_or_else(|| refused(&"it has no name"))?;
        let draft = path.with_file_name(format!(".{}.{:08x}", name.to_string_lossy(), fastrand::u32(..)));
        File::create_new(&draft).and_then(|_| fs::remove_file(&draft)).map_err(|e| refused(&e))?;
        Ok(Self { path: path.to_owned(), draft })
    }

    /// Write it, whole or not at all; and say of which channels the list is not certain.
    pub fn write(self, model: &Model, now: Moment) -> Result<(), Failure> {
        let written = self.write_draft(model).and_then(|()| fs::rename(&self.draft, &self.path));
        if let Err(error) = written {
            let _ = fs::remove_file(&self.draft);
            let name = self.path.display().to_string();
            let name = crate::presence::shown(&name);
            return Err(Failure::failed(format!("the roster file {name} was not written: {error}; check the disk")));
        }
        for watched in model.channels.iter() {
            let certainty = model.certainty(watched, now);
            if certainty != Certainty::Exact {
                let name = print::name(watched.channel.as_str());
                print::remark(&format!("the roster of {name} is not certain: {}", certainty.word()));
            }
        }
        Ok(())
    }

    fn write_draft(&self, model: &Model) -> io::Result<()> {
        let channels = model.channels.iter().map(|watched| {
            let users = watched.roster.iter();
            let uuids = users.map(|(user, occupant)| (user.as_str(), raw(occupant.state.as_ref()))).collect();
            (watched.channel.as_str(), Roster { occupancy: watched.occupancy(), uuids })
        });
        let mut file = BufWriter::new(File::create_new(&self.draft)?);
        serde_json::to_writer(&mut file, &Rosters { channels: channels.collect() })?;
        file.write_all(b"\n")?;
        file.into_inner()?.sync_all()
    }
}
