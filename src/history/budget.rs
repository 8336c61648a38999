//! How much is kept, and how often a keyframe is made.

use std::time::Duration;

use crate::{presence::Moment, world::World};

/// A channel with its curves takes about so many bytes.
const CHANNEL_BYTES: usize = 4096;

/// Somebody on a list takes about so many bytes.
const NAME_BYTES: usize = 60;

/// Roughly how many bytes a copy of a world takes, what it shares with others included.
pub fn weigh_world(world: &World) -> usize {
    let channels = world.channels.len().saturating_mul(CHANNEL_BYTES);
    channels.saturating_add(world.channels.count_names().saturating_mul(NAME_BYTES))
}

/// Keyframes are at least so far apart: a copy of a large world takes milliseconds.
pub(super) const LEAST_APART: Duration = Duration::from_secs(10);

/// Fewer keyframes than this are of no use: the first can only go when another is there.
const LEAST_FRAMES: usize = 2;

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeepLimits {
    /// The last while that is kept; nothing is if it is zero.
    pub time: Duration,
    /// The bytes that it may take, as estimated; nothing is kept if they are zero.
    pub bytes: usize,
}

impl Default for KeepLimits {
    fn default() -> Self {
        Self { time: Duration::from_secs(600), bytes: 64 << 20 }
    }
}

impl KeepLimits {
    /// Nothing is kept.
    pub const OFF: Self = Self { time: Duration::ZERO, bytes: 0 };

    /// All is kept.
    pub const WHOLE: Self = Self { time: Duration::MAX, bytes: usize::MAX };

    /// Whether nothing is to be kept.
    pub const fn is_off(self) -> bool {
        self.time.is_zero() || self.bytes == 0
    }

    /// The bytes that keyframes may take.
    pub(super) const fn frame_bytes(self) -> usize {
        self.bytes / 2
    }

    /// How far keyframes of this weight are apart so that they reach over the whole time; nothing if too few fit.
    pub(super) fn space_frames(self, weight: usize) -> Option<Duration> {
        let fitting = self.frame_bytes() / weight.max(1);
        let between = u32::try_from(fitting.saturating_sub(LEAST_FRAMES).max(1)).unwrap_or(u32::MAX);
        (fitting >= LEAST_FRAMES).then(|| (self.time / between).max(LEAST_APART))
    }

    /// The bytes that would do for keyframes of this weight.
    pub(super) const fn need_bytes(weight: usize) -> usize {
        weight.saturating_mul(LEAST_FRAMES * 2)
    }

    /// Whether so many bytes of inputs since the last keyframe are worth another one: then no large part has to be dropped
    /// at once.
    pub(super) const fn is_much(self, bytes: usize) -> bool {
        bytes >= self.bytes / 8
    }
}

/// A part of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The moment of the world with which it begins.
    pub begin: Moment,
    /// The number of its first item, counted through all of them.
    pub first: u64,
    /// The number of the first item behind it.
    pub end: u64,
    /// The kinds of the entries that its items made, as bits.
    pub kinds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heavy_keyframes_are_made_rarely_and_too_heavy_ones_not_at_all() {
        let limits = KeepLimits { time: Duration::from_secs(600), bytes: 64 << 20 };
        let apart = |mib: usize| limits.space_frames(mib << 20).map(|apart| apart.as_secs());
        assert_eq!([0, 1, 2, 4, 8, 16].map(apart), [10, 20, 42, 100, 300, 600].map(Some));
        assert_eq!((apart(17), KeepLimits::need_bytes(17 << 20)), (None, 68 << 20));
    }
}
