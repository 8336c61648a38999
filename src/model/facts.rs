//! What the model knows, as the small language asks for it.

use super::{Certainty, LinkState, Mode, Model, Watched};
use crate::{
    expression::{Facts, Place, Seen},
    presence::{Channel, Moment, Subscription},
};

/// What a model knows at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    model: &'a Model,
    now: Moment,
}

impl Model {
    /// What is known at `now`.
    pub fn known(&self, now: Moment) -> Known<'_> {
        Known { model: self, now }
    }
}

impl Known<'_> {
    fn seen<'a>(&self, watched: &'a Watched) -> Seen<'a> {
        let certainty = self.model.certainty(watched, self.now);
        // A list that can't name everybody names nobody who is not there.
        let changes = watched.mode != Mode::Interval { deltas: false };
        let names = certainty == Certainty::Exact || changes && matches!(certainty, Certainty::Partial(_));
        // While the list is being mended, the occupancy told last is as good as ever.
        let told = watched.roster.occupancy().is_some();
        let mended = watched.truth.disagrees_since.is_some();
        let count = match certainty {
            Certainty::Exact | Certainty::Partial(_) | Certainty::Drifting => told,
            Certainty::CatchingUp => told && mended,
            Certainty::Stale | Certainty::Refused => false,
        };
        Seen {
            channel: &watched.channel,
            roster: &watched.roster,
            told: certainty != Certainty::Refused,
            names,
            everybody: certainty == Certainty::Exact,
            states: names,
            count,
            changes,
            doubt: match certainty {
                Certainty::Exact => "intervals name nobody",
                Certainty::CatchingUp => "list catching up",
                Certainty::Partial(why) => why,
                Certainty::Stale => "list stale",
                Certainty::Drifting => "list drifting",
                Certainty::Refused => "refused by the service",
            },
        }
    }
}

impl Facts for Known<'_> {
    fn cut_off(&self) -> Option<String> {
        match &self.model.link.state {
            LinkState::Live => None,
            LinkState::Connecting => Some("not connected yet".to_owned()),
            LinkState::Lost { why, .. } => Some(format!("the link is lost: {why}")),
            LinkState::Refused { why, .. } => Some(format!("the service refuses: {why}")),
        }
    }

    fn hidden(&self, place: &Place) -> Option<String> {
        if matches!(place, Place::At(Subscription::Channel(_))) {
            return None;
        }
        let by_name = |place: &Subscription| matches!(place, Subscription::Channel(_));
        let some = !self.model.session.watching.iter().all(by_name) || self.model.counters.out_of_view > 0;
        some.then(|| "channels of a pattern or group show only once somebody was there".to_owned())
    }

    fn channel(&self, channel: &Channel) -> Option<Seen<'_>> {
        self.model.channels.look_up(channel).map(|watched| self.seen(watched))
    }

    fn channels(&self) -> impl Iterator<Item = Seen<'_>> {
        self.model.channels.iter().map(|watched| self.seen(watched))
    }
}
