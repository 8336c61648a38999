//! THE VERBS. What a person types, one verb one file.
//!
//! Exit codes: 0 done, 1 failed, 2 asked wrongly. Every failure is one sentence on stderr that says
//! what, why and what to try. What a verb answers goes to stdout and through `print`, what it has to
//! remark to stderr; a reader who closes stdout early has read enough, and that is no failure.

mod args;
mod completions;
mod config;
mod crowd;
mod demo;
mod end;
mod failure;
mod group;
mod heartbeat;
mod here_now;
mod keyset;
mod leave;
mod man;
mod places;
mod print;
mod serve;
mod service_args;
mod stand;
mod state;
mod switch;
mod watch;
mod where_now;

use std::process::ExitCode;

use clap::Parser;

pub use args::{Args, Verb};
pub use failure::Failure;

/// Read the arguments, run the verb.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let broken = failure::install_reports();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::failed(format!("the runtime could not start: {error}")).report(),
    };
    let result = runtime.block_on(async {
        match args.verb.unwrap_or_default() {
            Verb::Demo(demo) => Box::pin(demo::run(demo, broken)).await,
            Verb::Watch(watch) => Box::pin(watch::run(watch, broken)).await,
            Verb::Serve(serve) => serve::run(serve, broken).await,
            Verb::HereNow(args) => here_now::run(args).await,
            Verb::WhereNow(args) => where_now::run(args).await,
            Verb::Heartbeat(args) => heartbeat::run(args).await,
            Verb::Leave(args) => leave::run(args).await,
            Verb::State(args) => state::run(args).await,
            Verb::Group(args) => group::run(args).await,
            Verb::Completions(args) => completions::run(&args),
            Verb::Man(args) => man::run(&args),
            Verb::Config(args) => config::run(&args),
        }
    });
    // The reader of a terminal that is gone never ends: leave it behind.
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
