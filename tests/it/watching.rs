//! What is watched changes while people come and go on our own service: no event is missed, none is told
//! twice, and the rest is not disturbed.

use std::{collections::BTreeMap, time::Duration};

use herenow::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    presence::{EventKind, LinkChange, Notice, ReplyItem, SubscribeKey, UserId},
    service::{self, Settings},
    source,
};
use tokio::sync::{mpsc, watch};

use crate::happen::all;

const TIMEOUT: Duration = Duration::from_secs(300);

struct Heap {
    notices: mpsc::Receiver<Notice>,
    /// How often each was told.
    joins: BTreeMap<(String, String), usize>,
    lives: usize,
    ended: usize,
}

impl Heap {
    async fn take(&mut self) {
        match tokio::time::timeout(Duration::from_secs(15), self.notices.recv()).await.unwrap().unwrap() {
            Notice::Batch(batch) => {
                for heard in &batch.heard {
                    if let ReplyItem::Event(event) = heard
                        && let EventKind::Joined { user, .. } = &event.what
                    {
                        let key = (event.channel.as_str().to_owned(), user.as_str().to_owned());
                        *self.joins.entry(key).or_default() += 1;
                    }
                }
            }
            Notice::Link { change: LinkChange::Live { .. }, .. } => self.lives += 1,
            Notice::Link { change: LinkChange::Ended, .. } => self.ended += 1,
            Notice::Link { .. } => {}
        }
    }

    async fn hears(&mut self, channel: &str, user: &str) {
        while !self.joins.contains_key(&(channel.to_owned(), user.to_owned())) {
            self.take().await;
        }
    }
}

#[tokio::test]
async fn adding_and_removing_misses_nothing_and_tells_nothing_twice() {
    let clock = Clock::start();
    let running = service::ServiceOptions::new(Settings { announce_max: 100, ..Settings::default() })
        .start_on(clock)
        .await
        .unwrap();
    let keyset = Keyset {
        origin: Origin::loopback(running.address),
        subscribe_key: SubscribeKey::from_wire("demo"),
        user: UserId::from_wire("watcher"),
        auth: None,
    };
    let client = Client::new(keyset, 10_000, clock).unwrap();
    let (tell, notices) = mpsc::channel(source::QUEUE);
    let (change, watching) = watch::channel(all(&["lobby", "support"]));
    tokio::spawn(source::supervise(watching, client.clone(), tell));
    let mut heap = Heap { notices, joins: BTreeMap::new(), lives: 0, ended: 0 };
    while heap.lives < 1 {
        heap.take().await;
    }
    // People come to all three places all the while.
    let come = async |n: usize| {
        let person = client.as_user(UserId::from_wire(&format!("p{n}")));
        person.heartbeat(&all(&["lobby", "support", "match.1"]), TIMEOUT).await.unwrap();
    };
    for n in 0..10 {
        come(n).await;
    }
    change.send_replace(all(&["lobby", "support", "match.*"]));
    for n in 10..20 {
        come(n).await;
    }
    while heap.lives < 2 {
        heap.take().await;
    }
    // From here on the pattern is followed for certain.
    for n in 20..30 {
        come(n).await;
    }
    change.send_replace(all(&["lobby", "match.*"]));
    for n in 30..40 {
        come(n).await;
    }
    heap.hears("lobby", "p39").await;
    heap.hears("match.1", "p39").await;
    change.send_replace(all(&["lobby"]));
    while heap.ended < 1 {
        heap.take().await;
    }
    for n in 40..50 {
        come(n).await;
    }
    heap.hears("lobby", "p49").await;
    for n in 0..50 {
        let told = |channel: &str| heap.joins.get(&(channel.to_owned(), format!("p{n}"))).copied().unwrap_or(0);
        assert_eq!(told("lobby"), 1, "p{n} on lobby");
        assert!(told("support") <= 1 && told("match.1") <= 1, "p{n}");
        assert!(!(20..40).contains(&n) || told("match.1") == 1, "p{n} on match.1");
        assert!(n < 40 || told("match.1") + told("support") == 0, "p{n} after both are gone");
    }
    assert_eq!((heap.lives, heap.ended), (2, 1), "the loop that was there was never begun anew");
    running.end().await;
}
