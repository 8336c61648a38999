//! An origin that answers as it was told to: what no good service would say.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
};

/// What a request is answered with: a status and a body, or silence.
pub type FakeAnswer = Option<(u16, String)>;

/// An origin on loopback. Its thread ends with the program.
pub struct FakeOrigin {
    pub origin: String,
}

impl FakeOrigin {
    /// Answer each request, by its path and query.
    pub fn start(answer: impl Fn(&str) -> FakeAnswer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let answer = answer.clone();
                std::thread::spawn(move || serve(stream, &*answer));
            }
        });
        Self { origin }
    }

    /// A service that is well, but for these: whatever path holds a word is answered with what stands beside it.
    /// The first poll is answered with `events`, later ones are left open.
    pub fn with(events: &[String], special: Vec<(&'static str, u16, String)>) -> Self {
        let reply = format!(r#"{{"t":{{"t":"17000000000000009","r":1}},"m":[{}]}}"#, events.join(","));
        Self::start(move |target| {
            if let Some((_, status, body)) = special.iter().find(|(word, ..)| target.contains(word)) {
                return Some((*status, body.clone()));
            }
            let handshake = r#"{"t":{"t":"17000000000000001","r":1},"m":[]}"#;
            Some((
                200,
                match target {
                    target if target.starts_with("/time") => "[17000000000000002]".to_owned(),
                    target if target.contains("/v2/subscribe/") && target.contains("tt=0") => handshake.to_owned(),
                    target if target.contains("/v2/subscribe/") && target.contains("tt=17000000000000001") => {
                        reply.clone()
                    }
                    target if target.contains("/v2/subscribe/") => return None,
                    _ => r#"{"status":200,"message":"OK","service":"Presence","uuids":[],"occupancy":0}"#.to_owned(),
                },
            ))
        })
    }
}

fn serve(stream: TcpStream, answer: &dyn Fn(&str) -> FakeAnswer) {
    let mut writer = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    while let Some(request) = lines.next() {
        let target = request.split(' ').nth(1).unwrap_or_default().to_owned();
        if !lines.by_ref().any(|line| line.is_empty()) {
            return;
        }
        let Some((status, body)) = answer(&target) else {
            // Open until the other side has enough.
            lines.for_each(drop);
            return;
        };
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n", body.len());
        if writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(body.as_bytes())).is_err() {
            return;
        }
    }
}
