//! Which batch of webhooks is due when. Pure.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use super::{options::WebhookOptions, queue::QueuedWebhook};
use crate::{
    presence::{Moment, SubscribeKey},
    service::Fault,
    wire::WebhookEvent,
};

/// A batch that is ready to be sent, for the first time or again.
#[derive(Debug, Clone)]
pub(super) struct WebhookBatch {
    /// Its events, all of one kind and one key: a body names the kind once.
    pub events: Arc<[QueuedWebhook]>,
    /// How often it was sent and not taken.
    pub failures: u32,
    /// Whether faults had their chance.
    judged: bool,
    /// Whether it repeats another on purpose, so that what becomes of it is not counted again.
    pub repeats: bool,
}

impl WebhookBatch {
    /// Its events, as they are written.
    pub fn list_events(&self) -> Vec<WebhookEvent> {
        self.events.iter().map(|queued| queued.event.clone()).collect()
    }

    /// How many events it brings that are not counted elsewhere.
    pub fn count(&self) -> u64 {
        if self.repeats { 0 } else { self.events.len() as u64 }
    }
}

type BatchKey = (Option<SubscribeKey>, &'static str);

/// A batch that may still grow.
#[derive(Debug)]
struct OpenBatch {
    events: Vec<QueuedWebhook>,
    closes: (Moment, u64),
}

/// What faults made of a batch.
pub(super) enum Fate {
    /// It is sent now.
    Send(WebhookBatch),
    /// It is sent later.
    Later,
    /// It is never sent: so many events.
    Lost(u64),
}

/// The batches that wait.
#[derive(Debug)]
pub(super) struct Outgoing {
    open: HashMap<BatchKey, OpenBatch>,
    closing: BTreeMap<(Moment, u64), BatchKey>,
    due: BTreeMap<(Moment, u64), WebhookBatch>,
    made: u64,
    batch: usize,
    batch_time: Duration,
}

impl Outgoing {
    /// None yet.
    pub fn new(options: &WebhookOptions) -> Self {
        let (batch, batch_time) = (options.batch.max(1), options.batch_time);
        Self { open: HashMap::new(), closing: BTreeMap::new(), due: BTreeMap::new(), made: 0, batch, batch_time }
    }

    /// Put an event into the batch of its kind.
    pub fn add(&mut self, queued: QueuedWebhook, now: Moment) {
        let key = (queued.event.subscribe_key.clone(), queued.event.what.name());
        let open = self.open.entry(key.clone()).or_insert_with(|| {
            self.made += 1;
            let closes = (now.plus(self.batch_time), self.made);
            self.closing.insert(closes, key.clone());
            OpenBatch { events: Vec::new(), closes }
        });
        open.events.push(queued);
        if open.events.len() >= self.batch {
            self.close_batch(&key, now);
        }
    }

    fn close_batch(&mut self, key: &BatchKey, now: Moment) {
        if let Some(open) = self.open.remove(key) {
            self.closing.remove(&open.closes);
            let batch = WebhookBatch { events: open.events.into(), failures: 0, judged: false, repeats: false };
            self.schedule(batch, now);
        }
    }

    /// Let a batch be sent at a time.
    pub fn schedule(&mut self, batch: WebhookBatch, at: Moment) {
        self.made += 1;
        self.due.insert((at, self.made), batch);
    }

    /// Take the next batch that is due by `now`.
    pub fn take_due(&mut self, now: Moment) -> Option<WebhookBatch> {
        while let Some((&(at, _), key)) = self.closing.first_key_value().filter(|((at, _), _)| *at <= now) {
            let key = key.clone();
            self.close_batch(&key, at);
        }
        let first = self.due.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }

    /// When the next batch is due.
    pub fn next_due(&self) -> Option<Moment> {
        [self.closing.keys().next(), self.due.keys().next()].into_iter().flatten().map(|(at, _)| *at).min()
    }

    /// Let faults have their chance with a batch, once.
    pub fn judge(&mut self, mut batch: WebhookBatch, strike: impl FnOnce() -> Vec<Fault>, now: Moment) -> Fate {
        if batch.judged {
            return Fate::Send(batch);
        }
        batch.judged = true;
        let faults = strike();
        if faults.contains(&Fault::WebhookLost) {
            return Fate::Lost(batch.count());
        }
        if faults.contains(&Fault::WebhookTwice) {
            self.schedule(WebhookBatch { repeats: true, ..batch.clone() }, now);
        }
        let late = faults.iter().find_map(|fault| if let Fault::WebhookLate(by) = fault { Some(*by) } else { None });
        match late {
            Some(by) => {
                self.schedule(batch, now.plus(by));
                Fate::Later
            }
            None => Fate::Send(batch),
        }
    }

    /// All batches that were never sent, the oldest first, and the number of events that wait for a retry. None are left.
    pub fn take_all(&mut self, now: Moment) -> (Vec<WebhookBatch>, u64) {
        let open: Vec<BatchKey> = self.closing.values().cloned().collect();
        for key in &open {
            self.close_batch(key, now);
        }
        let (fresh, retries): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.due).into_values().partition(|batch| batch.failures == 0);
        (fresh, retries.iter().map(WebhookBatch::count).sum())
    }
}
