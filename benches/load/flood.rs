//! People who come and go, by the hundred.

use herenow::presence::UserId;

/// The channel where it happens.
pub const CHANNEL: &str = "lobby";

/// How many events come together: as many as one reply of PubNub's has at the most.
pub const TOGETHER: u32 = 100;

/// Comings and goings on one channel, in turn, without end: somebody of `people` comes or goes at each step.
pub struct Flood {
    here: Vec<bool>,
    occupancy: u64,
    chance: fastrand::Rng,
}

/// Somebody came, or went.
pub struct Step {
    pub user: String,
    pub joined: bool,
    pub occupancy: u64,
}

impl Flood {
    /// Everybody is there.
    pub fn new(people: usize) -> Self {
        Self { here: vec![true; people], occupancy: people as u64, chance: fastrand::Rng::with_seed(7) }
    }

    /// Everybody, by name.
    pub fn everybody(&self) -> impl Iterator<Item = UserId> {
        (0..self.here.len()).map(|number| UserId::from_wire(&name(number)))
    }
}

impl Iterator for Flood {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let number = self.chance.usize(..self.here.len());
        let joined = !self.here[number];
        self.here[number] = joined;
        self.occupancy = if joined { self.occupancy + 1 } else { self.occupancy - 1 };
        Some(Step { user: name(number), joined, occupancy: self.occupancy })
    }
}

fn name(number: usize) -> String {
    format!("user-{number:07}")
}
