//! Metrics as Prometheus meets them: scraped, and in a file.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
};

use crate::verb::World;

/// A verb that serves metrics, and where.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn open(world: &World, args: &[&str]) -> Self {
        let mut command = world.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut told = String::new();
        if args[0] == "metrics" {
            BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut told).unwrap();
        } else {
            BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut told).unwrap();
        }
        let address = told.trim_end().strip_suffix("/metrics").and_then(|told| told.split_once("metrics: http://"));
        let address = address.unwrap_or_else(|| panic!("{told:?}")).1.to_owned();
        Self { child, address }
    }

    fn ask(&self, host: &str) -> String {
        let mut asking = TcpStream::connect(&self.address).unwrap();
        write!(asking, "GET /metrics HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        let mut answer = String::new();
        asking.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Scrape until this line is there.
    #[track_caller]
    fn tells(&self, line: &str) -> String {
        let mut answer = String::new();
        for _ in 0..100_000 {
            answer = self.ask(&self.address);
            if answer.lines().any(|known| known == line) {
                return answer;
            }
        }
        panic!("{line} is missing: {answer}");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn prometheus_scrapes_what_is_known_and_a_slow_scraper_holds_up_nobody() {
    let world = World::new();
    world.present("lobby", "zoe", None);
    let serving = Serving::open(&world, &["metrics", "--listen", "127.0.0.1:0", "lobby"]);
    let mut slow = TcpStream::connect(&serving.address).unwrap();
    slow.write_all(b"GET /metrics HTT").unwrap();
    let answer = serving.tells("herenow_occupancy{channel=\"lobby\"} 1");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("# EOF\n"), "{answer}");
    let kind = "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n";
    assert!(answer.contains(kind) && !answer.contains("zoe"), "{answer}");
    world.present("lobby", "bob", None);
    serving.tells("herenow_events_total{channel=\"lobby\",kind=\"join\"} 1");
    let refused = serving.ask("evil.example");
    assert!(refused.starts_with("HTTP/1.1 421 ") && !refused.contains("lobby"), "{refused}");
}

#[test]
fn what_follows_events_and_a_plain_dashboard_can_be_scraped_too() {
    let world = World::new();
    world.present("lobby", "ann", None);
    for args in
        [&["events", "--metrics=127.0.0.1:0", "lobby"][..], &["watch", "--plain", "--metrics=127.0.0.1:0", "lobby"]]
    {
        Serving::open(&world, args).tells("herenow_occupancy{channel=\"lobby\"} 1");
    }
}

#[test]
fn the_service_tells_what_it_has_counted() {
    let world = World::new();
    let serving = Serving::open(&world, &["serve", "--port", "0", "--metrics=127.0.0.1:0"]);
    let answer = serving.tells("herenow_service_present 0");
    assert!(answer.contains("herenow_service_connections 0\n") && answer.ends_with("# EOF\n"), "{answer}");
}

#[cfg(unix)]
#[test]
fn a_text_file_is_kept_and_says_at_the_end_that_nobody_watches() {
    use nix::{
        sys::signal::{Signal, kill},
        unistd::Pid,
    };
    let world = World::new();
    world.present("lobby", "ann", None);
    let file = format!("{}/metrics-{}.prom", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let mut child = world.command(&["metrics", "--textfile", &file, "--every", "1s", "lobby"]).spawn().unwrap();
    let line = "herenow_occupancy{channel=\"lobby\"} 1\n";
    let read = || std::fs::read_to_string(&file).unwrap_or_default();
    let written = (0..100_000).any(|_| {
        world.until_watched();
        read().contains(line)
    });
    assert!(written, "{}", read());
    kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let last = read();
    assert!(last.contains("herenow_link_up 0\n") && !last.contains("herenow_occupancy"), "{last}");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn an_address_that_is_taken_is_told() {
    let world = World::new();
    let taken = world.running.address.to_string();
    world.refuses(&["metrics", "--listen", &taken, "lobby"], 1, &["can't be served", &taken, "--listen"]);
    world.refuses(&["metrics", "--textfile", "/", "lobby"], 2, &["text file", "directory"]);
}
