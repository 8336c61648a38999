//! The porch: sockets, connections, the clock, and a graceful end. With `handle.rs` and `respond.rs`
//! the only files that know HTTP.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, Semaphore, oneshot},
    task::JoinHandle,
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Access, Bounds, Core, FaultRule, Faults, Ledger, PollId, Settings, handle::handle};
use crate::{clock::Clock, presence::Moment};

/// The most that is buffered of a request's head, in bytes; beyond it hyper says 431.
const LARGEST_HEAD: usize = 64 * 1024;

/// Why the service could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else listens there.
    #[error(
        "port {} on {} is taken by another program; choose another with --port, or --port 0 for a free one",
        .0.port(), .0.ip()
    )]
    PortTaken(SocketAddr),
    /// Anything else.
    #[error("could not listen on {at} ({}); choose another address with --bind, or another port with --port", .source.kind())]
    Listen {
        /// Where.
        at: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// What to start.
#[derive(Debug)]
pub struct Plan {
    /// Where to listen; port 0 takes a free one.
    pub at: SocketAddr,
    /// How to behave.
    pub settings: Settings,
    /// Who may do what.
    pub access: Access,
    /// The faults to begin with.
    pub faults: Vec<FaultRule>,
    /// Faults with a chance strike as this seed says.
    pub seed: u64,
    /// Where to write requests down.
    pub ledger: Option<Ledger>,
}

impl Plan {
    /// A service on 127.0.0.1 without faults, for everybody on this machine.
    pub fn loopback(port: u16, settings: Settings) -> Self {
        let at = SocketAddr::new(IpAddr::from([127, 0, 0, 1]), port);
        Self { at, settings, access: Access::default(), faults: Vec::new(), seed: 1, ledger: None }
    }
}

pub(super) struct Porch {
    core: Mutex<Core>,
    pub clock: Clock,
    pub ledger: Option<Ledger>,
    pub requests: Mutex<std::collections::BTreeMap<&'static str, u64>>,
    waiting: Mutex<HashMap<PollId, oneshot::Sender<()>>>,
    deadlines: Notify,
    pub bounds: Bounds,
    places: Arc<Semaphore>,
    pub ending: CancellationToken,
}

/// A service that is running.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    porch: Arc<Porch>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// What clients call the origin: `127.0.0.1:PORT`. A service that listens on every address is
    /// still reached on this machine by its loopback one.
    pub fn origin(&self) -> String {
        self.local().to_string()
    }

    /// The address by which it is reached from this machine.
    pub fn local(&self) -> SocketAddr {
        match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::from(([127, 0, 0, 1], self.address.port())),
            IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], self.address.port())),
            _ => self.address,
        }
    }

    /// Something that can put faults in force, for as long as the service runs.
    pub fn breaker(&self) -> impl Fn(FaultRule) + Send + Sync + 'static {
        let porch = self.porch.clone();
        move |rule| porch.with_core(|core, now| core.add_fault(rule, now))
    }

    /// Answer the open polls, finish what is being answered, and end.
    pub async fn end(mut self) {
        self.porch.ending.cancel();
        for task in std::mem::take(&mut self.tasks) {
            // A task that panicked has been reported by the panic hook already.
            let _ = tokio::time::timeout(Duration::from_secs(1), task).await;
        }
        if let Some(ledger) = self.porch.ledger.clone() {
            let flushed = tokio::task::spawn_blocking(move || ledger.flush(Duration::from_secs(1)));
            // The thread that waits for the disk can only be too slow.
            let _ = flushed.await;
        }
    }
}

/// Start the service.
///
/// # Errors
/// If the address can't be listened on.
pub async fn start(plan: Plan, clock: Clock) -> Result<Running, Error> {
    let at = plan.at;
    let listener = TcpListener::bind(at).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => Error::PortTaken(at),
        _ => Error::Listen { at, source },
    })?;
    let address = listener.local_addr().map_err(|source| Error::Listen { at, source })?;
    let mut faults = Faults::new(plan.seed);
    plan.faults.into_iter().for_each(|rule| faults.add(rule, clock.now()));
    let bounds = plan.settings.bounds;
    let porch = Arc::new(Porch {
        bounds,
        places: Arc::new(Semaphore::new(bounds.connections)),
        core: Mutex::new(Core::new(plan.settings, plan.access, faults)),
        clock,
        ledger: plan.ledger,
        requests: Mutex::default(),
        waiting: Mutex::default(),
        deadlines: Notify::new(),
        ending: CancellationToken::new(),
    });
    let serving = tokio::spawn(accept(listener, porch.clone()));
    let timing = tokio::spawn(keep_time(porch.clone()));
    Ok(Running { address, porch, tasks: vec![timing, serving] })
}

async fn accept(listener: TcpListener, porch: Arc<Porch>) {
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = porch.ending.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file descriptors, most likely: some will come back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Ok(place) = porch.places.clone().try_acquire_owned() else { continue };
        let porch = porch.clone();
        connections.spawn(async move {
            converse(stream, peer, porch).await;
            drop(place);
        });
    }
    connections.close();
    connections.wait().await;
}

async fn converse(stream: TcpStream, peer: SocketAddr, porch: Arc<Porch>) {
    // Answers are small and awaited: they are not to be held back for company.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(porch.bounds.slow_reader));
    let ending = porch.ending.clone();
    let local = peer.ip().is_loopback();
    let slow_asker = porch.bounds.slow_asker;
    let service = service_fn(move |request| handle(porch.clone(), local, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(slow_asker)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let mut connection = std::pin::pin!(connection);
    // How a conversation ends concerns only its client.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = ending.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// Nothing is left half done when a holder of these locks panics: the data stays usable.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Porch {
    /// Work on the core, then wake whoever it has news for.
    pub fn with_core<T>(&self, work: impl FnOnce(&mut Core, Moment) -> T) -> T {
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

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.bounds.connections - self.places.available_permits()
    }

    /// Hold a poll open until there is something to say.
    pub async fn wait(&self, poll: PollId, until: Moment) -> String {
        let _waiting = Waiting { porch: self, poll };
        loop {
            let (bell, rung) = oneshot::channel();
            lock(&self.waiting).insert(poll, bell);
            // Something may have come between the look and the bell.
            if let Some(body) = self.with_core(|core, now| core.resume(poll, false, now)) {
                return body;
            }
            let over = tokio::select! {
                _ = rung => false,
                () = self.clock.sleep_until(until) => true,
                () = self.ending.cancelled() => true,
            };
            if let Some(body) = self.with_core(|core, now| core.resume(poll, over, now)) {
                return body;
            }
        }
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
            () = sleep => porch.with_core(Core::advance),
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
        self.porch.with_core(|core, now| core.abandon(self.poll, now));
    }
}
