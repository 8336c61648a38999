//! What can be typed.

use clap::{Parser, Subcommand};

use super::{
    check::Check,
    completions::CompletionsArgs,
    config::ConfigArgs,
    demo::DemoArgs,
    events::Events,
    flags::log::LogArgs,
    group::GroupArgs,
    heartbeat::HeartbeatArgs,
    here_now::HereNowArgs,
    leave::LeaveArgs,
    man::ManArgs,
    manual::ManualArgs,
    metrics::MetricsArgs,
    past::{DiffArgs, ReplayArgs, WhenArgs},
    serve::ServeArgs,
    state::StateArgs,
    wait::Wait,
    watch::WatchArgs,
    where_now::WhereNowArgs,
};

/// Watch PubNub Presence live: who is on a channel, right now.
///
/// Without a verb, `herenow` runs the demo: its own presence service on this machine, with a
/// simulated crowd, and the dashboard on it.
#[derive(Debug, Parser)]
#[command(version, long_version = include_str!(concat!(env!("OUT_DIR"), "/version.txt")))]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub verb: Option<Verb>,
    /// Whether a log is written.
    #[command(flatten)]
    pub log: LogArgs,
}

/// What herenow can do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Open the dashboard on a presence service of its own, with a simulated crowd (the default).
    Demo(DemoArgs),
    /// Open the dashboard on the channels of a keyset.
    Watch(WatchArgs),
    /// Tell what happens on channels, line by line, for programs or for people.
    Events(Box<Events>),
    /// Tell Prometheus how many are on channels, and how well it is known.
    Metrics(Box<MetricsArgs>),
    /// Wait until what is claimed about presence holds.
    Wait(Box<Wait>),
    /// Check what is claimed about presence, now or for a while.
    Check(Box<Check>),
    /// Run the presence service alone, for clients of your own.
    Serve(ServeArgs),
    /// Say who is on channels, or how many they are.
    HereNow(HereNowArgs),
    /// Say on which channels a user is.
    WhereNow(WhereNowArgs),
    /// Be present on channels, once or for as long as this runs.
    Heartbeat(HeartbeatArgs),
    /// Be no longer present on channels.
    Leave(LeaveArgs),
    /// Read or set the state that a user carries on channels.
    State(StateArgs),
    /// List a channel group, change it, or delete it.
    Group(GroupArgs),
    /// Play a recording in the dashboard, or hold it against what was recorded.
    Replay(ReplayArgs),
    /// Say who came, who went and what changed between two instants of a recording.
    Diff(DiffArgs),
    /// Say when something held, in a recording.
    When(WhenArgs),
    /// Write the completions for a shell.
    Completions(CompletionsArgs),
    /// Read the manual, or search it.
    Manual(ManualArgs),
    /// Write a manual page.
    Man(ManArgs),
    /// Say where the configuration is, what counts, and whether it is right; or write a first one.
    Config(ConfigArgs),
}

impl Default for Verb {
    fn default() -> Self {
        let Args { verb, .. } = Args::parse_from(["herenow", "demo"]);
        verb.unwrap_or_else(|| unreachable!("a verb was given"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::flags::crowd::Crowd;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
        assert!(matches!(Verb::default(), Verb::Demo(DemoArgs { port: 0, crowd: Crowd::Steady, .. })));
    }

    #[test]
    fn a_log_can_be_asked_for_before_and_behind_any_verb() {
        for line in
            ["--log f", "--log f here-now x", "here-now --log f x", "state --log f get x", "config show --log f"]
        {
            let args = Args::try_parse_from(["herenow"].into_iter().chain(line.split(' ')));
            let log = args.unwrap_or_else(|e| panic!("{line}: {e}")).log;
            assert_eq!(log.collect_typed().flags, [("--log", "f".into())], "{line}");
        }
        assert!(Args::try_parse_from(["herenow", "--log", "f", "dance"]).is_err());
    }
}
