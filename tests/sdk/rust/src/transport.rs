//! The SDK asks to be given a transport; this is the smallest: HTTP/1.1 on a new connection for each
//! request. (Its own one would need a second HTTP stack and OpenSSL.)

use std::{collections::HashMap, io};

use pubnub::core::{PubNubError, Transport, TransportRequest, TransportResponse};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

pub struct PlainHttp {
    pub origin: String,
}

#[async_trait::async_trait]
impl Transport for PlainHttp {
    async fn send(&self, request: TransportRequest) -> Result<TransportResponse, PubNubError> {
        let failed = |e: io::Error| PubNubError::Transport { details: e.to_string(), response: None };
        let mut stream = TcpStream::connect(&self.origin).await.map_err(failed)?;
        stream.write_all(&written(&request, &self.origin)).await.map_err(failed)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.map_err(failed)?;
        parse(&answer).ok_or_else(|| failed(io::Error::other("not an HTTP answer with a length")))
    }
}

fn written(request: &TransportRequest, origin: &str) -> Vec<u8> {
    let query: Vec<String> = request.query_parameters.iter().map(|(k, v)| format!("{k}={}", encode(v))).collect();
    let target = format!("{}?{}", request.path, query.join("&"));
    let mut head = format!("{} {target} HTTP/1.1\r\nHost: {origin}\r\nConnection: close\r\n", request.method);
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
