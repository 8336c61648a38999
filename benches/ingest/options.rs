//! What is measured, and how much of it.

use std::fmt;

use clap::{Parser, Subcommand, ValueEnum};

use crate::{loops, stream::TOGETHER};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Events per second on a core, of every consumer.
    Ingest,
    /// A million occupants: loading them, and memory.
    Occupants,
    /// What the verdict adds to an event.
    Verdict,
    /// The cost of an event by occupants and by channels.
    Growth,
}

/// How much.
#[derive(Debug, Parser)]
pub struct Options {
    /// Only these parts.
    #[arg(long = "part", value_enum, value_delimiter = ',')]
    parts: Vec<Part>,
    /// Events that each consumer reads.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(100..=100_000_000))]
    events: u32,
    /// How often each consumer reads them; the median counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub rounds: u32,
    /// The most occupants.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(100..=9_999_999))]
    pub users: u32,
    /// The most channels.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub channels: u32,
    /// Leave out PubNub's Rust SDK, which has to be fetched and built.
    #[arg(long)]
    pub without_sdk: bool,
    /// Given by `cargo bench`; without it everything is small.
    #[arg(long, hide = true)]
    pub bench: bool,
    /// Be one of the consumers.
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What this program does besides: it starts itself as a consumer.
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(hide = true)]
    Loop(loops::Order),
}

impl Options {
    /// From the command line.
    pub fn read() -> Self {
        if std::env::args().skip(1).any(|arg| arg == "--bench" || arg == "loop") {
            return Self::parse();
        }
        // Whatever else is given is for the tests that run beside it.
        Self::parse_from(["ingest", "--events=1000", "--rounds=1", "--users=2000", "--channels=20", "--without-sdk"])
    }

    pub fn includes(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }

    /// Replies that hold the events.
    pub const fn replies(&self) -> u32 {
        self.events.div_ceil(TOGETHER)
    }
}

impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let (events, rounds) = (self.replies() * TOGETHER, self.rounds);
        write!(f, "{cores} cores; {events} events, {TOGETHER} in each reply; medians of {rounds} rounds, taken in turn")
    }
}
