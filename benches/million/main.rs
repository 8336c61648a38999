//! How many occupants herenow bears: `cargo bench --bench million`.
//!
//! A service that does nothing else hands out pages of a channel with 10,000, 100,000 and 1,000,000 occupants, each
//! with a state of 120 bytes. The real `herenow events --quiet` collects them, and so does a bare loop: hyper, borrowed
//! `serde_json`, a hash map. Told are the memory of each when all are there, and the CPU time; the ratio, taken in one
//! run, means more than the figures. Linux only, as it looks into `/proc`.

mod bare;
mod pages;

use std::{
    io::{self, BufRead, BufReader},
    process::{Child, Command, ExitCode, Stdio},
    thread::sleep,
    time::Duration,
};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = args.iter().skip(1).map(String::as_str).collect();
    let done = match words[..] {
        ["serve", count] => pages::serve(count.parse().unwrap_or(0)),
        ["bare", port] => bare::collect(port),
        _ if !cfg!(target_os = "linux") => Ok(()),
        _ => {
            let sizes: &[usize] = if words.contains(&"--bench") { &[10_000, 100_000, 1_000_000] } else { &[2_000] };
            println!("occupants | herenow MiB | at most | CPU s | bare loop MiB | CPU s | ratio of CPU");
            sizes.iter().try_for_each(|size| compare(*size))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("million benchmark: {why}");
            ExitCode::FAILURE
        }
    }
}

/// A process that ends with us.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a process has taken.
struct Taken {
    mib: usize,
    most_mib: usize,
    cpu: Duration,
}

fn compare(count: usize) -> io::Result<()> {
    let ours = measure(count, |port| {
        let origin = format!("http://127.0.0.1:{port}");
        let mut herenow = Command::new(env!("CARGO_BIN_EXE_herenow"));
        herenow.args(["events", "--quiet", "lobby", "--subscribe-key", "demo", "--user-id", "watcher"]);
        herenow.args(["--budget", "1000", "--origin", &origin]);
        herenow
    })?;
    let bare = measure(count, |port| {
        let mut bare = Command::new(std::env::current_exe().unwrap_or_default());
        bare.args(["bare", port]);
        bare
    })?;
    let (ours_cpu, bare_cpu) = (ours.cpu.as_secs_f64(), bare.cpu.as_secs_f64());
    println!(
        "{count:>9} | {:>11} | {:>7} | {ours_cpu:>5.2} | {:>13} | {bare_cpu:>5.2} | {:>12.2}",
        ours.mib,
        ours.most_mib,
        bare.mib,
        ours_cpu / bare_cpu.max(0.005),
    );
    Ok(())
}

/// Run a collector on a service of its own, until it has collected everybody and is at rest.
fn measure(count: usize, collector: impl FnOnce(&str) -> Command) -> io::Result<Taken> {
    let mut server = Command::new(std::env::current_exe()?);
    let mut server = Running(server.args(["serve", &count.to_string()]).stdout(Stdio::piped()).spawn()?);
    let told = server.0.stdout.take().ok_or_else(|| io::Error::other("the service has no output"))?;
    let mut told = BufReader::new(told).lines();
    let mut next = || told.next().unwrap_or_else(|| Err(io::Error::other("the service ended")));
    let port = next()?;
    let collector = Running(collector(&port).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?);
    // It tells when it has handed out the last page.
    next()?;
    let mut before = None;
    loop {
        let taken = read_taken(collector.0.id())?;
        if before == Some(taken.cpu) {
            return Ok(taken);
        }
        before = Some(taken.cpu);
        sleep(Duration::from_secs(1));
    }
}

fn read_taken(process: u32) -> io::Result<Taken> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let mib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
        kib.map(|kib| kib.div_ceil(1024)).ok_or_else(|| io::Error::other("no memory is told"))
    };
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // User and system time, in hundredths of a second.
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(Taken { mib: mib("VmRSS:")?, most_mib: mib("VmHWM:")?, cpu: Duration::from_millis(ticks * 10) })
}
