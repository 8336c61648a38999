//! What a person can tell a simulated crowd to do, and what it says of itself.

use std::{borrow::Cow, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use unicode_width::UnicodeWidthStr;

use super::Moment;

/// Timeouts that are due have been told after so long.
pub const NOTICED_WITHIN: Duration = Duration::from_secs(2);

/// A direction to the crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Go on to the next scene of the scenario or, without one, to the next profile.
    Next,
    /// Go to the scene at this place of those that can be chosen.
    Scene(u16),
    /// Live faster.
    Faster,
    /// Live slower.
    Slower,
    /// A region loses its network now.
    Outage,
}

/// A scene that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneLine {
    /// What it is called. Foreign text.
    pub title: String,
    /// What one sees of it.
    pub about: Cow<'static, str>,
}

/// People who have no network any more, before the service notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Their region.
    pub region: Cow<'static, str>,
    /// How many they are.
    pub people: usize,
    /// When their timeouts begin, by our clock.
    pub timeout_at: Moment,
}

/// What a crowd is at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SceneStatus {
    /// How it behaves: a profile's name, in words.
    pub profile: Cow<'static, str>,
    /// What one sees of that.
    pub about: Cow<'static, str>,
    /// What the scenario is called, if there is one. Foreign text.
    pub scenario: Option<String>,
    /// The scenes that can be chosen: those of the scenario or, without one, the profiles.
    pub scenes: Arc<[SceneLine]>,
    /// The place of this one among them.
    pub scene: usize,
    /// What the scenario calls this scene, if it gives it a name. Foreign text.
    pub label: Option<String>,
    /// What goes on within it, if it has more than one thing to it.
    pub phase: Option<String>,
    /// When that began, by our clock.
    pub since: Moment,
    /// Who has just lost the network, if somebody has.
    pub silence: Option<Silence>,
    /// How fast it lives; 1 is the pace of the profile as written.
    pub speed: f64,
    /// What comes next, if anything does, and when by our clock.
    pub next: Option<(String, Moment)>,
}

impl Default for SceneStatus {
    /// A crowd of which nothing is known but that it lives as fast as written.
    fn default() -> Self {
        Self {
            profile: "".into(),
            about: "".into(),
            scenario: None,
            scenes: Arc::default(),
            scene: 0,
            label: None,
            phase: None,
            since: Moment::default(),
            silence: None,
            speed: 1.0,
            next: None,
        }
    }
}

/// `24 s`, `3 min`: how long it is until then, begun seconds counted whole.
fn count_down(at: Moment, now: Moment) -> String {
    let left = at.since(now).as_micros().div_ceil(1_000_000);
    if left < 100 { format!("{left} s") } else { format!("{} min", left.div_ceil(60)) }
}

impl SceneStatus {
    /// The scene in words, without what comes next.
    pub fn title(&self) -> String {
        let Self { profile, label, phase, .. } = self;
        let name = label.as_ref().map_or_else(|| profile.clone().into_owned(), |label| format!("{label} ({profile})"));
        match phase {
            Some(phase) => format!("{name}, {phase}"),
            None => name,
        }
    }

    /// What goes on now in a word or two, the innermost that has a name. Foreign text.
    pub fn name(&self) -> &str {
        self.phase.as_deref().or(self.label.as_deref()).unwrap_or(&self.profile)
    }

    /// Say what goes on now, with its speed: `rush hour ×2, the rush`.
    pub fn describe_now(&self) -> String {
        let Self { profile, label, phase, .. } = self;
        let name = label.as_deref().unwrap_or(profile);
        let speed = self.describe_speed();
        match phase {
            Some(phase) => format!("{name}{speed}, {phase}"),
            None => format!("{name}{speed}"),
        }
    }

    /// Say what comes next, and when: `next: full house in 24 s`.
    pub fn describe_next(&self, now: Moment) -> Option<String> {
        self.next.as_ref().map(|(what, at)| format!("next: {what} in {}", count_down(*at, now)))
    }

    #[expect(clippy::float_cmp, reason = "exactly the pace as written")]
    fn describe_speed(&self) -> String {
        if self.speed == 1.0 { String::new() } else { format!(" ×{}", (self.speed * 100.0).round() / 100.0) }
    }

    /// Say it with its speed and what comes next: `rush hour ×2, the rush · next: full house in 24 s`. In more
    /// than `width` cells only if it can't be said in fewer.
    pub fn describe(&self, width: usize, now: Moment) -> String {
        let speed = self.describe_speed();
        let next = self.describe_next(now).map_or_else(String::new, |next| format!(" · {next}"));
        let long = format!("{}{next}", self.describe_now());
        let whole = format!("{}{speed}{next}", self.title());
        let short = format!("{}{speed}{next}", self.name());
        // A part of what comes next says nothing.
        let forms = [whole, long, short, self.describe_now()];
        forms.into_iter().find(|said| said.width() <= width).unwrap_or_else(|| format!("{}{speed}", self.name()))
    }

    /// Whether somebody has no network, and the service has not noticed.
    pub fn awaits_timeouts(&self, now: Moment) -> bool {
        self.silence.as_ref().is_some_and(|silence| silence.timeout_at > now)
    }

    /// Say who has no network and when the service will notice, the longest form first. Nothing, if nobody is silent or
    /// the timeouts must have been told.
    pub fn describe_silence(&self, now: Moment) -> Option<[String; 3]> {
        let Silence { region, people, timeout_at } =
            self.silence.as_ref().filter(|it| it.timeout_at.plus(NOTICED_WITHIN) > now)?;
        let left =
            if *timeout_at > now { format!("in {}", count_down(*timeout_at, now)) } else { "about now".to_owned() };
        let (listed, they) = match people {
            1 => ("1 person is".to_owned(), "times out"),
            _ => (format!("{people} people are"), "time out"),
        };
        let who = if *people == 1 { "who" } else { "they" };
        Some([
            format!("{region} is silent · {listed} still listed · {who} {they} {left}"),
            format!("{region} is silent · {people} still listed · timeout {left}"),
            format!("{region} silent · timeout {left}"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_next_is_told_whole_or_not_at_all() {
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        let scene = SceneStatus {
            profile: "outage".into(),
            label: Some("A router dies".to_owned()),
            phase: Some("eu is out".to_owned()),
            next: Some(("eu comes back".to_owned(), at(20))),
            ..SceneStatus::default()
        };
        let said = [80, 60, 50, 40, 30, 12].map(|width| scene.describe(width, at(0)));
        let next = "next: eu comes back in 20 s";
        let expected = [
            format!("A router dies (outage), eu is out · {next}"),
            format!("A router dies, eu is out · {next}"),
            format!("eu is out · {next}"),
            format!("eu is out · {next}"),
            "A router dies, eu is out".to_owned(),
            "eu is out".to_owned(),
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn f13_a_silence_is_counted_down_until_the_timeouts_begin() {
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        let silence = Some(Silence { region: "eu".into(), people: 31, timeout_at: at(16) });
        let scene = SceneStatus { silence, ..SceneStatus::default() };
        let said = scene.describe_silence(at(4)).unwrap();
        assert_eq!(said[0], "eu is silent · 31 people are still listed · they time out in 12 s");
        assert!(said[1].width() < said[0].width() && said[2].width() < 40);
        assert!(scene.describe_silence(at(15)).unwrap()[2].ends_with(" in 1 s"));
        // The first timeouts are told a moment after they were due.
        assert_eq!(scene.describe_silence(at(16)).unwrap()[2], "eu silent · timeout about now");
        assert_eq!(scene.describe_silence(at(18)), None);
    }
}
