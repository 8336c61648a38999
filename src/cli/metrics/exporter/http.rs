//! The page that Prometheus scrapes.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use hyper::{Method, Request, StatusCode, body::Incoming, header};
use tokio::{net::TcpListener, task::JoinSet};

use super::source::NumberSource;
use crate::{
    http_listener::{AnswerRequests, answer_requests},
    service::BrowserAccess,
};

/// Where it listens if nobody says otherwise.
pub const ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9777);

/// The version that is written, whatever the scraper prefers.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";

/// Listen, and answer scrapes by a task of `tasks`. Returns the address with the port that it was given.
///
/// # Errors
/// If the address can't be listened on.
pub async fn start_exporter(at: SocketAddr, source: NumberSource, tasks: &mut JoinSet<()>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(at).await?;
    let bound = listener.local_addr()?;
    tasks.spawn(answer_requests(listener, bound.ip(), Scrapes { source, bound: bound.ip() }));
    Ok(bound)
}

/// Answers scrapes.
#[derive(Clone)]
struct Scrapes {
    source: NumberSource,
    bound: IpAddr,
}

impl AnswerRequests for Scrapes {
    /// One for a host that is not ours comes from a page whose name was pointed at this machine.
    async fn answer(&self, request: Request<Incoming>, reached_at: IpAddr) -> (StatusCode, &'static str, String) {
        let named = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default());
        let authority = request.uri().authority().map(hyper::http::uri::Authority::as_str).or(named);
        let own = [self.bound, reached_at];
        let is_ours = authority.is_none_or(|authority| BrowserAccess::default().answers_for(authority, own));
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        match request.uri().path() {
            _ if !is_ours => (StatusCode::MISDIRECTED_REQUEST, PLAIN, "this is not that host\n".to_owned()),
            "/metrics" if !is_read => (StatusCode::METHOD_NOT_ALLOWED, PLAIN, "GET /metrics\n".to_owned()),
            "/metrics" => match self.source.write().await {
                Some(text) => (StatusCode::OK, OPEN_METRICS, text),
                None => (StatusCode::SERVICE_UNAVAILABLE, PLAIN, "herenow is busy or ending\n".to_owned()),
            },
            _ => (StatusCode::NOT_FOUND, PLAIN, "the metrics are at /metrics\n".to_owned()),
        }
    }

    fn note_unanswered(&self) {}
}
