//! What a consumer says at its end, held against the truth.

use std::{collections::HashMap, io, path::Path};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{service::Service, stream::Stream};

/// A roster beside the truth.
#[derive(Debug, Clone, Copy, Default)]
pub struct Roster {
    /// Users that it lists, on all channels.
    pub listed: usize,
    /// Those of them who are there with that state.
    pub right: usize,
    /// Users who are there.
    pub here: usize,
}

impl Roster {
    /// Nobody is missing, too many, or there with another state.
    pub const fn is_exact(self) -> bool {
        self.listed == self.here && self.right == self.here
    }

    fn add(&mut self, stream: &Stream, channel: &str, users: &HashMap<&str, &RawValue>) {
        self.listed += users.len();
        self.right += stream.count_right(channel, users.iter().map(|(user, state)| (*user, state.get())));
    }

    /// Read a roster file: `{"channels":{NAME:{"uuids":{USER:STATE}}}}`.
    pub fn read(service: &Service, file: &Path) -> io::Result<Self> {
        let text = std::fs::read_to_string(file)?;
        let kept: Kept<'_> = serde_json::from_str(&text)?;
        Ok(service.with_stream(|stream| {
            let mut roster = Self { here: stream.here(), ..Self::default() };
            for (name, room) in &kept.channels {
                roster.add(stream, name, &room.uuids);
            }
            roster
        }))
    }

    /// Read exported occupants: an object a line, with channel, user and state.
    pub fn read_export(service: &Service, file: &Path) -> io::Result<Self> {
        let text = std::fs::read_to_string(file)?;
        let mut channels: HashMap<&str, HashMap<&str, &RawValue>> = HashMap::new();
        // What was unusual follows the occupants.
        let is_occupant = |line: &&str| !line.contains(r#""type":"incident""#);
        for line in text.lines().filter(is_occupant) {
            let line: Line<'_> = serde_json::from_str(line)?;
            channels.entry(line.channel).or_default().insert(line.user, line.state);
        }
        Ok(service.with_stream(|stream| {
            let mut roster = Self { here: stream.here(), ..Self::default() };
            for (name, users) in &channels {
                roster.add(stream, name, users);
            }
            roster
        }))
    }
}

#[derive(Deserialize)]
struct Kept<'a> {
    #[serde(borrow)]
    channels: HashMap<&'a str, Room<'a>>,
}

#[derive(Deserialize)]
struct Room<'a> {
    #[serde(borrow)]
    uuids: HashMap<&'a str, &'a RawValue>,
}

#[derive(Deserialize)]
struct Line<'a> {
    channel: &'a str,
    user: &'a str,
    state: &'a RawValue,
}

/// What a consumer counted.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Counts {
    pub events: u64,
    /// Places where it thinks that events may be missing; nothing, of one who doesn't look for them.
    pub gaps: Option<u64>,
}

impl Counts {
    /// From a line or a file of JSON.
    pub fn read_json(text: &str) -> io::Result<Self> {
        Ok(serde_json::from_str(text)?)
    }

    /// From the closing sentence of `herenow events`.
    pub fn read_sentence(text: &str) -> io::Result<Self> {
        let before = |word: &str| {
            let words: Vec<&str> = text.split([' ', '\n']).collect();
            let place = words.iter().position(|other| other.trim_end_matches([',', 's']) == word)?;
            words.get(place.checked_sub(1)?)?.parse::<u64>().ok()
        };
        let counts = before("event").zip(before("gap")).map(|(events, gaps)| Self { events, gaps: Some(gaps) });
        counts.ok_or_else(|| io::Error::other(format!("no summary: {text}")))
    }
}
