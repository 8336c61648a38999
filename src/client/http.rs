//! One HTTP stack: the only file that knows reqwest's client.

use std::{pin::Pin, time::Duration};

use bytes::BytesMut;

use super::{Error, Origin, RetryAfter};

/// Bytes of the largest answer that is read, decompressed. A page of 1,000 users with states of some KB takes a tenth.
const LARGEST_BODY: usize = 64 << 20;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

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
}

impl Http {
    /// An HTTP client for one origin.
    ///
    /// # Errors
    /// For https, if the machine has no certificates to trust.
    pub fn new(origin: Origin) -> Result<Self, Error> {
        // Here rather than in `main`, so that tests have it too. "Already installed" is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("herenow/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            // Keys and tokens travel in the URL: they must not follow a redirect elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .https_only(origin.is_secure())
            .tcp_nodelay(true);
        if !origin.is_secure() {
            // No certificates needed, so a machine without any is no obstacle.
            builder = builder.tls_certs_only(std::iter::empty());
        }
        if origin.is_loopback() {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|e| Error::Setup(innermost_cause(&e.without_url())))?;
        Ok(Self { client, origin })
    }

    async fn exchange(&self, what: &'static str, url: &str) -> Result<HttpReply, Error> {
        let failed = |e: reqwest::Error| Error::Unreachable {
            origin: self.origin.clone(),
            why: innermost_cause(&e.without_url()),
        };
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

/// The innermost reason: "Connection refused" says more than "error sending request".
fn innermost_cause(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let said = inner.to_string();
    let said = said.split(" (os error").next().unwrap_or_default();
    crate::presence::sanitize(&crate::wording::excerpt(said, 200)).to_lowercase()
}
