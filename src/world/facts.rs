//! The world as claims see it, with what can be relied on.

use super::{ChannelState, Entry, EntryBody, LinkState, Mode, Note, World};
use crate::{
    expression::{Facts, Judge, Place, Seen},
    presence::{
        Channel, Moment, Subscription,
        rules::{DEFAULT_ANNOUNCE_MAX, SUMMED_UP_WITHIN},
    },
};

/// The world at one moment, as claims see it.
#[derive(Debug, Clone, Copy)]
pub struct WorldFacts<'a> {
    world: &'a World,
    now: Moment,
}

impl World {
    /// The facts known at `now`.
    pub fn facts(&self, now: Moment) -> WorldFacts<'_> {
        WorldFacts { world: self, now }
    }
}

impl<'a> WorldFacts<'a> {
    fn describe_channel(&self, watched: &'a ChannelState) -> Seen<'a> {
        let certainty = self.world.certainty(watched, self.now);
        let full_replies = self.world.channels.full_replies();
        let worth = watched.reconciler.judge_reliability(watched, &certainty, full_replies);
        Seen {
            channel: &watched.channel,
            roster: &watched.roster,
            told: watched.refused.is_none(),
            names: worth.names,
            everybody: worth.everybody,
            // Interval events name users without their states.
            states: watched.mode == Mode::Announce
                && !watched.roster.lacks_states()
                && watched.roster.knows_all_states(),
            count: worth.count,
            changes: watched.mode != Mode::Interval { deltas: false },
            unsettled_until: watched.reconciler.unsettled_until(watched.is_beyond_lists(), full_replies, self.now),
            told_until: self.told_until(watched),
            doubt: certainty.in_words(),
        }
    }

    /// Until when intervals have told who came and went, by our clock.
    fn told_until(&self, watched: &ChannelState) -> Option<Moment> {
        let (clock, link) = (&self.world.clock, &self.world.link);
        match watched.mode {
            Mode::Interval { .. } => {
                let ago = clock.now(self.now).since(watched.roster.last_interval());
                Some(self.now.minus(ago))
            }
            // Nothing says that a channel is above the announce max before its first interval. A keyset may have a
            // lower one than the default, but then each claim would have to wait.
            Mode::Announce => {
                let may_be_above =
                    watched.occupancy() > DEFAULT_ANNOUNCE_MAX as u64 && watched.reconciler.may_be_summed_up();
                (may_be_above && self.now.since(link.since) < SUMMED_UP_WITHIN).then_some(link.since)
            }
        }
    }

    /// Tell a judge what an entry means. `self` must be the world right after the entry.
    pub fn tell_judge(&self, judge: &mut Judge, entry: &Entry) {
        if let Some(event) = &entry.event {
            judge.hear(event, self, self.now);
        }
        match (&entry.body, &entry.channel) {
            (EntryBody::Garbled { why, .. }, _) => {
                judge.take_gap(&format!("an event could not be read: {why}"), self.now);
            }
            (EntryBody::Note(note @ Note::Drift { .. }), Some(channel)) => {
                judge.take_drift(channel, &note.to_string(), self.now);
            }
            (EntryBody::Note(note @ (Note::Repaired { .. } | Note::AskedAgain { .. })), Some(channel))
                if note.difference().is_some_and(|difference| !difference.is_empty()) =>
            {
                judge.take_repair(channel, &note.to_string(), self.now);
            }
            (EntryBody::Note(note), _) if may_miss_events(note) => judge.take_gap(&note.to_string(), self.now),
            _ => {}
        }
    }
}

/// Whether events may have been missed, now or from here on.
fn may_miss_events(note: &Note) -> bool {
    matches!(
        note,
        Note::Lost { attempt: 1, .. }
            | Note::Live { again: true, .. }
            | Note::Refused { .. }
            | Note::EventsMissing(_)
            | Note::OverLimit { .. }
            | Note::NotRecorded { .. }
            | Note::ClockSetBack
            | Note::TooManyChannels
    )
}

impl Facts for WorldFacts<'_> {
    fn cut_off(&self) -> Option<String> {
        match &self.world.link.state {
            LinkState::Live => None,
            LinkState::Connecting => Some("the service has not answered yet".to_owned()),
            LinkState::Lost { why, .. } => Some(format!("the link is lost: {why}")),
            LinkState::Refused { why, .. } => Some(format!("the service refuses: {why}")),
        }
    }

    fn explain_hidden(&self, place: &Place) -> Option<String> {
        let watching = &self.world.session.watching;
        match place {
            Place::Watched => self.world.discovery.explain_hidden_channels(watching),
            Place::At(Subscription::Pattern(pattern)) => {
                if watching.iter().any(|subscription| covers_pattern(subscription, pattern)) {
                    self.world.discovery.explain_hidden_channels(watching)
                } else {
                    Some(format!("{place} is not watched"))
                }
            }
            Place::At(_) => None,
        }
    }

    fn channel(&self, channel: &Channel) -> Option<Seen<'_>> {
        self.world.channels.look_up(channel).map(|watched| self.describe_channel(watched))
    }

    fn channels(&self) -> impl Iterator<Item = Seen<'_>> {
        self.world.channels.iter().map(|watched| self.describe_channel(watched))
    }
}

/// Whether this subscription covers every channel of a pattern.
fn covers_pattern(subscription: &Subscription, pattern: &Channel) -> bool {
    let prefix = |name: &Channel| name.as_str().trim_end_matches('*').to_owned();
    matches!(subscription, Subscription::Pattern(wider) if prefix(pattern).starts_with(&prefix(wider)))
}
