//! THE MIND. All that the dashboard knows, and [`update`], the one function that changes it. Pure:
//! messages and the time go in, commands to the service come out.
//!
//! The [`Model`] is made of parts that do not know each other; `update.rs` joins them. The view reads
//! it, nobody else writes it.
//!
//! Invariant: no sequence of messages makes it panic or grow past its bounds.

mod action;
mod channels;
mod doctor;
mod facts;
mod field;
mod focus;
mod hear;
mod history;
mod link;
mod log;
mod msg;
mod news;
mod note;
mod open;
mod own;
mod pace;
mod question;
mod rates;
mod signs;
mod truth;
mod update;
mod watchlist;
mod wish;
mod word;

pub use action::{ACTIONS, Action, Meaning, Section};
pub use channels::{Channels, Mode, Watched};
pub use doctor::{CHECKED, Finding, Gravity, examine};
pub use facts::Known;
pub use field::{Chooser, Field, Typing};
pub use focus::{Focus, Pane, Shares};
pub use history::History;
pub use link::{Link, LinkState};
pub use log::{Entry, EventLog, Line, Source};
pub use msg::Msg;
pub use news::{About, News, What};
pub use note::{Kind, Note};
pub use open::Open;
pub use own::{Own, Place};
pub use pace::Pace;
pub use question::{Line as QuestionLine, Question};
pub use rates::Rates;
pub use signs::{Recent, Signs};
pub use truth::{Cause, Certainty, Truth};
pub use update::{update, wakes_at};
pub use watchlist::{Item, Watchlist};
pub use wish::Wish;
pub use word::{Tone, Word};

use std::sync::Arc;

use crate::presence::{Ledger, Moment, Prices, SceneStatus, ServiceClock, SubscribeKey, Subscription, UserId};

/// Whom we watch, and as whom: fixed for the life of a dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The service, as a person writes it.
    pub origin: String,
    /// What the configuration calls the keyset. Foreign text.
    pub name: Option<Arc<str>>,
    /// What it calls the place where the service is. Foreign text.
    pub region: Option<String>,
    /// Whether real people depend on it.
    pub production: bool,
    /// Whether nothing may be changed there.
    pub read_only: bool,
    /// Which application.
    pub subscribe_key: SubscribeKey,
    /// Our own user id.
    pub user: UserId,
    /// What was asked to be watched.
    pub watching: Vec<Subscription>,
    /// Requests that we allow ourselves in any second.
    pub budget: u32,
    /// Above this occupancy the service sums up. It is nowhere told on the wire: known of our own service
    /// only.
    pub announce_max: Option<u64>,
    /// How another client joins this service, if it is our own.
    pub join_hint: Option<String>,
}

/// What was heard so far, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Presence events.
    pub events: u64,
    /// Copies of events already told.
    pub duplicates: u64,
    /// Envelopes that could not be read.
    pub garbled: u64,
    /// Events on channels beyond those that are taken into view.
    pub out_of_view: u64,
    /// Commands that found the worker's queue full.
    pub refused_busy: u64,
    /// How late the most delayed event of the last reply was: from its publishing to here, less the shortest
    /// such way known. `None` before the first event.
    pub lag: Option<std::time::Duration>,
}

/// All that the dashboard knows.
#[derive(Debug)]
pub struct Model {
    /// Whom we watch, and as whom.
    pub session: Session,
    /// The channels in view.
    pub channels: Channels,
    /// How the conversation with the service goes.
    pub link: Link,
    /// What happened.
    pub log: EventLog,
    /// What a person looks at.
    pub focus: Focus,
    /// Our own presence.
    pub own: Own,
    /// What the person is told about what they asked for.
    pub word: Option<Word>,
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
    /// What requests cost, if anybody said.
    pub prices: Option<Prices>,
    /// Whom and what somebody wants to be told about.
    pub watchlist: Watchlist,
    /// What our own simulated crowd is at, if there is one.
    pub scene: Option<SceneStatus>,
    /// When to ask which channels the groups have, if it is to be asked.
    groups_at: Option<Moment>,
    /// When it began.
    started: Moment,
    /// That our clock is off was said.
    skew_said: bool,
    /// What lies over the panes and takes the keys.
    pub open: Option<Open>,
    /// What is wanted of the terminal; whoever runs the loop takes it.
    pub wishes: Vec<Wish>,
    /// We are on the way out.
    pub quitting: bool,
}

impl Model {
    /// A model that knows what to watch and nothing else.
    pub fn new(session: Session, presence_timeout: std::time::Duration, now: Moment) -> Self {
        let channels = Channels::new(&session.watching, truth::spread(&session.user), now);
        Self {
            session,
            channels,
            link: Link::new(now),
            log: EventLog::default(),
            focus: Focus::default(),
            own: Own::new(presence_timeout),
            word: None,
            clock: ServiceClock::default(),
            counters: Counters::default(),
            ledger: Ledger::default(),
            pace: Pace::default(),
            rates: Rates::default(),
            prices: None,
            watchlist: Watchlist::default(),
            scene: None,
            groups_at: None,
            skew_said: false,
            started: now,
            open: None,
            wishes: Vec::new(),
            quitting: false,
        }
    }

    /// The selected channel, if there is any.
    pub fn selected(&self) -> Option<&Watched> {
        self.channels.get(self.focus.channel)
    }

    /// Whether keys are text, because something is being typed.
    pub fn is_typing(&self) -> bool {
        self.open.as_ref().is_some_and(Open::is_typed)
    }

    /// Whether an action means something here.
    pub fn offers(&self, action: Action) -> bool {
        match action {
            Action::Direct(_) => self.scene.is_some(),
            _ => true,
        }
    }

    /// How sure the list of a channel is.
    pub fn certainty(&self, watched: &Watched, now: Moment) -> Certainty {
        watched.truth.certainty(watched, &self.link, now)
    }
}
