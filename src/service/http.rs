//! The porch: the only file that knows axum. Sockets, long polls, the clock, and a graceful end.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, Method, Response, StatusCode, Uri, header},
};
use tokio::{
    net::TcpListener,
    sync::{Notify, oneshot},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use super::{Answer, Core, PollId, Settings};
use crate::{
    clock::Clock,
    presence::Moment,
    wire::{BadRequest, Refusal, Request},
};

/// Request targets longer than this are refused (PubNub's own bound is about 32 KiB).
const LONGEST_TARGET: usize = 32 * 1024;

/// Why the service could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else listens there.
    #[error(
        "port {port} on 127.0.0.1 is taken by another program; choose another with --port, or leave --port out to get a free one"
    )]
    PortTaken {
        /// Which.
        port: u16,
    },
    /// Anything else.
    #[error("could not listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// Which.
        port: u16,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

struct Porch {
    core: Mutex<Core>,
    clock: Clock,
    waiting: Mutex<HashMap<PollId, oneshot::Sender<()>>>,
    deadlines: Notify,
    ending: CancellationToken,
}

/// A service that is running.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    ending: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// What clients call the origin: `127.0.0.1:PORT`.
    pub fn origin(&self) -> String {
        self.address.to_string()
    }

    /// Answer the open polls, finish what is being answered, and end.
    pub async fn end(mut self) {
        self.ending.cancel();
        for task in std::mem::take(&mut self.tasks) {
            // A task that panicked has been reported by the panic hook already.
            let _ = tokio::time::timeout(Duration::from_secs(1), task).await;
        }
    }
}

/// Start the service on 127.0.0.1; port 0 takes a free one.
///
/// # Errors
/// If the port can't be listened on.
pub async fn start(port: u16, settings: Settings, clock: Clock) -> Result<Running, Error> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => Error::PortTaken { port },
        _ => Error::Listen { port, source },
    })?;
    let address = listener.local_addr().map_err(|source| Error::Listen { port, source })?;
    let ending = CancellationToken::new();
    let porch = Arc::new(Porch {
        core: Mutex::new(Core::new(settings)),
        clock,
        waiting: Mutex::default(),
        deadlines: Notify::new(),
        ending: ending.clone(),
    });
    let router = Router::new().fallback(handle).with_state(porch.clone());
    let stop = ending.clone();
    let serving = tokio::spawn(async move {
        let ended = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
        let _ = ended.await;
    });
    let timing = tokio::spawn(keep_time(porch));
    Ok(Running { address, ending, tasks: vec![timing, serving] })
}

/// Nothing is left half done when a holder of these locks panics: the data stays usable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Porch {
    /// Work on the core, then wake whoever it has news for.
    fn with_core<T>(&self, work: impl FnOnce(&mut Core, Moment) -> T) -> T {
        let (result, woken, before, after) = {
            let mut core = lock(&self.core);
            let before = core.next_deadline();
            let result = work(&mut core, self.clock.now());
            (result, core.take_woken(), before, core.next_deadline())
        };
        if after.is_some_and(|after| before.is_none_or(|before| after < before)) {
            self.deadlines.notify_one();
        }
        if !woken.is_empty() {
            let mut waiting = lock(&self.waiting);
            for poll in woken {
                if let Some(bell) = waiting.remove(&poll) {
                    // A poll that has gone away needs no bell.
                    let _ = bell.send(());
                }
            }
        }
        result
    }
}

/// Lets time pass in the core: sleeps to the next deadline, or until an earlier one appears.
async fn keep_time(porch: Arc<Porch>) {
    loop {
        let next = lock(&porch.core).next_deadline();
        let sleep = async {
            match next {
                Some(at) => porch.clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = porch.ending.cancelled() => return,
            () = porch.deadlines.notified() => {}
            () = sleep => porch.with_core(super::answer::Core::advance),
        }
    }
}

/// Forgets a poll whose caller has hung up, or that was answered.
struct Waiting<'a> {
    porch: &'a Porch,
    poll: PollId,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        lock(&self.porch.waiting).remove(&self.poll);
        lock(&self.porch.core).abandon(self.poll);
    }
}

async fn wait(porch: &Porch, poll: PollId, until: Moment) -> String {
    let _waiting = Waiting { porch, poll };
    loop {
        let (bell, rung) = oneshot::channel();
        lock(&porch.waiting).insert(poll, bell);
        // Something may have come between the look and the bell.
        if let Some(body) = porch.with_core(|core, now| core.resume(poll, false, now)) {
            return body;
        }
        let over = tokio::select! {
            _ = rung => false,
            () = porch.clock.sleep_until(until) => true,
            () = porch.ending.cancelled() => true,
        };
        if let Some(body) = porch.with_core(|core, now| core.resume(poll, over, now)) {
            return body;
        }
    }
}

async fn handle(State(porch): State<Arc<Porch>>, method: Method, uri: Uri) -> Response<String> {
    if method == Method::OPTIONS {
        return respond(200, String::new());
    }
    let target = uri.path().len() + uri.query().map_or(0, str::len);
    if target > LONGEST_TARGET {
        return respond(414, Refusal::presence(414, "Request URI Too Long").encode());
    }
    let request = match Request::parse(uri.path(), uri.query().unwrap_or_default()) {
        Ok(_) if method != Method::GET => return respond(405, Refusal::presence(405, "Method Not Allowed").encode()),
        Ok(request) => request,
        Err(BadRequest::UnknownPath) => return respond(404, Refusal::presence(404, "Not Found").encode()),
        Err(BadRequest::Invalid(why)) => return respond(400, Refusal::presence(400, why).encode()),
    };
    match porch.with_core(|core, now| core.answer(request, now)) {
        Answer::Now(status, body) => respond(status, body),
        Answer::Wait(poll, until) => respond(200, wait(&porch, poll, until).await),
    }
}

/// Every answer says what it is and that it may be read from any page, as the real service's do.
fn respond(status: u16, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, "text/javascript; charset=\"UTF-8\""),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "OPTIONS, GET, POST"),
        (header::SERVER, "herenow"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
