//! THE WORLD: all that is known of presence through one keyset. Pure and deterministic: an [`Input`] and the
//! moment go in, what that leads to is told to a [`Listener`].
//!
//! Nothing of what a person looks at is in here, so that it is the same whether anybody looks or not. One
//! door leads in: [`World::step`]. It knows by itself when the next thing is [due](World::next_due).
//!
//! | what is known | where |
//! |---|---|
//! | which channels are in view, and what is due for each | `channels`, `channel_state`, `agenda` |
//! | whether a list is right, and when to ask again | `reconcile` |
//! | who has just left, which states were replaced, how the occupancy went | `departures`, `previous_states`, `occupancy` |
//! | how the conversation goes, and what went wrong in it | `link`, `requests`, `symptoms` |
//! | where we are ourselves | `own_presence` |
//! | which channels are behind patterns and groups | `discovery` |
//! | what happened, as facts | `entry`, `kind`, `note` |
//! | what claims are held against | `facts` |
//!
//! What comes from outside is taken in by `fold`, what a person wants by `orders`.
//!
//! Invariants: no sequence of inputs makes it panic or grow past its bounds. Time alone changes nothing but
//! what is due, at the moment at which that is due. The same inputs at the same moments lead to the same
//! world.

mod agenda;
mod channel_id;
mod channel_state;
mod channels;
mod counters;
mod departures;
mod discovery;
mod due;
mod entry;
mod facts;
mod fold;
mod input;
mod kind;
mod link;
mod listener;
mod mode;
mod note;
mod occupancy;
mod orders;
mod own_presence;
mod previous_states;
mod reconcile;
mod requests;
mod session;
mod symptoms;
mod watcher;
mod watching;
mod where_now;

use std::{sync::Arc, time::Duration};

pub use self::{
    channel_id::{ChannelId, MOST as MOST_CHANNELS},
    channel_state::Watched,
    channels::{ChannelMut, Channels},
    counters::Counters,
    departures::{Gone, JustLeft, Reason},
    discovery::Scouts,
    entry::{Entry, Line, Source},
    facts::Known,
    input::{Input, Order},
    kind::Kind,
    link::{Link, LinkState},
    listener::{Listener, Touched},
    mode::Mode,
    note::{AlertNote, NAMES_TOLD, Note, Reply, names_of, written},
    occupancy::History,
    own_presence::{Own, Place},
    previous_states::Replaced,
    reconcile::{Cause, Certainty, Truth, Worth},
    requests::{Pace, Rates},
    session::Session,
    symptoms::{Recent, Signs},
    watcher::Watcher,
    watching::{NotAdded, NotRemoved, Removal},
    where_now::{Answer, Asked, Whereabouts},
};
use crate::presence::{Channel, Ledger, Moment, SceneStatus, ServiceClock, Trouble};

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
    pub replaced: Replaced,
    /// Where occupants are, as far as it was asked.
    pub asked: Asked,
    /// Our own presence.
    pub own: Own,
    /// The service's time.
    pub clock: ServiceClock,
    /// In numbers.
    pub counters: Counters,
    /// What was asked of the service, as of the last word from it.
    pub ledger: Ledger,
    /// How fast that goes.
    pub pace: Pace,
    /// How fast that goes, by kind.
    pub rates: Rates,
    /// What our own simulated crowd is at, if there is one.
    pub scene: Option<SceneStatus>,
    /// What of all that happened tells of trouble.
    pub signs: Signs,
    /// When it began.
    pub started: Moment,
    /// Which channels are behind patterns and groups.
    scouts: Scouts,
    /// That our clock is off was said.
    skew_said: bool,
    /// How far it has come: nothing happens before this any more.
    now: Moment,
    /// Counts what happened, so that one can tell whether anything did.
    version: u64,
}

impl World {
    /// Nothing is known but what is watched.
    pub fn new(session: Session, presence_timeout: Duration, now: Moment) -> Self {
        let channels = Channels::new(&session.watching, reconcile::spread(&session.user), now);
        Self {
            session,
            channels,
            link: Link::new(now),
            replaced: Replaced::default(),
            asked: Asked::default(),
            own: Own::new(presence_timeout),
            clock: ServiceClock::default(),
            counters: Counters::default(),
            ledger: Ledger::default(),
            pace: Pace::default(),
            rates: Rates::default(),
            scene: None,
            signs: Signs::default(),
            scouts: Scouts::default(),
            skew_said: false,
            started: now,
            now,
            version: 0,
        }
    }

    /// Take in what happened at `at`, or now if that is past already. What was due until then happens before
    /// it, each at its own moment and in order; what has become due by it, right after. Never waits, draws or
    /// asks the time.
    pub fn step(&mut self, at: Moment, input: Input, out: &mut dyn Listener) {
        let at = at.max(self.now);
        self.do_due(at, out);
        self.now = at;
        if input == Input::Tick {
            return;
        }
        self.version += 1;
        match input {
            Input::Notice(notice) => fold::notice(self, notice, out),
            Input::Outcome(outcome) => fold::outcome(self, outcome, out),
            Input::Busy(command) => {
                self.counters.refused_busy += 1;
                self.signs.busy(at);
                let sentence = "earlier requests are still on their way; try again".to_owned();
                let trouble = Trouble { sentence, passing: true, refused: Vec::new(), retry_after: None };
                fold::ended(self, command, Err(trouble), out);
            }
            Input::Scene(scene) => {
                // What comes next is on the screen anyway; what has begun is part of what happened.
                let title = scene.title();
                if self.scene.as_ref().map(SceneStatus::title).is_some_and(|before| before != title) {
                    self.note(None, Note::Crowd { title }, out);
                }
                self.scene = Some(scene);
            }
            Input::Order(order) => orders::carry_out(self, order, out),
            Input::Tick => {}
        }
        self.do_due(at, out);
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
        listed || self.own.on(channel).is_some()
    }

    /// How sure the list of a channel is.
    pub fn certainty(&self, watched: &Watched, now: Moment) -> Certainty {
        let certainty = watched.truth.certainty(watched, &self.link, now);
        // Above a known announce max the names trail the count until the first interval tells them.
        let summed_up =
            watched.mode == Mode::Announce && self.session.announce_max.is_some_and(|most| watched.occupancy() > most);
        if certainty == Certainty::Drifting && summed_up { Certainty::CatchingUp } else { certainty }
    }

    /// Something happened.
    fn tell(&mut self, entry: Entry, out: &mut dyn Listener) {
        self.signs.note(&entry);
        out.entry(self, &Arc::new(entry));
    }

    /// Something happened to the watching itself.
    fn note(&mut self, channel: Option<Channel>, note: Note, out: &mut dyn Listener) {
        self.tell(Entry::of_note(channel, note, self.now), out);
    }
}
