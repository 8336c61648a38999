//! A service as bytes on a socket.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use herenow::{
    clock::Clock,
    service::{RunningService, ServiceOptions},
};

/// A service in a thread of its own runtime, ended with it.
pub struct Service {
    running: Option<RunningService>,
    runtime: tokio::runtime::Runtime,
    pub at: SocketAddr,
}

impl Service {
    pub fn start(plan: impl FnOnce(&mut ServiceOptions)) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut wanted = ServiceOptions::default();
        plan(&mut wanted);
        let running = runtime.block_on(async { wanted.start_on(Clock::start()).await.unwrap() });
        Self { at: running.address, running: Some(running), runtime }
    }

    pub fn plain() -> Self {
        Self::start(|_| {})
    }

    pub fn running(&self) -> &RunningService {
        self.running.as_ref().unwrap()
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.at).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Send these bytes; the answer, or `None` if the connection was closed without one.
    pub fn raw(&self, bytes: &[u8]) -> Option<Reply> {
        let mut stream = self.connect();
        stream.write_all(bytes).unwrap();
        Reply::read(stream)
    }

    pub fn send(&self, method: &str, target: &str, headers: &str, body: &[u8]) -> Option<Reply> {
        let mut request = format!(
            "{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.raw(&request)
    }

    pub fn get(&self, target: &str) -> Reply {
        self.send("GET", target, "", b"").unwrap()
    }

    pub fn now(&self) -> String {
        self.get("/time/0").text().trim_matches(['[', ']']).to_owned()
    }

    pub fn faults(&self, lines: &str) {
        self.send("DELETE", "/herenow/faults", "", b"").unwrap();
        assert_eq!(self.send("POST", "/herenow/faults", "", lines.as_bytes()).unwrap().status, 200, "{lines}");
    }

    /// Wait until so many polls are open.
    pub fn open_polls(&self, count: usize) {
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while !self.get("/herenow/status").text().contains(&format!("\"open_polls\":{count},")) {
            assert!(std::time::Instant::now() < deadline, "never {count} polls open");
        }
    }

    pub fn end(&mut self) {
        let running = self.running.take().unwrap();
        self.runtime.block_on(running.end());
    }
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the body was as long as its header said.
    pub whole: bool,
}

impl Reply {
    pub fn read(stream: TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            match line.trim_end().split_once(": ") {
                Some((name, value)) => headers.push((name.to_lowercase(), value.to_owned())),
                None => break,
            }
        }
        if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
            let (body, whole) = read_chunks(reader);
            return Some(Self { status, headers, body, whole });
        }
        let mut body = Vec::new();
        let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
        // A connection that is closed in the middle is an end like any other here.
        let _ = reader.take(length).read_to_end(&mut body);
        let whole = body.len() as u64 == length;
        Some(Self { status, headers, body, whole })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A body in chunks, as far as it comes, and whether its end came.
fn read_chunks(mut reader: BufReader<TcpStream>) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        let Some(size) = reader.read_line(&mut size).ok().and_then(|_| usize::from_str_radix(size.trim(), 16).ok())
        else {
            return (body, false);
        };
        let begun = body.len();
        body.resize(begun + size + 2, 0);
        if reader.read_exact(&mut body[begun..]).is_err() {
            body.truncate(begun);
            return (body, false);
        }
        body.truncate(begun + size);
        if size == 0 {
            return (body, true);
        }
    }
}
