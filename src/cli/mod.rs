//! THE VERBS. What a person types, one verb one file.
//!
//! Exit codes: 0 done, 1 failed, 2 asked wrongly; of `wait` and `check`: 0 held, 1 not held, 2 asked
//! wrongly, 3 that could not be known. Every failure is one sentence on stderr that says
//! what, why and what to try. What a verb answers goes to stdout and through `print`, what it has to
//! remark to stderr; a reader who closes stdout early has read enough, and that is no failure.

mod args;
mod check;
mod claims;
mod completions;
mod config;
mod crowd;
mod demo;
mod end;
mod events;
mod failure;
mod flags;
mod group;
mod heartbeat;
mod here_now;
mod judging;
mod keyset;
mod leave;
mod local_service;
mod log;
mod look;
mod man;
mod open_dashboard;
mod print;
mod report;
mod serve;
mod service_section;
mod session;
mod state;
mod switch;
mod tell;
mod wait;
mod watch;
mod where_now;
mod whole_file;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

pub use args::{Args, Verb};
pub use failure::Failure;

/// Read the arguments, run the verb.
pub fn main() -> ExitCode {
    let matches = Args::command().get_matches();
    let args = match Args::from_arg_matches(&matches) {
        Ok(args) => args,
        Err(error) => error.exit(),
    };
    let logged = match log::begin(&args.log, &matches) {
        Ok(logged) => logged,
        Err(failure) => return failure.report(),
    };
    let result = run(args);
    if let Err(failure) = &result {
        failure.log();
    }
    drop(logged);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Run the verb.
fn run(args: Args) -> Result<(), Failure> {
    let broken = failure::install_reports();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return Err(Failure::failed(format!(
                "the runtime could not start ({error}); are there too many processes?"
            )));
        }
    };
    let Args { verb, log } = args;
    let result = runtime.block_on(async {
        match verb.unwrap_or_default() {
            Verb::Demo(demo) => Box::pin(demo::run(demo, broken)).await,
            Verb::Watch(watch) => Box::pin(watch::run(watch, broken)).await,
            Verb::Wait(args) => wait::run(*args, broken).await,
            Verb::Check(args) => check::run(*args, broken).await,
            Verb::Serve(serve) => serve::run(serve, broken).await,
            Verb::Events(args) => events::run(*args, broken).await,
            Verb::HereNow(args) => here_now::run(args).await,
            Verb::WhereNow(args) => where_now::run(args).await,
            Verb::Heartbeat(args) => heartbeat::run(args).await,
            Verb::Leave(args) => leave::run(args).await,
            Verb::State(args) => state::run(args).await,
            Verb::Group(args) => group::run(args).await,
            Verb::Completions(args) => completions::run(&args, Args::command()),
            Verb::Man(args) => man::run(&args, Args::command()),
            Verb::Config(args) => config::run(&args, &log),
        }
    });
    // The reader of a terminal that is gone never ends: leave it behind.
    runtime.shutdown_background();
    result
}
