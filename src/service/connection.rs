//! What is known of a connection before anything comes over it.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use tokio_rustls::TlsAcceptor;

use super::{BrowserAccess, host::Host};

/// What all connections of a service have in common.
pub(super) struct Listening {
    pub host: Arc<Host>,
    pub browsers: BrowserAccess,
    /// The address that it is bound to.
    pub bound: IpAddr,
    /// Speaks TLS, if the service is served over https.
    pub tls: Option<TlsAcceptor>,
}

/// One connection.
pub(super) struct Connection {
    pub listening: Arc<Listening>,
    /// Whether its client is on this machine.
    pub local: bool,
    /// The address by which the client reached us.
    reached_at: IpAddr,
}

impl Connection {
    /// A connection from `peer` to `reached_at`.
    pub fn new(listening: Arc<Listening>, peer: SocketAddr, reached_at: IpAddr) -> Self {
        // A client that comes by IPv4 to a socket of IPv6 has an address of both.
        Self { listening, local: peer.ip().to_canonical().is_loopback(), reached_at }
    }

    /// Whether a request that names this authority is meant for us. In HTTP/1.0 none is named, and no browser speaks it.
    pub fn answers_for(&self, authority: Option<&str>) -> bool {
        let own = [self.listening.bound, self.reached_at];
        authority.is_none_or(|authority| self.listening.browsers.answers_for(authority, own))
    }
}
