//! Every status: whether it is asked again, when, and what is said; in virtual time.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use herenow::{
    client::{Client, Error, HttpReply, HttpReplyFuture, Keyset, Origin, RetryAfter, Transport},
    clock::Clock,
    presence::{LinkChange, Moment, Notice, SubscribeKey, UserId},
    source,
    wire::Refusal,
};
use tokio::sync::{mpsc, watch};

use crate::happen::all;

/// An answer to every poll.
#[derive(Clone)]
pub enum Reply {
    Status(u16, Option<&'static str>),
    Reset,
}

/// Answers each request alike, and notes when it was asked.
pub struct Zoo {
    clock: Clock,
    reply: Mutex<Reply>,
    asked: Mutex<Vec<Moment>>,
}

impl Zoo {
    pub fn new(clock: Clock, reply: Reply) -> Arc<Self> {
        Arc::new(Self { clock, reply: Mutex::new(reply), asked: Mutex::default() })
    }

    pub fn asked(&self) -> Vec<Moment> {
        self.asked.lock().unwrap().clone()
    }

    pub fn client(self: &Arc<Self>, user: &str) -> Client {
        let keyset = Keyset {
            origin: Origin::default(),
            subscribe_key: SubscribeKey::from_wire("demo"),
            user: UserId::from_wire(user),
            auth: None,
        };
        Client::over(self.clone(), keyset, 5, self.clock)
    }
}

impl Transport for Zoo {
    fn get<'a>(&'a self, _: &'static str, _: &'a str, _: Duration) -> HttpReplyFuture<'a> {
        self.asked.lock().unwrap().push(self.clock.now());
        let reply = match self.reply.lock().unwrap().clone() {
            Reply::Status(status, after) => Ok(HttpReply {
                status,
                retry_after: after.and_then(RetryAfter::parse),
                body: Refusal::presence(status, "").encode().into_bytes(),
            }),
            Reply::Reset => {
                let origin = Origin::parse("http://127.0.0.1:1").unwrap();
                Err(Error::Unreachable { origin, why: "connection reset".into() })
            }
        };
        Box::pin(async { reply })
    }
}

/// When it was asked within so long, from the first time on, and the first thing that was told.
async fn watch_for(reply: Reply, span: Duration) -> (Vec<Duration>, LinkChange) {
    let clock = Clock::start();
    let zoo = Zoo::new(clock, reply);
    let (tell, mut notices) = mpsc::channel(source::QUEUE);
    let (_kept, wanted) = watch::channel(all(&["lobby"]));
    let loops = tokio::spawn(source::supervise(wanted, zoo.client("watcher"), tell));
    let first = loop {
        match notices.recv().await.unwrap() {
            Notice::Link { change: LinkChange::Connecting, .. } | Notice::Batch(_) => {}
            Notice::Link { change, .. } => break change,
        }
    };
    let drained = tokio::spawn(async move { while notices.recv().await.is_some() {} });
    tokio::time::sleep(span).await;
    loops.abort();
    drained.abort();
    let asked = zoo.asked();
    (asked.iter().map(|at| at.since(asked[0])).collect(), first)
}

/// The status, what is said of it, and at the least and at the most how often it is asked in ten minutes.
const ZOO: &[(u16, &str, usize, usize)] = &[
    (400, "(400)", 5, 12),
    (401, "(401)", 5, 12),
    (402, "(402)", 5, 12),
    (403, "access refused (403)", 10, 18),
    (404, "(404)", 5, 12),
    (408, "(408)", 20, 60),
    (413, "(413)", 5, 12),
    (414, "(414)", 5, 12),
    (429, "slow down (429)", 20, 60),
    (500, "(500)", 20, 60),
    (502, "(502)", 20, 60),
    (503, "(503)", 20, 60),
    (504, "(504)", 20, 60),
    (299, "", 5, 60),
    (600, "(600)", 5, 60),
    (302, "(302)", 5, 60),
];

#[tokio::test(start_paused = true)]
async fn exam_51_status_zoo() {
    for (status, words, least, most) in ZOO {
        let (asked, first) = watch_for(Reply::Status(*status, None), Duration::from_secs(600)).await;
        let (LinkChange::Lost { trouble, .. } | LinkChange::Refused { trouble, .. }) = first else {
            panic!("{status}: {first:?}")
        };
        assert!(trouble.sentence.contains(words), "{status}: {}", trouble.sentence);
        assert!((*least..=*most).contains(&asked.len()), "{status}: asked {} times in ten minutes", asked.len());
    }
}

#[tokio::test(start_paused = true)]
async fn exam_51_retry_after_is_obeyed_up_to_five_minutes() {
    for (after, least, most) in [
        ("5", 5, 8),
        ("60", 60, 63),
        ("Tue, 01 Jan 2999 00:00:00 GMT", 300, 303),
        ("1000000000000", 300, 303),
        ("99999999999999999999999999", 300, 303),
        ("-1", 0, 4),
        ("soon", 0, 4),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0, 4),
    ] {
        for status in [429, 503] {
            let (asked, _) = watch_for(Reply::Status(status, Some(after)), Duration::from_secs(320)).await;
            let wait = asked[1].as_secs();
            assert!((least..most).contains(&wait), "{status} {after}: asked again after {wait} s");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn exam_47_reset_mid_poll() {
    let (asked, first) = watch_for(Reply::Reset, Duration::from_secs(3_600)).await;
    assert!(matches!(first, LinkChange::Lost { .. }), "{first:?}");
    assert!(asked.len() > 100, "it never gives up: {}", asked.len());
    // Backoff grows: after the first minute never two within the shortest wait, and few a minute.
    let in_a_minute = |from: u64| {
        let (from, to) = (Duration::from_secs(from), Duration::from_secs(from + 60));
        asked.iter().filter(|at| (from..to).contains(*at)).count()
    };
    assert!(in_a_minute(0) <= 30, "{}", in_a_minute(0));
    for minute in 1..59 {
        assert!(in_a_minute(minute * 60) <= 30, "minute {minute}: {}", in_a_minute(minute * 60));
    }
}

/// 200 clients that lose the service at once for a minute.
#[tokio::test(start_paused = true)]
async fn exam_57_herd() {
    let clock = Clock::start();
    let mut zoos = Vec::new();
    let mut kept = Vec::new();
    for n in 0..200 {
        let zoo = Zoo::new(clock, Reply::Reset);
        let (tell, mut notices) = mpsc::channel(source::QUEUE);
        let (wanted, wants) = watch::channel(all(&["lobby"]));
        tokio::spawn(source::supervise(wants, zoo.client(&format!("user-{n}")), tell));
        tokio::spawn(async move { while notices.recv().await.is_some() {} });
        kept.push(wanted);
        zoos.push(zoo);
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    let began = zoos[0].asked()[0];
    let mut bins = [0_usize; 60];
    for zoo in &zoos {
        let asked = zoo.asked();
        for window in asked.windows(6) {
            assert!(window[5].since(window[0]) >= Duration::from_millis(999), "faster than the cap");
        }
        // The first is not a retry.
        for at in &asked[1..] {
            let second = usize::try_from(at.since(began).as_secs()).unwrap();
            bins[second.min(59)] += 1;
        }
    }
    let all = bins.iter().sum::<usize>();
    assert!(bins.iter().all(|count| count * bins.len() <= 3 * all), "{all} in all: {bins:?}");
}
