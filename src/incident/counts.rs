//! Counts per second, for the last minute, and per ten seconds, for the last quarter of an hour.

use std::ops::{Add, AddAssign};

use crate::presence::Moment;

/// Seconds that are kept.
const SECONDS: u64 = 64;

/// Seconds of a bucket.
pub(super) const BUCKET: u64 = 10;

/// The number of buckets, a quarter of an hour together, and of those that tell what is usual.
const BUCKETS: u64 = 90;
const USUAL: u64 = 30;

/// At the beginning, when there is no whole bucket yet, this many seconds tell what is usual.
const LEAST_SECONDS: u64 = 4;

/// What happened within a span of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Joins.
    pub joined: u32,
    /// Of the joins: users who had left or timed out on the same channel a short while ago, for the first time; and
    /// users who were announced again while present.
    pub back: u32,
    /// Of the joins: users who had done so more than once.
    pub cycled: u32,
    /// Of the joins: users who had left another channel right before.
    pub moved: u32,
    /// Users who joined again within one interval, so that they had left within it, which it did not tell; they are
    /// neither among the joins nor among the leaves.
    pub unheard: u32,
    /// Leaves.
    pub left: u32,
    /// Timeouts.
    pub timed_out: u32,
    /// More are present, and nobody was named.
    pub up: u32,
    /// Fewer are present, and nobody was named.
    pub down: u32,
    /// Users who came back for the third time or more, each counted at most once a minute.
    pub flapped: u32,
    /// Of the joins: users who had left the same channel within the minute before, and had not done so in the minutes
    /// before that; and users who had.
    pub restarted: u32,
    pub restarted_again: u32,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.joined += other.joined;
        self.back += other.back;
        self.cycled += other.cycled;
        self.moved += other.moved;
        self.unheard += other.unheard;
        self.left += other.left;
        self.timed_out += other.timed_out;
        self.up += other.up;
        self.down += other.down;
        self.flapped += other.flapped;
        self.restarted += other.restarted;
        self.restarted_again += other.restarted_again;
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

/// Ten seconds of counts.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    counts: Counts,
    /// The bucket's number since 1970.
    number: u64,
    /// It holds something unusual, so it does not tell what is usual.
    unusual: bool,
}

/// What happened in the last minutes.
#[derive(Debug, Clone)]
pub(super) struct RecentCounts {
    seconds: Vec<(u64, Counts)>,
    buckets: Vec<Bucket>,
    /// The latest second for which something was counted or asked.
    latest: u64,
}

impl Default for RecentCounts {
    fn default() -> Self {
        Self {
            seconds: (0..SECONDS).map(|_| (0, Counts::default())).collect(),
            buckets: (0..BUCKETS).map(|_| Bucket::default()).collect(),
            latest: 0,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a remainder of a small number")]
const fn place(number: u64, of: u64) -> usize {
    (number % of) as usize
}

impl RecentCounts {
    /// Count something at this moment. What is older than a minute is left out.
    pub fn count(&mut self, at: Moment, add: impl Fn(&mut Counts)) {
        let second = at.seconds();
        if second + SECONDS <= self.latest {
            return;
        }
        self.latest = self.latest.max(second);
        let kept = &mut self.seconds[place(second, SECONDS)];
        if kept.0 != second {
            *kept = (second, Counts::default());
        }
        add(&mut kept.1);
        let number = second / BUCKET;
        let bucket = &mut self.buckets[place(number, BUCKETS)];
        if bucket.number != number {
            *bucket = Bucket { number, ..Bucket::default() };
        }
        add(&mut bucket.counts);
    }

    /// What happened in one second.
    pub fn at(&self, second: u64) -> Counts {
        let (kept, counts) = self.seconds[place(second, SECONDS)];
        if kept == second { counts } else { Counts::default() }
    }

    /// What happened in the seconds from `from` to `to`, both included.
    pub fn sum(&self, from: u64, to: u64) -> Counts {
        let from = from.max(to.saturating_sub(SECONDS - 1));
        (from..=to).map(|second| self.at(second)).fold(Counts::default(), Add::add)
    }

    /// What happened in the whole buckets from the second `from` to the second `to`, without the unusual ones; and how
    /// many seconds these are.
    pub fn sum_usual(&self, from: u64, to: u64) -> (Counts, u64) {
        let (first, end) = (from.div_ceil(BUCKET), (to + 1) / BUCKET);
        let first = first.max(end.saturating_sub(USUAL - 1));
        let (mut counts, mut seconds) = (Counts::default(), 0);
        for number in first..end {
            let bucket = &self.buckets[place(number, BUCKETS)];
            if bucket.number != number {
                // Nothing happened then.
                seconds += BUCKET;
            } else if !bucket.unusual {
                counts += bucket.counts;
                seconds += BUCKET;
            }
        }
        if seconds == 0 && to >= from + LEAST_SECONDS {
            return (self.sum(from, to), to + 1 - from);
        }
        (counts, seconds)
    }

    /// What happened in the whole buckets from the second `from` until the second `end`, usual or not; the most leaves in
    /// one of them; and whether something unusual was in one of them.
    pub fn sum_whole(&self, from: u64, end: u64) -> (Counts, u32, bool) {
        let (mut counts, mut most_left, mut unusual) = (Counts::default(), 0, false);
        for number in from.div_ceil(BUCKET)..end / BUCKET {
            let bucket = &self.buckets[place(number, BUCKETS)];
            if bucket.number == number {
                counts += bucket.counts;
                most_left = most_left.max(bucket.counts.left + bucket.counts.unheard);
                unusual |= bucket.unusual;
            }
        }
        (counts, most_left, unusual)
    }

    /// What happened in the whole usual buckets of the last quarter of an hour before the second `end`, not before
    /// `since`; and how many seconds these are.
    pub fn sum_before(&self, since: u64, end: u64) -> (Counts, u64) {
        let (mut counts, mut seconds) = (Counts::default(), 0);
        let kept = (self.latest / BUCKET).saturating_sub(BUCKETS - 1);
        for number in since.div_ceil(BUCKET).max(kept)..end / BUCKET {
            let bucket = &self.buckets[place(number, BUCKETS)];
            let known = bucket.number == number;
            if !known || !bucket.unusual {
                counts += if known { bucket.counts } else { Counts::default() };
                seconds += BUCKET;
            }
        }
        (counts, seconds)
    }

    /// What happened between these seconds tells nothing about what is usual.
    pub fn mark_unusual(&mut self, from: u64, to: u64) {
        for number in from / BUCKET..=to / BUCKET {
            let bucket = &mut self.buckets[place(number, BUCKETS)];
            if bucket.number < number {
                *bucket = Bucket { number, ..Bucket::default() };
            }
            bucket.unusual |= bucket.number == number;
        }
    }
}
