//! The one task that sends webhooks, one POST after the other.

use std::{pin::Pin, sync::Arc, time::Duration};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    counts::WebhookCounter,
    options::WebhookOptions,
    outgoing::{Fate, Outgoing, WebhookBatch},
    post::WebhookClient,
    queue::{QueuedWebhook, WebhookQueue},
};
use crate::{
    clock::Clock,
    service::{Fault, MemoryAccount},
    wire::encode_webhooks,
};

/// At the end, what was not sent yet is sent once, within this time.
const LAST_POSTS: Duration = Duration::from_millis(800);

/// What the sender asks of the service: the faults that strike a webhook now, and a number from 0 to 1 by chance.
pub(crate) struct WebhookChance {
    /// The faults.
    pub strike: Box<dyn Fn() -> Vec<Fault> + Send + Sync>,
    /// The number.
    pub draw: Box<dyn Fn() -> f64 + Send + Sync>,
}

/// A POST that is under way.
type OpenPost = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Sends webhooks.
pub(crate) struct WebhookSender {
    options: WebhookOptions,
    client: WebhookClient,
    clock: Clock,
    counter: Arc<WebhookCounter>,
    queued: mpsc::Receiver<QueuedWebhook>,
    outgoing: Outgoing,
}

impl WebhookSender {
    /// One that has nothing to send yet, and the queue that it sends from, which counts as a part of the memory.
    ///
    /// # Errors
    /// If no HTTP client can be made.
    pub fn open(options: WebhookOptions, clock: Clock, memory: &MemoryAccount) -> Result<(WebhookQueue, Self), String> {
        let client = WebhookClient::new(options.url.clone(), options.patience)?;
        let (counter, outgoing) = (Arc::new(WebhookCounter::default()), Outgoing::new(&options));
        let (queue, queued) = WebhookQueue::open(memory, &counter);
        Ok((queue, Self { options, client, clock, counter, queued, outgoing }))
    }

    /// Send what is queued, until `ending`. What was never sent by then is sent once; what waits for a retry is given up.
    pub async fn run(mut self, chance: WebhookChance, ending: CancellationToken) {
        let mut open: Option<(WebhookBatch, OpenPost)> = None;
        loop {
            if open.is_none() {
                open = self.begin_post(&chance);
            }
            let next = self.outgoing.next_due().filter(|_| open.is_none());
            let clock = self.clock;
            let wait = async {
                match next {
                    Some(at) => clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let answer = async {
                match &mut open {
                    Some((_, post)) => post.await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = ending.cancelled() => break,
                result = answer => if let Some((batch, _)) = open.take() {
                    self.take_result(batch, result, &chance);
                },
                event = self.queued.recv() => match event {
                    Some(event) => self.outgoing.add(event, clock.now()),
                    None => break,
                },
                () = wait => {}
            }
        }
        while let Ok(event) = self.queued.try_recv() {
            self.outgoing.add(event, self.clock.now());
        }
        self.send_last(open).await;
    }

    /// Begin to send the next batch that is due, if one is.
    fn begin_post(&mut self, chance: &WebhookChance) -> Option<(WebhookBatch, OpenPost)> {
        loop {
            let now = self.clock.now();
            let batch = self.outgoing.take_due(now)?;
            match self.outgoing.judge(batch, &chance.strike, now) {
                Fate::Send(batch) => {
                    let post = self.post(&batch);
                    return Some((batch, post));
                }
                Fate::Later => {}
                Fate::Lost(events) => self.counter.update(|counts| {
                    counts.waiting -= events;
                    counts.lost += events;
                }),
            }
        }
    }

    fn post(&self, batch: &WebhookBatch) -> OpenPost {
        let body = encode_webhooks(&batch.list_events(), self.options.form, self.options.lists_timeouts);
        let client = self.client.clone();
        Box::pin(async move { client.post(body).await })
    }

    /// Count what became of a batch, and schedule its retry if it was not taken.
    fn take_result(&mut self, mut batch: WebhookBatch, result: Result<(), String>, chance: &WebhookChance) {
        let events = batch.count();
        let Err(why) = result else {
            self.counter.update(|counts| {
                counts.waiting -= events;
                counts.delivered += events;
                counts.posts += 1;
                counts.trouble = None;
            });
            return;
        };
        batch.failures += 1;
        let gives_up = batch.failures > self.options.retries;
        self.counter.update(|counts| {
            counts.failed_posts += 1;
            if gives_up {
                counts.waiting -= events;
                counts.given_up += events;
            }
            if counts.trouble.is_none() {
                tracing::warn!(why, "a webhook was not taken");
            }
            counts.trouble = Some(why);
        });
        if !gives_up {
            let wait = self.options.choose_wait((chance.draw)());
            self.outgoing.schedule(batch, self.clock.now().plus(wait));
        }
    }

    /// Send what was never sent, once, and count all that is left.
    async fn send_last(&mut self, open: Option<(WebhookBatch, OpenPost)>) {
        let (fresh, mut left) = self.outgoing.take_all(self.clock.now());
        let waits: u64 = fresh.iter().map(WebhookBatch::count).sum();
        let under_way = open.as_ref().map_or(0, |(batch, _)| batch.count());
        left += waits + under_way;
        let (counter, this) = (self.counter.clone(), &*self);
        let posts = async {
            let first = open.into_iter();
            let others = fresh.into_iter().map(|batch| {
                let post = this.post(&batch);
                (batch, post)
            });
            for (batch, post) in first.chain(others) {
                if post.await.is_ok() {
                    let events = batch.count();
                    left -= events;
                    counter.update(|counts| {
                        counts.waiting -= events;
                        counts.delivered += events;
                        counts.posts += 1;
                    });
                }
            }
        };
        // Who takes too long is not waited for.
        let _ = tokio::time::timeout(LAST_POSTS, posts).await;
        counter.update(|counts| {
            counts.waiting = counts.waiting.saturating_sub(left);
            counts.given_up += left;
        });
    }
}
