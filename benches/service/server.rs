//! The service as a process of its own, and what it takes.

use std::{
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A running `herenow serve`, ended when this is dropped.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

/// What a process has taken so far; only Linux tells.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Bytes resident now.
    pub resident: Option<u64>,
    /// The most that were ever resident.
    pub peak: Option<u64>,
    /// Time on a core.
    pub cpu: Option<Duration>,
    /// Time in which it could have worked, but every core was taken by somebody else.
    pub waited: Option<Duration>,
}

impl Server {
    /// Start one on a free port, with these flags.
    pub fn start(flags: &[&str]) -> io::Result<Self> {
        let mut process = Command::new(env!("CARGO_BIN_EXE_herenow"))
            .env_remove("HERENOW_CONFIG")
            .env("XDG_CONFIG_HOME", env!("CARGO_TARGET_TMPDIR"))
            .args(["serve", "--port", "0"])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let said = process.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).lines());
        let address =
            said.map_while(Result::ok).find_map(|line| line.trim().strip_prefix("origin")?.trim().parse().ok());
        let Some(address) = address else {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
            return Err(io::Error::other("the service did not say its origin"));
        };
        Ok(Self { process, address })
    }

    /// What it has taken.
    pub fn usage(&self) -> Usage {
        usage(&self.process.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What this process has taken.
pub fn own_usage() -> Usage {
    usage("self")
}

fn usage(process: &str) -> Usage {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
    let (status, stat) = (read("status"), read("stat"));
    let kibibytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line?.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
    };
    // Behind the name, which may hold anything but ends with the last parenthesis, come the state as
    // the first field, and user and system time as the 12th and 13th, in hundredths of a second.
    let fields = stat.rsplit_once(')').map(|(_, fields)| fields);
    let times = fields.map(|fields| fields.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()));
    let cpu = times.map(|times| Duration::from_millis(10 * times.sum::<u64>()));
    Usage { resident: kibibytes("VmRSS"), peak: kibibytes("VmHWM"), cpu, waited: waited(process) }
}

/// Of every thread, the second number is nanoseconds.
fn waited(process: &str) -> Option<Duration> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).ok()?.flatten();
    let read = |thread: std::fs::DirEntry| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    Some(Duration::from_nanos(threads.filter_map(read).sum()))
}
