//! Five minutes of the real binary, with faults of every kind, one kind after the other.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::future::try_join_all;
use serde::Deserialize;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    hold_flat, http,
    listener::{Listener, Tally},
    options::Options,
    pace::Pace,
    report,
    server::Server,
    turn::Turn,
};

/// Connections over which people come and go.
const SENDERS: usize = 8;

/// How many polls listen to the same channel.
const LISTENERS: usize = 5;

/// Events that a channel keeps, so few that there are as many soon: from then on memory is to be flat.
const BACKLOG: &str = "20";
const SETTLING: u32 = 25;

/// How long the listeners may take to begin, and the last events to arrive before they are lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// Answers that are none or only parts of one: their events come with the next.
const BROKEN_ANSWERS: &str = "drop on=subscribe chance=1%\nlose-answer on=subscribe chance=1%\n\
    500 on=subscribe chance=1%\n500-html on=subscribe chance=1%\n429=1 on=subscribe chance=1%\n\
    truncate on=subscribe chance=1%\ncut on=subscribe chance=1%\ngarbage on=subscribe chance=1%\n\
    empty on=subscribe chance=1%\ndelay=100ms on=subscribe chance=1%\nslow=20000 on=subscribe chance=1%\n\
    delay=50ms on=heartbeat chance=1%";

/// Streams in which events come again, in another order, or with an older cursor.
const DISTURBED_STREAMS: &str = "duplicate chance=1%\nreorder chance=1%\nstep-back=1s chance=1%";

/// Events that never come.
const LOST_EVENTS: &str = "lose chance=0.1%";

#[derive(Deserialize)]
struct Faults {
    faults: Vec<Struck>,
}

#[derive(Deserialize)]
struct Struck {
    struck: u64,
}

/// The faults in force from now on. Returns how often those before have struck.
async fn change_faults(server: &Server, lines: &str) -> io::Result<u64> {
    let (mut requests, mut answers) = http::connect(server.address).await?;
    requests.ask("/herenow/faults").await?;
    let before: Faults = serde_json::from_str(answers.next().await?)?;
    let host = server.address;
    requests.send(&format!("DELETE /herenow/faults HTTP/1.1\r\nHost: {host}\r\n\r\n")).await?;
    answers.next().await?;
    if !lines.is_empty() {
        let length = lines.len();
        let head = format!("POST /herenow/faults HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n");
        requests.send(&format!("{head}{lines}")).await?;
        answers.next().await?;
    }
    Ok(before.faults.iter().map(|fault| fault.struck).sum())
}

/// Wait until a count is reached, or until it is clear that it never will be.
async fn wait_for(count: &AtomicU64, wanted: u64) {
    let end = Instant::now() + PATIENCE;
    while count.load(Ordering::Relaxed) < wanted && Instant::now() < end {
        sleep(Duration::from_millis(20)).await;
    }
}

/// Wait until a count stands still: what is on its way under faults has arrived.
async fn wait_until_quiet(count: &AtomicU64) {
    let end = Instant::now() + PATIENCE;
    let mut before = u64::MAX;
    while before != count.load(Ordering::Relaxed) && Instant::now() < end {
        before = count.load(Ordering::Relaxed);
        sleep(Duration::from_secs(2)).await;
    }
}

/// People come and go for some seconds, from a turn on. Returns the next turn.
async fn send_events(
    server: &Server,
    channels: usize,
    from: usize,
    per_second: u32,
    seconds: u32,
) -> io::Result<usize> {
    let pace = Pace::new(Instant::now(), per_second, seconds);
    // Whole turns: each channel has had as many events as any other.
    let all = pace.all() / channels * channels;
    let senders = (0..SENDERS).map(|sender| {
        let pace = &pace;
        async move {
            let mine = (0..all).filter(move |which| which % channels % SENDERS == sender);
            let target = |which: usize| Turn(from + which / channels).target(which % channels);
            pace.send(http::connect(server.address).await?, mine, target, |_, _| ()).await
        }
    });
    try_join_all(senders).await?;
    sleep_until(pace.start + Duration::from_secs(u64::from(seconds))).await;
    Ok(from + all / channels)
}

pub async fn run(options: &Options) -> io::Result<()> {
    let Options { polls, events, seconds, .. } = *options;
    let polls = polls as usize;
    let channels = polls.div_ceil(LISTENERS);
    report::part(format_args!(
        "{polls} polls on {channels} channels, {events} joins and leaves per second, {seconds} s"
    ));
    let server = Server::start(&["--backlog", BACKLOG])?;
    let tally = Arc::new(Tally::default());
    let mut listening = JoinSet::new();
    for which in 0..polls {
        listening.spawn(Listener::new(which, which % channels, tally.clone()).listen(server.address));
        if which % 100 == 0 {
            wait_for(&tally.listening, which as u64 / 2).await;
        }
    }
    wait_for(&tally.listening, polls as u64).await;
    sleep(Duration::from_millis(500)).await;

    let full = u32::try_from(channels).unwrap_or(u32::MAX).saturating_mul(SETTLING).div_ceil(events);
    let mut turn = send_events(&server, channels, 0, events, full.max(seconds / 4)).await?;
    let mut settled = None;
    let mut lost = 0;
    for (what, lines) in
        [("broken answers", BROKEN_ANSWERS), ("disturbed streams", DISTURBED_STREAMS), ("lost events", LOST_EVENTS)]
    {
        change_faults(&server, lines).await?;
        turn = send_events(&server, channels, turn, events, seconds / 4).await?;
        wait_until_quiet(&tally.heard).await;
        let struck = change_faults(&server, "").await?;
        lost += if lines == LOST_EVENTS { struck } else { 0 };
        let wanted = (turn * polls) as u64;
        wait_for(&tally.heard, wanted - lost).await;
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let (heard, again, broken) = (count(&tally.heard), count(&tally.again), count(&tally.broken));
        let figures = format!("{struck} struck, {heard} of {wanted} heard, {again} again, {broken} answers broken");
        report::line(what, &figures, Some(format!("{lost} lost, as meant: {}", report::word(heard + lost == wanted))));
        // From here on: broken answers have had their connections opened again, which allocators remember.
        settled = settled.or_else(|| server.usage().resident);
        if heard + lost != wanted {
            return Err(io::Error::other(format!("{heard} heard and {lost} lost on purpose are not {wanted}")));
        }
    }
    hold_flat(settled, server.usage().resident)
}
