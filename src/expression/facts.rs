//! What claims are held against: what is seen, and what that is worth.

use super::Place;
use crate::presence::{Channel, Moment, Roster};

/// What is known at one moment.
pub trait Facts {
    /// Why nothing is known just now, as a clause such as "the link is lost: …"; nothing while the link
    /// is live.
    fn cut_off(&self) -> Option<String>;

    /// Why there may be watched channels at this place that nobody has told of, as a clause.
    fn explain_hidden(&self, place: &Place) -> Option<String>;

    /// One watched channel.
    fn channel(&self, channel: &Channel) -> Option<Seen<'_>>;

    /// All watched channels, each once.
    fn channels(&self) -> impl Iterator<Item = Seen<'_>>;
}

/// What is known of one watched channel while the link is live.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is known or not, by itself")]
pub struct Seen<'a> {
    /// Which.
    pub channel: &'a Channel,
    /// The list, and the occupancy that was told.
    pub roster: &'a Roster,
    /// The service tells of what happens there: it does not refuse to.
    pub told: bool,
    /// Who is on the list is there.
    pub names: bool,
    /// Who is not on the list is not there.
    pub everybody: bool,
    /// The states are those of now.
    pub states: bool,
    /// The occupancy is the one of now.
    pub count: bool,
    /// Who comes and goes is named, in intervals too.
    pub changes: bool,
    /// Until when it may turn out that changes were missed, as list and events differ and it is not known yet why.
    pub unsettled_until: Option<Moment>,
    /// Until when intervals have told who came and went; nothing where each change is told as it happens.
    pub told_until: Option<Moment>,
    /// Why something of this can't be relied on, in a few words such as "list catching up".
    pub doubt: &'a str,
}

impl Seen<'_> {
    /// The occupancy as told, or the length of the list as long as nothing was told.
    pub(super) fn occupancy(&self) -> u64 {
        self.roster.occupancy().unwrap_or(self.roster.len() as u64)
    }

    /// Why it is not settled.
    pub(super) fn explain_unsettled(&self) -> String {
        format!("{}: list and events differ, and it is not known yet why", self.channel)
    }

    pub(super) fn in_doubt(&self) -> String {
        format!("{}: {}", self.channel, self.doubt)
    }
}
