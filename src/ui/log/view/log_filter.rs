//! Which entries of the log are to be shown: of which channel, of which kinds, and what is asked of them.

use crate::{
    expression::Filter,
    presence::Channel,
    world::{Entry, EntryBody, EntryKind},
};

/// What is to be shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogFilter {
    /// Only what is about this channel or about all; `None`: everything.
    pub channel: Option<Channel>,
    /// Kinds that are left out, as bits by their place in [`EntryKind::ALL`].
    pub(in crate::ui) hidden: u32,
    /// What is asked of user id, channel, kind and words.
    pub expression: Filter,
}

impl LogFilter {
    /// Whether this kind is shown.
    pub const fn shows_kind(&self, kind: EntryKind) -> bool {
        self.hidden & (1 << kind as u32) == 0
    }

    /// Show this kind, or show it no more.
    pub const fn toggle_kind(&mut self, kind: EntryKind) {
        self.hidden ^= 1 << kind as u32;
    }

    /// Show all kinds; or, if all are shown, none.
    pub fn toggle_all(&mut self) {
        let all = EntryKind::ALL.into_iter().fold(0, |bits, kind| bits | 1 << kind as u32);
        self.hidden = if self.hidden == 0 { all } else { 0 };
    }

    /// The kinds that are shown.
    pub fn kinds(&self) -> impl Iterator<Item = EntryKind> {
        EntryKind::ALL.into_iter().filter(|kind| self.shows_kind(*kind))
    }

    pub(in crate::ui) fn shows_entry(&self, entry: &Entry) -> bool {
        let kind = entry.body.kind();
        let here = match (&self.channel, &entry.channel) {
            (Some(wanted), Some(channel)) => wanted == channel,
            _ => true,
        };
        if !here || !self.shows_kind(kind) || self.expression.is_empty() {
            return here && self.shows_kind(kind);
        }
        let user = entry.user.as_ref().map_or("", |user| user.as_str());
        let channel = entry.channel.as_ref().map_or("", |channel| channel.as_str());
        let kind = if matches!(entry.body, EntryBody::Flap { .. }) { "flap" } else { kind.name() };
        self.expression.matches_any(&[user, channel, kind], &entry.describe_details(), entry.state())
    }
}
