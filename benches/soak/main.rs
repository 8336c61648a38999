//! What only a long run shows: `cargo bench --bench soak`.
//!
//! ```text
//! cargo bench --bench soak
//! cargo bench --bench soak -- --users 10000 --channels 100 --polls 500 --seconds 60
//! ```
//!
//! | part | what runs | what has to hold |
//! |---|---|---|
//! | [`hour`] | the service without sockets, for an hour of virtual time: 100,000 users on 1,000 channels who beat, leave, fall silent and come back | each list that is made of events is that of here now and of who beats; memory is flat |
//! | [`minutes`] | the real binary for five minutes: 5,000 polls, 1,000 joins and leaves a second, under every kind of fault | what no fault was told to lose is heard; what one was is counted to the last event; memory is flat |
//!
//! A list that differs, an event that is missing, or memory that grows fails the run; no figure of speed does.
//! Without `--bench`, as `cargo test --benches` runs it, it is small and over soon.

mod hour;
#[path = "../service/http.rs"]
mod http;
mod listener;
mod minutes;
mod options;
#[expect(dead_code, reason = "the service benchmark uses all of it")]
#[path = "../service/pace.rs"]
mod pace;
mod people;
#[expect(dead_code, reason = "the service benchmark uses all of it")]
#[path = "../service/report.rs"]
mod report;
#[expect(dead_code, reason = "the service benchmark uses all of it")]
#[path = "../service/server.rs"]
mod server;
#[path = "../service/subscribe.rs"]
mod subscribe;
#[path = "../service/turn.rs"]
mod turn;

use std::{io, process::ExitCode};

use options::Options;

fn main() -> ExitCode {
    let options = Options::read();
    let done = hour::run(&options).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(minutes::run(&options))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("soak: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Fail if a process holds more at the end of a run than it did when it had settled.
///
/// # Errors
/// If it grew by more than a tenth and 8 MiB: what allocators keep is not the same twice.
fn hold_flat(settled: Option<u64>, end: Option<u64>) -> io::Result<()> {
    let (Some(settled), Some(end)) = (settled, end) else { return Ok(()) };
    let most = settled + settled / 10 + (8 << 20);
    report::line(
        "memory, settled and at the end",
        &format!("{}, {}", report::mb(Some(settled)), report::mb(Some(end))),
        Some(format!("flat: {}", report::word(end <= most))),
    );
    if end <= most { Ok(()) } else { Err(io::Error::other("memory grew")) }
}
