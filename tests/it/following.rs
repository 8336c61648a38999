//! The budget follows the stream: in virtual time, against a service that answers every poll after ten milliseconds.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use herenow::{
    client::{Client, HttpReply, HttpReplyFuture, Keyset, Origin, Transport},
    clock::Clock,
    presence::{SubscribeKey, UserId},
    source,
};
use tokio::sync::{mpsc, watch};

use crate::happen::on;

/// What a poll is answered with.
#[derive(Clone, Copy)]
enum Answer {
    /// So many new events.
    New(u64),
    /// A full reply with what was told before.
    Again { moves_on: bool },
    /// A full reply with new events, and the cursor stays.
    Stuck,
}

struct Stream {
    answer: Answer,
    polls: AtomicU64,
}

impl Transport for Stream {
    fn get<'a>(&'a self, _: &'static str, target: &'a str, _: Duration) -> HttpReplyFuture<'a> {
        Box::pin(async move {
            let reply = |body: String| Ok(HttpReply { status: 200, retry_after: None, body: body.into_bytes() });
            if !target.starts_with("/v2/subscribe/") {
                return reply("[17000000000000000]".to_owned());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            let n = self.polls.fetch_add(1, Ordering::Relaxed);
            let (first, count, cursor) = match self.answer {
                _ if n == 0 => (0, 0, 1),
                Answer::New(count) => (n * 1_000, count, n * 1_000 + 999),
                Answer::Again { moves_on } => (1_000, 100, if moves_on { n * 1_000 + 999 } else { 1_999 }),
                Answer::Stuck => (n * 1_000, 100, 1),
            };
            let event = |t: u64| {
                format!(
                    r#"{{"p":{{"t":"{t}","r":1}},"c":"lobby-pnpres","d":{{"action":"join","uuid":"u{t}","occupancy":1}}}}"#
                )
            };
            let events: Vec<String> = (first..first + count).map(event).collect();
            reply(format!(r#"{{"t":{{"t":"{cursor}","r":1}},"m":[{}]}}"#, events.join(",")))
        })
    }
}

/// How many polls there are in so many seconds, and how many of them followed at once.
async fn count_polls(answer: Answer, follows: bool, seconds: u64) -> (u64, u64) {
    let stream = Arc::new(Stream { answer, polls: AtomicU64::new(0) });
    let keyset = Keyset {
        origin: Origin::default(),
        subscribe_key: SubscribeKey::from_wire("demo"),
        user: UserId::from_wire("watcher"),
        auth: None,
    };
    let client = Client::over(stream.clone(), keyset, 5, Clock::start());
    let client = if follows { client.follow_streams() } else { client };
    let (tell, mut notices) = mpsc::channel(source::QUEUE);
    let (_wanted, asked) = watch::channel(vec![on("lobby")]);
    let following = tokio::spawn(source::supervise(asked, client.clone(), tell));
    let taking = tokio::spawn(async move { while notices.recv().await.is_some() {} });
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    following.abort();
    taking.abort();
    let ledger = client.ledger();
    assert!(ledger.count_sent() >= stream.polls.load(Ordering::Relaxed).saturating_sub(1), "each counts in the price");
    (stream.polls.load(Ordering::Relaxed), ledger.followed)
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_full_replies_is_followed_without_waiting() {
    // 10,000 events a second.
    let (polls, followed) = count_polls(Answer::New(100), true, 3).await;
    assert!((290..=300).contains(&polls), "{polls}");
    assert!(followed >= polls - 4, "{followed} of {polls}");
}

#[tokio::test(start_paused = true)]
async fn all_else_keeps_the_budget() {
    // Polls leave two of the five to a person.
    let most = 3 * 10 + 3;
    for (answer, follows) in [
        (Answer::New(99), true),
        (Answer::New(0), true),
        // Who sets a limit means it.
        (Answer::New(100), false),
    ] {
        let (polls, followed) = count_polls(answer, follows, 10).await;
        assert!((most - 6..=most).contains(&polls), "{polls}");
        assert_eq!(followed, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn following_at_once_needs_progress() {
    for answer in [Answer::Again { moves_on: false }, Answer::Again { moves_on: true }, Answer::Stuck] {
        let (polls, followed) = count_polls(answer, true, 10).await;
        assert!(polls <= 3 * 10 + 5, "{polls}");
        // One is under way already when the reply before it turns out to bring nothing.
        assert!(followed <= 2, "{followed}");
    }
}
