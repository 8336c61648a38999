//! An origin that answers by a script, byte for byte, so that nothing of ours stands between a test and the wire.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// What is done with a request.
pub enum Answer {
    /// A whole HTTP response.
    Bytes(Vec<u8>),
    /// Nothing, until the asker hangs up.
    Hold,
}

/// An HTTP response with more headers, each with its line end.
pub fn respond(status: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    Answer::Bytes(
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
            .into_bytes(),
    )
}

/// HTTP 200 with a body.
pub fn ok(body: &str) -> Answer {
    respond("200 OK", "", body)
}

/// What a good service answers to everything that only has to be confirmed.
pub const YES: &str = r#"{"status":200,"message":"OK","service":"Presence"}"#;

/// A running origin.
pub struct Origin {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    over: Arc<AtomicBool>,
}

impl Origin {
    /// `answer` is given the path and query of each request.
    pub fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (answer, ledger, ending) = (Arc::new(answer), asked.clone(), over.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ending.load(Ordering::Relaxed) {
                    return;
                }
                let (answer, ledger) = (answer.clone(), ledger.clone());
                // Who hangs up in the middle is of no interest.
                thread::spawn(move || drop(stream.and_then(|stream| serve(stream, &*answer, &ledger))));
            }
        });
        Self { address, asked, over }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Path and query of each request so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// How many requests held this in their path.
    pub fn count(&self, part: &str) -> usize {
        self.asked().iter().filter(|path| path.split('?').next().unwrap().contains(part)).count()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // So that it looks.
        drop(TcpStream::connect(self.address));
    }
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&str) -> Answer, ledger: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte)? == 0 {
            return Ok(());
        }
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    ledger.lock().unwrap().push(path.to_owned());
    match answer(path) {
        Answer::Bytes(bytes) => stream.write_all(&bytes),
        Answer::Hold => stream.read(&mut byte).map(|_| ()),
    }
}
