//! The figures, in words.

use std::{fmt, time::Duration};

use crate::server::Usage;

/// The target of every delay: 99 of 100 take less.
const DELAY_P99: Duration = Duration::from_millis(50);

/// The target of the service's memory under 5,000 polls.
pub const MEMORY: u64 = 300_000_000;

/// Delays in microseconds.
#[derive(Debug, Default)]
pub struct Delays(Vec<u64>);

impl Delays {
    /// Add one.
    pub fn add(&mut self, micros: u64) {
        self.0.push(micros);
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The delay that so many of a thousand do not exceed; they must be sorted.
    fn of_thousand(&self, so_many: usize) -> Duration {
        let rank = (self.0.len() * so_many).div_ceil(1000).max(1);
        Duration::from_micros(self.0.get(rank - 1).copied().unwrap_or(0))
    }

    /// The delay that half of them do not exceed.
    pub fn median(&mut self) -> Duration {
        self.0.sort_unstable();
        self.of_thousand(500)
    }

    /// One line; with a verdict if they have a target.
    pub fn line(mut self, what: &str, has_target: bool) {
        self.0.sort_unstable();
        let [p50, p90, p99, max] = [500, 900, 990, 1000].map(|share| self.of_thousand(share));
        let figures = format!("p50 {}  p90 {}  p99 {}  max {}", ms(p50), ms(p90), ms(p99), ms(max));
        let met = p99 < DELAY_P99;
        line(what, &figures, has_target.then(|| format!("p99 under {}: {}", ms(DELAY_P99), word(met))));
    }
}

/// `pass` or `FAIL`.
pub fn word(met: bool) -> &'static str {
    if met { "pass" } else { "FAIL" }
}

fn ms(delay: Duration) -> String {
    format!("{:.2} ms", delay.as_secs_f64() * 1000.0)
}

/// Bytes in millions.
pub fn mb(bytes: Option<u64>) -> String {
    bytes.map_or("unknown".to_owned(), |bytes| format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10))
}

/// The head of a part.
pub fn part(what: fmt::Arguments<'_>) {
    println!("\n{what}");
}

/// One figure and, if it has a target, whether it was met.
pub fn line(what: &str, figures: &str, verdict: Option<String>) {
    let verdict = verdict.map(|verdict| format!("  [{verdict}]")).unwrap_or_default();
    println!("  {what:<34}{figures}{verdict}");
}

/// What a process took of the cores from one look to the next, and how much more it would have taken
/// if it had been alone: with much of that, delays tell of the machine and not of the service.
pub fn cores(what: &str, before: Usage, after: Usage, within: Duration) {
    let share = |of: fn(&Usage) -> Option<Duration>| {
        let taken = of(&after)?.saturating_sub(of(&before)?);
        Some(format!("{:.2}", taken.as_secs_f64() / within.as_secs_f64()))
    };
    let figures = share(|usage| usage.cpu).zip(share(|usage| usage.waited));
    let figures = figures.map(|(cpu, waited)| format!("{cpu} cores, and {waited} waiting for one"));
    line(&format!("processor, {what}"), &figures.unwrap_or("unknown".to_owned()), None);
}
