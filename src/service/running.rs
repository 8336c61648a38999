//! Starting a service, and what one has of it while it runs.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use tokio::{net::TcpListener, task::JoinHandle};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::{
    Access, ActiveFaults, BrowserAccess, Core, FaultRule, RequestLedger, Settings, TlsOptions, WebhookOptions,
    connection::Listening,
    counts::{ServiceCounts, count_all},
    host::{Host, run_timers},
    http::accept_connections,
    tls::make_certificate,
    webhooks::{WebhookChance, WebhookSender},
};
use crate::{clock::Clock, presence::show_path};

/// How long the end of a service waits for each of: its connections, its timers, its webhooks, its ledger. A client that reads
/// nothing must not hold up the end of the service.
const END_PATIENCE: Duration = Duration::from_secs(1);

/// Why a service could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program listens on this address.
    #[error(
        "port {} on {} is taken by another program; choose another with --port, or --port 0 for a free one",
        .0.port(), .0.ip()
    )]
    PortTaken(SocketAddr),
    /// The system refused for another reason.
    #[error("could not listen on {at} ({}); choose another address with --bind, or another port with --port", .source.kind())]
    Listen {
        /// The address that was asked for.
        at: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// No client for webhooks could be made.
    #[error("webhooks can't be sent ({0}); name an http URL with --webhook, or go without")]
    Webhooks(String),
    /// No certificate could be made.
    #[error("no certificate for https could be made ({0}); leave out what --allow-host names, or go without --tls")]
    Certificate(String),
    /// The certificate could not be written.
    #[error("the certificate can't be written to {} ({}); name another file with --tls FILE", show_path(.file), .source.kind())]
    CertificateFile {
        /// The file.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// A service to be started. By default: on a free port of 127.0.0.1, for any subscribe key, with PubNub's default
/// settings, no access control and no faults.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use herenow::service::{ServiceOptions, Settings};
///
/// let settings = Settings { announce_max: 3, ..Settings::default() };
/// let service = ServiceOptions { settings, ..ServiceOptions::default() }.start().await?;
/// println!("point your client at http://{}", service.origin());
/// service.end().await;
/// # Ok::<(), herenow::service::StartError>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct ServiceOptions {
    /// Where to listen; port 0 takes a free one. Nothing here is encrypted and any key may do anything, so the
    /// address should be a loopback one.
    pub at: SocketAddr,
    /// How the keysets of the service are configured.
    pub settings: Settings,
    /// Which names are denied, and which tokens are good.
    pub access: Access,
    /// The faults that are in force from the start.
    pub faults: Vec<FaultRule>,
    /// Decides when faults with a chance strike. The same seed and the same requests give the same faults.
    pub seed: u64,
    /// Where to write requests down, if anywhere.
    pub ledger: Option<RequestLedger>,
    /// The hosts it answers for, and the pages that may use it, besides those of this machine.
    pub browsers: BrowserAccess,
    /// Serve https, with a certificate that is made at the start. `None`: plain HTTP.
    pub tls: Option<TlsOptions>,
    /// Where to send presence webhooks. `None`: nowhere, and none are made.
    pub webhooks: Option<WebhookOptions>,
}

impl Default for ServiceOptions {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl ServiceOptions {
    /// A service with these settings, and all else by default.
    pub fn new(settings: Settings) -> Self {
        let at = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self {
            at,
            settings,
            access: Access::default(),
            faults: Vec::new(),
            seed: 1,
            ledger: None,
            browsers: BrowserAccess::default(),
            tls: None,
            webhooks: None,
        }
    }

    /// Start the service. Has to be called within a tokio runtime with time and I/O enabled.
    ///
    /// # Errors
    /// If the address can't be listened on.
    pub async fn start(self) -> Result<RunningService, StartError> {
        self.start_on(Clock::start()).await
    }

    /// As [`start`](Self::start), with timetokens and deadlines by this clock.
    ///
    /// # Errors
    /// If the address can't be listened on.
    pub async fn start_on(self, clock: Clock) -> Result<RunningService, StartError> {
        let at = self.at;
        let listener = TcpListener::bind(at).await.map_err(|source| match source.kind() {
            std::io::ErrorKind::AddrInUse => StartError::PortTaken(at),
            _ => StartError::Listen { at, source },
        })?;
        let address = listener.local_addr().map_err(|source| StartError::Listen { at, source })?;
        let own = self.tls.as_ref().map(|tls| certify(tls, &self.browsers, address, &clock)).transpose()?;
        let (tls, certificate) = own.unzip();
        let mut faults = ActiveFaults::new(self.seed);
        self.faults.into_iter().for_each(|rule| faults.add(rule, clock.now()));
        let bounds = self.settings.bounds;
        let mut core = Core::new(self.settings, self.access, faults);
        let webhooks = self.webhooks.map(|options| WebhookSender::open(options, clock, &core.memory()));
        let (queue, sender) = webhooks.transpose().map_err(StartError::Webhooks)?.unzip();
        if queue.is_some() {
            core.make_webhooks();
        }
        let host = Arc::new(Host::new(core, bounds, clock, self.ledger, queue));
        let listening = Listening { host: host.clone(), browsers: self.browsers, bound: address.ip(), tls };
        let serving = tokio::spawn(accept_connections(listener, Arc::new(listening)));
        let timing = tokio::spawn(run_timers(host.clone()));
        let webhooks = sender.map(|sender| start_webhooks(sender, &host));
        Ok(RunningService { address, certificate, host, tasks: vec![timing, serving], webhooks })
    }
}

/// The task that sends webhooks, and what ends it.
type RunningWebhooks = (CancellationToken, JoinHandle<()>);

/// Send webhooks, struck by the faults of the service.
fn start_webhooks(sender: WebhookSender, host: &Arc<Host>) -> RunningWebhooks {
    let (striking, drawing) = (host.clone(), host.clone());
    let chance = WebhookChance {
        strike: Box::new(move || striking.with_core(Core::strike_webhook)),
        draw: Box::new(move || drawing.with_core(|core, _| core.draw_chance())),
    };
    let ending = CancellationToken::new();
    (ending.clone(), tokio::spawn(sender.run(chance, ending)))
}

/// Make the certificate of a service, and write down that of its authority.
fn certify(
    tls: &TlsOptions,
    browsers: &BrowserAccess,
    address: SocketAddr,
    clock: &Clock,
) -> Result<(TlsAcceptor, TrustedFile), StartError> {
    let bound = (!address.ip().is_unspecified()).then(|| address.ip().to_string());
    let own = make_certificate(bound.into_iter().chain(browsers.list_hosts()), clock.now());
    let own = own.map_err(|e| StartError::Certificate(e.to_string()))?;
    let file = tls.write(address.port(), &own.authority);
    let file = file.map_err(|(file, source)| StartError::CertificateFile { file, source })?;
    Ok((own.acceptor, TrustedFile { file, pem: own.authority }))
}

/// What a client has to trust to use a service over https.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedFile {
    /// The file that it was written to.
    pub file: PathBuf,
    /// What stands in it: the certificate of an authority that signs no other certificates, in PEM.
    pub pem: String,
}

/// A service that is running, until [`end`](Self::end) or until its runtime ends.
pub struct RunningService {
    /// The address it listens on, with the port that it was given.
    pub address: SocketAddr,
    /// What a client has to trust; only where it is served over https.
    pub certificate: Option<TrustedFile>,
    host: Arc<Host>,
    tasks: Vec<JoinHandle<()>>,
    webhooks: Option<RunningWebhooks>,
}

impl RunningService {
    /// What SDKs call the origin, `127.0.0.1:PORT`. They have to be told to use plain HTTP, unless it is served over https.
    pub fn origin(&self) -> String {
        self.local().to_string()
    }

    /// The origin with its scheme, `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.certificate.is_some() { "https" } else { "http" }, self.local())
    }

    /// The address by which it is reached from this machine: the loopback one, where it listens on every address.
    pub fn local(&self) -> SocketAddr {
        let loopback: IpAddr = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        SocketAddr::new(loopback, self.address.port())
    }

    /// Something that can put faults in force, for as long as the service runs.
    pub fn breaker(&self) -> impl Fn(FaultRule) + Send + Sync + 'static {
        let host = self.host.clone();
        move |rule| host.with_core(|core, now| core.add_fault(rule, now))
    }

    /// Something that tells what the service has counted, for as long as it runs.
    pub(crate) fn counter(&self) -> impl Fn() -> ServiceCounts + Send + Sync + 'static {
        let host = self.host.clone();
        move || count_all(&host)
    }

    /// Wait for the first poll that waits for something to happen. For one who waits.
    pub fn wait_for_listener(&self) -> impl Future<Output = ()> + Send + 'static {
        let host = self.host.clone();
        async move { host.listener.notified().await }
    }

    /// Answer the open polls, finish what is being answered, and end.
    pub async fn end(mut self) {
        self.host.ending.cancel();
        for task in std::mem::take(&mut self.tasks) {
            // A task that panicked has been reported by the panic hook already.
            let _ = tokio::time::timeout(END_PATIENCE, task).await;
        }
        // After all that could happen has happened.
        if let Some((ending, sending)) = self.webhooks.take() {
            ending.cancel();
            let _ = tokio::time::timeout(END_PATIENCE, sending).await;
        }
        if let Some(ledger) = self.host.ledger.clone() {
            let flushed = tokio::task::spawn_blocking(move || ledger.flush(END_PATIENCE));
            // The thread that waits for the disk can only be too slow.
            let _ = flushed.await;
        }
    }
}
