//! From the command line to the end of its verb.

use std::{env, io, process::ExitCode};

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use tokio::runtime::Runtime;

use crate::child;

use super::{
    args::{Args, Verb},
    check, completions, config, demo, events,
    failure::{self, Failure, FailureForm},
    group, heartbeat, here_now, leave, log, man, manual, metrics, past, serve,
    state::{self, StateArgs, StateVerb},
    wait, watch, where_now,
};

/// Read the arguments, run the verb.
pub fn main() -> ExitCode {
    let form = FailureForm::of_command_line(env::args_os().skip(1));
    let (matches, args) = match read_args() {
        Ok(read) => read,
        Err(error) => return failure::explain_usage(&error, form),
    };
    let logged = match log::begin_log(&args.log, &matches) {
        Ok(logged) => logged,
        Err(failure) => return failure.report(form),
    };
    let result = run_verb(args);
    if let Err(failure) = &result {
        failure.log();
    }
    drop(logged);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(form),
    }
}

fn read_args() -> Result<(ArgMatches, Args), clap::Error> {
    let matches = Args::command().try_get_matches()?;
    let args = Args::from_arg_matches(&matches)?;
    Ok((matches, args))
}

/// Start what runs the tasks of a verb.
fn start_runtime(verb: &Verb) -> io::Result<Runtime> {
    // A service answers beside whatever else goes on. What only follows a stream hands each reply from task to task,
    // which costs more where they wake each other from thread to thread.
    let mut runtime = match verb {
        Verb::Demo(_) | Verb::Serve(_) => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    // Sockets are looked at after so many tasks: where each takes milliseconds, the usual 61 are a long wait.
    runtime.event_interval(4).worker_threads(2).enable_all().build()
}

/// Run the verb.
fn run_verb(args: Args) -> Result<(), Failure> {
    let broken = failure::install_reports();
    let Args { verb, log } = args;
    let verb = verb.unwrap_or_default();
    let runtime = start_runtime(&verb).map_err(|error| {
        Failure::error(format!("the runtime could not start ({error}); are there too many processes?"))
    })?;
    let result = runtime.block_on(async {
        match verb {
            Verb::Demo(demo) => Box::pin(demo::run_demo(demo, broken)).await,
            Verb::Watch(watch) => Box::pin(watch::run_watch(watch, broken)).await,
            Verb::Wait(args) => wait::run_wait(*args, broken).await,
            Verb::Check(args) if args.past.from.is_some() => past::run_past_check(&args),
            Verb::Check(args) => check::run_check(*args, broken).await,
            Verb::Serve(serve) => serve::run_serve(serve, broken).await,
            Verb::Events(args) if args.past.from.is_some() => past::run_past_events(*args).await,
            Verb::Events(args) => Box::pin(events::run_events(*args, broken)).await,
            Verb::Metrics(args) => metrics::run_metrics(*args, broken).await,
            Verb::HereNow(args) if args.from.is_some() => past::run_past_here_now(&args),
            Verb::HereNow(args) => here_now::run_here_now(args).await,
            Verb::WhereNow(args) => where_now::run_where_now(args).await,
            Verb::Heartbeat(args) => heartbeat::run_heartbeat(args).await,
            Verb::Leave(args) => leave::run_leave(args).await,
            Verb::State(StateArgs { act: StateVerb::Get(args) }) if args.from.is_some() => past::run_past_state(&args),
            Verb::State(args) => state::run_state(args).await,
            Verb::Group(args) => group::run_group(args).await,
            Verb::Replay(args) if args.verify => past::run_verification(&args),
            Verb::Replay(past::ReplayArgs { file, pseudonyms: Some(new), .. }) => past::run_pseudonyms(&file, &new),
            Verb::Replay(args) => Box::pin(past::run_replay(args, broken)).await,
            Verb::Diff(args) => past::run_diff(&args),
            Verb::When(args) => past::run_when(&args),
            Verb::Completions(args) => completions::run_completions(&args, Args::command()),
            Verb::Manual(args) => manual::run_manual(&args),
            Verb::Man(args) => man::run_man(&args, Args::command()),
            Verb::Config(args) => config::run_config(&args, &log),
        }
    });
    child::end_all_children();
    // The reader of a terminal that is gone never ends: leave it behind.
    runtime.shutdown_background();
    result
}
