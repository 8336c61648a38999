//! How much, and for how long.

use clap::Parser;

/// How much, and for how long.
#[derive(Debug, Clone, Parser)]
pub struct Options {
    /// Users, in virtual time.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub users: u32,
    /// The channels they are on.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    pub channels: u32,
    /// Virtual seconds.
    #[arg(long, default_value_t = 3600, value_parser = clap::value_parser!(u32).range(300..=604_800))]
    pub virtual_seconds: u32,
    /// Open polls, in real time.
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..))]
    pub polls: u32,
    /// Joins and leaves a second.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub events: u32,
    /// Real seconds.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(4..=86_400))]
    pub seconds: u32,
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
        let small = [
            "soak",
            "--users=1000",
            "--channels=20",
            "--virtual-seconds=900",
            "--polls=40",
            "--events=80",
            "--seconds=4",
        ];
        Self::parse_from(small)
    }
}
