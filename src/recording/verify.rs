//! Whether a recording, folded again, leads to the worlds that were recorded.

use std::collections::BTreeMap;

use super::{
    digest::{ChannelDigest, WorldDigest},
    lines::RecordedCheck,
    past::{Past, PastStep},
};
use crate::presence::{Channel, Moment};

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Inputs folded.
    pub inputs: u64,
    /// Checks that were as recorded.
    pub checks: u64,
    /// Checks that say nothing, as inputs are missing before them.
    pub passed_over: u64,
    /// The first check that was not as recorded.
    pub difference: Option<WorldDifference>,
}

/// Where the worlds differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldDifference {
    /// The line of the check.
    pub line: u64,
    /// Its moment.
    pub at: Moment,
    /// The hash of all, as recorded and as it is now.
    pub hashes: (u64, u64),
    /// What differs.
    pub what: DifferingPart,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DifferingPart {
    /// A channel, as recorded and as it is now, where it was in view.
    Channel(Channel, Option<ChannelDigest>, Option<ChannelDigest>),
    /// The link or the counters.
    Counters,
    /// A channel that the checks do not name.
    Other,
}

/// Fold all of it and compare it with its checks, until the first that differs.
pub fn verify_recording(past: &mut Past) -> Verification {
    let mut found = Verification::default();
    let mut recorded = BTreeMap::new();
    while let Some((line, at, step)) = past.step_next(&mut ()) {
        match step {
            PastStep::Input => found.inputs += 1,
            PastStep::Check(_) if past.has_hole() => found.passed_over += 1,
            PastStep::Check(check) => {
                let now = WorldDigest::compute(past.world());
                let hashes = (check.hash, now.hash_all());
                if hashes.0 == hashes.1 {
                    found.checks += 1;
                    recorded = now.channels;
                    continue;
                }
                let what = find_difference(check, recorded, now);
                found.difference = Some(WorldDifference { line, at, hashes, what });
                return found;
            }
            PastStep::Hole | PastStep::Other => {}
        }
    }
    found
}

fn find_difference(
    check: RecordedCheck,
    mut recorded: BTreeMap<Channel, ChannelDigest>,
    mut now: WorldDigest,
) -> DifferingPart {
    recorded.extend(check.changed);
    let differing = |(channel, known): &(&Channel, &ChannelDigest)| now.channels.get(*channel) != Some(*known);
    if let Some((channel, known)) = recorded.iter().find(differing) {
        return DifferingPart::Channel(channel.clone(), Some(known.clone()), now.channels.remove(channel));
    }
    if check.counters != now.counters {
        return DifferingPart::Counters;
    }
    match now.channels.into_iter().find(|(channel, _)| !recorded.contains_key(channel)) {
        Some((channel, known)) => DifferingPart::Channel(channel, None, Some(known)),
        None => DifferingPart::Other,
    }
}
