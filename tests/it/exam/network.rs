//! What a network and a broken or hostile server do, byte for byte, to the real binary.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};

use crate::verb::{World, command, fails, text};

/// What a request may take altogether (10 s), and what a busy machine adds to it.
const LIMIT: Duration = Duration::from_secs(25);

/// KiB of data that the whole program may have at any time.
const MEMORY: usize = 250 << 10;

/// A server that does this with each connection, once it was asked.
struct Server {
    origin: String,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn start(act: impl Fn(TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let (count, act) = (asked.clone(), Arc::new(act));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let (act, count) = (act.clone(), count.clone());
                std::thread::spawn(move || {
                    count.fetch_add(1, Ordering::Relaxed);
                    // Who hangs up is of no interest.
                    drop(stream.read(&mut [0; 4096]).and_then(|_| act(stream)));
                });
            }
        });
        Self { origin, asked }
    }

    /// One that answers with these bytes, as often as is said.
    fn answer(bytes: Vec<u8>) -> Self {
        Self::start(move |mut stream| stream.write_all(&bytes))
    }

    /// Ask once, within the limits of time and memory.
    #[track_caller]
    fn ask(&self, args: &[&str]) -> Output {
        let began = Instant::now();
        let output = run_within(&self.origin, args);
        assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
        output
    }

    /// Asked, it fails with these words.
    #[track_caller]
    fn refuses(&self, words: &[&str]) {
        fails(&self.ask(&["here-now", "lobby"]), 1, words);
    }
}

/// Run a verb that is given no more memory than that.
fn run_within(origin: &str, args: &[&str]) -> Output {
    let verb = command(origin, args);
    let mut shell = Command::new("sh");
    let limit = if cfg!(target_os = "linux") { format!("ulimit -d {MEMORY}; ") } else { String::new() };
    shell.args(["-c", &format!("{limit}exec \"$0\" \"$@\"")]).arg(verb.get_program()).args(verb.get_args());
    for (name, value) in verb.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.stdin(std::process::Stdio::null()).output().unwrap()
}

fn head(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{headers}\r\n").into_bytes()
}

/// Until the asker hangs up.
fn wait(mut stream: TcpStream) -> std::io::Result<()> {
    while stream.read(&mut [0; 1024])? > 0 {}
    Ok(())
}

#[test]
fn exam_44_silent_server() {
    // All at once, so that ten seconds are ten.
    std::thread::scope(|scope| {
        for said in [&b""[..], b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"] {
            scope.spawn(move || {
                let server = Server::start(move |mut stream| {
                    stream.write_all(said)?;
                    wait(stream)
                });
                server.refuses(&["10 s"]);
            });
        }
    });
}

#[test]
fn exam_45_slow_drip_and_endless_headers() {
    /// Pieces without end, as fast as they are taken or one after each tenth of a second.
    fn pour(mut stream: TcpStream, first: &[u8], piece: &[u8], slow: bool) -> std::io::Result<()> {
        stream.write_all(first)?;
        stream.set_read_timeout(Some(Duration::from_millis(100)))?;
        loop {
            if slow {
                // Waits that long for what is never asked.
                let _ = stream.read(&mut [0; 1]);
            }
            stream.write_all(piece)?;
        }
    }
    let cases: [(&[u8], &[u8], bool); 7] = [
        (b"", b"H", true),
        (b"HTTP/1.1 200 OK\r\n", b"X-Drip: 1\r\n", true),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" ", true),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", true),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", false),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", false),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", false),
    ];
    std::thread::scope(|scope| {
        for (first, piece, slow) in cases {
            scope.spawn(move || {
                let server = Server::start(move |stream| pour(stream, first, piece, slow));
                server.refuses(&[&server.origin]);
            });
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn exam_47_reset_by_a_real_server() {
    // Closed with what was sent still unread, a connection is reset; otherwise it is ended.
    for resets in [true, false] {
        let server = Server::start(move |mut stream| {
            if resets {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")?;
                stream.set_nonblocking(true)?;
            }
            drop(stream);
            Ok(())
        });
        server.refuses(&["can't be reached"]);
        let output = server.ask(&["events", "--for", "2s", "lobby"]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        // A look, and polls that back off.
        let asked = server.asked.load(Ordering::Relaxed);
        assert!((2..=20).contains(&asked), "asked {asked} times in two seconds");
    }
}

/// So many zeros, packed without ever being whole in memory.
fn pack_zeros(mib: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..mib {
        packed.write_all(&zeros).unwrap();
    }
    packed.finish().unwrap()
}

fn serve_packed(body: &[u8], encoding: &str) -> Server {
    let headers = format!("Content-Encoding: {encoding}\r\nContent-Length: {}\r\n", body.len());
    Server::answer([&head(&headers), body].concat())
}

/// So many MiB, so many times.
fn explode(mib: usize, times: usize) {
    let server = serve_packed(&pack_zeros(mib).repeat(times), "gzip");
    server.refuses(&["64 MiB"]);
}

#[test]
fn exam_48_gzip_bomb() {
    explode(100, 2);
    let good = br#"{"status":200,"message":"OK","service":"Presence","uuids":["ann"],"occupancy":1}"#;
    let pack = |body: &[u8]| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(body).unwrap();
        packed.finish().unwrap()
    };
    let once = pack(good);
    assert!(serve_packed(&once, "gzip").ask(&["here-now", "lobby"]).status.success(), "or this proves nothing");
    // Broken in the middle, no gzip at all, cut short, its check sum wrong, and packed twice.
    let mut broken = once.clone();
    broken[once.len() / 2] ^= 0xff;
    let mut wrong = once.clone();
    wrong[once.len() - 6] ^= 0xff;
    for body in [&broken, &good.to_vec(), &once[..once.len() / 2].to_vec(), &wrong, &pack(&once)] {
        let output = serve_packed(body, "gzip").ask(&["here-now", "lobby"]);
        fails(&output, 1, &[]);
    }
    for encoding in ["gzip, gzip", "br", "nonsense"] {
        let output = serve_packed(&pack(&once), encoding).ask(&["here-now", "lobby"]);
        fails(&output, 1, &[]);
    }
}

#[test]
#[ignore = "10 GiB"]
fn exam_48_gzip_bomb_in_full() {
    explode(100, 103);
}

#[test]
fn exam_49_huge_json() {
    // Announced and not, 70 MiB of an answer that could be one.
    let server = Server::start(|mut stream| {
        stream.write_all(&head("Transfer-Encoding: chunked\r\n"))?;
        let name = format!("\"{}\",", "x".repeat(60)).repeat(1 << 14);
        let begin = r#"{"status":200,"occupancy":1,"uuids":["#;
        stream.write_all(format!("{:x}\r\n{begin}\r\n", begin.len()).as_bytes())?;
        loop {
            stream.write_all(format!("{:x}\r\n{name}\r\n", name.len()).as_bytes())?;
        }
    });
    server.refuses(&["64 MiB"]);
    let server = Server::answer([&head("Content-Length: 200000000\r\n")[..], &vec![b' '; 80 << 20]].concat());
    server.refuses(&["64 MiB"]);
}

/// Deep, long and wide, and not too large: read or refused, without harm.
#[test]
fn exam_49_deep_json() {
    let deep = |open: &str, close: &str, levels: usize| open.repeat(levels) + &close.repeat(levels);
    for state in [deep("[", "]", 100_000), deep("{\"a\":", "}", 100_000).replace(":}", ":1}"), "9".repeat(1 << 20)] {
        let body = format!(r#"{{"status":200,"occupancy":1,"uuids":[{{"uuid":"ann","state":{{"s":{state}}}}}]}}"#);
        let server = Server::answer([&head(&format!("Content-Length: {}\r\n", body.len())), body.as_bytes()].concat());
        let output = server.ask(&["here-now", "--state", "lobby"]);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}", output.status);
        assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
    }
}

#[test]
fn exam_43_dns() {
    let output = command("http://no-such-host.invalid", &["where-now", "ann"]).env("NO_PROXY", "*").output().unwrap();
    fails(&output, 1, &["no-such-host.invalid", "can't be reached"]);
    // This machine's name has two families of addresses, and only one of them answers.
    let world = World::new();
    let name = format!("http://localhost:{}", world.running.address.port());
    assert!(command(&name, &["here-now", "lobby"]).output().unwrap().status.success());
}

/// The answers are lost, and what was asked has been done all the same.
#[test]
fn exam_58_half_network() {
    let world = World::new();
    world.running.breaker()("lose-answer on=heartbeat times=1".parse().unwrap());
    let output = world.run(&["heartbeat", "--user-id", "ann", "lobby"]);
    fails(&output, 1, &["can't be reached"]);
    assert_eq!(world.places_of("ann").len(), 1, "it reached the service");
    // Where every third is lost for a while, all is right by itself afterwards.
    world.running.breaker()("lose-answer chance=30% for=1s".parse().unwrap());
    let output = world.run(&["wait", "--timeout", "1m", "ann present in lobby"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    // Slow is not lost.
    let slow = World::new();
    slow.present("lobby", "bob", None);
    slow.running.breaker()("delay=1s times=1".parse().unwrap());
    let output = slow.run(&["here-now", "lobby"]);
    assert!(text(&output.stdout).contains("bob"), "{}", text(&output.stderr));
}
