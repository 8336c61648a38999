//! What a person can tell a simulated crowd to do, and what it says of itself.

use super::Moment;

/// A direction to the crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Go on to the next scene of the scenario or, without one, to the next profile.
    Next,
    /// Live faster.
    Faster,
    /// Live slower.
    Slower,
    /// A region loses its network now.
    Outage,
}

/// What a crowd is at.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneStatus {
    /// How it behaves: a profile's name, in words.
    pub profile: &'static str,
    /// What the scenario calls this scene, if it gives it a name. Foreign text.
    pub label: Option<String>,
    /// What goes on within it, if it has more than one thing to it.
    pub phase: Option<String>,
    /// How fast it lives; 1 is the pace of the profile as written.
    pub speed: f64,
    /// What comes next, if anything does, and when by our clock.
    pub next: Option<(String, Moment)>,
}

impl SceneStatus {
    /// The scene in words, without what comes next.
    pub fn title(&self) -> String {
        let Self { profile, label, phase, .. } = self;
        let name = label.as_ref().map_or_else(|| (*profile).to_owned(), |label| format!("{label} ({profile})"));
        match phase {
            Some(phase) => format!("{name}, {phase}"),
            None => name,
        }
    }
}
