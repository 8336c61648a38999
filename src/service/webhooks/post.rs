//! One HTTP POST. The only file here that knows reqwest's client.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use super::url::WebhookUrl;
use crate::wording::excerpt;

/// This machine's addresses; the port is that of the URL.
const LOCAL: [SocketAddr; 2] =
    [SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0)];

/// Sends webhooks to one URL.
#[derive(Debug, Clone)]
pub(crate) struct WebhookClient {
    client: reqwest::Client,
    url: WebhookUrl,
}

impl WebhookClient {
    /// A client for a URL, whose receiver may take so long to answer.
    ///
    /// # Errors
    /// If none can be made, as for https on a machine without certificates.
    pub fn new(url: WebhookUrl, patience: Duration) -> Result<Self, String> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("herenow/", env!("CARGO_PKG_VERSION")))
            // What is told of people goes where it was meant to go, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .timeout(patience);
        if url.is_local() {
            builder = builder.no_proxy();
        }
        if let Some(name) = url.local_name() {
            builder = builder.resolve_to_addrs(name, &LOCAL);
        }
        if url.as_url().scheme() == "http" {
            builder = builder.tls_certs_only(std::iter::empty());
        }
        let client = builder.build().map_err(|e| explain(&e.without_url()))?;
        Ok(Self { client, url })
    }

    /// POST a body. Anything but a 2xx is a failure; a redirect is not followed.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn post(&self, body: String) -> Result<(), String> {
        let request = self.client.post(self.url.as_url().clone());
        let request = request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body);
        match request.send().await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(format!("it was answered with {}", response.status().as_u16())),
            Err(error) if error.is_timeout() => Err("it was not answered in time".to_owned()),
            Err(error) => Err(explain(&error.without_url())),
        }
    }
}

/// The innermost reason.
fn explain(error: &reqwest::Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let said = inner.to_string();
    let said = said.split(" (os error").next().unwrap_or_default();
    crate::presence::sanitize(&excerpt(said, 200)).to_lowercase()
}
