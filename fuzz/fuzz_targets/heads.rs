//! Whatever bytes come over a connection to a running service: what it says begins as an answer of HTTP does, its
//! status is one that it gives, and it goes on to answer others.

#![no_main]

use std::{cell::Cell, net::Ipv4Addr, time::Duration};

use herenow::service::{Bounds, RunningService, ServiceOptions, Settings};
use libfuzzer_sys::fuzz_target;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    runtime::{Builder, Runtime},
};

/// Statuses that the service, and the HTTP under it, answers with.
const STATUSES: [&str; 15] =
    ["100", "200", "204", "400", "403", "404", "405", "408", "411", "413", "414", "415", "421", "431", "503"];

thread_local! {
    static SERVICE: (Runtime, RunningService) = {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        // A poll must not hold up the next run, nor must a head that never ends.
        let bounds = Bounds { slow_asker: Duration::from_secs(2), keys: 20, present: 200, ..Bounds::default() };
        let settings = Settings { poll_window: Duration::from_millis(1), bounds, ..Settings::default() };
        let service = runtime.block_on(ServiceOptions::new(settings).start()).expect("a free port");
        (runtime, service)
    };
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

/// A connection from an address of its own, since the ports of one are used up in a minute.
async fn connect(service: &RunningService) -> TcpStream {
    let run = RUNS.with(|runs| runs.replace(runs.get().wrapping_add(1)));
    let socket = TcpSocket::new_v4().expect("a socket");
    let [_, b, c, d] = (run / 1000).to_be_bytes();
    let at = Ipv4Addr::new(127, b, c, d.max(2));
    socket.bind((at, 0).into()).expect("an address of loopback");
    socket.connect(service.address).await.expect("the service listens")
}

/// All that is answered to these bytes, behind which nothing more comes.
async fn send(service: &RunningService, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(service).await;
    let mut said = Vec::new();
    let exchange = async {
        // It may close before all is read, with what is unread.
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut said).await;
    };
    // A fault that was asked for may hold the answer back.
    let _ = tokio::time::timeout(Duration::from_millis(500), exchange).await;
    said
}

fuzz_target!(|bytes: &[u8]| {
    SERVICE.with(|(runtime, service)| {
        let said = runtime.block_on(send(service, bytes));
        let head = String::from_utf8_lossy(&said[..said.len().min(12)]).into_owned();
        let status = head.strip_prefix("HTTP/1.1 ").or_else(|| head.strip_prefix("HTTP/1.0 "));
        assert!(said.is_empty() || status.is_some_and(|status| STATUSES.contains(&status)), "{head:?}");
        runtime.block_on(send(service, b"DELETE /herenow/faults HTTP/1.1\r\nhost: localhost\r\n\r\n"));
        let other = b"GET /time/0 HTTP/1.1\r\nhost: localhost\r\n\r\n";
        let said = runtime.block_on(send(service, other));
        assert!(said.starts_with(b"HTTP/1.1 200 OK\r\n"), "{:?}", String::from_utf8_lossy(&said));
    });
});
