//! The SDK asks to be given a transport; this is the smallest: HTTP/1.1 on connections that are kept. (Its own one would
//! need a second HTTP stack and OpenSSL.)

use std::{
    collections::HashMap,
    io,
    sync::{Mutex, PoisonError},
};

use pubnub::core::{PubNubError, Transport, TransportRequest, TransportResponse};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub struct PlainHttp {
    origin: String,
    /// Connections on which nothing is under way.
    idle: Mutex<Vec<TcpStream>>,
}

impl PlainHttp {
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.to_owned(), idle: Mutex::default() }
    }

    /// Ask on a connection, which is given up if anything fails or nobody waits any more.
    async fn ask(&self, mut stream: TcpStream, request: &[u8]) -> io::Result<TransportResponse> {
        stream.write_all(request).await?;
        let mut answer = Vec::with_capacity(64 << 10);
        loop {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(response) = parse(&answer) {
                let closes = response.headers.get("connection").is_some_and(|word| word.eq_ignore_ascii_case("close"));
                if !closes {
                    self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
                }
                return Ok(response);
            }
        }
    }

    async fn ask_anywhere(&self, request: &[u8]) -> io::Result<TransportResponse> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(stream) = kept
            && let Ok(response) = self.ask(stream, request).await
        {
            return Ok(response);
        }
        // One that was kept may have been closed meanwhile.
        let stream = TcpStream::connect(&self.origin).await?;
        stream.set_nodelay(true)?;
        self.ask(stream, request).await
    }
}

#[async_trait::async_trait]
impl Transport for PlainHttp {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, PubNubError> {
        let failed = |e: io::Error| PubNubError::Transport { details: e.to_string(), response: None };
        self.ask_anywhere(&written(&request, &self.origin)).await.map_err(failed)
    }
}

fn written(request: &TransportRequest, origin: &str) -> Vec<u8> {
    let query: Vec<String> = request.query_parameters.iter().map(|(k, v)| format!("{k}={}", encode(v))).collect();
    let target = format!("{}?{}", request.path, query.join("&"));
    let mut head = format!("{} {target} HTTP/1.1\r\nHost: {origin}\r\n", request.method);
    for (name, value) in &request.headers {
        head += &format!("{name}: {value}\r\n");
    }
    let body = request.body.as_deref().unwrap_or_default();
    if !body.is_empty() {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

fn encode(value: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~,".contains(&b);
    value.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// An answer that has come as a whole.
fn parse(answer: &[u8]) -> Option<TransportResponse> {
    let split = answer.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..split]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    let body = answer.get(split + 4..split + 4 + length)?.to_vec();
    Some(TransportResponse { status, body: Some(body), headers })
}
