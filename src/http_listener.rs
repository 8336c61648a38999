//! A small HTTP listener for other programs on this machine: one request for each connection, bounded in number, size and
//! time, so that nobody who is slow or many does any harm.

use std::{convert::Infallible, net::IpAddr, sync::Arc, time::Duration};

use http_body_util::Full;
use hyper::{
    Request, Response, StatusCode,
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

/// Connections at a time. Each brings one request; more are closed at once.
const CONNECTIONS: usize = 16;

/// How long the head of a request may take, and how long all of it with its answer.
const SLOW_HEAD: Duration = Duration::from_secs(5);
const SLOW_REQUEST: Duration = Duration::from_secs(20);

/// The largest head that is read.
const LARGEST_HEAD: usize = 16 << 10;

/// What answers requests.
pub trait AnswerRequests: Clone + Send + Sync + 'static {
    /// Answer a request that came to this address of ours: with a status, the type of the text, and the text.
    fn answer(
        &self,
        request: Request<Incoming>,
        reached_at: IpAddr,
    ) -> impl Future<Output = (StatusCode, &'static str, String)> + Send;

    /// A connection was not answered: there were too many, or it took too long.
    fn note_unanswered(&self);
}

/// Answer requests for as long as this is awaited. Connections end with it.
pub async fn answer_requests(listener: TcpListener, bound: IpAddr, to: impl AnswerRequests) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely; some will be closed soon.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let Ok(permit) = permits.clone().try_acquire_owned() else {
            to.note_unanswered();
            continue;
        };
        let to = to.clone();
        connections.spawn(async move {
            // How a connection ends concerns only its client.
            if tokio::time::timeout(SLOW_REQUEST, answer_connection(stream, bound, &to)).await.is_err() {
                to.note_unanswered();
            }
            drop(permit);
        });
    }
}

async fn answer_connection(stream: TcpStream, bound: IpAddr, to: &impl AnswerRequests) {
    let reached_at = stream.local_addr().map_or(bound, |at| at.ip());
    let service = service_fn(|request| async move {
        let (status, kind, text) = to.answer(request, reached_at).await;
        let mut response = Response::new(Full::new(Bytes::from(text)));
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
        Ok::<_, Infallible>(response)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(SLOW_HEAD)
        .max_buf_size(LARGEST_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    let _ = connection.await;
}
