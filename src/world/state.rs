//! The state of the world.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Certainty, ChannelState, Channels, Counters, Discovery, Link, Mode, OwnPresence, PreviousStates, RequestCounts,
    RequestRate, ServiceLedger, Session, Symptoms, WhereNowAnswers, reconcile,
    session::{read_watching, write_watching},
};
use crate::presence::{Channel, Ledger, Moment, SceneStatus, ServiceClock};

/// All that is known about presence through one keyset. A clone shares what is large.
///
/// ```
/// use std::time::Duration;
///
/// use herenow::{
///     presence::{
///         Batch, Channel, EventKind, LinkChange, Moment, Notice, PresenceEvent, ReplyItem, SubscribeKey, Subscription,
///         Timetoken, UserId,
///     },
///     world::{Certainty, Input, Session, World},
/// };
///
/// let lobby = Channel::parse("lobby")?;
/// let session = Session {
///     origin: "http://127.0.0.1:7710".to_owned(),
///     name: None,
///     region: None,
///     production: false,
///     read_only: true,
///     subscribe_key: SubscribeKey::parse("demo")?,
///     user: UserId::parse("watcher")?,
///     watching: vec![Subscription::Channel(lobby.clone())],
///     budget: 5,
///     follows: false,
///     announce_max: None,
///     join_in: None,
/// };
/// let start = Moment::from_micros(1_790_605_537_000_000);
/// let mut world = World::new(session, Duration::from_secs(300), start);
///
/// let change = LinkChange::Live { resumed: None, round_trip: Duration::from_millis(1) };
/// world.step(start, Input::Notice(Notice::Link { poll: 0, change, at: start }), &mut ());
///
/// let at = start.plus(Duration::from_secs(1));
/// let published = Timetoken::new(17_906_055_380_000_000);
/// let joined = PresenceEvent {
///     channel: lobby.clone(),
///     subscription: None,
///     published,
///     timestamp: None,
///     occupancy: Some(1),
///     what: EventKind::Joined { user: UserId::parse("ann")?, state: None },
///     raw: None,
/// };
/// let heard = vec![joined.into()];
/// let batch = Batch { poll: 0, heard, cursor: published, copies: 0, repeats: 0, full: false, over_limit: 0, at };
/// world.step(at, Input::Notice(batch.into()), &mut ());
///
/// let watched = world.channels.look_up(&lobby).unwrap();
/// assert_eq!(watched.occupancy(), 1);
/// assert_eq!(world.certainty(watched, at), Certainty::CatchingUp, "no here now was answered yet");
/// # Ok::<(), herenow::presence::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct World {
    /// The keyset, the subscriptions and our user id.
    #[serde(serialize_with = "write_watching", deserialize_with = "read_watching")]
    pub session: Session,
    /// The channels in view.
    pub channels: Channels,
    /// The connection to the service.
    pub link: Link,
    /// The user states that were replaced last.
    pub previous_states: PreviousStates,
    /// The answers to where now.
    pub where_now: WhereNowAnswers,
    /// The last requests of a user, as herenow's own service tells them.
    pub service_ledger: ServiceLedger,
    /// Our own presence.
    pub own_presence: OwnPresence,
    /// The service's clock, as estimated.
    pub clock: ServiceClock,
    /// Counters of what was received.
    pub counters: Counters,
    /// The requests sent so far.
    pub ledger: Ledger,
    /// The rate of requests.
    pub request_rate: RequestRate,
    /// The requests of the last minute, by kind.
    pub request_counts: RequestCounts,
    /// The scene of our own simulated crowd, if there is one.
    pub scene: Option<SceneStatus>,
    /// Symptoms of trouble, for the doctor.
    pub symptoms: Symptoms,
    /// When this world started.
    pub started: Moment,
    /// The search for channels behind patterns and groups.
    pub(super) discovery: Discovery,
    /// Whether a note has told that our clock is off.
    pub(super) skew_said: bool,
    /// The moment that the world has reached.
    pub(super) now: Moment,
    /// Counts changes, so that readers can tell whether anything has changed.
    pub(super) version: u64,
}

impl World {
    /// A world that knows only the subscriptions.
    pub fn new(session: Session, presence_timeout: Duration, now: Moment) -> Self {
        let channels = Channels::new(&session.watching, reconcile::compute_spread(&session.user), now);
        Self {
            session,
            channels,
            link: Link::new(now),
            previous_states: PreviousStates::default(),
            where_now: WhereNowAnswers::default(),
            service_ledger: ServiceLedger::default(),
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

    /// Complete a world that was read, which knows only the subscriptions of its session.
    #[must_use]
    pub fn complete(mut self, session: &Session) -> Self {
        let watching = std::mem::take(&mut self.session.watching);
        self.session = Session { watching, ..session.clone() };
        self.channels.restore_agenda();
        self
    }

    /// The moment that the world has reached.
    pub const fn now(&self) -> Moment {
        self.now
    }

    /// A number that grows whenever anything changes, by input or by time.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Whether we are present on a channel, as far as we know: by our heartbeat or by the list.
    pub fn is_present(&self, channel: &Channel) -> bool {
        let watched = self.channels.look_up(channel);
        let listed = watched.is_some_and(|watched| watched.roster.get(&self.session.user).is_some());
        listed || self.own_presence.place_on(channel).is_some()
    }

    /// How certain the list of a channel is.
    pub fn certainty(&self, watched: &ChannelState, now: Moment) -> Certainty {
        let certainty = watched.reconciler.judge_certainty(watched, &self.link, self.channels.full_replies(), now);
        // Above a known announce max, the names lag behind the count until the first interval.
        let summed_up =
            watched.mode == Mode::Announce && self.session.announce_max.is_some_and(|most| watched.occupancy() > most);
        if certainty == Certainty::Drifting && summed_up { Certainty::CatchingUp } else { certainty }
    }

    /// How far the list of a channel is behind, if it is as good as it gets on a channel that changes all the time: by
    /// less than two intervals, and nothing was lost. For people; nothing is concluded from it.
    pub fn lag(&self, watched: &ChannelState, now: Moment) -> Option<Duration> {
        self.lag_behind(watched, &self.certainty(watched, now), now)
    }

    /// The same where it is known how certain the list is.
    pub fn lag_behind(&self, watched: &ChannelState, certainty: &Certainty, now: Moment) -> Option<Duration> {
        watched.reconciler.find_lag(watched.mode, certainty, self.channels.full_replies(), now)
    }

    /// How certain the list of a channel is, as it is shown: a list that is only a little behind has the mark of one that
    /// is not.
    pub fn shown_certainty(&self, watched: &ChannelState, now: Moment) -> Certainty {
        if self.lag(watched, now).is_some() { Certainty::Exact } else { self.certainty(watched, now) }
    }
}
