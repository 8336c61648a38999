//! Who is where at the end, as a file.

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    cli::{Failure, print, state::raw, whole_file::WholeFile},
    presence::{Moment, to_json_line},
    world::{Certainty, World},
};

/// Where it goes.
pub(in crate::cli) struct RosterFile(WholeFile);

#[derive(Serialize)]
struct Rosters<'a> {
    channels: BTreeMap<&'a str, RosterLine<'a>>,
}

#[derive(Serialize)]
struct RosterLine<'a> {
    /// Nothing as long as nothing is known of the channel.
    occupancy: Option<u64>,
    certainty: &'a str,
    uuids: BTreeMap<&'a str, Box<RawValue>>,
}

impl RosterFile {
    /// Whether there can be such a file.
    ///
    /// # Errors
    /// If not: a usage error.
    pub fn at(path: &Path) -> Result<Self, Failure> {
        WholeFile::at(path, "roster file").map(Self)
    }

    /// Write it, whole or not at all; and say of which channels the list is not certain.
    pub fn write(self, world: &World, now: Moment) -> Result<(), Failure> {
        let channels = world.channels.iter().map(|watched| {
            let users = watched.roster.iter();
            let uuids = users.map(|(user, occupant)| (user.as_str(), raw(occupant.state()))).collect();
            let certainty = world.certainty(watched, now).word();
            (watched.channel.as_str(), RosterLine { occupancy: watched.known_occupancy(), certainty, uuids })
        });
        let rosters = Rosters { channels: channels.collect() };
        self.0.write(|file| writeln!(file, "{}", to_json_line(&rosters)?))?;
        for watched in world.channels.iter() {
            let certainty = world.certainty(watched, now);
            if certainty != Certainty::Exact {
                let name = print::name(watched.channel.as_str());
                print::remark(&format!("the roster of {name} is not certain: {}", certainty.word()));
            }
        }
        Ok(())
    }
}
