//! The page that Prometheus scrapes.

use std::{
    convert::Infallible,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
};

use super::source::NumberSource;
use crate::service::BrowserAccess;

/// Where it listens if nobody says otherwise.
pub const ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9777);

/// The version that is written, whatever the scraper prefers.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";

/// Connections at a time. Each brings one request.
const CONNECTIONS: usize = 16;

/// How long the head of a request may take, and how long all of it with its answer.
const SLOW_HEAD: Duration = Duration::from_secs(5);
const SLOW_SCRAPE: Duration = Duration::from_secs(20);

/// The largest head that is read.
const LARGEST_HEAD: usize = 16 << 10;

/// Listen, and answer scrapes by a task of `tasks`. Returns the address with the port that it was given.
///
/// # Errors
/// If the address can't be listened on.
pub async fn start_exporter(at: SocketAddr, source: NumberSource, tasks: &mut JoinSet<()>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(at).await?;
    let bound = listener.local_addr()?;
    tasks.spawn(accept_scrapes(listener, bound.ip(), source));
    Ok(bound)
}

async fn accept_scrapes(listener: TcpListener, bound: IpAddr, source: NumberSource) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    // Scrapes end with the task that accepted them.
    let mut scrapes = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely; some will be closed soon.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        while scrapes.try_join_next().is_some() {}
        let Ok(permit) = permits.clone().try_acquire_owned() else { continue };
        let source = source.clone();
        scrapes.spawn(async move {
            // How a scrape ends concerns only its scraper.
            let _ = tokio::time::timeout(SLOW_SCRAPE, answer_scrape(stream, bound, source)).await;
            drop(permit);
        });
    }
}

async fn answer_scrape(stream: TcpStream, bound: IpAddr, source: NumberSource) {
    let reached_at = stream.local_addr().map_or(bound, |at| at.ip());
    let service = service_fn(|request| {
        let source = &source;
        async move { Ok::<_, Infallible>(answer(&request, [bound, reached_at], source).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SLOW_HEAD)
        .max_buf_size(LARGEST_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    let _ = connection.await;
}

/// Answer a request. One for a host that is not ours comes from a page whose name was pointed at this machine.
async fn answer(request: &Request<Incoming>, own: [IpAddr; 2], source: &NumberSource) -> Response<Full<Bytes>> {
    let named = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    let authority = request.uri().authority().map(hyper::http::uri::Authority::as_str).or(named);
    let is_ours = authority.is_none_or(|authority| BrowserAccess::default().answers_for(authority, own));
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let (status, kind, text) = match request.uri().path() {
        _ if !is_ours => (StatusCode::MISDIRECTED_REQUEST, PLAIN, "this is not that host\n".to_owned()),
        "/metrics" if !is_read => (StatusCode::METHOD_NOT_ALLOWED, PLAIN, "GET /metrics\n".to_owned()),
        "/metrics" => match source.write().await {
            Some(text) => (StatusCode::OK, OPEN_METRICS, text),
            None => (StatusCode::SERVICE_UNAVAILABLE, PLAIN, "herenow is busy or ending\n".to_owned()),
        },
        _ => (StatusCode::NOT_FOUND, PLAIN, "the metrics are at /metrics\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}
