//! What can be typed.

use clap::{Parser, Subcommand};

use super::{
    check::Check, completions::Completions, config::ConfigArgs, demo::Demo, events::Events, flags::log::LogArgs,
    group::Group, heartbeat::Heartbeat, here_now::HereNow, leave::Leave, man::Man, serve::Serve, state::State,
    wait::Wait, watch::Watch, where_now::WhereNow,
};

/// Watch PubNub Presence live: who is on a channel, right now.
///
/// Without a verb, `herenow` runs the demo: its own presence service on this machine, with a
/// simulated crowd, and the dashboard on it.
#[derive(Debug, Parser)]
#[command(version)]
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
    Demo(Demo),
    /// Open the dashboard on the channels of a keyset.
    Watch(Watch),
    /// Tell what happens on channels, line by line, for programs or for people.
    Events(Box<Events>),
    /// Wait until what is claimed about presence holds.
    Wait(Box<Wait>),
    /// Check what is claimed about presence, now or for a while.
    Check(Box<Check>),
    /// Run the presence service alone, for clients of your own.
    Serve(Serve),
    /// Say who is on channels, or how many they are.
    HereNow(HereNow),
    /// Say on which channels a user is.
    WhereNow(WhereNow),
    /// Be present on channels, once or for as long as this runs.
    Heartbeat(Heartbeat),
    /// Be no longer present on channels.
    Leave(Leave),
    /// Read or set the state that a user carries on channels.
    State(State),
    /// List a channel group, change it, or delete it.
    Group(Group),
    /// Write the completions for a shell.
    Completions(Completions),
    /// Write a manual page.
    Man(Man),
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
        assert!(matches!(Verb::default(), Verb::Demo(Demo { port: 0, crowd: Crowd::Steady, .. })));
    }

    #[test]
    fn a_log_can_be_asked_for_before_and_behind_any_verb() {
        for line in
            ["--log f", "--log f here-now x", "here-now --log f x", "state --log f get x", "config show --log f"]
        {
            let args = Args::try_parse_from(["herenow"].into_iter().chain(line.split(' ')));
            let log = args.unwrap_or_else(|e| panic!("{line}: {e}")).log;
            assert_eq!(log.typed().flags, [("--log", "f".into())], "{line}");
        }
        assert!(Args::try_parse_from(["herenow", "--log", "f", "dance"]).is_err());
    }
}
