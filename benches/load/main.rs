//! How herenow bears a flood: `cargo bench --bench load`.
//!
//! | part | what is loaded | what is measured |
//! |---|---|---|
//! | [`idle`] | the dashboard's real loop, with 10 to 10,000 channels on which nothing happens | the work in a minute, and from a key to its frame |
//! | [`keys`] | the dashboard's real loop, with so many events a second on a channel of 100,000 | from a key to the frame that shows it, and frames per second |
//! | [`ingest`] | the dashboard's real loop, with events as fast as they are taken in | CPU time, against the world alone |
//!
//! `cargo bench --bench load -- ingest` runs one part alone.
//!
//! Figures of one machine mean little on another; the ratios, taken in one run, mean more. Nothing here
//! fails on a number. Without `--bench`, as `cargo test --benches` runs it, it is small and over soon.

#[path = "../frame/cpu.rs"]
mod cpu;
mod flood;
#[path = "../../tests/support/happen.rs"]
mod happen;
mod idle;
mod ingest;
mod keys;
#[path = "../../tests/support/model.rs"]
mod model;
#[path = "../../tests/support/world.rs"]
mod world;

use std::{io, process::ExitCode};

/// Measures a part, in full or a little.
type Part = fn(bool) -> io::Result<()>;

fn main() -> ExitCode {
    let full = std::env::args().any(|arg| arg == "--bench");
    let parts: [(&str, Part); 3] = [("idle", idle::run), ("keys", keys::run), ("ingest", ingest::run)];
    // All, or those that are named.
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let mut wanted = parts.iter().filter(|(name, _)| named.is_empty() || named.iter().any(|other| other == name));
    let done = wanted.try_for_each(|(_, run)| run(full));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("load benchmark: {why}");
            ExitCode::FAILURE
        }
    }
}

/// A runtime as the program has it.
fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}
