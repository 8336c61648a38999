//! The verdict in a sentence, when it changes.

use std::time::Duration;

use super::sentence::end_sentence;
use crate::{
    incident::{IncidentWatch, OverallVerdict},
    presence::{Moment, sanitize_sentence},
    world::{LinkState, World},
};

/// An incident that grows is told again after so long.
const AGAIN: Duration = Duration::from_secs(10);

/// The verdict that was told last.
#[derive(Debug, Default)]
pub(super) struct ToldVerdict {
    kind: String,
    sentence: String,
    at: Moment,
}

impl ToldVerdict {
    /// The verdict, if it is to be told because it has changed.
    pub fn find_change(&mut self, incidents: &IncidentWatch, world: &World, now: Moment) -> Option<String> {
        let (kind, sentence) = describe(incidents, world, now);
        let is_new = kind != self.kind;
        // While it is calm, numbers change all the time, and an incident grows for a while.
        let has_grown = kind.starts_with("incident") && sentence != self.sentence && now.since(self.at) >= AGAIN;
        if !is_new && !has_grown {
            return None;
        }
        *self = Self { kind, sentence: sentence.clone(), at: now };
        Some(sentence)
    }
}

/// The verdict in one sentence. Safe to show.
pub(super) fn describe_verdict(incidents: &IncidentWatch, world: &World, now: Moment) -> String {
    describe(incidents, world, now).1
}

/// What is the same while only its numbers change, and the sentence.
fn describe(incidents: &IncidentWatch, world: &World, now: Moment) -> (String, String) {
    let first = |sentences: Vec<String>| sentences.into_iter().next().unwrap_or_default();
    let (kind, sentence) = match incidents.verdict(world, now) {
        OverallVerdict::Unknown if world.awaits_channels() => {
            ("nothing".to_owned(), "Now: waiting for webhooks to tell of a channel".to_owned())
        }
        OverallVerdict::Unknown => {
            ("unknown".to_owned(), "Now: waiting for the first answer of the service".to_owned())
        }
        OverallVerdict::CutOff => describe_link(world),
        OverallVerdict::Incident(incident) => {
            let kind = format!("incident {} {}", incident.number, incident.kind);
            (kind, format!("Unusual: {}", incident.sentence()))
        }
        OverallVerdict::Rules(rules) => {
            let kind = rules.iter().map(|rule| rule.rule.as_str()).collect::<Vec<_>>().join("\n");
            let said = rules.iter().map(|rule| rule.sentence.as_str()).collect::<Vec<_>>().join("; ");
            (format!("rules {kind}"), format!("Alarm: {said}"))
        }
        OverallVerdict::Sudden(change) => ("sudden".to_owned(), format!("Now: {}", first(change.sentences()))),
        OverallVerdict::Calm(calm) => ("calm".to_owned(), format!("Now: {}", first(calm.sentences(now)))),
    };
    (kind, end_sentence(&sanitize_sentence(&sentence)))
}

fn describe_link(world: &World) -> (String, String) {
    let link = &world.link;
    match &link.state {
        LinkState::Lost { why, .. } if link.was_live => ("lost".to_owned(), format!("Link lost: {why}")),
        LinkState::Lost { why, .. } => ("lost".to_owned(), format!("Not reached so far: {why}")),
        LinkState::Refused { why, .. } => ("refused".to_owned(), format!("Refused: {why}")),
        LinkState::Connecting | LinkState::Live => ("unknown".to_owned(), "Now: connecting".to_owned()),
    }
}
