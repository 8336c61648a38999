//! What the clients of users ask of herenow's own service, from their bytes to the sentences of the detail.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use herenow::{
    client::{Client, HttpReply, HttpReplyFuture, Keyset, Origin, Transport, work},
    clock::Clock,
    presence::{Command, SubscribeKey, UserId},
    service::{RunningService, ServiceOptions},
    world::{Input, Order, Watcher},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
};

use crate::{happen::user, world::Plan};

const ON_LOBBY: &str = "/v2/presence/sub-key/demo/channel/lobby";

fn keyset(origin: Origin) -> Keyset {
    Keyset { origin, subscribe_key: SubscribeKey::from_wire("demo"), user: user("me"), auth: None }
}

/// Send a request on a connection of its own.
async fn get(service: &RunningService, target: &str) -> u16 {
    let mut stream = TcpStream::connect(service.address).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    reply.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Let so many seconds pass at once.
async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

/// Ask about a user as the dashboard does. Returns what is said of what is wrong, and how many requests are known.
async fn look_at(service: &RunningService, clock: Clock, who: &UserId) -> (Vec<String>, usize) {
    let client = Client::new(keyset(Origin::loopback(service.address)), 100, clock).unwrap();
    let ((commands, orders), (answer, mut outcomes)) = (mpsc::channel(4), mpsc::channel(4));
    let working = tokio::spawn(work(client, orders, answer));
    let mut watcher = Watcher::open(Plan::watching(&["lobby"]).open(clock).1.world, ());
    let asked = watcher.step(clock.now(), Input::Order(Order::AskRequests(who.clone())));
    assert_eq!(asked, [Command::AskRequests { user: who.clone() }]);
    commands.send(asked[0].clone()).await.unwrap();
    let outcome = outcomes.recv().await.unwrap();
    watcher.step(clock.now(), Input::Outcome(outcome));
    drop(commands);
    working.await.unwrap();
    let known = watcher.world.service_ledger.find(who).expect("it is a service of ours");
    let said = known.list_sentences(clock.now()).into_iter().filter(|said| said.is_fault);
    (said.map(|said| said.text.as_str().to_owned()).collect(), known.told.requests.len())
}

#[tokio::test]
async fn f20_each_fault_of_a_client_is_named_and_none_of_a_healthy_one() {
    let clock = Clock::start();
    let service = ServiceOptions::default().start_on(clock).await.unwrap();
    let beat = |who: &str| format!("{ON_LOBBY}/heartbeat?uuid={who}&heartbeat=20");
    assert_eq!(get(&service, "/v2/subscribe/demo/lobby/0?uuid=silent&tt=0&heartbeat=20").await, 200);
    // 56 seconds in steps of seven.
    for step in 0..=8 {
        if step > 0 {
            pass(7).await;
        }
        assert_eq!(get(&service, &beat("healthy")).await, 200);
        if step % 4 == 0 {
            assert_eq!(get(&service, &beat("late")).await, 200);
        }
        if step % 2 == 0 {
            assert_eq!(get(&service, &beat("odd")).await, 200);
            assert_eq!(get(&service, &format!("{ON_LOBBY}/uuid/odd/data?uuid=odd&state=%7Bmood")).await, 400);
        }
    }
    let (said, known) = look_at(&service, clock, &user("healthy")).await;
    assert!(said.is_empty() && known == 9, "{said:?}");
    let (said, _) = look_at(&service, clock, &user("late")).await;
    assert!(
        said.len() == 2 && said.iter().all(|said| said.contains("heartbeat") && said.contains("late by 8 s")),
        "{said:?}"
    );
    let (said, _) = look_at(&service, clock, &user("odd")).await;
    assert!(!said.is_empty() && said.iter().all(|said| said.contains("400: the state is not JSON")), "{said:?}");
    let (said, _) = look_at(&service, clock, &user("silent")).await;
    assert!(said.len() == 1 && said[0].starts_with("subscribed, no heartbeat for 5"), "{said:?}");
    service.end().await;
}

/// Answers everything the same way, and counts.
struct Foreign(u16, AtomicUsize);

impl Transport for &'static Foreign {
    fn get<'a>(&'a self, _: &'static str, _: &'a str, _: Duration) -> HttpReplyFuture<'a> {
        self.1.fetch_add(1, Ordering::Relaxed);
        let body = br#"{"status":200,"requests":"tea"}"#.to_vec();
        let reply = HttpReply { status: self.0, retry_after: None, body };
        Box::pin(async { Ok(reply) })
    }
}

#[tokio::test]
async fn f20_no_other_service_is_taken_for_ours_and_pubnub_is_never_asked() {
    let here = Origin::loopback(([127, 0, 0, 1], 9).into());
    for (origin, status, sent) in [(Origin::default(), 200, 0), (here.clone(), 200, 1), (here, 404, 1)] {
        let foreign: &'static Foreign = Box::leak(Box::new(Foreign(status, AtomicUsize::new(0))));
        let client = Client::over(std::sync::Arc::new(foreign), keyset(origin), 100, Clock::start());
        assert_eq!(client.user_requests(&user("ann")).await.unwrap(), None);
        assert_eq!(foreign.1.load(Ordering::Relaxed), sent, "{status}");
    }
}
