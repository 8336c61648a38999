//! Which entries the log shows: by channel, by kind, and by expression.

use super::level::EventLevel;
use crate::{
    expression::Filter,
    presence::{Channel, UserId},
    world::{Entry, EntryBody, EntryKind},
};

/// Which entries the log shows.
#[derive(Debug, Clone, PartialEq)]
pub struct LogFilter {
    /// Only entries about this channel, and those about none; `None` means all.
    pub channel: Option<Channel>,
    /// The hidden kinds, as bits by their place in [`EntryKind::ALL`].
    pub(in crate::ui) hidden: u32,
    /// What user id, channel, kind and words must match.
    pub expression: Filter,
}

impl Default for LogFilter {
    /// People and trouble, on all channels.
    fn default() -> Self {
        Self { channel: None, hidden: EventLevel::People.hidden_bits(), expression: Filter::default() }
    }
}

impl LogFilter {
    /// The level whose kinds are shown, if they are those of one.
    pub fn level(&self) -> Option<EventLevel> {
        EventLevel::ALL.into_iter().find(|level| level.hidden_bits() == self.hidden)
    }

    /// Show the kinds of the next level; from a choice of one's own, those of the first.
    pub fn show_next_level(&mut self) {
        self.show_level(self.level().map_or(EventLevel::People, EventLevel::next));
    }

    /// Show the kinds of this level.
    pub fn show_level(&mut self, level: EventLevel) {
        self.hidden = level.hidden_bits();
    }

    /// Whether this kind is shown.
    pub const fn shows_kind(&self, kind: EntryKind) -> bool {
        self.hidden & (1 << kind as u32) == 0
    }

    /// Show or hide a kind.
    pub const fn toggle_kind(&mut self, kind: EntryKind) {
        self.hidden ^= 1 << kind as u32;
    }

    /// Show all kinds, or hide all if all are shown.
    pub fn toggle_all(&mut self) {
        let all = EntryKind::ALL.into_iter().fold(0, |bits, kind| bits | 1 << kind as u32);
        self.hidden = if self.hidden == 0 { all } else { 0 };
    }

    /// The kinds that are shown.
    pub fn kinds(&self) -> impl Iterator<Item = EntryKind> {
        EntryKind::ALL.into_iter().filter(|kind| self.shows_kind(*kind))
    }

    /// What is shown of an entry. A word means a user id, a channel or a kind, and in a note any of its words; of an
    /// entry about many it shows the users whom it means, unless it means the whole entry.
    pub(in crate::ui) fn match_entry(&self, entry: &Entry) -> Match {
        let here = match (&self.channel, &entry.channel) {
            (Some(wanted), Some(channel)) => wanted == channel,
            _ => true,
        };
        let kind = entry.body.kind();
        if !here || !self.shows_kind(kind) {
            return Match::None;
        }
        if self.expression.is_empty() {
            return Match::Whole;
        }
        let user = entry.user.as_ref().map_or("", |user| user.as_str());
        let channel = entry.channel.as_ref().map_or("", |channel| channel.as_str());
        let kind = if matches!(entry.body, EntryBody::Flap { .. }) { "flap" } else { kind.name() };
        let many = entry.count_changes() > 0;
        let has_words = matches!(entry.body, EntryBody::Note(_) | EntryBody::Garbled { .. } | EntryBody::Unknown);
        if (many || !has_words) && self.expression.matches_any(&[user, channel, kind], "", entry.state()) {
            return Match::Whole;
        }
        let all = entry.changes().into_iter().flat_map(|(kind, users)| users.iter().map(move |user| (kind, user)));
        let means = |(kind, user): &(EntryKind, &UserId)| {
            self.expression.matches_any(&[user.as_str(), channel, kind.name()], "", None)
        };
        let meant = (0..).zip(all).filter(|(_, change)| means(change));
        let names: Vec<u32> = meant.map(|(place, _)| place).collect();
        if !names.is_empty() {
            return Match::Names(names);
        }
        if has_words && self.expression.matches_any(&[user, channel, kind], &entry.describe_details(), entry.state()) {
            return Match::Whole;
        }
        Match::None
    }
}

/// What is shown of an entry.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ui) enum Match {
    /// Nothing.
    None,
    /// The entry.
    Whole,
    /// Of an entry about many, the users in these places.
    Names(Vec<u32>),
}
