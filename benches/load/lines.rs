//! Lines of `herenow events` per second, on a service that always has another hundred events at once.

use std::{
    io::{self, BufRead, BufReader, Read},
    net::SocketAddr,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use herenow::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    presence::{EventKind, PresenceEvent, SubscribeKey, Subscription, Timetoken, UserId},
    wire::{Cursor, Names, RawReply, close_envelope, encode_reply, open_envelope},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    flood::{CHANNEL, Flood, TOGETHER},
    happen::{event, joined, user},
};

const PEOPLE: usize = 500;

/// The most that can be allowed it; polls leave two fifths to others.
const BUDGET: u32 = 1_000;

pub fn run(full: bool) -> io::Result<()> {
    let replies: u32 = if full { 4_000 } else { 10 };
    let events = replies * TOGETHER;
    let runtime = crate::runtime()?;
    let stock = Arc::new(Stock::new(replies));
    let address = runtime.block_on(serve(stock))?;
    println!("`herenow events`: {events} events, {TOGETHER} in each reply, budget {BUDGET}");

    let fetched = runtime.block_on(fetch(address, replies))?;
    line("a client that only fetches them", events, fetched, None);
    let before = children();
    let told = tell(address, events)?;
    let cpu = children().zip(before).map(|(after, before)| after.saturating_sub(before));
    line("herenow events, into a pipe", events, told, cpu);
    println!(
        "  {:.1} times as long; the budget alone asks for {:.1} s\n",
        told.as_secs_f64() / fetched.as_secs_f64(),
        f64::from(replies) / f64::from(BUDGET * 3 / 5)
    );
    Ok(())
}

fn line(who: &str, events: u32, took: Duration, cpu: Option<Duration>) {
    let each = |span: Duration| span.as_secs_f64() * 1e6 / f64::from(events);
    let cpu = cpu.map_or(String::new(), |cpu| format!(", {:.2} us of a core for each", each(cpu)));
    println!("  {who:<34} {:>9.0} events/s{cpu}", f64::from(events) / took.as_secs_f64());
}

/// Run it until it has told of all of them.
fn tell(address: SocketAddr, events: u32) -> io::Result<Duration> {
    let (origin, budget, count) = (format!("http://{address}"), BUDGET.to_string(), events.to_string());
    let mut process = Command::new(env!("CARGO_BIN_EXE_herenow"))
        .env_remove("HERENOW_CONFIG")
        .env("XDG_CONFIG_HOME", env!("CARGO_TARGET_TMPDIR"))
        .args(["events", "--subscribe-key", "demo", "--origin", &origin, "--budget", &budget])
        .args(["--kind", "join,leave", "--count", &count, CHANNEL])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let out = process.stdout.take().ok_or_else(|| io::Error::other("no pipe"))?;
    let mut lines = 0;
    let mut begun = None;
    let mut reader = BufReader::with_capacity(1 << 16, out);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        // What the start takes is not meant.
        begun.get_or_insert_with(Instant::now);
        lines += 1;
        line.clear();
    }
    let took = begun.map(|begun| begun.elapsed()).unwrap_or_default();
    let mut said = String::new();
    if let Some(mut stderr) = process.stderr.take() {
        stderr.read_to_string(&mut said)?;
    }
    let status = process.wait()?;
    if !status.success() || lines != events {
        return Err(io::Error::other(format!("{lines} of {events} lines, {status}: {said}")));
    }
    Ok(took)
}

/// The time of all processes that were waited for; only Unix tells.
fn children() -> Option<Duration> {
    #[cfg(unix)]
    {
        use nix::sys::resource::{UsageWho, getrusage};
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
        let time = |of: nix::sys::time::TimeVal| {
            Duration::from_micros(u64::try_from(of.tv_sec() * 1_000_000 + of.tv_usec()).unwrap_or_default())
        };
        Some(time(usage.user_time()) + time(usage.system_time()))
    }
    #[cfg(not(unix))]
    None
}

/// Fetch all of them with the program's own client, and read none.
async fn fetch(address: SocketAddr, replies: u32) -> io::Result<Duration> {
    let keyset = Keyset {
        origin: Origin::loopback(address),
        subscribe_key: SubscribeKey::from_wire("demo"),
        user: UserId::from_wire("fetcher"),
        auth: None,
    };
    let client = Client::new(keyset, 1_000_000, Clock::start()).map_err(io::Error::other)?;
    let place = Subscription::parse(CHANNEL).map_err(io::Error::other)?;
    let names = Names::watching([&place]);
    let mut cursor = None;
    let begun = Instant::now();
    for _ in 0..=replies {
        let body = client.subscribe(names.clone(), cursor).await.map_err(io::Error::other)?;
        // Only its beginning: what the next poll needs.
        let next = body.read(|text| {
            let end = text.find(",\"m\"").unwrap_or(text.len());
            RawReply::parse(&format!("{},\"m\":[]}}", &text[..end])).map(|reply| reply.cursor)
        });
        cursor = Some(next.map_err(io::Error::other)?);
    }
    Ok(begun.elapsed())
}

/// Replies made beforehand, so that nothing but the reader takes time.
struct Stock {
    /// What each cursor is answered with, in order; the cursor of a reply is its place, counted from `first`.
    replies: Vec<String>,
    first: u64,
}

impl Stock {
    fn new(replies: u32) -> Self {
        let first = Timetoken::at(Clock::start().now()).ticks();
        let key = SubscribeKey::from_wire("demo");
        let mut flood = Flood::new(PEOPLE);
        let mut stock = Self { replies: Vec::new(), first };
        for place in 0..replies {
            let published = |n: u32| Timetoken::new(first + u64::from(place * TOGETHER + n));
            let events = (0..TOGETHER).zip(flood.by_ref()).map(|(n, step)| {
                let what = if step.joined { joined(&step.user) } else { EventKind::Left { user: user(&step.user) } };
                let (timestamp, occupancy) = (Some(published(n).seconds()), Some(step.occupancy));
                PresenceEvent { timestamp, occupancy, ..event(CHANNEL, published(n + 1), what) }
            });
            let envelopes: Vec<String> =
                events.map(|event| close_envelope(&open_envelope(&event, &key, 1, false), None)).collect();
            let cursor = Cursor { timetoken: published(TOGETHER), region: Some(1) };
            stock.replies.push(encode_reply(cursor, envelopes.iter().map(String::as_str)));
        }
        stock
    }

    /// What a request is answered with; `None`: nothing has happened since.
    fn answer(&self, head: &str) -> Option<String> {
        let target = head.split_whitespace().nth(1).unwrap_or_default();
        if target.starts_with("/v2/presence/") {
            let everybody: Vec<UserId> = Flood::new(PEOPLE).everybody().collect();
            let names: Vec<String> = everybody.iter().map(|user| format!("\"{}\"", user.as_str())).collect();
            return Some(format!(
                r#"{{"status":200,"message":"OK","service":"Presence","uuids":[{}],"occupancy":{PEOPLE}}}"#,
                names.join(",")
            ));
        }
        let since: u64 = target.split(['?', '&']).find_map(|part| part.strip_prefix("tt=")?.parse().ok()).unwrap_or(0);
        if since == 0 {
            return Some(encode_reply(Cursor { timetoken: Timetoken::new(self.first), region: Some(1) }, []));
        }
        let place = since.saturating_sub(self.first) / u64::from(TOGETHER);
        self.replies.get(usize::try_from(place).ok()?).cloned()
    }
}

async fn serve(stock: Arc<Stock>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let stock = stock.clone();
            tokio::spawn(async move { answer(stream, &stock).await });
        }
    });
    Ok(address)
}

async fn answer(mut stream: TcpStream, stock: &Stock) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut asked = Vec::new();
    loop {
        if stream.read_buf(&mut asked).await? == 0 {
            return Ok(());
        }
        if !asked.ends_with(b"\r\n\r\n") {
            continue;
        }
        let Some(body) = stock.answer(&String::from_utf8_lossy(&asked)) else {
            // A poll stays open as long as nothing happens.
            return std::future::pending().await;
        };
        asked.clear();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/javascript; charset=\"UTF-8\"\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
    }
}
