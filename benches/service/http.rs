//! HTTP/1.1 by hand: requests are written as they are, answers are read only as far as needed.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// The key of every request.
pub const KEY: &str = "demo";

/// Where requests of one connection go in.
pub struct Requests {
    stream: OwnedWriteHalf,
    to: SocketAddr,
}

/// Where its answers come out, in the order of the requests.
pub struct Answers {
    stream: OwnedReadHalf,
    received: Vec<u8>,
    /// What of it has been given out.
    read: usize,
}

/// A connection to keep.
pub async fn connect(to: SocketAddr) -> io::Result<(Requests, Answers)> {
    let stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    let (answers, requests) = stream.into_split();
    Ok((Requests { stream: requests, to }, Answers { stream: answers, received: Vec::new(), read: 0 }))
}

impl Requests {
    /// The bytes of a request.
    pub fn write(&self, target: &str) -> String {
        format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.to)
    }

    /// Send bytes of one or more requests.
    pub async fn send(&mut self, requests: &str) -> io::Result<()> {
        self.stream.write_all(requests.as_bytes()).await
    }

    /// Send one request.
    pub async fn ask(&mut self, target: &str) -> io::Result<()> {
        let request = self.write(target);
        self.send(&request).await
    }
}

impl Answers {
    /// The body of the next answer.
    ///
    /// # Errors
    /// If the connection ends, if the answer is anything but a 200, or if it has no length.
    pub async fn next(&mut self) -> io::Result<&str> {
        loop {
            if let Some((status, body)) = head(&self.received[self.read..])? {
                let (start, end) = (self.read + body.start, self.read + body.end);
                if end <= self.received.len() {
                    self.read = end;
                    let body = std::str::from_utf8(&self.received[start..end]).map_err(io::Error::other)?;
                    return if status == 200 { Ok(body) } else { Err(io::Error::other(format!("{status}: {body}"))) };
                }
            }
            self.received.drain(..self.read);
            self.read = 0;
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// The status of an answer and where its body lies, once its head is complete.
fn head(bytes: &[u8]) -> io::Result<Option<(u16, std::ops::Range<usize>)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..end]).map_err(io::Error::other)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok()).flatten()
    });
    match (status, length) {
        (Some(status), Some(length)) => Ok(Some((status, end + 4..end + 4 + length))),
        _ => Err(io::Error::other(format!("an answer without status or length: {head}"))),
    }
}
