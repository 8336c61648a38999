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
    http::{self, KEY},
    subscribe::{self, Event, Reply},
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

/// An event of a channel: its people come and go in turn, so its place in that turn is also who comes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn(pub usize);

impl Turn {
    /// The request that causes it.
    pub fn target(self, channel: usize) -> String {
        let (path, user) = (format!("/v2/presence/sub-key/{KEY}/channel/room-{channel}"), self.0 / 2);
        match self.0 % 2 {
            0 => format!("{path}/heartbeat?heartbeat=300&uuid={user}-of-{channel}"),
            _ => format!("{path}/leave?uuid={user}-of-{channel}"),
        }
    }

    fn read(event: &Event<'_>) -> Option<Self> {
        let user: usize = event.uuid.split('-').next()?.parse().ok()?;
        match event.action {
            "join" => Some(Self(2 * user)),
            "leave" => Some(Self(2 * user + 1)),
            _ => None,
        }
    }
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
