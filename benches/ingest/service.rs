//! A presence service that replays a stream: each poll is answered at once with the next hundred events, which were
//! made while the reader was busy with the last. It knows who is there, so it answers here now as well.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    sync::watch,
};

use crate::stream::{Page, Plan, Stream};

/// The most that a page of here now lists.
const PAGE: usize = 1000;

/// A running service, of one consumer only; it ends when this is dropped.
pub struct Service {
    pub address: SocketAddr,
    stage: Arc<Stage>,
    task: tokio::task::JoinHandle<()>,
}

struct Stage {
    state: Mutex<State>,
    /// How many replies may be given out.
    allowed: watch::Sender<u32>,
}

struct State {
    stream: Stream,
    /// How many replies were made.
    made: u32,
    /// Made in advance.
    ready: Option<Vec<u8>>,
    /// Where the consumer has to ask from next.
    cursor: u64,
    /// The last reply, and where it was asked from: who asks again gets it again.
    answered: Option<(u64, Arc<Vec<u8>>)>,
    /// Bytes of all replies.
    bytes: u64,
    requests: u64,
    /// Polls that are open.
    waiting: u32,
    /// Polls from where no reply ended.
    astray: u64,
    /// Users who were there at the beginning, and how many were listed to the consumer.
    to_list: usize,
    listed: usize,
}

/// Now, as PubNub tells time: in units of 100 ns.
fn timetoken() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_nanos() / 100).unwrap_or(u64::MAX)
}

impl Service {
    /// Start it; no event is told before [`allow`](Self::allow) says how many.
    pub fn start(runtime: &Runtime, plan: &Plan) -> io::Result<Self> {
        let stream = Stream::new(plan, timetoken());
        let state = State {
            cursor: stream.cursor(),
            to_list: stream.here(),
            listed: 0,
            stream,
            made: 0,
            ready: None,
            answered: None,
            bytes: 0,
            requests: 0,
            waiting: 0,
            astray: 0,
        };
        let stage = Arc::new(Stage { state: Mutex::new(state), allowed: watch::Sender::new(0) });
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let serving = stage.clone();
        let task = runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let stage = serving.clone();
                tokio::spawn(async move { converse(stream, &stage).await });
            }
        });
        Ok(Self { address, stage, task })
    }

    /// Let so many replies be given out, in all.
    pub fn allow(&self, replies: u32) {
        self.stage.lock().prepare(replies);
        self.stage.allowed.send_replace(replies);
    }

    /// How many requests have come.
    pub fn requests(&self) -> u64 {
        self.stage.lock().requests
    }

    /// Whether all that may be told was fetched, and more is asked for.
    pub fn is_drained(&self) -> bool {
        let state = self.stage.lock();
        state.made >= *self.stage.allowed.borrow() && state.ready.is_none() && state.waiting > 0
    }

    /// Whether the consumer has been given the names of all who were there at the beginning.
    pub fn has_listed(&self) -> bool {
        let state = self.stage.lock();
        state.listed >= state.to_list
    }

    /// Bytes of all replies.
    pub fn bytes(&self) -> u64 {
        self.stage.lock().bytes
    }

    /// Polls that asked for something else than what comes next.
    pub fn astray(&self) -> u64 {
        self.stage.lock().astray
    }

    /// Look at who is there.
    pub fn with_stream<T>(&self, look: impl FnOnce(&Stream) -> T) -> T {
        look(&self.stage.lock().stream)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stage {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The reply to a poll, as soon as there is one.
    async fn poll(&self, since: u64) -> Arc<Vec<u8>> {
        let mut allowed = self.allowed.subscribe();
        self.lock().waiting += 1;
        loop {
            let most = *allowed.borrow_and_update();
            if let Some(body) = self.lock().answer(since, most) {
                return body;
            }
            if allowed.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

impl State {
    /// Make the next reply, if there is to be one.
    fn prepare(&mut self, most: u32) {
        if self.ready.is_none() && self.made < most {
            self.ready = Some(self.stream.reply(timetoken()));
            self.made += 1;
        }
    }

    fn answer(&mut self, since: u64, most: u32) -> Option<Arc<Vec<u8>>> {
        if let Some((from, body)) = &self.answered
            && *from == since
        {
            self.waiting -= 1;
            return Some(body.clone());
        }
        if since != self.cursor {
            self.astray += 1;
            return None;
        }
        self.prepare(most);
        let body = Arc::new(self.ready.take()?);
        self.cursor = self.stream.cursor();
        self.answered = Some((since, body.clone()));
        self.bytes += body.len() as u64;
        self.waiting -= 1;
        Some(body)
    }

    fn here_now(&mut self, channels: &str, query: &str) -> Vec<u8> {
        let find = |key: &str| query.split('&').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
        let number = |key: &str| find(key).and_then(|number| number.parse::<usize>().ok());
        let page = Page {
            limit: if find("disable_uuids") == Some("1") { 0 } else { number("limit").unwrap_or(PAGE).min(PAGE) },
            offset: number("offset").unwrap_or(0),
            states: find("state") == Some("1"),
        };
        let mut body = br#"{"status":200,"message":"OK","service":"Presence","#.to_vec();
        if !channels.is_empty() && !channels.contains(',') {
            self.write_channel(&mut body, channels, page);
            body.push(b'}');
            return body;
        }
        let all = || self.stream.channels().filter(|(_, here)| *here > 0).map(|(name, _)| name.to_owned()).collect();
        let names: Vec<String> =
            if channels.is_empty() { all() } else { channels.split(',').map(str::to_owned).collect() };
        body.extend_from_slice(br#""payload":{"channels":{"#);
        for (place, name) in names.iter().enumerate() {
            body.extend_from_slice(format!("{}\"{name}\":{{", if place > 0 { "," } else { "" }).as_bytes());
            self.write_channel(&mut body, name, page);
            body.push(b'}');
        }
        let here: usize = self.stream.channels().filter(|(name, _)| names.iter().any(|n| n == name)).map(|c| c.1).sum();
        let end = format!(r#"}},"total_channels":{},"total_occupancy":{here}}}}}"#, names.len());
        body.extend_from_slice(end.as_bytes());
        body
    }

    fn write_channel(&mut self, out: &mut Vec<u8>, name: &str, page: Page) {
        if page.limit > 0 {
            out.extend_from_slice(br#""uuids":["#);
        }
        let here = self.stream.write_page(out, name, page);
        self.listed += here.saturating_sub(page.offset).min(page.limit);
        out.extend_from_slice(if page.limit > 0 { b"]," } else { b"" });
        out.extend_from_slice(format!("\"occupancy\":{here}").as_bytes());
    }
}

/// Answer one connection until it ends.
async fn converse(mut stream: TcpStream, stage: &Stage) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut asked = Vec::new();
    while stream.read_buf(&mut asked).await? > 0 {
        if !asked.ends_with(b"\r\n\r\n") {
            continue;
        }
        let body = answer(&String::from_utf8_lossy(&asked), stage).await;
        asked.clear();
        let mut message = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/javascript; charset=\"UTF-8\"\r\ncache-control: no-cache\r\n\
             access-control-allow-origin: *\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        message.extend_from_slice(&body);
        stream.write_all(&message).await?;
        // While the reader is busy.
        let most = *stage.allowed.borrow();
        stage.lock().prepare(most);
    }
    Ok(())
}

async fn answer(head: &str, stage: &Stage) -> Arc<Vec<u8>> {
    let target = head.split_whitespace().nth(1).unwrap_or_default().replace("%2C", ",");
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    stage.lock().requests += 1;
    let body = match parts[..] {
        ["v2", "subscribe", ..] => {
            let since = query.split('&').find_map(|part| part.strip_prefix("tt=")?.parse().ok()).unwrap_or(0);
            if since > 0 {
                return stage.poll(since).await;
            }
            format!(r#"{{"t":{{"t":"{:017}","r":41}},"m":[]}}"#, stage.lock().cursor).into_bytes()
        }
        ["v2", "presence", _, _] => stage.lock().here_now("", query),
        ["v2", "presence", _, _, "channel", channels] => stage.lock().here_now(channels, query),
        ["time", ..] => format!("[{:017}]", timetoken()).into_bytes(),
        // A heartbeat, or a leave.
        _ => br#"{"status":200,"message":"OK","service":"Presence"}"#.to_vec(),
    };
    Arc::new(body)
}
