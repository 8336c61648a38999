//! How much presence the service carries: the real binary, over real loopback connections.
//!
//! ```text
//! cargo bench --bench service
//! cargo bench --bench service -- --polls 1000 --events 200 --seconds 5 --users 10000
//! ```
//!
//! | part | what is loaded | what is measured |
//! |---|---|---|
//! | [`bare`] | a few connections, one request after the other | requests per second, against a responder that does nothing |
//! | [`fan_out`] | thousands of long polls while people come and go | from the cause of an event to each listener; nothing may be lost |
//! | [`crowd`] | a hundred thousand people on one channel | heartbeats, deep pages of here now, memory per person |
//! | [`deep`] | a million people on one channel | a deep page of here now against the first one |
//!
//! The load comes from this process, from one thread that writes requests by hand, so that the
//! service is what is measured; what this process itself takes is printed too. Each part has a
//! service of its own. The targets are words in a table: what fails the run is only a lost event or
//! a refused request. Without `--bench`, as `cargo test --benches` runs it, it is small and over soon.

mod bare;
mod crowd;
mod deep;
mod fan_out;
mod http;
mod options;
mod pace;
mod report;
mod server;
mod subscribe;
mod turn;

use std::{io, process::ExitCode};

use options::Options;

fn main() -> ExitCode {
    let options = Options::read();
    let done = options.check_open_files().map_err(io::Error::other).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(run(&options))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("service benchmark: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> io::Result<()> {
    println!("{options}");
    bare::run(options).await?;
    fan_out::run(options).await?;
    crowd::run(options).await?;
    deep::run(options).await
}
