//! How fast events are taken in, and what a million occupants take: `cargo bench --bench ingest`.
//!
//! ```text
//! cargo bench --bench ingest
//! cargo bench --bench ingest -- --part ingest --events 1000000 --rounds 5
//! ```
//!
//! | part | what is read | what is measured |
//! |---|---|---|
//! | [`ingest`] | full replies of presence events, on one channel and on ten | events per second on a core, against loops that do the least and against PubNub's Rust SDK |
//! | [`occupants`] | here now, page by page, of up to a million on one channel | time on a core against a loop that does the least, and memory |
//! | [`verdict`] | the same replies in this process, with and without what looks for incidents | time on a core for an event, and the ratio |
//! | [`growth`] | the same stream among 100 to a million occupants, and on 1 to 10,000 channels | time on a core for an event |
//!
//! This process is the [`service`]; each consumer is a process of its own, which reads a [`stream`] made for
//! it alone, one consumer after the other. Times are those on a core, of all threads, from the moment when a consumer has
//! nothing to do to the next such moment: neither its start nor its end counts, nor what the service takes.
//! Figures of one machine mean little on another; the ratios, taken in one run, mean more. Nothing fails on
//! a figure; an event that was not counted, and a roster that is not the truth, fail the run. Without
//! `--bench`, as `cargo test --benches` runs it, it is small and over soon.
//!
//! Only Linux tells so precisely what another process takes.

#[cfg(target_os = "linux")]
mod consumer;
#[cfg(target_os = "linux")]
mod growth;
#[cfg(target_os = "linux")]
mod ingest;
#[cfg(target_os = "linux")]
mod loops;
#[cfg(target_os = "linux")]
mod occupants;
#[cfg(target_os = "linux")]
mod options;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod roster;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod sdk;
#[cfg(target_os = "linux")]
mod service;
#[cfg(target_os = "linux")]
mod stream;
#[cfg(target_os = "linux")]
mod table;
#[cfg(target_os = "linux")]
mod verdict;

#[cfg(target_os = "linux")]
#[path = "../../tests/support/happen.rs"]
mod happen;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use options::{Options, Part, Verb};

    let options = Options::read();
    let done = match &options.verb {
        Some(Verb::Loop(order)) => loops::run(order).map(|()| true),
        None => run::Bench::open().and_then(|bench| {
            println!("{options}");
            let mut exact = true;
            if options.includes(Part::Ingest) {
                exact &= ingest::run(&bench, &options)?;
            }
            if options.includes(Part::Occupants) {
                exact &= occupants::run(&bench, &options)?;
            }
            if options.includes(Part::Verdict) {
                verdict::run(&options)?;
            }
            if options.includes(Part::Growth) {
                exact &= growth::run(&bench, &options)?;
            }
            Ok(exact)
        }),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("ingest benchmark: a roster is not the truth");
            ExitCode::FAILURE
        }
        Err(why) => {
            eprintln!("ingest benchmark: {why}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("ingest benchmark: not measured here; only Linux tells so precisely what another process takes");
    ExitCode::SUCCESS
}
