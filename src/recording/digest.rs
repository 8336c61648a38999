//! Hashes that mean the same in every version and on every machine: FNV-1a in 64 bits, of what claims can be about.
//!
//! Of a channel: its occupancy, who is on its list and with which states, how certain that is, how many events came.
//! Of the world: its channels, the link, and the counters of what was received.

use std::collections::BTreeMap;

use crate::{
    presence::{Channel, Occupant, State, UserId},
    world::{ChannelState, LinkState, World},
};

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// Takes values in, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(OFFSET)
    }
}

impl Digest {
    /// Take in a number.
    pub fn add_number(&mut self, number: u64) {
        self.add_bytes(&number.to_le_bytes());
    }

    /// Take in a text, and where it ends.
    pub fn add_text(&mut self, text: &str) {
        self.add_bytes(text.as_bytes());
        self.add_number(text.len() as u64);
    }

    /// Take in a user with a state, or without.
    pub fn add_user(&mut self, user: &UserId, state: Option<&State>) {
        self.add_text(user.as_str());
        self.add_text(state.map_or("", State::as_json));
    }

    /// What all comes to.
    pub const fn finish(self) -> u64 {
        self.0
    }

    /// Take in bytes as they are.
    pub fn add_bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    }
}

/// What is known of a channel, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelDigest {
    /// The number of users that the service told last, or else of those on the list.
    pub occupancy: u64,
    /// The number of users on the list.
    pub users: u64,
    /// How certain the list is, in a word or two.
    pub certainty: String,
    /// The hash of all that.
    pub hash: u64,
}

/// What is known of the world, in short.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorldDigest {
    /// The channels in view.
    pub channels: BTreeMap<Channel, ChannelDigest>,
    /// The hash of the link and the counters.
    pub counters: u64,
}

impl WorldDigest {
    /// Look at all of a world.
    pub fn compute(world: &World) -> Self {
        let one = |watched: &ChannelState| (watched.channel.clone(), digest_channel(world, watched));
        Self { channels: world.channels.iter().map(one).collect(), counters: digest_counters(world) }
    }

    /// The hash of all.
    pub fn hash_all(&self) -> u64 {
        let mut digest = Digest::default();
        digest.add_number(self.counters);
        for (channel, known) in &self.channels {
            digest.add_text(channel.as_str());
            digest.add_number(known.hash);
        }
        digest.finish()
    }
}

fn digest_channel(world: &World, watched: &ChannelState) -> ChannelDigest {
    let certainty = world.certainty(watched, world.now()).word();
    let mut digest = Digest::default();
    digest.add_number(watched.known_occupancy().map_or(u64::MAX, |known| known));
    digest.add_text(certainty);
    digest.add_number(watched.events);
    // In which order a list holds its users is no part of what is known.
    let hash_user = |(user, occupant): (&UserId, &Occupant)| {
        let mut of_user = Digest::default();
        of_user.add_user(user, occupant.state());
        of_user.finish()
    };
    digest.add_number(watched.roster.iter().map(hash_user).fold(0, u64::wrapping_add));
    ChannelDigest {
        occupancy: watched.occupancy(),
        users: watched.roster.len() as u64,
        certainty: certainty.to_owned(),
        hash: digest.finish(),
    }
}

fn digest_counters(world: &World) -> u64 {
    let counters = &world.counters;
    let mut digest = Digest::default();
    digest.add_text(match world.link.state {
        LinkState::Connecting => "connecting",
        LinkState::Live => "live",
        LinkState::Lost { .. } => "lost",
        LinkState::Refused { .. } => "refused",
    });
    for number in [
        counters.events,
        counters.copies,
        counters.repeats,
        counters.garbled,
        counters.out_of_view,
        counters.refused_busy,
        world.own_presence.places.len() as u64,
    ] {
        digest.add_number(number);
    }
    digest.finish()
}
