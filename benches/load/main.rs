//! How herenow bears a flood: `cargo bench --bench load`.
//!
//! | part | what is loaded | what is measured |
//! |---|---|---|
//! | [`idle`] | the dashboard's real loop, with 10 to 10,000 channels on which nothing happens | the work in a minute, and from a key to its frame |
//! | [`keys`] | the dashboard's real loop, with so many events a second on a channel of 100,000 | from a key to the frame that shows it, and frames per second |
//! | [`lines`] | the real `herenow events`, on a service that always has another hundred events | lines per second, against a client that only fetches them |
//!
//! Figures of one machine mean little on another; the ratios, taken in one run, mean more. Nothing here
//! fails on a number. Without `--bench`, as `cargo test --benches` runs it, it is small and over soon.

mod flood;
#[path = "../../tests/support/happen.rs"]
mod happen;
mod idle;
mod keys;
mod lines;
#[path = "../../tests/support/model.rs"]
mod model;
#[path = "../../tests/support/world.rs"]
mod world;

use std::{io, process::ExitCode};

fn main() -> ExitCode {
    let full = std::env::args().any(|arg| arg == "--bench");
    let done = idle::run(full).and_then(|()| keys::run(full)).and_then(|()| lines::run(full));
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
