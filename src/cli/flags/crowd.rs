//! Which crowd is simulated.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::past_time::PastTime;

use crate::crowd::{MOST_CHANNELS, MOST_PEOPLE, Profile};

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
    /// everybody runs to one channel, past the announce max
    Stampede,
    /// a region falls silent, times out at once, and comes back
    Outage,
    /// many short visits, from channel to channel
    Conference,
    /// few people, who stay long and say little
    Night,
    /// names as weapons: control characters, floods, giants
    Hostile,
}

impl Crowd {
    /// How it behaves.
    pub fn profile(self) -> Option<Profile> {
        Profile::by_name(self.to_possible_value()?.get_name())
    }
}

/// The crowd's settings.
#[derive(Debug, Clone, ClapArgs)]
pub struct CrowdArgs {
    /// What happens when, instead of one --crowd: a TOML file, or one of day, product-launch,
    /// bad-evening.
    #[arg(long, value_name = "FILE", conflicts_with = "crowd")]
    pub scenario: Option<String>,
    /// Play the people of this recording instead of a --crowd: they join, leave, time out and change state as recorded,
    /// starting when the first client listens.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["crowd", "scenario", "people", "channels", "seed"])]
    pub from: Option<PathBuf>,
    /// With --from: start at this time, such as 12:04:28, -5m (before the end) or +5m (after the beginning).
    #[arg(long, value_name = "TIME", requires = "from", allow_hyphen_values = true, visible_alias = "since")]
    pub at: Option<PastTime>,
    /// With --from: start over at the end. Without it, those who are present then stay.
    #[arg(long = "loop", requires = "from")]
    pub repeat: bool,
    /// The number of people; how many of them are online depends on the crowd [default: 90, or
    /// as the scenario says].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=MOST_PEOPLE as i64))]
    pub people: Option<u32>,
    /// The number of channels that they visit [default: 5, or as the scenario says].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=MOST_CHANNELS as i64))]
    pub channels: Option<u32>,
    /// The same seed gives the same people and actions [default: 1, or as the scenario
    /// says].
    #[arg(long)]
    pub seed: Option<u64>,
    /// Speed factor, 0.1 to 100; presence timeouts stay as they are.
    #[arg(long, default_value_t = 1.0, value_parser = parse_speed)]
    pub speed: f64,
}

fn parse_speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| (0.1..=100.0).contains(speed));
    speed.ok_or_else(|| "a speed is 0.1 to 100, and 1 is a normal day".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

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
