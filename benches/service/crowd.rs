//! A hundred thousand people on one channel: how fast they come, what they take, and how the service
//! answers while they stay.

use std::{
    cell::{Cell, RefCell},
    io,
    time::Duration,
};

use futures_util::future::try_join_all;
use serde::{Deserialize, de::IgnoredAny};
use tokio::time::Instant;

use crate::{
    http::{self, Answers, KEY, Requests},
    options::Options,
    pace::Pace,
    report::{self, Delays, cores, mb},
    server::{Server, own_usage},
    subscribe::{self, Reply},
};

/// Connections over which people come.
const DOORS: usize = 16;

/// Requests that are under way on each of them.
const AT_ONCE: usize = 64;

/// Connections over which they say that they are still there.
const SENDERS: usize = 4;

/// The most that a page of here now lists.
pub const PAGE: usize = 1000;

const CHANNEL: &str = "stadium";

/// A page of here now.
#[derive(Deserialize)]
pub struct HereNow {
    pub occupancy: usize,
    pub uuids: Vec<IgnoredAny>,
}

/// What a listener on the channel was told.
#[derive(Default)]
struct Told {
    joins: Cell<u64>,
    intervals: Cell<u64>,
}

fn heartbeat(user: usize) -> String {
    format!("/v2/presence/sub-key/{KEY}/channel/{CHANNEL}/heartbeat?heartbeat=3600&uuid=user-{user:06}")
}

/// Where a page of here now is.
pub fn here_now(offset: usize) -> String {
    format!("/v2/presence/sub-key/{KEY}/channel/{CHANNEL}?limit={PAGE}&offset={offset}&uuid=reader")
}

pub async fn run(options: &Options) -> io::Result<()> {
    let users = options.users as usize;
    report::part(format_args!("{users} people on one channel"));
    let server = Server::start(&[])?;
    let told = Told::default();
    let (mut requests, mut answers) = http::connect(server.address).await?;
    // Whoever comes is told to this listener from the first one on.
    requests.ask(&subscribe::target(CHANNEL, "0", 0)).await?;
    let cursor = Reply::read(answers.next().await?)?.cursor().to_owned();
    let listening = listen((requests, answers), cursor, &told);
    let work = async {
        come(&server, users).await?;
        read_all(http::connect(server.address).await?, users).await?;
        stay(options, &server).await
    };
    tokio::select! {
        done = work => done?,
        broken = listening => broken?,
    }
    let figures = format!("{} joins one by one, {} intervals", told.joins.get(), told.intervals.get());
    report::line("a listener was told of", &figures, None);
    report::line("memory of the service, at most", &mb(server.usage().peak), None);
    Ok(())
}

/// Hears what is told of the channel after `cursor`, and ends only if that fails.
async fn listen((mut requests, mut answers): (Requests, Answers), mut cursor: String, told: &Told) -> io::Result<()> {
    loop {
        requests.ask(&subscribe::target(CHANNEL, &cursor, 0)).await?;
        let reply = Reply::read(answers.next().await?)?;
        for event in reply.events() {
            let count = if event.action == "interval" { &told.intervals } else { &told.joins };
            count.set(count.get() + 1);
        }
        reply.cursor().clone_into(&mut cursor);
    }
}

/// Everybody joins, over a few connections that wait for no single answer.
pub async fn come(server: &Server, users: usize) -> io::Result<()> {
    let (empty, own_empty, began) = (server.usage(), own_usage(), Instant::now());
    let doors = (0..DOORS).map(|door| async move {
        let (mut requests, mut answers) = http::connect(server.address).await?;
        let mine: Vec<usize> = (door..users).step_by(DOORS).collect();
        for some in mine.chunks(AT_ONCE) {
            let batch: String = some.iter().map(|user| requests.write(&heartbeat(*user))).collect();
            requests.send(&batch).await?;
            for _ in some {
                answers.next().await?;
            }
        }
        Ok::<(), io::Error>(())
    });
    try_join_all(doors).await?;
    let (took, full, own_full) = (began.elapsed(), server.usage(), own_usage());
    let each = took / u32::try_from(users).unwrap_or(u32::MAX);
    report::line("all of them come within", &format!("{took:.2?}, {each:.1?} each"), None);
    let each = full.resident.zip(empty.resident).map(|(full, empty)| full.saturating_sub(empty) / users as u64);
    report::line("memory for each", &each.map_or("unknown".to_owned(), |each| format!("{each} bytes")), None);
    cores("the service", empty, full, took);
    cores("the load", own_empty, own_full, took);
    Ok(())
}

/// Page through everybody.
async fn read_all((mut requests, mut answers): (Requests, Answers), users: usize) -> io::Result<()> {
    let began = Instant::now();
    let mut listed = 0;
    for offset in (0..users).step_by(PAGE) {
        requests.ask(&here_now(offset)).await?;
        let page: HereNow = serde_json::from_str(answers.next().await?)?;
        listed += page.uuids.len();
    }
    report::line("all pages of here now", &format!("{:.2?}, {listed} listed", began.elapsed()), None);
    if listed == users { Ok(()) } else { Err(io::Error::other(format!("here now lists {listed} of {users}"))) }
}

/// Everybody says from time to time that they are still there, and somebody looks at who is.
async fn stay(options: &Options, server: &Server) -> io::Result<()> {
    let users = options.users as usize;
    let (beats, looks) = (RefCell::new(Delays::default()), RefCell::new(Delays::default()));
    let (before, own_before, began) = (server.usage(), own_usage(), Instant::now());
    let beating = Pace::new(began, options.heartbeats, options.seconds);
    let looking = Pace::new(began, options.pages, options.seconds);
    let senders = (0..SENDERS).map(|sender| {
        let (beating, beats) = (&beating, &beats);
        async move {
            let mine = (sender..beating.all()).step_by(SENDERS);
            let note = |which: usize, _: &str| beats.borrow_mut().add(beating.since(which, Instant::now()));
            // Neighbours in time are not neighbours by name.
            let target = |which: usize| heartbeat(which * 7919 % users);
            beating.send(http::connect(server.address).await?, mine, target, note).await
        }
    });
    let wrong = Cell::new(0);
    let reader = async {
        let note = |which: usize, body: &str| {
            looks.borrow_mut().add(looking.since(which, Instant::now()));
            let page = serde_json::from_str::<HereNow>(body);
            wrong.set(wrong.get() + usize::from(!page.is_ok_and(|page| page.occupancy == users)));
        };
        let target = |which: usize| here_now(which * 37_813 % users);
        looking.send(http::connect(server.address).await?, 0..looking.all(), target, note).await
    };
    tokio::try_join!(try_join_all(senders), reader)?;
    let within: Duration = began.elapsed();
    beats.into_inner().line(&format!("a heartbeat, {}/s", options.heartbeats), true);
    looks.into_inner().line(&format!("a page of here now, {}/s", options.pages), true);
    cores("the service", before, server.usage(), within);
    cores("the load", own_before, own_usage(), within);
    match wrong.get() {
        0 => Ok(()),
        wrong => Err(io::Error::other(format!("{wrong} pages of here now do not count {users}"))),
    }
}
