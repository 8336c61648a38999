//! Somebody who keeps a poll open whatever becomes of its answers, and who knows what should have come.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::sleep;

use crate::{
    http,
    subscribe::{self, Reply},
    turn::Turn,
};

/// After a broken answer the next request follows so soon.
const PAUSE: Duration = Duration::from_millis(20);

/// What the listeners share.
#[derive(Default)]
pub struct Tally {
    pub listening: AtomicU64,
    /// Different events heard, each by each listener of its channel.
    pub heard: AtomicU64,
    /// Events heard again.
    pub again: AtomicU64,
    /// Answers that were not whole or no answers.
    pub broken: AtomicU64,
}

/// Somebody with a long poll open, always.
pub struct Listener {
    pub which: usize,
    pub channel: usize,
    pub tally: Arc<Tally>,
    /// All before this turn were heard, and of those after it these.
    next: Turn,
    ahead: BTreeSet<Turn>,
    cursor: String,
}

impl Listener {
    pub fn new(which: usize, channel: usize, tally: Arc<Tally>) -> Self {
        Self { which, channel, tally, next: Turn(0), ahead: BTreeSet::new(), cursor: "0".to_owned() }
    }

    /// Poll for ever: over a new connection, from the cursor that is known, after each answer that is none.
    pub async fn listen(mut self, to: SocketAddr) {
        loop {
            let Err(_) = self.poll(to).await;
            self.tally.broken.fetch_add(1, Ordering::Relaxed);
            sleep(PAUSE).await;
        }
    }

    async fn poll(&mut self, to: SocketAddr) -> io::Result<Infallible> {
        let (mut requests, mut answers) = http::connect(to).await?;
        loop {
            requests.ask(&subscribe::target(&format!("room-{}", self.channel), &self.cursor, self.which)).await?;
            let reply = Reply::read(answers.next().await?)?;
            reply.events().filter_map(Turn::read).for_each(|turn| self.hear(turn));
            if self.cursor == "0" {
                self.tally.listening.fetch_add(1, Ordering::Relaxed);
            }
            reply.cursor().clone_into(&mut self.cursor);
        }
    }

    fn hear(&mut self, turn: Turn) {
        if turn < self.next || !self.ahead.insert(turn) {
            self.tally.again.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.tally.heard.fetch_add(1, Ordering::Relaxed);
        while self.ahead.remove(&self.next) {
            self.next = Turn(self.next.0 + 1);
        }
    }
}
