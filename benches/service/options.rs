//! How much load, and whether this system lets us make it.

use std::fmt;

use clap::Parser;

/// Open files beside the polls: the standard streams, the runtime's, and the requesting connections,
/// in this process or in the service.
const OTHER_FILES: u64 = 64;

/// How much load.
#[derive(Debug, Clone, Parser)]
pub struct Options {
    /// Open long polls.
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..))]
    pub polls: u32,
    /// How many of them listen to the same channel.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub listeners: u32,
    /// Joins and leaves per second while they are open.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub events: u32,
    /// For how long each part is measured, in seconds, after it has warmed up.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub seconds: u32,
    /// People on one channel.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub users: u32,
    /// People on one channel whose pages of here now are compared.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub many_users: u32,
    /// Heartbeats per second while they are there.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub heartbeats: u32,
    /// Pages of here now per second meanwhile.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub pages: u32,
    /// Given by `cargo bench`; without it everything is small.
    #[arg(long, hide = true)]
    pub bench: bool,
}

impl Options {
    /// From the command line.
    pub fn read() -> Self {
        if std::env::args().any(|arg| arg == "--bench") {
            return Self::parse();
        }
        // Whatever else is given is for the tests that run beside it.
        let small = ["service", "--polls=50", "--events=100", "--seconds=1", "--users=500", "--heartbeats=100"];
        let small = small.into_iter().chain(["--many-users=3000"]);
        Self::parse_from(small)
    }

    /// The channels that the polls are spread over.
    pub fn channels(&self) -> u32 {
        self.polls.div_ceil(self.listeners)
    }

    /// From the first event to the first that is measured, in seconds.
    pub fn warm_up(&self) -> u32 {
        self.seconds.min(3)
    }

    /// Whether a process may have a connection for every poll: this one, and the service, which
    /// inherits the limit.
    pub fn check_open_files(&self) -> Result<(), String> {
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let soft = limits.lines().find_map(|line| line.strip_prefix("Max open files")?.split_whitespace().next());
        // Unlimited, or another system: then it turns out by itself.
        let Some(soft) = soft.and_then(|soft| soft.parse::<u64>().ok()) else { return Ok(()) };
        let (polls, needed) = (self.polls, u64::from(self.polls) + OTHER_FILES);
        if needed <= soft {
            return Ok(());
        }
        let possible = soft.saturating_sub(OTHER_FILES).max(1);
        Err(format!(
            "{polls} polls need {needed} open files and the limit is {soft}: raise it with `ulimit -n {needed}`, \
             or ask for fewer with `-- --polls {possible}`"
        ))
    }
}

impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let Self { polls, events, seconds, users, .. } = self;
        write!(
            f,
            "{cores} cores for service and load together; {polls} polls, {events} events/s, {users} users, \
             {seconds} s each"
        )
    }
}
