//! A service that knows one channel, on which nothing happens.

use std::{
    fmt::Write as _,
    io::{self, BufRead, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    thread::sleep,
    time::Duration,
};

const PAGE: usize = 1_000;

/// Answer who asks, for as long as the process runs. Tells its port, and when the last page has gone out.
pub fn serve(count: usize) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    for stream in listener.incoming() {
        let stream = stream?;
        std::thread::spawn(move || answer_all(&stream, count));
    }
    Ok(())
}

fn answer_all(stream: &TcpStream, count: usize) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut target = String::new();
        if reader.read_line(&mut target)? == 0 {
            return Ok(());
        }
        let mut header = String::new();
        while reader.read_line(&mut header)? > 2 {
            header.clear();
        }
        let is_page = target.contains("/v2/presence/") && target.contains("limit=");
        let from = find_number(&target, "offset=");
        let body = if is_page {
            write_page(from, count)
        } else if target.contains("/subscribe/") {
            if find_number(&target, "tt=") > 0 {
                sleep(Duration::from_secs(300));
            }
            r#"{"t":{"t":"17952624000000000","r":1},"m":[]}"#.to_owned()
        } else {
            r#"{"status":200,"message":"OK","service":"Presence"}"#.to_owned()
        };
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length:";
        (&*stream).write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes())?;
        if is_page && from + PAGE >= count {
            println!("done");
        }
    }
}

/// The number behind a word of a request.
fn find_number(target: &str, word: &str) -> usize {
    let rest = target.split(['?', '&']).find_map(|part| part.strip_prefix(word)).unwrap_or_default();
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().unwrap_or(0)
}

fn write_page(from: usize, count: usize) -> String {
    let mut body = r#"{"status":200,"message":"OK","service":"Presence","uuids":["#.to_owned();
    for place in from..count.min(from + PAGE) {
        // No order: 382,883 has no factor in common with these counts.
        let number = place * 382_883 % count;
        let comma = if place > from { "," } else { "" };
        let state = format!(r#"{{"mood":"busy","level":{},"note":"{number:0>83}"}}"#, 100 + number % 900);
        let _ = write!(body, r#"{comma}{{"uuid":"user-{number:07}","state":{state}}}"#);
    }
    let _ = write!(body, r#"],"occupancy":{count}}}"#);
    body
}
