//! Where the service puts the events of webhooks: bounded in number and in bytes. When it is full, events are dropped and
//! counted; the service waits for nobody.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::counts::WebhookCounter;
use crate::{
    service::{MemoryAccount, Share},
    wire::WebhookEvent,
};

/// Events that wait for the sender.
const MOST_EVENTS: usize = 10_000;

/// Bytes of all events that wait: for the sender, in a batch, or for a retry.
const MOST_BYTES: usize = 16 << 20;

/// An event that waits. What it takes is given back when it is dropped.
#[derive(Debug)]
pub(crate) struct QueuedWebhook {
    /// The event.
    pub event: WebhookEvent,
    _room: OwnedSemaphorePermit,
    _share: Share,
}

/// Takes the events of webhooks.
#[derive(Debug)]
pub(crate) struct WebhookQueue {
    to: mpsc::Sender<QueuedWebhook>,
    room: Arc<Semaphore>,
    memory: MemoryAccount,
    counter: Arc<WebhookCounter>,
}

impl WebhookQueue {
    /// An empty one, and where its events come out. They count as a part of the memory.
    pub fn open(memory: &MemoryAccount, counter: &Arc<WebhookCounter>) -> (Self, mpsc::Receiver<QueuedWebhook>) {
        let (to, queued) = mpsc::channel(MOST_EVENTS);
        let room = Arc::new(Semaphore::new(MOST_BYTES));
        (Self { to, room, memory: memory.clone(), counter: counter.clone() }, queued)
    }

    /// What has become of them.
    pub fn counter(&self) -> &WebhookCounter {
        &self.counter
    }

    /// Put events in as far as they fit. The others are counted, and said once.
    pub fn offer(&self, events: Vec<WebhookEvent>) {
        // Before the sender can have counted what became of them.
        self.counter.update(|counts| counts.waiting += events.len() as u64);
        let mut dropped = 0;
        for event in events {
            dropped += u64::from(!self.offer_one(event));
        }
        if dropped == 0 {
            return;
        }
        self.counter.update(|counts| {
            if counts.dropped == 0 {
                tracing::warn!(dropped, "webhooks are dropped: their receiver is too slow");
            }
            counts.waiting -= dropped;
            counts.dropped += dropped;
        });
    }

    fn offer_one(&self, event: WebhookEvent) -> bool {
        let weight = event.weight();
        let permits = u32::try_from(weight).unwrap_or(u32::MAX);
        let Ok(room) = self.room.clone().try_acquire_many_owned(permits) else { return false };
        let share = self.memory.lasting.share(weight);
        self.to.try_send(QueuedWebhook { event, _room: room, _share: share }).is_ok()
    }
}
