//! Where people go: channels, each with its share of them. Pure.

use super::random::SeededRandom;
use crate::presence::Channel;

/// The channels that everybody knows, and how many of a hundred people make each their home.
pub const CHANNELS: &[(&str, u32)] =
    &[("lobby", 38), ("support", 16), ("match.eu.1", 18), ("match.us.2", 14), ("stage", 14)];

/// A crowd has at most so many channels: as many as the dashboard takes into view.
pub const MOST_CHANNELS: usize = 10_000;

/// Where a stampede goes, if it is there.
const GATHERING: &str = "stage";

const KINDS: &[&str] = &["room", "team", "game", "class", "live", "auction", "match.ap", "help"];
const WORDS: &[&str] = &[
    "berlin", "tokyo", "lima", "oslo", "nairobi", "quito", "hanoi", "porto", "aurora", "cedar", "delta", "ember",
    "falcon", "ginkgo", "harbor", "indigo", "juniper", "kestrel", "lagoon", "maple",
];

/// Channels with shares.
#[derive(Debug, Clone)]
pub struct Places {
    channels: Vec<Channel>,
    /// The shares up to and with each channel, summed up.
    reach: Vec<u64>,
}

impl Default for Places {
    /// The channels that everybody knows.
    fn default() -> Self {
        Self::usual(CHANNELS.len())
    }
}

impl Places {
    /// These channels, with the part of the people that each gets; at least one.
    pub fn new(shares: impl IntoIterator<Item = (Channel, u32)>) -> Self {
        let (mut channels, mut reach, mut sum) = (Vec::new(), Vec::new(), 0);
        for (channel, share) in shares {
            sum += u64::from(share.max(1));
            channels.push(channel);
            reach.push(sum);
        }
        if channels.is_empty() {
            return Self::default();
        }
        Self { channels, reach }
    }

    /// The first `count` channels of an endless list: the well-known ones, then rooms that get fewer
    /// people the further down they are.
    pub fn usual(count: usize) -> Self {
        let further = (0..).map(|n| (room_name(n), u32::try_from(60 / (n + 10)).unwrap_or(1)));
        let known = CHANNELS.iter().map(|(name, share)| ((*name).to_owned(), *share));
        Self::new(known.chain(further).take(count.max(1)).map(|(name, share)| (Channel::from_wire(&name), share)))
    }

    /// The channels, in their order.
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// The channel that everybody comes to when something happens.
    pub fn main_channel(&self) -> &Channel {
        self.channels.iter().find(|c| c.as_str() == GATHERING).unwrap_or(&self.channels[0])
    }

    /// One of them, each as likely as its share says.
    pub(super) fn pick(&self, chance: &mut SeededRandom) -> &Channel {
        let sum = self.reach.last().copied().unwrap_or(0);
        let at = chance.below(usize::try_from(sum).unwrap_or(usize::MAX)) as u64;
        &self.channels[self.reach.partition_point(|reach| *reach <= at).min(self.channels.len() - 1)]
    }
}

/// The name of the further channel with this number, each its own.
fn room_name(n: usize) -> String {
    let (kind, word) = (KINDS[n % KINDS.len()], WORDS[n % WORDS.len()]);
    // Kinds and words come together again only after this many.
    match n / 40 {
        0 => format!("{kind}.{word}"),
        round => format!("{kind}.{word}-{}", round + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_channels_is_legal_distinct_and_shared_out() {
        let places = Places::usual(MOST_CHANNELS);
        let distinct: std::collections::HashSet<_> = places.channels().iter().collect();
        assert_eq!(distinct.len(), MOST_CHANNELS);
        assert!(places.channels().iter().all(|c| Channel::parse(c.as_str()).is_ok()));
        assert_eq!(Places::usual(0).channels().len(), 1);
        let (places, mut chance) = (Places::default(), SeededRandom::new(1));
        let lobby = (0..10_000).filter(|_| places.pick(&mut chance).as_str() == "lobby").count();
        assert!((3_500..4_100).contains(&lobby), "{lobby}");
        assert_eq!(places.main_channel().as_str(), "stage");
    }
}
