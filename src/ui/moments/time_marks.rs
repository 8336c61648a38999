//! The moments that are marked along a chart: where an incident began, where events were missed, and where a scene of
//! the crowd began; and what a person marked.

use std::{collections::VecDeque, time::Duration};

use crate::{
    incident::{Incident, IncidentWatch},
    presence::{Channel, Moment, SceneStatus},
    world::{Entry, EntryBody, Note},
};

/// So many losses and so many scenes are kept, the latest.
const KEPT: usize = 60;

/// Losses of the same channel within this are one.
const TOGETHER: Duration = Duration::from_secs(5);

/// What a mark stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeMarkKind {
    /// An incident began.
    Incident,
    /// Events were missed.
    Missed,
    /// A scene began, which is called so. Foreign text.
    Scene(String),
    /// A person marked the moment with this text. Foreign text.
    Marked(String),
}

/// A marked moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeMark {
    /// When it was, by our clock.
    pub at: Moment,
    /// What it stands for.
    pub kind: TimeMarkKind,
}

/// The losses and scenes so far. Bounded.
#[derive(Debug, Default)]
pub(in crate::ui) struct TimeMarks {
    /// When, and on which channel if it was on one.
    missed: VecDeque<(Moment, Option<Channel>)>,
    scenes: VecDeque<(Moment, String)>,
    marked: VecDeque<(Moment, String)>,
}

impl TimeMarks {
    /// Keep that events were missed or that a person marked the moment, if an entry tells that.
    pub fn take_entry(&mut self, entry: &Entry) {
        if let EntryBody::Note(Note::Mark { text }) = &entry.body {
            push_bounded(&mut self.marked, (entry.heard, text.clone()));
        }
        let EntryBody::Note(Note::EventsMissing(_) | Note::OverLimit { .. } | Note::NotRecorded { .. }) = &entry.body
        else {
            return;
        };
        let is_known =
            |(at, channel): &(Moment, Option<Channel>)| *channel == entry.channel && entry.heard.since(*at) < TOGETHER;
        if !self.missed.iter().any(is_known) {
            push_bounded(&mut self.missed, (entry.heard, entry.channel.clone()));
        }
    }

    /// Keep that another scene began, if it did.
    pub fn take_scene(&mut self, scene: &SceneStatus) {
        if self.scenes.back().is_none_or(|(since, _)| *since < scene.since) {
            push_bounded(&mut self.scenes, (scene.since, scene.name().to_owned()));
        }
    }

    /// The marks of a channel, or of all channels together, up to now; the earliest first.
    pub fn list(&self, channel: Option<&Channel>, incidents: &IncidentWatch, now: Moment) -> Vec<TimeMark> {
        let is_of = |on: &Option<Channel>| channel.is_none() || on.is_none() || on.as_ref() == channel;
        let missed = self.missed.iter().filter(|(_, on)| is_of(on)).map(|(at, _)| (*at, TimeMarkKind::Missed));
        let scenes = self.scenes.iter().map(|(at, name)| (*at, TimeMarkKind::Scene(name.clone())));
        let marked = self.marked.iter().map(|(at, text)| (*at, TimeMarkKind::Marked(text.clone())));
        let concerns = |incident: &&Incident| {
            let is_among = |channel: &Channel| incident.channels.iter().any(|change| change.channel == *channel);
            incident.channels.is_empty() || channel.is_none_or(is_among)
        };
        let incidents = incidents.incidents().filter(concerns).map(|incident| (incident.begin, TimeMarkKind::Incident));
        let all = incidents.chain(missed).chain(scenes).chain(marked).filter(|(at, _)| *at <= now);
        let mut marks: Vec<TimeMark> = all.map(|(at, kind)| TimeMark { at, kind }).collect();
        marks.sort_by_key(|mark| mark.at);
        marks
    }
}

fn push_bounded<T>(kept: &mut VecDeque<T>, last: T) {
    if kept.len() >= KEPT {
        kept.pop_front();
    }
    kept.push_back(last);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::MissingEvents;

    #[test]
    fn losses_and_scenes_are_kept_once_and_bounded() {
        let mut marks = TimeMarks::default();
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        for second in 0..1_000 {
            let note = Note::EventsMissing(MissingEvents { expected: 3, told: 5 });
            marks.take_entry(&Entry::from_note(Some(Channel::from_wire("lobby")), note, at(second)));
            let since = at(second / 100 * 100);
            marks.take_scene(&SceneStatus { profile: "steady".into(), since, ..SceneStatus::default() });
        }
        assert_eq!((marks.missed.len(), marks.scenes.len()), (KEPT, 10));
        assert_eq!(marks.scenes.back(), Some(&(at(900), "steady".to_owned())));
        marks.take_entry(&Entry::from_note(None, Note::ClockSetBack, at(2_000)));
        assert_eq!(marks.missed.back().map(|(at, _)| at.seconds()), Some(995));
    }
}
