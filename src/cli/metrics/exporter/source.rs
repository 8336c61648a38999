//! Where the numbers come from.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Mutex as Turn, mpsc, oneshot};

use crate::{
    engine::Visit,
    output::metrics::{
        Meter, MetricsReading, ServiceReading, WebhookReading, write_older_text, write_service_text, write_text,
    },
    service::ServiceCounts,
    world::{ChannelId, Entry, Listener, Observer, Touched, World},
};

/// A loop that does not let its world be looked at within this time is busy, or has ended.
const PATIENCE: Duration = Duration::from_secs(5);

/// A meter that the world of an engine tells, and that scrapes read.
#[derive(Debug, Clone, Default)]
struct SharedMeter(Arc<Mutex<Meter>>);

impl SharedMeter {
    /// A panic while the lock is held leaves nothing half done that matters: the counts stay usable.
    fn lock(&self) -> MutexGuard<'_, Meter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for SharedMeter {
    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        self.lock().take_entry(world, entry);
    }

    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        self.lock().take_change(world, channel, touched);
    }
}

/// What an engine needs for its world to be measured.
pub struct WorldTap {
    /// Counts what happens.
    pub observer: Box<dyn Observer>,
    /// Looks at the world.
    pub visits: mpsc::Receiver<Visit>,
}

/// Whose numbers they are.
#[derive(Clone)]
pub enum NumberSource {
    /// Those of a world.
    World(WorldNumbers),
    /// Those of a service of ours, as OpenMetrics.
    Service(Arc<dyn Fn() -> String + Send + Sync>),
}

impl NumberSource {
    /// Those of a service that counts, for as long as it runs.
    pub fn of_service(count: impl Fn() -> ServiceCounts + Send + Sync + 'static) -> Self {
        Self::Service(Arc::new(move || write_service_text(describe_service(count()))))
    }

    /// The numbers of now as OpenMetrics; nothing, if they can't be had.
    pub async fn write(&self) -> Option<String> {
        match self {
            Self::World(numbers) => numbers.write().await,
            Self::Service(write) => Some(write()),
        }
    }
}

fn describe_service(counts: ServiceCounts) -> ServiceReading {
    ServiceReading {
        subscribe_keys: counts.subscribe_keys as u64,
        present: counts.present as u64,
        open_polls: counts.open_polls as u64,
        connections: counts.connections as u64,
        memory: counts.memory as u64,
        requests: counts.requests,
        answers: counts.answers,
        webhooks: counts.webhooks.map(|webhooks| WebhookReading {
            waiting: webhooks.waiting,
            ended: [
                ("delivered", webhooks.delivered),
                ("dropped", webhooks.dropped),
                ("lost", webhooks.lost),
                ("given-up", webhooks.given_up),
            ],
            posts: [("taken", webhooks.posts), ("failed", webhooks.failed_posts)],
        }),
    }
}

/// The numbers of a world.
#[derive(Clone)]
pub struct WorldNumbers {
    meter: SharedMeter,
    visits: mpsc::Sender<Visit>,
    /// One scrape at a time.
    turn: Arc<Turn<()>>,
}

impl WorldNumbers {
    /// The numbers of a world, and what its engine needs for that.
    pub fn open() -> (Self, WorldTap) {
        let meter = SharedMeter::default();
        let (visits, taken) = mpsc::channel(1);
        let tap = WorldTap { observer: Box::new(meter.clone()), visits: taken };
        (Self { meter, visits, turn: Arc::default() }, tap)
    }

    /// What is known now; nothing, if the engine is busy for long or has ended.
    async fn read(&self) -> Option<MetricsReading> {
        let (tell, told) = oneshot::channel();
        let meter = self.meter.clone();
        let visit: Visit = Box::new(move |world, now| {
            // Who asked may have given up.
            let _ = tell.send(meter.lock().read(world, now));
        });
        let ask = async {
            let _turn = self.turn.lock().await;
            self.visits.send(visit).await.ok()?;
            told.await.ok()
        };
        tokio::time::timeout(PATIENCE, ask).await.ok().flatten()
    }

    /// The numbers of now as OpenMetrics; nothing, if they can't be had.
    async fn write(&self) -> Option<String> {
        self.read().await.map(write_text)
    }

    /// The numbers of now as a text file has them.
    pub(super) async fn write_file(&self) -> Option<String> {
        self.read().await.map(write_older_text)
    }

    /// The same, for when nobody watches any more.
    pub(super) async fn write_last_file(&self) -> Option<String> {
        self.read().await.map(|reading| write_older_text(reading.without_link()))
    }
}
