//! What a simulated crowd says of itself.

use serde::{Deserialize, Serialize};

use super::words::{Text, is_zero};
use crate::presence::{Moment, SceneLine, SceneStatus, Silence};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecordedScene<'a> {
    #[serde(borrow)]
    profile: Text<'a>,
    #[serde(borrow, default)]
    about: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    scenario: Option<Text<'a>>,
    /// Titles, and what one sees.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    scenes: Vec<(Text<'a>, Text<'a>)>,
    #[serde(default, skip_serializing_if = "is_zero")]
    scene: usize,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    label: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    phase: Option<Text<'a>>,
    since: u64,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    silence: Option<RecordedSilence<'a>>,
    /// In words that come back exactly: JSON has no infinite number, and readers round.
    #[serde(borrow)]
    speed: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    next: Option<(Text<'a>, u64)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct RecordedSilence<'a> {
    #[serde(borrow)]
    region: Text<'a>,
    people: usize,
    timeout_at: u64,
}

impl<'a> From<&'a SceneStatus> for RecordedScene<'a> {
    fn from(scene: &'a SceneStatus) -> Self {
        let optional = |text: &'a Option<String>| text.as_deref().map(Text::from);
        Self {
            profile: (&*scene.profile).into(),
            about: (&*scene.about).into(),
            scenario: optional(&scene.scenario),
            scenes: scene.scenes.iter().map(|line| (line.title.as_str().into(), (&*line.about).into())).collect(),
            scene: scene.scene,
            label: optional(&scene.label),
            phase: optional(&scene.phase),
            since: scene.since.micros(),
            silence: scene.silence.as_ref().map(|silence| RecordedSilence {
                region: (&*silence.region).into(),
                people: silence.people,
                timeout_at: silence.timeout_at.micros(),
            }),
            speed: scene.speed.to_string().into(),
            next: scene.next.as_ref().map(|(what, at)| (what.as_str().into(), at.micros())),
        }
    }
}

/// As our own.
fn own_text(text: Text<'_>) -> Text<'static> {
    Text::Owned(text.into_owned())
}

impl From<RecordedScene<'_>> for SceneStatus {
    fn from(scene: RecordedScene<'_>) -> Self {
        let line =
            |(title, about): (Text<'_>, Text<'_>)| SceneLine { title: title.into_owned(), about: own_text(about) };
        Self {
            profile: own_text(scene.profile),
            about: own_text(scene.about),
            scenario: scene.scenario.map(Text::into_owned),
            scenes: scene.scenes.into_iter().map(line).collect(),
            scene: scene.scene,
            label: scene.label.map(Text::into_owned),
            phase: scene.phase.map(Text::into_owned),
            since: Moment::from_micros(scene.since),
            silence: scene.silence.map(|silence| Silence {
                region: own_text(silence.region),
                people: silence.people,
                timeout_at: Moment::from_micros(silence.timeout_at),
            }),
            speed: scene.speed.parse().unwrap_or(1.0),
            next: scene.next.map(|(what, at)| (what.into_owned(), Moment::from_micros(at))),
        }
    }
}
