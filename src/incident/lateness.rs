//! How late events arrive, and how many there are: what is worth a word in the status row.

use crate::presence::Moment;

/// Upper bounds of the classes, in tenths of a second.
const CLASSES: [u64; 12] = [1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, u64::MAX];

/// Seconds of a bucket, and the number of buckets, a minute together.
const BUCKET: u64 = 10;
const BUCKETS: u64 = 6;

/// Events that are this late are told, in tenths of a second.
const LATE: u64 = 5;

/// Events in the last minute and how late they were.
#[derive(Debug, Clone, Default)]
pub(super) struct Lateness {
    buckets: [(u64, [u32; CLASSES.len()]); 6],
    /// The rate that is told. It follows the true one only when that is clearly another.
    told: u64,
}

impl Lateness {
    /// Count an event that arrived so many microseconds after it was published.
    pub fn count(&mut self, late: u64, now: Moment) {
        let number = now.seconds() / BUCKET;
        let bucket = &mut self.buckets[(number % BUCKETS) as usize];
        if bucket.0 != number {
            *bucket = (number, [0; CLASSES.len()]);
        }
        let tenths = late / 100_000;
        let class = CLASSES.iter().position(|bound| tenths < *bound).unwrap_or(CLASSES.len() - 1);
        bucket.1[class] += 1;
    }

    fn sum(&self, now: Moment) -> [u64; CLASSES.len()] {
        let latest = now.seconds() / BUCKET;
        let mut sum = [0; CLASSES.len()];
        for (number, counts) in &self.buckets {
            if *number + BUCKETS > latest {
                sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += u64::from(*count));
            }
        }
        sum
    }

    /// How late all but a twentieth of the events of the last minute were at the most, in tenths of a second, if that
    /// is worth telling.
    pub fn find_late(&self, now: Moment) -> Option<u64> {
        let sum = self.sum(now);
        let all: u64 = sum.iter().sum();
        let mut seen = 0;
        let class = sum.iter().position(|count| {
            seen += count;
            seen * 20 >= all * 19
        })?;
        let bound = if class + 1 == CLASSES.len() { CLASSES[class - 1] } else { CLASSES[class] };
        (all > 0 && bound > LATE).then_some(bound)
    }

    /// Follow the rate of events, which is told in whole ones a second.
    pub fn follow_rate(&mut self, now: Moment) {
        let all: u64 = self.sum(now).iter().sum();
        // The newest bucket is half full on average.
        let rate = (all * 10 / (BUCKET * (BUCKETS - 1) + BUCKET / 2)).div_ceil(10);
        if rate.abs_diff(self.told) * 3 > self.told.max(2) {
            self.told = rate;
        }
    }

    /// Events a second, in the last minute.
    pub const fn rate(&self) -> u64 {
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Moment {
        Moment::from_micros((1_000 + second) * 1_000_000)
    }

    #[test]
    fn a_few_late_events_are_not_worth_a_word_and_many_are() {
        let mut lateness = Lateness::default();
        assert_eq!(lateness.find_late(at(0)), None);
        (0..100).for_each(|_| lateness.count(20_000, at(0)));
        (0..4).for_each(|_| lateness.count(3_000_000, at(0)));
        assert_eq!(lateness.find_late(at(1)), None);
        (0..9).for_each(|_| lateness.count(750_000, at(10)));
        assert_eq!(lateness.find_late(at(11)), Some(8));
        assert_eq!(lateness.find_late(at(200)), None, "a minute later it is past");
    }

    #[test]
    fn the_rate_stands_still_while_it_is_about_the_same() {
        let mut lateness = Lateness::default();
        let mut told = Vec::new();
        for second in 0..300 {
            (0..5 + second % 2).for_each(|_| lateness.count(0, at(second)));
            lateness.follow_rate(at(second));
            told.push(lateness.rate());
        }
        told.drain(..90);
        told.dedup();
        assert_eq!(told.len(), 1, "{told:?}");
    }
}
