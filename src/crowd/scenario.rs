//! A file that puts profiles on a timeline. Pure: text in, scenes out; the edge reads the file.
//!
//! ```toml
//! title = "A product launch"
//! people = 400
//! repeat = "5m"
//!
//! [[channel]]
//! name = "lobby"
//! share = 3
//!
//! [[scene]]
//! at = "30s"
//! profile = "stampede"
//! label = "Doors open"
//! speed = 1.5
//!
//! [[fault]]
//! at = "1m"
//! fault = "lose chance=5% for=20s"
//!
//! [service]
//! announce-max = 10
//! ```

mod parse;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::{Places, Profile};
use crate::presence::SceneLine;

/// The scenarios that come with the program, by name.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("day", include_str!("../../assets/scenarios/day.toml")),
    ("product-launch", include_str!("../../assets/scenarios/product-launch.toml")),
    ("bad-evening", include_str!("../../assets/scenarios/bad-evening.toml")),
];

/// What happens when, and to whom.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What it is called. Foreign text.
    pub title: String,
    /// The seed it was written for.
    pub seed: Option<u64>,
    /// How many people, if it says so: 1 to [`MOST_PEOPLE`](super::MOST_PEOPLE).
    pub people: Option<usize>,
    /// Its channels, if it names any.
    pub places: Option<Places>,
    /// After this, it begins again.
    pub repeat: Option<Duration>,
    /// What happens, in order; the first at zero, the others later, each at a time of its own.
    pub scenes: Vec<Scene>,
    /// Settings of the service, as they stand in the file. The code that starts one reads them.
    pub service: Option<Located<toml::Table>>,
    /// Faults of the service, in order, each to be put in force at its time. What they mean is the
    /// service's business.
    pub faults: Vec<TimedFault>,
}

/// Something of the file that others have to read, and where it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    /// The line, from 1.
    pub line: usize,
    /// What.
    pub value: T,
}

/// From a time on, this goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedFault {
    /// When, from the beginning.
    pub at: Duration,
    /// A fault as the service reads it, in a line.
    pub fault: Located<String>,
}

/// From a time on, the crowd behaves like this.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// When, from the beginning.
    pub at: Duration,
    /// How.
    pub profile: Profile,
    /// How fast, 0.1 to 100.
    pub speed: f64,
    /// What to call it. Foreign text.
    pub label: Option<String>,
}

impl Scene {
    /// A profile from the beginning.
    pub fn opening(profile: Profile) -> Self {
        Self { at: Duration::ZERO, profile, speed: 1.0, label: None }
    }

    /// What it is called, and what one sees of it.
    pub fn line(&self) -> SceneLine {
        SceneLine { title: self.title(), about: self.profile.about.into() }
    }

    /// What a person calls it.
    pub fn title(&self) -> String {
        let name = self.profile.name;
        self.label.as_ref().map_or_else(|| name.to_owned(), |label| format!("{label} ({name})"))
    }
}

/// What is wrong with a scenario, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {what}")]
pub struct ScenarioError {
    /// The file, made safe to show.
    file: String,
    line: usize,
    /// What is wrong, and what to try.
    what: String,
}
