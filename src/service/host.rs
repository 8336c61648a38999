//! What lies between the pure core and HTTP: the clock, the polls that wait, and the signal to end. It knows
//! neither sockets nor requests.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;

use super::{
    Bounds, Core, MemoryAccount, PollId, RequestLedger, WebhookCounts, recent::RecentRequests, webhooks::WebhookQueue,
};
use crate::{clock::Clock, presence::Moment};

/// Everything that the connections of a running service share.
pub(super) struct Host {
    core: Mutex<Core>,
    pub clock: Clock,
    pub ledger: Option<RequestLedger>,
    pub recent: RecentRequests,
    /// Where the events of webhooks go, if anybody wants them.
    webhooks: Option<WebhookQueue>,
    requests: Mutex<BTreeMap<&'static str, u64>>,
    answers: Mutex<BTreeMap<(&'static str, Option<u16>), u64>>,
    waiting: Mutex<HashMap<PollId, oneshot::Sender<()>>>,
    deadlines: Notify,
    /// A poll waits, or has waited.
    pub listener: Notify,
    pub bounds: Bounds,
    pub memory: MemoryAccount,
    /// Subscribes take turns, a few at a time: each may be answered with megabytes, and whoever asks for anything else is
    /// not to stand behind hundreds of them.
    pub subscribe_turns: Semaphore,
    /// One permit for each connection that may still be opened.
    pub permits: Arc<Semaphore>,
    pub ending: CancellationToken,
}

/// How much of what may be done later is done at a time, in changes that are announced: some milliseconds of work.
const SLICE: usize = 500;

/// How many subscribes are looked at at a time.
const SUBSCRIBE_TURNS: usize = 2;

/// The pause after a slice, in which others have their turn.
const PAUSE: Duration = Duration::from_millis(1);

/// A panic while one of these locks is held leaves nothing half done, so the data stays usable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Host {
    pub fn new(
        core: Core,
        bounds: Bounds,
        clock: Clock,
        ledger: Option<RequestLedger>,
        webhooks: Option<WebhookQueue>,
    ) -> Self {
        Self {
            memory: core.memory(),
            webhooks,
            core: Mutex::new(core),
            clock,
            ledger,
            recent: RecentRequests::default(),
            requests: Mutex::default(),
            answers: Mutex::default(),
            waiting: Mutex::default(),
            deadlines: Notify::new(),
            listener: Notify::new(),
            bounds,
            subscribe_turns: Semaphore::new(SUBSCRIBE_TURNS),
            permits: Arc::new(Semaphore::new(bounds.connections)),
            ending: CancellationToken::new(),
        }
    }

    /// Count a request of this kind for the status page.
    pub fn count_request(&self, kind: &'static str) {
        *lock(&self.requests).entry(kind).or_default() += 1;
    }

    /// Requests so far, by kind.
    pub fn request_counts(&self) -> BTreeMap<&'static str, u64> {
        lock(&self.requests).clone()
    }

    /// Count a request of this kind that has ended, with this status or without an answer.
    pub fn count_answer(&self, kind: &'static str, status: Option<u16>) {
        *lock(&self.answers).entry((kind, status)).or_default() += 1;
    }

    /// Requests that have ended, by kind and status.
    pub fn answer_counts(&self) -> BTreeMap<(&'static str, Option<u16>), u64> {
        lock(&self.answers).clone()
    }

    /// What has become of the events of webhooks; nothing where none are sent.
    pub fn webhook_counts(&self) -> Option<WebhookCounts> {
        self.webhooks.as_ref().map(|queue| queue.counter().read())
    }

    /// Work on the core, then wake the polls that can be answered.
    pub fn with_core<T>(&self, work: impl FnOnce(&mut Core, Moment) -> T) -> T {
        let (result, woken, before, after) = {
            let mut core = lock(&self.core);
            let before = core.next_deadline();
            core.begin_slice(SLICE);
            let result = work(&mut core, self.clock.now());
            if let Some(queue) = &self.webhooks {
                // In the order in which it happened, so before anybody else has a turn.
                let events = core.take_webhooks();
                if !events.is_empty() {
                    queue.offer(events);
                }
            }
            (result, core.take_some_woken(SLICE), before, core.next_deadline())
        };
        if after.is_some_and(|after| before.is_none_or(|before| after < before)) {
            self.deadlines.notify_one();
        }
        if !woken.is_empty() {
            let mut waiting = lock(&self.waiting);
            for poll in woken {
                if let Some(bell) = waiting.remove(&poll) {
                    // The receiver is gone if its poll was given up.
                    let _ = bell.send(());
                }
            }
        }
        result
    }

    /// How many connections are open.
    pub fn count_connections(&self) -> usize {
        self.bounds.connections - self.permits.available_permits()
    }

    /// Hold a poll open until it can be answered. Returns the body.
    pub async fn wait_for_poll(&self, poll: PollId, until: Moment) -> String {
        let _waiting = WaitingPoll { host: self, poll };
        self.listener.notify_one();
        loop {
            let (bell, rung) = oneshot::channel();
            lock(&self.waiting).insert(poll, bell);
            // Something may have been published before the sender was registered.
            if let Some(body) = self.with_core(|core, now| core.resume(poll, false, now)) {
                return body;
            }
            let over = tokio::select! {
                _ = rung => false,
                () = self.clock.sleep_until(until) => true,
                () = self.ending.cancelled() => true,
            };
            if let Some(body) = self.with_core(|core, now| core.resume(poll, over, now)) {
                return body;
            }
        }
    }
}

/// Advance the core at each of its deadlines, until the service ends.
pub(super) async fn run_timers(host: Arc<Host>) {
    loop {
        let next = lock(&host.core).next_deadline();
        let sleep = async {
            match next {
                Some(at) => host.clock.sleep_until(at.max(host.clock.now().plus(PAUSE))).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = host.ending.cancelled() => return,
            () = host.deadlines.notified() => {}
            () = sleep => host.with_core(Core::advance),
        }
    }
}

/// Forgets a poll when it is answered, or when its caller closes the connection.
struct WaitingPoll<'a> {
    host: &'a Host,
    poll: PollId,
}

impl Drop for WaitingPoll<'_> {
    fn drop(&mut self) {
        lock(&self.host.waiting).remove(&self.poll);
        self.host.with_core(|core, now| core.abandon(self.poll, now));
    }
}
