//! What a person can tell a simulated crowd to do, and what it says of itself.

use unicode_width::UnicodeWidthStr;

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

    /// Say it with its speed and what comes next: `rush hour ×2, the rush · next: full house in 24 s`. In more
    /// than `width` cells only if it can't be said in fewer.
    pub fn describe(&self, width: usize, now: Moment) -> String {
        #[expect(clippy::float_cmp, reason = "exactly the pace as written")]
        let speed =
            if self.speed == 1.0 { String::new() } else { format!(" ×{}", (self.speed * 100.0).round() / 100.0) };
        let next = self.next.as_ref().map_or_else(String::new, |(what, at)| {
            let left = at.since(now).as_secs() + u64::from(*at > now);
            let left = if left < 100 { format!("{left} s") } else { format!("{} min", left.div_ceil(60)) };
            format!(" · next: {what} in {left}")
        });
        let SceneStatus { profile, label, phase, .. } = self;
        let name = label.as_deref().unwrap_or(profile);
        let long = match phase {
            Some(phase) => format!("{name}{speed}, {phase}{next}"),
            None => format!("{name}{speed}{next}"),
        };
        let whole = format!("{}{speed}{next}", self.title());
        let short = format!("{}{speed}{next}", phase.as_deref().unwrap_or(name));
        [whole, long].into_iter().find(|said| said.width() <= width).unwrap_or(short)
    }
}
