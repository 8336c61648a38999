//! Answers that are none, crossed with all that is asked: nothing of it is a success, and each says what came. The
//! origin is a scripted one, byte for byte.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use herenow::{
    client::{Client, Error, HttpReply, HttpReplyFuture, Keyset, Transport, Wanted},
    clock::Clock,
    engine::{Engine, Io},
    presence::{Channel, ChannelGroup, State, SubscribeKey, Subscription, UserId},
    wire::{Names, Page, RawReply},
    world::{Certainty, LinkState, World},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    happen::{all, session},
    model::Told,
    origin::{Origin, YES, ok, respond},
    verb::{command, fails, text},
};

/// A body with HTTP 200, and what is said of it.
const NONE: &[(&str, &[&str])] = &[
    (
        "<!DOCTYPE html><html><body><h1>It works!</h1></body></html>",
        &["it is HTML and not JSON", "`<!DOCTYPE html><html>"],
    ),
    ("<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>", &["it is XML and not JSON", "NoSuchKey"]),
    ("callback({\"status\":200,\"message\":\"OK\"})", &["JSONP", "begins with `callback("]),
    ("", &["it is empty"]),
    ("{}", &["begins with `{}`"]),
    ("null", &["it is null", "begins with `null`"]),
    ("[]", &["begins with `[]`"]),
    ("\"OK\"", &["single value", "begins with `\"OK\"`"]),
    ("OK", &["it is not JSON", "begins with `OK`"]),
    ("{\"status\":200,\"mess", &["begins with `{\"status\":200,\"mess`"]),
    ("{\"error\":true,\"message\":\"no\"}", &["it says that it is an error", "begins with `{\"error\":true"]),
    ("{\"status\":200,\"message\":\"\u{1b}[2Jno\"}", &["␛[2Jno"]),
    (
        r#"{"status":403,"message":"Forbidden","payload":{"channels":["lobby"]},"error":true}"#,
        &["access refused (403) for lobby"],
    ),
    (r#"{"status":"403","message":"Forbidden"}"#, &["access refused (403)"]),
    (r#"{"message":"Too Many Requests","status":429}"#, &["slow down (429)"]),
    (r#"{"status":500,"error":1,"message":"boom"}"#, &["the service failed (500) (\"boom\")"]),
    (r#"{"status":"no","message":"OK"}"#, &["it says status no behind HTTP 200"]),
];

/// A reply without what makes it one, which only the stream may take for an answer.
const NO_REPLY: (&str, &[&str]) =
    (r#"{"t":{"t":"17000000000000001","r":1}}"#, &["it has no list of messages", "begins with `{\"t\":"]);

fn keyset(origin: herenow::client::Origin) -> Keyset {
    Keyset { origin, subscribe_key: SubscribeKey::from_wire("demo"), user: UserId::from_wire("ann"), auth: None }
}

fn client(origin: &Origin) -> Client {
    let keyset = keyset(herenow::client::Origin::loopback(origin.address));
    Client::new(keyset, 10_000, Clock::start()).unwrap()
}

/// Everything that can be asked, by name; each has to fail.
async fn ask_everything(client: &Client) -> Vec<(&'static str, Error)> {
    let on = |name: &str| Subscription::parse(name).unwrap();
    let (one, two) = (vec![on("lobby")], vec![on("lobby"), on("support")]);
    let group = ChannelGroup::parse("vips").unwrap();
    let grouped = vec![Subscription::Group(group.clone())];
    let (user, state) = (UserId::from_wire("bob"), State::parse("{}").unwrap());
    let channels = [Channel::from_wire("lobby")];
    let minute = Duration::from_secs(60);
    let page = Page::default();
    vec![
        ("here now", client.here_now(&one).await.unwrap_err()),
        ("here now of two", client.here_now(&two).await.unwrap_err()),
        ("here now of a group", client.here_now(&grouped).await.unwrap_err()),
        ("here now everywhere", client.here_now_all(&[], Wanted::Counts).await.unwrap_err()),
        ("a page of here now", client.here_now_once(&one, Wanted::UserIds, page).await.unwrap_err()),
        ("where now", client.where_now(&user).await.unwrap_err()),
        ("get state", client.get_state(&one, &user).await.unwrap_err()),
        ("get state of two", client.get_state(&two, &user).await.unwrap_err()),
        ("set state", client.set_state(&one, &state).await.unwrap_err()),
        ("heartbeat", client.heartbeat(&one, minute).await.unwrap_err()),
        ("leave", client.leave(&two).await.unwrap_err()),
        ("list group", client.list_group(&group).await.unwrap_err()),
        ("add to group", client.add_to_group(&group, &channels).await.unwrap_err()),
        ("remove from group", client.remove_from_group(&group, &channels).await.unwrap_err()),
        ("delete group", client.delete_group(&group).await.unwrap_err()),
        ("time", client.time().await.unwrap_err()),
    ]
}

#[track_caller]
fn check_said(what: &str, body: &str, error: &Error, words: &[&str]) {
    let said = error.to_string();
    for word in words {
        // In the answer to time, an object and not an array is the wrong thing.
        let is_known = said.contains(word) || (what == "time" && said.contains("list of one time"));
        assert!(is_known, "{what}, {body:?} should say {word:?}: {said}");
    }
    assert!(!said.chars().any(char::is_control), "{said:?}");
}

#[tokio::test]
async fn none_of_them_is_a_success_for_anything_that_is_asked() {
    for (body, words) in NONE.iter().chain([&NO_REPLY]) {
        let origin = Origin::start(|_| ok(body));
        let client = client(&origin);
        let words = if *body == NO_REPLY.0 { &["could not be read", "`{\"t\":"][..] } else { words };
        let asked = ask_everything(&client).await;
        for (what, error) in &asked {
            check_said(what, body, error, words);
        }
        // Each counts as failed.
        let ledger = client.ledger();
        assert!(ledger.by_kind.values().all(|(sent, failed)| sent == failed), "{body:?}: {ledger:?}");
        assert_eq!(ledger.count_sent(), asked.len() as u64);
    }
}

#[tokio::test]
async fn none_of_them_is_a_reply_to_subscribe() {
    for (body, words) in NONE.iter().chain([&NO_REPLY]) {
        let origin = Origin::start(|_| ok(body));
        let client = client(&origin);
        let answer = client.subscribe(Names::watching(&[Subscription::parse("lobby").unwrap()]), None).await.unwrap();
        let malformed = answer.read(RawReply::parse).unwrap_err();
        check_said("subscribe", body, &client.explain_malformed(&malformed, &answer), words);
    }
}

#[tokio::test]
async fn a_status_in_the_body_counts_whatever_the_http_status_is() {
    let denied = r#"{"status":403,"message":"Forbidden","payload":{"channels":["lobby"]},"error":true}"#;
    for http in ["200 OK", "204 No Content", "302 Found", "400 Bad Request", "500 Oops", "503 Busy"] {
        // No body belongs to a 204: what comes behind it is not read.
        let origin = Origin::start(move |_| respond(http, "Location: http://127.0.0.1:1/\r\n", denied));
        let error = client(&origin).where_now(&UserId::from_wire("bob")).await.unwrap_err();
        let expected = if http.starts_with("204") { "it is empty" } else { "access refused (403) for lobby" };
        assert!(error.to_string().contains(expected), "{http}: {error}");
    }
}

/// A service that answers the handshake and a here now well, and each poll with this.
struct Nonsense(&'static str, AtomicUsize);

impl Transport for Nonsense {
    fn get<'a>(&'a self, _: &'static str, target: &'a str, _: Duration) -> HttpReplyFuture<'a> {
        let body = match target {
            handshake if handshake.contains("tt=0&") => r#"{"t":{"t":"17000000000000001","r":1},"m":[]}"#,
            poll if poll.starts_with("/v2/subscribe/") => {
                self.1.fetch_add(1, Ordering::Relaxed);
                self.0
            }
            _ => r#"{"status":200,"message":"OK","service":"Presence","uuids":["ann"],"occupancy":1}"#,
        };
        Box::pin(async { Ok(HttpReply { status: 200, retry_after: None, body: body.into() }) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_is_not_exact_while_the_stream_brings_nonsense() {
    for (body, _) in NONE.iter().chain([&NO_REPLY]) {
        let nonsense = Arc::new(Nonsense(body, AtomicUsize::new(0)));
        let client = Client::over(nonsense.clone(), keyset(herenow::client::Origin::default()), 100, Clock::start());
        let clock = client.clock();
        let mut tasks = JoinSet::new();
        let session = session("me", all(&["lobby"]));
        let io = Io::open(client, &session.watching, None, CancellationToken::new(), &mut tasks);
        let world = World::new(session, Duration::from_secs(300), clock.now());
        let mut engine = Engine::new(io, world, Told::default());
        let mut lost = 0;
        while nonsense.1.load(Ordering::Relaxed) < 10 {
            engine.step(None).await.unwrap();
            let world = &engine.watcher.world;
            let is_down = matches!(world.link.state, LinkState::Lost { .. } | LinkState::Refused { .. });
            lost += usize::from(is_down);
            assert!(lost == 0 || is_down, "{body:?}: once lost, it is not live again: {:?}", world.link.state);
            let certainty = world.certainty(world.channels.get(0).unwrap(), world.now());
            assert!(lost == 0 || certainty != Certainty::Exact, "{body:?}: {certainty:?}");
        }
        assert!(lost > 0, "{body:?}");
    }
}

#[test]
fn every_verb_fails_and_shows_the_first_characters_of_what_came() {
    let verbs: &[&[&str]] = &[
        &["here-now", "lobby"],
        &["here-now", "--count", "lobby", "support"],
        &["here-now", "--group", "vips"],
        &["here-now", "--all"],
        &["here-now", "--limit", "5", "lobby"],
        &["where-now", "bob"],
        &["state", "get", "--of", "bob", "lobby"],
        &["state", "get", "--of", "bob", "lobby", "support"],
        &["state", "set", "--user-id", "ann", "lobby", "{}"],
        &["heartbeat", "--user-id", "ann", "lobby"],
        &["leave", "--user-id", "ann", "lobby"],
        &["group", "list", "vips"],
        &["group", "add", "vips", "lobby"],
        &["group", "remove", "vips", "lobby"],
        &["group", "delete", "vips"],
    ];
    let long = format!("<html>\u{1b}]0;pwn\u{7}{}", "x".repeat(500));
    let shown = format!("`<html>␛]0;pwn␇{}…`", "x".repeat(80 - 14));
    for (body, word) in [("{}", "begins with `{}`"), (&long, &shown), (r#"{"status":403}"#, "access refused (403)")] {
        let sent = body.to_owned();
        let origin = Origin::start(move |_| ok(&sent));
        for args in verbs {
            let output = command(&origin.url(), args).output().unwrap();
            fails(&output, 1, &[word]);
        }
        assert_eq!(origin.asked().len(), verbs.len());
    }
}

#[test]
fn who_only_watches_says_what_came_instead_of_the_stream() {
    let origin = Origin::start(|_| ok("<html>hello</html>"));
    let output = command(&origin.url(), &["events", "--for", "1s", "lobby"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("it is HTML and not JSON; it begins with `<html>hello</html>`"), "{said}");
    let output = command(&origin.url(), &["check", "--patience", "1s", "ann absent from lobby"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
}

#[test]
fn exam_51_retry_after_is_told_and_obeyed_within_the_time_of_a_request() {
    let slow_down = |header: &str, body: &str, status: &str| {
        let (header, body, status) = (header.to_owned(), body.to_owned(), status.to_owned());
        let turn = AtomicUsize::new(0);
        Origin::start(move |_| match turn.fetch_add(1, Ordering::Relaxed) {
            0 => respond(&status, &header, &body),
            _ => ok(YES),
        })
    };
    let leave = |origin: &Origin| command(&origin.url(), &["leave", "--user-id", "ann", "lobby"]).output().unwrap();
    let refused = r#"{"status":429,"error":true,"message":"slow"}"#;
    // It waits, says so, and succeeds: behind HTTP 200, too, and when a date is given that has passed.
    for (header, status) in [
        ("Retry-After: 1\r\n", "429 Too Many Requests"),
        ("Retry-After: 1\r\n", "200 OK"),
        ("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", "503 Service Unavailable"),
    ] {
        let origin = slow_down(header, refused, status);
        let output = leave(&origin);
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), origin.count("/leave")), (Some(0), 2), "{header}: {said}");
        assert!(said.contains("it asks us to wait") && said.contains("; asking again in 1 s"), "{said}");
    }
    // Longer than a request may take: it says how long, and that is all.
    for (header, word) in [
        ("Retry-After: 60\r\n", "it asks us to wait 60 s"),
        ("Retry-After: 1000000000000\r\n", "it asks us to wait for days"),
    ] {
        let origin = slow_down(header, refused, "429 Too Many Requests");
        fails(&leave(&origin), 1, &["slow down (429)", word]);
        assert_eq!(origin.count("/leave"), 1);
    }
    // Nonsense says nothing.
    for header in ["Retry-After: -1\r\n", "Retry-After: soon\r\n", "Retry-After:\r\n", ""] {
        let origin = slow_down(header, refused, "429 Too Many Requests");
        let output = leave(&origin);
        fails(&output, 1, &["slow down (429)"]);
        assert!(!text(&output.stderr).contains("asks us to wait"), "{header}");
    }
}
