//! Connections, from the first to a graceful end. Only this file, `handler`, `request_body`, `response` and `admin`
//! know hyper, and `browsers` its headers.

use std::{pin::Pin, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::task::TaskTracker;

use super::{
    connection::{Connection, Listening},
    front::{CheckedStream, HeadQueue, LARGEST_HEAD},
    handler::handle_request,
    tls::{Handshake, refuse_plain, shake_hands},
};

/// What hyper buffers: a head that passed, whose request line may be longer than it came by a number.
const HYPER_BUFFER: usize = LARGEST_HEAD + 1024;

/// Accept connections until the service ends, then finish those that are open.
pub(super) async fn accept_connections(listener: TcpListener, listening: Arc<Listening>) {
    let host = &listening.host;
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = host.ending.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file descriptors, most likely; some will be closed soon.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Ok(permit) = host.permits.clone().try_acquire_owned() else { continue };
        let reached_at = stream.local_addr().map_or(listening.bound, |at| at.ip());
        let connection = Connection::new(listening.clone(), peer, reached_at);
        connections.spawn(async move {
            serve_connection(stream, connection).await;
            drop(permit);
        });
    }
    connections.close();
    connections.wait().await;
}

/// A socket whose client has to take what it is sent.
type TimedStream = Pin<Box<TimeoutStream<TcpStream>>>;

async fn serve_connection(socket: TcpStream, connection: Connection) {
    // Responses are small and waited for, so they are sent at once.
    let _ = socket.set_nodelay(true);
    let slow_reader = connection.listening.host.bounds.slow_reader;
    let limit_writes = |socket: TcpStream| -> TimedStream {
        let mut stream = TimeoutStream::new(socket);
        stream.set_write_timeout(Some(slow_reader));
        Box::pin(stream)
    };
    let queue = HeadQueue::default();
    let Some(acceptor) = &connection.listening.tls else {
        let stream =
            CheckedStream::new(limit_writes(socket), queue.clone()).with_memory(&connection.listening.host.memory);
        return serve_requests(stream, queue, connection).await;
    };
    // On the heap, since a connection without TLS has no use for the room of one with it.
    match Box::pin(shake_hands(acceptor, socket, limit_writes, &connection.listening)).await {
        Some(Handshake::Secure(stream)) => {
            let memory = &connection.listening.host.memory;
            let stream = CheckedStream::new(stream, queue.clone()).with_memory(memory);
            Box::pin(serve_requests(stream, queue, connection)).await;
        }
        Some(Handshake::Plain(stream)) => {
            let stream = CheckedStream::refuse(stream, queue.clone(), refuse_plain());
            Box::pin(serve_requests(stream, queue, connection)).await;
        }
        None => {}
    }
}

/// Answer requests until the connection or the service ends.
async fn serve_requests<S>(stream: CheckedStream<S>, queue: HeadQueue, connection: Connection)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let host = &connection.listening.host;
    let ending = host.ending.clone();
    let slow_asker = host.bounds.slow_asker;
    let connection = Arc::new(connection);
    let service = service_fn(move |request| {
        let head = queue.take(request.uri().path());
        handle_request(connection.clone(), head, request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(slow_asker)
        .max_buf_size(HYPER_BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // How a connection ends concerns only its client.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = ending.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
