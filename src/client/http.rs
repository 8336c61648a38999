//! One HTTP stack: the only file that knows reqwest's client.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    time::Duration,
};

use bytes::BytesMut;

use super::{
    Authorities, Error, Origin, RetryAfter,
    proxy::{Route, choose_route},
    tls,
};
use crate::{presence::SafeText, wording::excerpt};

/// Bytes of the largest answer that is read, decompressed. A page of 1,000 users with states of some KB takes a tenth.
const LARGEST_BODY: usize = 64 << 20;

/// How long a connection may take to be made: shorter than an answer may take, so that an origin that takes no
/// connection is told from one that takes it and is silent. Three attempts of the system (after 1, 3 and 7 s) fit in.
const CONNECT: Duration = Duration::from_secs(8);

/// This machine's addresses; the port is the origin's.
const LOCAL: [SocketAddr; 2] =
    [SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0)];

/// An HTTP response, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpReply {
    /// The HTTP status.
    pub status: u16,
    /// How long to wait, if it says so (`Retry-After`).
    pub retry_after: Option<RetryAfter>,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

/// The future of an HTTP response.
pub type HttpReplyFuture<'a> = Pin<Box<dyn Future<Output = Result<HttpReply, Error>> + Send + 'a>>;

/// How requests reach the service: HTTP, or, in a test of what comes after, a script.
pub trait Transport: Send + Sync {
    /// GET `target` (path and query) in `limit` altogether; `what` names the request in errors.
    fn get<'a>(&'a self, what: &'static str, target: &'a str, limit: Duration) -> HttpReplyFuture<'a>;
}

/// Sends requests to one origin.
pub(super) struct Http {
    client: reqwest::Client,
    origin: Origin,
    /// The proxy that it is reached through, made safe to show.
    proxy: Option<String>,
    /// Whether authorities besides the system's are trusted.
    extended: bool,
}

impl Http {
    /// An HTTP client for one origin, which trusts these authorities besides the system's.
    ///
    /// # Errors
    /// If what the environment says of proxies can't be meant; for https, if the machine has no certificates to trust.
    pub fn new(origin: Origin, authorities: Option<&Authorities>) -> Result<Self, Error> {
        // Here rather than in `main`, so that tests have it too. "Already installed" is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("herenow/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            // Keys and tokens travel in the URL: they must not follow a redirect elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .https_only(origin.is_secure())
            .tcp_nodelay(true);
        let setup = |e: reqwest::Error| Error::Setup(innermost_cause(&e.without_url()));
        let route =
            choose_route(&origin, &|name| std::env::var_os(name)).map_err(|why| Error::UnusableProxy(why.into()))?;
        let mut proxy = None;
        match route {
            Route::System => {}
            Route::Direct => builder = builder.no_proxy(),
            Route::Through(chosen) => {
                tracing::info!(proxy = chosen.shown, "proxy");
                builder = builder.no_proxy().proxy(reqwest::Proxy::all(&chosen.url).map_err(setup)?);
                proxy = Some(chosen.shown);
            }
        }
        if let Some(name) = origin.local_name() {
            // Whoever answers for names might answer with another machine's address.
            builder = builder.resolve_to_addrs(name, &LOCAL);
        }
        let needs_tls = origin.is_secure() || proxy.as_ref().is_some_and(|shown| shown.starts_with("https"));
        if !needs_tls {
            // No certificates needed, so a machine without any is no obstacle.
            builder = builder.tls_certs_only(std::iter::empty());
        } else if let Some(authorities) = authorities {
            let read: Result<Vec<_>, _> = authorities.iter().map(reqwest::Certificate::from_der).collect();
            builder = builder.tls_certs_merge(read.map_err(setup)?);
        }
        let client = builder.build().map_err(setup)?;
        Ok(Self { client, origin, proxy, extended: authorities.is_some() })
    }

    /// Why there was no response.
    fn explain(&self, error: reqwest::Error) -> Error {
        let error = error.without_url();
        let by = self.proxy.as_ref().map_or(String::new(), |proxy| format!(" (through the proxy {proxy})"));
        let origin = self.origin.clone();
        if error.is_connect()
            && let Some(why) = tls::explain(&error, &origin, self.extended)
        {
            return Error::Tls { origin, why: format!("{why}{by}").into() };
        }
        let why = innermost_cause(&error);
        // What a TLS server says to plain HTTP is a message of TLS.
        if !origin.is_secure() && why.starts_with("invalid http version") {
            return self.speaks_tls();
        }
        Error::Unreachable { origin, why: format!("{why}{by}").into() }
    }

    fn speaks_tls(&self) -> Error {
        let why = format!(
            "does not answer by plain HTTP, as a port for TLS does not: write https://{}",
            self.origin.authority()
        );
        Error::Tls { origin: self.origin.clone(), why: why.into() }
    }

    async fn exchange(&self, what: &'static str, url: &str) -> Result<HttpReply, Error> {
        let failed = |e: reqwest::Error| self.explain(e);
        let mut response = self.client.get(url).send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let header = response.headers().get(reqwest::header::RETRY_AFTER);
        let retry_after = header.and_then(|v| v.to_str().ok()).and_then(RetryAfter::parse);
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LARGEST_BODY {
                return Err(Error::TooLarge { what, limit: LARGEST_BODY });
            }
            body.extend_from_slice(&chunk);
        }
        if !self.origin.is_secure() && status == 400 && complains_of_plain_http(&body) {
            return Err(self.speaks_tls());
        }
        Ok(HttpReply { status, retry_after, body: body.into() })
    }
}

impl Transport for Http {
    fn get<'a>(&'a self, what: &'static str, target: &'a str, limit: Duration) -> HttpReplyFuture<'a> {
        Box::pin(async move {
            let url = format!("{}{target}", self.origin);
            match tokio::time::timeout(limit, self.exchange(what, &url)).await {
                Ok(reply) => reply,
                Err(_) => Err(Error::TooSlow { origin: self.origin.clone(), limit }),
            }
        })
    }
}

/// Some servers answer plain HTTP on a port for TLS, and say what is wrong: "The plain HTTP request was sent to HTTPS
/// port", "Client sent an HTTP request to an HTTPS server.".
fn complains_of_plain_http(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&body[..body.len().min(1 << 10)]).to_ascii_lowercase();
    text.contains("http request") && (text.contains("https port") || text.contains("https server"))
}

/// The innermost reason: "Connection refused" says more than "error sending request".
fn innermost_cause(error: &reqwest::Error) -> SafeText {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let said = inner.to_string();
    let said = said.split(" (os error").next().unwrap_or_default();
    SafeText::from(excerpt(said, 200).to_lowercase())
}
