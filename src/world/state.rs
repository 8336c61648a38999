//! What is known.

use std::time::Duration;

use super::{
    Certainty, ChannelState, Channels, Counters, Discovery, Link, Mode, OwnPresence, PreviousStates, RequestCounts,
    RequestRate, Session, Symptoms, WhereNowAnswers, reconcile,
};
use crate::presence::{Channel, Ledger, Moment, SceneStatus, ServiceClock};

/// All that is known of presence through one keyset. A copy shares what is large.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Whom we watch, and as whom.
    pub session: Session,
    /// The channels in view.
    pub channels: Channels,
    /// How the conversation with the service goes.
    pub link: Link,
    /// The states that were replaced last.
    pub previous_states: PreviousStates,
    /// Where occupants are, as far as it was asked.
    pub where_now: WhereNowAnswers,
    /// Our own presence.
    pub own_presence: OwnPresence,
    /// The service's time.
    pub clock: ServiceClock,
    /// In numbers.
    pub counters: Counters,
    /// What was asked of the service, as of the last word from it.
    pub ledger: Ledger,
    /// How fast that goes.
    pub request_rate: RequestRate,
    /// How fast that goes, by kind.
    pub request_counts: RequestCounts,
    /// What our own simulated crowd is at, if there is one.
    pub scene: Option<SceneStatus>,
    /// What of all that happened tells of trouble.
    pub symptoms: Symptoms,
    /// When it began.
    pub started: Moment,
    /// Which channels are behind patterns and groups.
    pub(super) discovery: Discovery,
    /// That our clock is off was said.
    pub(super) skew_said: bool,
    /// How far it has come: nothing happens before this any more.
    pub(super) now: Moment,
    /// Counts what happened, so that one can tell whether anything did.
    pub(super) version: u64,
}

impl World {
    /// Nothing is known but what is watched.
    pub fn new(session: Session, presence_timeout: Duration, now: Moment) -> Self {
        let channels = Channels::new(&session.watching, reconcile::compute_spread(&session.user), now);
        Self {
            session,
            channels,
            link: Link::new(now),
            previous_states: PreviousStates::default(),
            where_now: WhereNowAnswers::default(),
            own_presence: OwnPresence::new(presence_timeout),
            clock: ServiceClock::default(),
            counters: Counters::default(),
            ledger: Ledger::default(),
            request_rate: RequestRate::default(),
            request_counts: RequestCounts::default(),
            scene: None,
            symptoms: Symptoms::default(),
            discovery: Discovery::default(),
            skew_said: false,
            started: now,
            now,
            version: 0,
        }
    }

    /// How far it has come.
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// A number that changes whenever anything has happened, be it by input or by time.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Whether the service has us on a channel, as far as we know: by our own heartbeat, or by its list.
    pub fn is_present(&self, channel: &Channel) -> bool {
        let watched = self.channels.look_up(channel);
        let listed = watched.is_some_and(|watched| watched.roster.get(&self.session.user).is_some());
        listed || self.own_presence.place_on(channel).is_some()
    }

    /// How sure the list of a channel is.
    pub fn certainty(&self, watched: &ChannelState, now: Moment) -> Certainty {
        let certainty = watched.reconciler.judge_certainty(watched, &self.link, now);
        // Above a known announce max the names trail the count until the first interval tells them.
        let summed_up =
            watched.mode == Mode::Announce && self.session.announce_max.is_some_and(|most| watched.occupancy() > most);
        if certainty == Certainty::Drifting && summed_up { Certainty::CatchingUp } else { certainty }
    }
}
