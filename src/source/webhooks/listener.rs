//! Takes webhooks over HTTP. A request is bounded in size and time, and so is the number of connections.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, Semaphore, mpsc},
    task::JoinSet,
};

use super::intake::{IntakeCounts, WebhookIntake};
use crate::{
    presence::{Channel, SubscribeKey},
    wire::{is_browser_header, parse_webhooks},
};

/// Channels that webhooks told of, several at a time.
pub type ToldChannels = mpsc::Receiver<Vec<Channel>>;

/// Connections at a time. Each brings one request; more are closed at once, and their batches come again.
const CONNECTIONS: usize = 16;

/// How long the head of a request may take, and how long all of it with its answer.
const SLOW_HEAD: Duration = Duration::from_secs(5);
const SLOW_POST: Duration = Duration::from_secs(20);

/// The largest head and body that are read. A batch of 100 events with the largest states has 3.2 MB.
const LARGEST_HEAD: usize = 16 << 10;
const LARGEST_BODY: usize = 4 << 20;

/// How long what was found waits for more: each change of what is watched is a request.
const TOGETHER: Duration = Duration::from_millis(100);

/// What the connections share.
struct SharedIntake {
    intake: Mutex<WebhookIntake>,
    /// Something was found.
    rung: Notify,
    /// Nobody takes what is found any more.
    closed: AtomicBool,
}

impl SharedIntake {
    /// A panic while the lock is held leaves nothing half done that matters.
    fn lock(&self) -> MutexGuard<'_, WebhookIntake> {
        self.intake.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listens for webhooks, by tasks that end with the set that they were given to.
pub struct WebhookListener {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<SharedIntake>,
}

impl WebhookListener {
    /// Listen for webhooks about the application with this key. Returns where the channels come out that they tell of; when
    /// that is dropped, what comes is refused.
    ///
    /// # Errors
    /// If the address can't be listened on.
    pub async fn start(at: SocketAddr, key: SubscribeKey, tasks: &mut JoinSet<()>) -> io::Result<(Self, ToldChannels)> {
        let listener = TcpListener::bind(at).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(SharedIntake {
            intake: Mutex::new(WebhookIntake::new(key)),
            rung: Notify::new(),
            closed: AtomicBool::new(false),
        });
        let (to, found) = mpsc::channel(1);
        tasks.spawn(accept_posts(listener, shared.clone()));
        tasks.spawn(hand_on(shared.clone(), to));
        Ok((Self { address, shared }, found))
    }

    /// What came, so far.
    pub fn counts(&self) -> IntakeCounts {
        self.shared.lock().counts()
    }
}

/// Hand on what was found until nobody takes it, and have what comes then refused.
async fn hand_on(shared: Arc<SharedIntake>, to: mpsc::Sender<Vec<Channel>>) {
    hand_on_while_open(&shared, to).await;
    shared.closed.store(true, Relaxed);
}

/// As fast as it is taken; what waits is bounded by what can be found.
async fn hand_on_while_open(shared: &SharedIntake, to: mpsc::Sender<Vec<Channel>>) {
    loop {
        tokio::select! {
            () = shared.rung.notified() => {}
            () = to.closed() => return,
        }
        tokio::time::sleep(TOGETHER).await;
        let found = shared.lock().take_found();
        if !found.is_empty() && to.send(found).await.is_err() {
            return;
        }
    }
}

async fn accept_posts(listener: TcpListener, shared: Arc<SharedIntake>) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    // Connections end with the task that accepted them.
    let mut posts = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely; some will be closed soon.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        while posts.try_join_next().is_some() {}
        let Ok(permit) = permits.clone().try_acquire_owned() else {
            shared.lock().note_refused();
            continue;
        };
        let shared = shared.clone();
        posts.spawn(async move {
            // How a connection ends concerns only its sender.
            if tokio::time::timeout(SLOW_POST, answer_connection(stream, &shared)).await.is_err() {
                shared.lock().note_refused();
            }
            drop(permit);
        });
    }
}

async fn answer_connection(stream: TcpStream, shared: &SharedIntake) {
    let service = service_fn(|request| async move {
        let (status, text) = take_post(request, shared).await;
        if status != StatusCode::OK {
            shared.lock().note_refused();
            tracing::debug!(status = status.as_u16(), text, "a webhook was refused");
        }
        let mut response = Response::new(Full::new(Bytes::from(text)));
        *response.status_mut() = status;
        let plain = header::HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, plain);
        Ok::<_, Infallible>(response)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SLOW_HEAD)
        .max_buf_size(LARGEST_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    let _ = connection.await;
}

/// Take a webhook in. What is readable is taken with 200, whatever else it holds: a refused batch would be sent again and
/// again, whole.
async fn take_post(request: Request<Incoming>, shared: &SharedIntake) -> (StatusCode, String) {
    let refuse = |status, why: &str| (status, format!("{why}\n"));
    if request.headers().iter().any(|(name, value)| is_browser_header(name.as_str(), value.as_bytes())) {
        return refuse(StatusCode::FORBIDDEN, "no page in a browser sends webhooks");
    }
    if shared.closed.load(Relaxed) {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "this subscribe key is not watched any more");
    }
    if request.method() != Method::POST {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "POST a webhook of PubNub's Events & Actions");
    }
    let coding = request.headers().get(header::CONTENT_ENCODING);
    if coding.is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "packed bodies are not read");
    }
    let body = match Limited::new(request.into_body(), LARGEST_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "at most 4 MiB are read; make the batches smaller");
        }
        Err(_) => return refuse(StatusCode::BAD_REQUEST, "the body could not be read"),
    };
    let Ok(text) = str::from_utf8(&body) else {
        return refuse(StatusCode::BAD_REQUEST, "the body is not UTF-8");
    };
    match parse_webhooks(text) {
        Ok(parsed) => {
            shared.lock().take(parsed);
            shared.rung.notify_one();
            (StatusCode::OK, String::new())
        }
        Err(bad) => refuse(StatusCode::BAD_REQUEST, &bad.to_string()),
    }
}
