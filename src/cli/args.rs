//! What can be typed.

use std::time::Duration;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::{
    check::Check,
    completions::Completions,
    config::ConfigArgs,
    events::Events,
    group::Group,
    heartbeat::Heartbeat,
    here_now::HereNow,
    keyset::{KeysetArgs, LookArgs, MarkArgs, SpeakerArgs},
    leave::Leave,
    log::LogArgs,
    man::Man,
    service_args::ServiceArgs,
    state::State,
    wait::Wait,
    where_now::WhereNow,
};
use crate::{
    config::Typed,
    crowd::{MOST_CHANNELS, MOST_PEOPLE, Profile},
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

/// A crowd to simulate: nobody, or a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Crowd {
    /// nobody
    None,
    /// a normal afternoon: people come, go, vanish and change state
    Steady,
    /// a wave of arrivals up to nearly everybody, then the ebb
    RushHour,
    /// some leave and are back within seconds, over and over
    Flapping,
    /// within seconds everybody is on one channel, past the announce max; later it drains
    Stampede,
    /// a whole region falls silent at one instant, times out together, and comes back
    Outage,
    /// many short visits, from channel to channel
    Conference,
    /// few people, who stay long and say little
    Night,
    /// names with control characters, bidi overrides, floods and giants, to see what breaks
    Hostile,
}

impl Crowd {
    /// How it behaves.
    pub fn profile(self) -> Option<Profile> {
        Profile::named(self.to_possible_value()?.get_name())
    }
}

/// The crowd's settings.
#[derive(Debug, Clone, ClapArgs)]
pub struct CrowdArgs {
    /// What happens when, instead of one --crowd: a TOML file, or one of day, product-launch,
    /// bad-evening.
    #[arg(long, value_name = "FILE", conflicts_with = "crowd")]
    pub scenario: Option<String>,
    /// How many people there are; how many of them are online depends on the crowd [default: 90, or
    /// as the scenario says].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=MOST_PEOPLE as i64))]
    pub people: Option<u32>,
    /// How many channels they go to [default: 5, or as the scenario says].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=MOST_CHANNELS as i64))]
    pub channels: Option<u32>,
    /// The same seed gives the same people doing the same things [default: 1, or as the scenario
    /// says].
    #[arg(long)]
    pub seed: Option<u64>,
    /// How many times as fast they live, 0.1 to 100; presence timeouts stay as they are.
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    pub speed: f64,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| (0.1..=100.0).contains(speed));
    speed.ok_or_else(|| "a speed is 0.1 to 100, and 1 is a normal day".to_owned())
}

/// Our own presence.
#[derive(Debug, Clone, ClapArgs)]
pub struct OwnArgs {
    /// The presence timeout that `H` asks for, in seconds [default: `HERENOW_PRESENCE_TIMEOUT`, or the
    /// configuration's, or 300].
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(5..=3600))]
    pub presence_timeout: Option<u64>,
}

impl OwnArgs {
    /// The presence timeout, if one was typed.
    pub fn timeout(&self) -> Option<Duration> {
        self.presence_timeout.map(Duration::from_secs)
    }
}

/// `herenow demo`
#[derive(Debug, ClapArgs)]
pub struct Demo {
    /// The port of the service on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Who is there.
    #[arg(long, value_enum, default_value_t = Crowd::Steady)]
    pub crowd: Crowd,
    /// The crowd.
    #[command(flatten)]
    pub people: CrowdArgs,
    /// Ourselves.
    #[command(flatten)]
    pub speaker: SpeakerArgs,
    /// Our own presence.
    #[command(flatten)]
    pub own: OwnArgs,
    /// The colours.
    #[command(flatten)]
    pub look: LookArgs,
    /// The service, last: its headings are for what follows them.
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// What is watched, and as whom: what `watch` takes, and what `config show` tells about.
#[derive(Debug, ClapArgs)]
pub struct WatchedArgs {
    /// What to watch: channels, and patterns such as 'match.*'.
    #[arg(value_name = "CHANNEL")]
    pub channels: Vec<String>,
    /// A channel group to watch; may be given several times.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// Whom to ask, and as whom.
    #[command(flatten)]
    pub keyset: KeysetArgs,
    /// What to call it.
    #[command(flatten)]
    pub marks: MarkArgs,
    /// Our own presence.
    #[command(flatten)]
    pub own: OwnArgs,
    /// The colours.
    #[command(flatten)]
    pub look: LookArgs,
}

impl WatchedArgs {
    /// What was typed about ourselves, whichever keyset it is.
    pub fn ours(&self) -> Typed {
        Typed { presence_timeout: self.own.timeout(), theme: self.look.theme, slow: self.look.slow, ..Typed::default() }
    }

    /// All that was typed besides the flags of the keyset.
    pub fn typed(&self) -> Typed {
        Typed {
            channels: self.channels.clone(),
            groups: self.groups.clone(),
            region: self.marks.region.clone(),
            production: self.marks.production,
            ..self.ours()
        }
    }
}

/// `herenow watch`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow watch --subscribe-key sub-c-… lobby 'match.*'\n\
    With a configuration: herenow watch --keyset staging\n\
    A token for Access Manager is read from HERENOW_AUTH_TOKEN, or as the keyset says; it is never taken from the \
    command line.")]
pub struct Watch {
    /// What is watched, and as whom.
    #[command(flatten)]
    pub watched: WatchedArgs,
}

/// `herenow serve`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow serve --port 7710 --crowd steady\n\
    More about the service with --help; faults, counts and more while it runs at http://127.0.0.1:7710/herenow/status")]
pub struct Serve {
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 7710)]
    pub port: u16,
    /// The address to listen on. Other machines can reach anything but a loopback address, and the
    /// service asks nobody who they are.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub bind: std::net::IpAddr,
    /// Who is there.
    #[arg(long, value_enum, default_value_t = Crowd::None)]
    pub crowd: Crowd,
    /// The crowd.
    #[command(flatten)]
    pub people: CrowdArgs,
    /// The configuration, whose [service] counts where no flag and no scenario says otherwise
    /// [default: `HERENOW_CONFIG`, or config.toml where this system keeps such files].
    #[arg(long, value_name = "FILE")]
    pub config: Option<std::path::PathBuf>,
    /// The service, last: its headings are for what follows them.
    #[command(flatten)]
    pub service: ServiceArgs,
}

#[cfg(test)]
mod tests {
    use super::*;
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
            assert_eq!(log.log, Some("f".into()), "{line}");
        }
        assert!(Args::try_parse_from(["herenow", "--log", "f", "dance"]).is_err());
    }

    #[test]
    fn every_profile_can_be_asked_for_and_is_described_in_its_own_words() {
        let (nobody, crowds) = Crowd::value_variants().split_first().unwrap();
        assert_eq!(nobody.profile(), None);
        let profiles: Vec<Profile> = crowds.iter().filter_map(|crowd| crowd.profile()).collect();
        assert_eq!(profiles, Profile::ALL);
        for (crowd, profile) in crowds.iter().zip(profiles) {
            assert_eq!(crowd.to_possible_value().unwrap().get_help().unwrap().to_string(), profile.about);
        }
    }
}
