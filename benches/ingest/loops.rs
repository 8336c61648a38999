//! The least that a reader of the stream can be: loops without a program around them, each a process of its own.
//! They do what herenow has to do at least (fetch, parse, keep a roster), and nothing to be right when something
//! goes wrong.

use std::{
    collections::HashMap,
    future::Future,
    io,
    pin::{Pin, pin},
    task::Poll,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::{
    net::TcpStream,
    signal::unix::{SignalKind, signal},
};

use crate::stream::KEY;

/// The most that a page of here now lists.
const PAGE: usize = 1000;

/// Which loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Loop {
    /// Fetches, and reads the cursor only.
    Fetch,
    /// Fetches a reply, parses it, keeps the roster, fetches the next.
    Bare,
    /// The same with the next poll under way while a reply is parsed.
    Ahead,
}

/// A process of this benchmark that is such a loop.
#[derive(Debug, clap::Args)]
pub struct Order {
    pub which: Loop,
    /// HOST:PORT of the service.
    pub address: String,
    /// Where the roster is written at the end.
    pub file: std::path::PathBuf,
    /// What to watch, separated by commas.
    #[arg(value_delimiter = ',')]
    pub watched: Vec<String>,
    /// The channels whose lists are asked for at first.
    #[arg(long, value_delimiter = ',')]
    pub listed: Vec<String>,
}

/// Who is on a channel, with their states as text.
type Users = HashMap<String, Box<str>>;

/// What is written at the end: as `herenow events --roster-file` does, and how many events there were.
#[derive(Serialize, Default)]
struct Kept {
    events: u64,
    channels: HashMap<String, Room>,
}

#[derive(Serialize, Default)]
struct Room {
    #[serde(serialize_with = "write_users")]
    uuids: Users,
}

/// The states are JSON already.
fn write_users<S: serde::Serializer>(users: &Users, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(users.iter().map(|(user, state)| (user, serde_json::from_str::<&RawValue>(state).ok())))
}

#[derive(Deserialize)]
struct Reply<'a> {
    #[serde(borrow)]
    t: Cursor<'a>,
    #[serde(borrow)]
    m: Vec<Envelope<'a>>,
}

#[derive(Deserialize)]
struct Cursor<'a> {
    t: &'a str,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    c: &'a str,
    #[serde(borrow)]
    d: Event<'a>,
}

#[derive(Deserialize)]
struct Event<'a> {
    action: &'a str,
    uuid: &'a str,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct HereNow<'a> {
    #[serde(borrow)]
    uuids: Vec<Occupant<'a>>,
    occupancy: usize,
}

#[derive(Deserialize)]
struct Occupant<'a> {
    uuid: &'a str,
    #[serde(borrow, default)]
    state: Option<&'a RawValue>,
}

fn text(state: Option<&RawValue>) -> Box<str> {
    state.map_or("{}", RawValue::get).into()
}

impl Kept {
    /// Take a reply in; returns where to go on.
    fn take<'a>(&mut self, body: &'a [u8]) -> io::Result<&'a str> {
        let reply: Reply<'a> = serde_json::from_slice(body)?;
        for Envelope { c, d: event } in &reply.m {
            let name = c.strip_suffix("-pnpres").unwrap_or(c);
            let room = match self.channels.get_mut(name) {
                Some(room) => room,
                None => self.channels.entry(name.to_owned()).or_default(),
            };
            match event.action {
                "join" | "state-change" => match room.uuids.get_mut(event.uuid) {
                    Some(state) => *state = text(event.data),
                    None => drop(room.uuids.insert(event.uuid.to_owned(), text(event.data))),
                },
                "leave" | "timeout" => drop(room.uuids.remove(event.uuid)),
                _ => {}
            }
        }
        self.events += reply.m.len() as u64;
        Ok(reply.t.t)
    }

    /// Take a page of here now in; returns whether there is another.
    fn take_page(&mut self, channel: &str, body: &[u8]) -> io::Result<bool> {
        let page: HereNow<'_> = serde_json::from_slice(body)?;
        let room = self.channels.entry(channel.to_owned()).or_default();
        let full = page.uuids.len() == PAGE;
        room.uuids.extend(page.uuids.into_iter().map(|one| (one.uuid.to_owned(), text(one.state))));
        Ok(full && room.uuids.len() < page.occupancy)
    }
}

/// The cursor of a reply, which its beginning tells: `{"t":{"t":"…"`.
fn read_cursor(body: &[u8]) -> io::Result<String> {
    let cursor = body.strip_prefix(br#"{"t":{"t":""#).and_then(|rest| rest.get(..17));
    let cursor = cursor.and_then(|cursor| std::str::from_utf8(cursor).ok());
    cursor.map(str::to_owned).ok_or_else(|| io::Error::other("a reply that begins otherwise"))
}

type Answer = Pin<Box<dyn Future<Output = io::Result<Bytes>>>>;

struct Connection {
    sender: http1::SendRequest<Empty<Bytes>>,
    host: String,
}

impl Connection {
    async fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_owned() })
    }

    /// Ask; the answer comes when the future is awaited.
    fn ask(&mut self, target: &str) -> io::Result<Answer> {
        let request = Request::get(target).header("host", &self.host).body(Empty::new()).map_err(io::Error::other)?;
        let answer = self.sender.send_request(request);
        Ok(Box::pin(async move {
            let response = answer.await.map_err(io::Error::other)?;
            Ok(response.into_body().collect().await.map_err(io::Error::other)?.to_bytes())
        }))
    }
}

/// Run a loop until it is terminated; then write what it kept.
pub fn run(order: &Order) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut kept = Kept::default();
    runtime.block_on(async {
        let mut term = signal(SignalKind::terminate())?;
        let mut work = pin!(follow(order, &mut kept));
        std::future::poll_fn(|context| match term.poll_recv(context) {
            Poll::Ready(_) => Poll::Ready(Ok(())),
            Poll::Pending => work.as_mut().poll(context),
        })
        .await
    })?;
    std::fs::write(&order.file, serde_json::to_vec(&kept)?)
}

async fn follow(order: &Order, kept: &mut Kept) -> io::Result<()> {
    let mut connection = Connection::open(&order.address).await?;
    let names: Vec<String> = order.watched.iter().map(|name| format!("{name}-pnpres")).collect();
    let target = |since: &str| format!("/v2/subscribe/{KEY}/{}/0?tt={since}&uuid=bare", names.join(","));
    let mut cursor = read_cursor(&connection.ask(&target("0"))?.await?)?;
    if order.which != Loop::Fetch {
        list(&mut connection, &order.listed, kept).await?;
    }
    let mut polling = connection.ask(&target(&cursor))?;
    loop {
        let body = polling.await?;
        match order.which {
            Loop::Fetch => {
                kept.events += u64::from(crate::stream::TOGETHER);
                cursor = read_cursor(&body)?;
                polling = connection.ask(&target(&cursor))?;
            }
            Loop::Bare => {
                let next = kept.take(&body)?;
                polling = connection.ask(&target(next))?;
            }
            Loop::Ahead => {
                polling = connection.ask(&target(&read_cursor(&body)?))?;
                // Let the connection send it.
                tokio::task::yield_now().await;
                kept.take(&body)?;
            }
        }
    }
}

/// Who was there before.
async fn list(connection: &mut Connection, channels: &[String], kept: &mut Kept) -> io::Result<()> {
    for channel in channels {
        let path = format!("/v2/presence/sub-key/{KEY}/channel/{channel}");
        for offset in (0..).step_by(PAGE) {
            let target = format!("{path}?state=1&limit={PAGE}&offset={offset}&uuid=bare");
            let body = connection.ask(&target)?.await?;
            if !kept.take_page(channel, &body)? {
                break;
            }
        }
    }
    Ok(())
}
