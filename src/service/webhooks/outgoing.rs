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

#[cfg(test)]
mod tests {
    use super::super::{WebhookQueue, WebhookUrl, counts::WebhookCounter};
    use super::*;
    use crate::{
        presence::{Channel, UserId},
        service::MemoryAccount,
        wire::WebhookKind,
    };

    const KEY: &str = "k";

    fn at(millis: u64) -> Moment {
        Moment::from_micros(millis * 1_000)
    }

    /// Batches of two that wait for a second, and what they are filled with.
    struct Filling {
        outgoing: Outgoing,
        queue: WebhookQueue,
        queued: tokio::sync::mpsc::Receiver<QueuedWebhook>,
        memory: MemoryAccount,
    }

    impl Filling {
        fn new() -> Self {
            let url = WebhookUrl::parse("http://127.0.0.1/", false).unwrap();
            let options = WebhookOptions { batch: 2, batch_time: Duration::from_secs(1), ..WebhookOptions::new(url) };
            let memory = MemoryAccount::new(1 << 20);
            let (queue, queued) = WebhookQueue::open(&memory, &Arc::new(WebhookCounter::default()));
            Self { outgoing: Outgoing::new(&options), queue, queued, memory }
        }

        fn add(&mut self, key: &str, what: WebhookKind, millis: u64) {
            let event = WebhookEvent {
                id: None,
                subscribe_key: Some(SubscribeKey::from_wire(key)),
                channel: Channel::from_wire(&format!("at-{millis}")),
                at: None,
                occupancy: None,
                what,
            };
            self.queue.offer(vec![event]);
            self.outgoing.add(self.queued.try_recv().unwrap(), at(millis));
        }

        /// The channels of the batches that are due.
        fn take(&mut self, millis: u64) -> Vec<Vec<String>> {
            let batches = std::iter::from_fn(|| self.outgoing.take_due(at(millis)));
            let names = |batch: WebhookBatch| batch.events.iter().map(|one| one.event.channel.to_string()).collect();
            batches.map(names).collect()
        }
    }

    fn left() -> WebhookKind {
        WebhookKind::Left { user: UserId::from_wire("ann") }
    }

    #[test]
    fn a_batch_is_due_when_it_is_full_or_has_waited() {
        let mut filling = Filling::new();
        filling.add(KEY, WebhookKind::ChannelActive, 0);
        filling.add(KEY, left(), 10);
        filling.add("other", left(), 20);
        assert_eq!(filling.outgoing.next_due(), Some(at(1_000)));
        assert!(filling.take(30).is_empty());
        filling.add(KEY, left(), 40);
        assert_eq!(filling.take(40), [["at-10", "at-40"]]);
        assert_eq!(filling.take(1_020), [["at-0"], ["at-20"]]);
        assert_eq!((filling.outgoing.next_due(), filling.memory.lasting.sum()), (None, 0));
    }

    #[test]
    fn faults_have_one_chance_with_a_batch() {
        let mut filling = Filling::new();
        let mut next = |faults: &[Fault]| {
            filling.add(KEY, left(), 0);
            filling.add(KEY, left(), 0);
            let batch = filling.outgoing.take_due(at(0)).unwrap();
            let fate = filling.outgoing.judge(batch, || faults.to_vec(), at(0));
            let sent = match fate {
                Fate::Send(batch) => batch.count(),
                Fate::Later => 0,
                Fate::Lost(events) => events * 100,
            };
            let due = filling.outgoing.next_due();
            let again = due.and_then(|due| filling.outgoing.take_due(due));
            let again = again.map(|batch| match filling.outgoing.judge(batch, || vec![Fault::WebhookLost], at(0)) {
                Fate::Send(batch) => (batch.count(), batch.events.len()),
                Fate::Later | Fate::Lost(_) => panic!("it was judged before"),
            });
            (sent, due, again)
        };
        assert_eq!(next(&[]), (2, None, None));
        assert_eq!(next(&[Fault::WebhookLost]), (200, None, None));
        assert_eq!(next(&[Fault::WebhookLate(Duration::from_secs(3))]), (0, Some(at(3_000)), Some((2, 2))));
        // The second of two does not count again.
        assert_eq!(next(&[Fault::WebhookTwice]), (2, Some(at(0)), Some((0, 2))));
    }

    #[test]
    fn at_the_end_what_was_sent_before_is_only_counted() {
        let mut filling = Filling::new();
        filling.add(KEY, left(), 0);
        filling.add(KEY, left(), 0);
        let batch = filling.outgoing.take_due(at(0)).unwrap();
        filling.outgoing.schedule(WebhookBatch { failures: 1, ..batch }, at(900_000));
        filling.add(KEY, left(), 5);
        let (fresh, retries) = filling.outgoing.take_all(at(10));
        assert_eq!((fresh.len(), fresh[0].events.len(), retries, filling.outgoing.next_due()), (1, 1, 2, None));
    }
}
