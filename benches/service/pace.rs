//! Sending at a steady rate, whatever the answers do.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use crate::http::{Answers, Requests};

/// So many things that happen evenly, so many per second.
pub struct Pace {
    /// When the first one is due.
    pub start: Instant,
    per_second: u32,
    /// When each was in fact sent, in microseconds after `start`.
    sent: Vec<AtomicU64>,
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl Pace {
    /// From `start` on, for some seconds.
    pub fn new(start: Instant, per_second: u32, seconds: u32) -> Self {
        let all = u64::from(per_second) * u64::from(seconds);
        Self { start, per_second, sent: (0..all).map(|_| AtomicU64::new(0)).collect() }
    }

    /// How many.
    pub fn all(&self) -> usize {
        self.sent.len()
    }

    fn due(&self, which: usize) -> Duration {
        Duration::from_secs(which as u64) / self.per_second
    }

    /// From when one was sent until `now`, in microseconds. None that was not sent is asked for.
    pub fn since(&self, which: usize, now: Instant) -> u64 {
        let sent = self.sent.get(which).map_or(0, |sent| sent.load(Ordering::Relaxed));
        micros(now - self.start).saturating_sub(sent)
    }

    /// How much later than it should one was sent, in microseconds.
    pub fn late(&self, which: usize) -> u64 {
        self.sent[which].load(Ordering::Relaxed).saturating_sub(micros(self.due(which)))
    }

    /// Send every one of `mine` over one connection when it is due, without waiting for answers;
    /// `answered` is told of each answer. An answer that takes long delays no request.
    pub async fn send(
        &self,
        (mut requests, mut answers): (Requests, Answers),
        mine: impl Iterator<Item = usize> + Clone,
        target: impl Fn(usize) -> String,
        mut answered: impl FnMut(usize, &str),
    ) -> io::Result<()> {
        let sending = async {
            for which in mine.clone() {
                sleep_until(self.start + self.due(which)).await;
                let request = requests.write(&target(which));
                self.sent[which].store(micros(self.start.elapsed()), Ordering::Relaxed);
                requests.send(&request).await?;
            }
            Ok::<(), io::Error>(())
        };
        let hearing = async {
            for which in mine.clone() {
                answered(which, answers.next().await?);
            }
            Ok::<(), io::Error>(())
        };
        tokio::try_join!(sending, hearing).map(|_| ())
    }
}
