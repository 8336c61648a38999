//! Who is where at the end, as a file.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    cli::{Failure, print, state::raw},
    config::write_over,
    model::{Certainty, Model},
    presence::{Moment, shown},
};

/// A file that can be written when we have tried.
pub(super) struct RosterFile(PathBuf);

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
            let name = named(path);
            Failure::usage(format!("the roster file {name} can't be written: {why}; name a file in a folder of yours"))
        };
        if path.is_dir() {
            return Err(refused(&"it is a directory"));
        }
        let name = path.file_name().ok_or_else(|| refused(&"it has no name"))?;
        let trial = path.with_file_name(format!(".{}.{:08x}", name.to_string_lossy(), fastrand::u32(..)));
        File::create_new(&trial).and_then(|_| fs::remove_file(&trial)).map_err(|e| refused(&e))?;
        Ok(Self(path.to_owned()))
    }

    /// Write it, whole or not at all; and say of which channels the list is not certain.
    pub fn write(self, model: &Model, now: Moment) -> Result<(), Failure> {
        let written = rosters(model).and_then(|text| write_over(&self.0, &text));
        written.map_err(|error| {
            Failure::failed(format!("the roster file {} was not written: {error}; check the disk", named(&self.0)))
        })?;
        for watched in model.channels.iter() {
            let certainty = model.certainty(watched, now);
            if certainty != Certainty::Exact {
                let name = print::name(watched.channel.as_str());
                print::remark(&format!("the roster of {name} is not certain: {}", certainty.word()));
            }
        }
        Ok(())
    }
}

fn named(path: &Path) -> String {
    shown(&path.to_string_lossy()).into_owned()
}

/// Who is where.
fn rosters(model: &Model) -> io::Result<String> {
    let channels = model.channels.iter().map(|watched| {
        let users = watched.roster.iter();
        let uuids = users.map(|(user, occupant)| (user.as_str(), raw(occupant.state.as_ref()))).collect();
        (watched.channel.as_str(), Roster { occupancy: watched.occupancy(), uuids })
    });
    Ok(serde_json::to_string(&Rosters { channels: channels.collect() })? + "\n")
}
