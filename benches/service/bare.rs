//! What loopback itself costs: the same requests, to the service and to a responder that does nothing
//! but answer. Figures of one machine mean little on another; their ratio means more. Where the load is
//! what can't be any faster, the processor time says what the service took.

use std::{io, net::SocketAddr, sync::mpsc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::Instant,
};

use crate::{
    http::{self, KEY},
    options::Options,
    report::{self, Delays},
    server::Server,
};

/// Connections that ask without pause.
const CONNECTIONS: u32 = 16;

/// As long as what the service answers.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\n\
    content-type: text/javascript; charset=\"UTF-8\"\r\n\
    cache-control: no-cache\r\n\
    access-control-allow-origin: *\r\n\
    access-control-allow-methods: OPTIONS, GET, POST\r\n\
    server: nobody\r\n\
    content-length: 50\r\n\
    date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n\
    {\"status\":200,\"message\":\"OK\",\"service\":\"Presence\"}";

pub async fn run(options: &Options) -> io::Result<()> {
    let seconds = Duration::from_secs(u64::from(options.seconds.min(5)));
    report::part(format_args!("Heartbeats, {CONNECTIONS} connections, each asks again when it is answered"));
    let bare = hammer(responder()?, seconds).await?;
    let bare_rate = bare.count();
    summary("a responder that does nothing", bare, seconds);
    let server = Server::start(&[])?;
    let before = server.usage();
    let own = hammer(server.address, seconds).await?;
    let (own_rate, after) = (own.count(), server.usage());
    summary("the service", own, seconds);
    let taken = after.cpu.zip(before.cpu).map(|(after, before)| after.saturating_sub(before).as_micros());
    let each = taken.map_or("unknown".to_owned(), |taken| format!("{} µs", taken / own_rate.max(1) as u128));
    report::line("its processor time for each", &each, None);
    let percent = own_rate * 100 / bare_rate.max(1);
    report::line("the service, of bare loopback", &format!("{percent} % of the requests"), None);
    Ok(())
}

fn summary(who: &str, delays: Delays, within: Duration) {
    let rate = delays.count() as u64 / within.as_secs().max(1);
    report::line(who, &format!("{rate} requests/s"), None);
    delays.line("", false);
}

/// A responder on threads of its own, as many as the service has.
fn responder() -> io::Result<SocketAddr> {
    let (tell, told) = mpsc::channel();
    // Nothing ends it: it has nothing to lose when this process ends.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async move {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            let _ = tell.send(listener.local_addr()?);
            loop {
                let (stream, _) = listener.accept().await?;
                tokio::spawn(respond(stream));
            }
            #[expect(unreachable_code, reason = "says what the block is when it fails")]
            Ok::<(), io::Error>(())
        })
    });
    told.recv().map_err(io::Error::other)
}

async fn respond(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut received = Vec::new();
    while stream.read_buf(&mut received).await? > 0 {
        if received.ends_with(b"\r\n\r\n") {
            received.clear();
            stream.write_all(ANSWER).await?;
        }
    }
    Ok(())
}

async fn hammer(to: SocketAddr, within: Duration) -> io::Result<Delays> {
    let end = Instant::now() + within;
    let asking = (0..CONNECTIONS).map(|which| async move {
        let (mut requests, mut answers) = http::connect(to).await?;
        let target = format!("/v2/presence/sub-key/{KEY}/channel/lobby/heartbeat?heartbeat=300&uuid=user-{which}");
        let request = requests.write(&target);
        let mut delays = Vec::new();
        while Instant::now() < end {
            let sent = Instant::now();
            requests.send(&request).await?;
            answers.next().await?;
            delays.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
        Ok::<_, io::Error>(delays)
    });
    let mut all = Delays::default();
    for delay in futures_util::future::try_join_all(asking).await?.into_iter().flatten() {
        all.add(delay);
    }
    Ok(all)
}
