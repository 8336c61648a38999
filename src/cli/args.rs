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
    /// Print events as they happen, one line each, for programs or for people.
    Events(Box<Events>),
    /// Serve presence metrics of channels for Prometheus.
    Metrics(Box<MetricsArgs>),
    /// Wait until a claim about presence holds.
    Wait(Box<Wait>),
    /// Check claims about presence, now or for a while.
    Check(Box<Check>),
    /// Run the presence service on its own, for your own clients.
    Serve(ServeArgs),
    /// List who is on channels, or count them.
    HereNow(HereNowArgs),
    /// List the channels that a user is on.
    WhereNow(WhereNowArgs),
    /// Make a user present on channels, once or for as long as this runs.
    Heartbeat(HeartbeatArgs),
    /// Make a user leave channels.
    Leave(LeaveArgs),
    /// Get or set a user's state on channels.
    State(StateArgs),
    /// List, change or delete a channel group.
    Group(GroupArgs),
    /// Play a recording in the dashboard, or verify it.
    Replay(ReplayArgs),
    /// List who joined, left and changed between two instants of a recording.
    Diff(DiffArgs),
    /// List the spans of a recording in which a claim held.
    When(WhenArgs),
    /// Write shell completions.
    Completions(CompletionsArgs),
    /// Read the manual, or search it.
    Manual(ManualArgs),
    /// Write a manual page.
    Man(ManArgs),
    /// Show where the configuration is and what it says, check it, or write a first one.
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
