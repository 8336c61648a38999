//! Sockets and connections, from the start to a graceful end. Only this file, `handler`, `request_body`,
//! `response` and `admin` know HTTP.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::task::TaskTracker;

use super::{
    Access, ActiveFaults, Core, FaultRule, Ledger, Settings,
    handler::handle_request,
    host::{Host, run_timers},
};
use crate::clock::Clock;

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

/// A service that is running.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    host: Arc<Host>,
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
        let host = self.host.clone();
        move |rule| host.with_core(|core, now| core.add_fault(rule, now))
    }

    /// Decision the open polls, finish what is being answered, and end.
    pub async fn end(mut self) {
        self.host.ending.cancel();
        for task in std::mem::take(&mut self.tasks) {
            // A task that panicked has been reported by the panic hook already.
            let _ = tokio::time::timeout(Duration::from_secs(1), task).await;
        }
        if let Some(ledger) = self.host.ledger.clone() {
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
    let mut faults = ActiveFaults::new(plan.seed);
    plan.faults.into_iter().for_each(|rule| faults.add(rule, clock.now()));
    let bounds = plan.settings.bounds;
    let core = Core::new(plan.settings, plan.access, faults);
    let host = Arc::new(Host::new(core, bounds, clock, plan.ledger));
    let serving = tokio::spawn(accept_connections(listener, host.clone()));
    let timing = tokio::spawn(run_timers(host.clone()));
    Ok(Running { address, host, tasks: vec![timing, serving] })
}

async fn accept_connections(listener: TcpListener, host: Arc<Host>) {
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = host.ending.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file descriptors, most likely: some will come back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Ok(permit) = host.permits.clone().try_acquire_owned() else { continue };
        let host = host.clone();
        connections.spawn(async move {
            serve_connection(stream, peer, host).await;
            drop(permit);
        });
    }
    connections.close();
    connections.wait().await;
}

async fn serve_connection(stream: TcpStream, peer: SocketAddr, host: Arc<Host>) {
    // Answers are small and awaited: they are not to be held back for company.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(host.bounds.slow_reader));
    let ending = host.ending.clone();
    let local = peer.ip().is_loopback();
    let slow_asker = host.bounds.slow_asker;
    let service = service_fn(move |request| handle_request(host.clone(), local, request));
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
