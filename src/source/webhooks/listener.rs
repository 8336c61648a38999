//! Takes webhooks over HTTP.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{Method, Request, StatusCode, body::Incoming, header};
use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc},
    task::JoinSet,
};

use super::intake::{IntakeCounts, WebhookIntake};
use crate::{
    http_listener::{AnswerRequests, answer_requests},
    presence::{Channel, SubscribeKey},
    wire::{is_browser_header, parse_webhooks},
};

/// Channels that webhooks told of, several at a time.
pub type ToldChannels = mpsc::Receiver<Vec<Channel>>;

/// The largest body that is read. A batch of 100 events with the largest states has 3.2 MB.
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
        tasks.spawn(answer_requests(listener, address.ip(), shared.clone()));
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

impl AnswerRequests for Arc<SharedIntake> {
    async fn answer(&self, request: Request<Incoming>, _: IpAddr) -> (StatusCode, &'static str, String) {
        let (status, text) = take_post(request, self).await;
        if status != StatusCode::OK {
            self.lock().note_refused();
            tracing::debug!(status = status.as_u16(), text, "a webhook was refused");
        }
        (status, "text/plain; charset=utf-8", text)
    }

    fn note_unanswered(&self) {
        // Its batch comes again.
        self.lock().note_refused();
    }
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
