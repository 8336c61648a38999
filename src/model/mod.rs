//! THE MIND. All that the dashboard knows, and [`update()`], the one function that changes it. Pure:
//! messages and the time go in, commands to the service come out.
//!
//! The [`Model`] is made of parts that do not know each other. The view reads it, nobody else writes it.
//! What happens goes to those who join the parts, each in a file of its name:
//!
//! | what happens | who takes it in |
//! |---|---|
//! | anything | `update`, which hands it on, and sees to what holds after every message |
//! | news, and how requests ended | `hear`: events, the link, answers, lists |
//! | a person acts on the world | `act`; on what is watched: `watching`; on the watch list: `watchlist` |
//! | a person goes about in the picture | `look` |
//! | a person types | `open`, and what is open there: `question`, `pick`, `editor` |
//! | time passes | `due` |
//!
//! | what is known | where |
//! |---|---|
//! | who is there, how sure that is, and when to ask again | `channels`, `truth`, `gone`, `history` |
//! | which of them are listed, in which order | `people`, `rows`, `order`, `index` |
//! | one of them in full | `detail`, `tree`, `whereabouts` |
//! | what happened, and what of it is shown | `log`, `entry`, `kind`, `note`, `news`; `journal` |
//! | how the conversation goes, and what is wrong | `link`, `pace`, `rates`; `signs`, `doctor` |
//! | where we are ourselves | `own` |
//! | the world, while the picture is held still | `pause` |
//!
//! Invariant: no sequence of messages makes it panic or grow past its bounds.

mod act;
mod action;
mod channels;
mod detail;
mod doctor;
mod due;
mod editor;
mod entry;
mod facts;
mod field;
mod focus;
mod gone;
mod hear;
mod history;
mod index;
mod journal;
mod keysets;
mod kind;
mod link;
mod log;
mod look;
mod msg;
mod news;
mod note;
mod open;
mod order;
mod own;
mod pace;
mod pause;
mod people;
mod pick;
mod question;
mod rates;
mod reading;
mod rows;
mod scouts;
mod sheet;
mod signs;
mod text;
mod themes;
mod tree;
mod truth;
mod update;
mod watching;
mod watchlist;
mod whereabouts;
mod wish;
mod word;
mod world;

pub use action::{ACTIONS, Action, Meaning, Section};
pub use channels::{Channels, Mode, Watched};
pub use detail::{DetailRow, Fact, Part, Replaced, Title, rows as detail_rows};
pub use doctor::{CHECKED, Finding, Gravity, examine};
pub use due::{due_at, wakes_at};
pub use editor::{Editor, Mistake, Stage};
pub use entry::{Entry, Line, Source};
pub use facts::Known;
pub use field::{Chooser, Field, Typing};
pub use focus::{Focus, Pane, Pick, Shares};
pub use gone::{Gone, JustLeft, Reason};
pub use history::History;
pub use journal::{Burst, Journal, Part as LogPart, Row as LogRow, Shown};
pub use keysets::{KeysetLine, Keysets};
pub use kind::Kind;
pub use link::{Link, LinkState};
pub use log::EventLog;
pub use msg::{Exported, Msg};
pub use news::{About, News, What};
pub use note::Note;
pub use open::{Open, kinds_found};
pub use order::{By, Order};
pub use own::{Own, Place};
pub use pace::Pace;
pub use pause::Paused;
pub use people::Row;
pub use pick::{Deed, Item, Pick as PickList};
pub use question::{Line as QuestionLine, Question};
pub use rates::Rates;
pub use reading::Reading;
pub use rows::Rows;
pub use sheet::{Export, Format, Listed, MOST_COPIED, Sheet, Tally};
pub use signs::{Recent, Signs};
pub use text::Text;
pub use themes::{THEMES, Wardrobe};
pub use tree::{Leaf, Mark, tree};
pub use truth::{Cause, Certainty, Truth, Worth};
pub use update::update;
pub use watching::Removal;
pub use watchlist::{Item as WatchItem, Watchlist, mistakes_in as mistakes_in_watchlist};
pub use whereabouts::{Answer, Asked, Whereabouts};
pub use wish::Wish;
pub use word::{Tone, Word};
pub use world::World;

use std::sync::Arc;

use crate::presence::{Moment, Prices, SubscribeKey, Subscription, UserId};

/// Whom we watch, and as whom. But for what is watched it stays as it is until another keyset is chosen,
/// with another model.
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
    /// What is watched: each once, at the beginning in the order asked for.
    pub watching: Vec<Subscription>,
    /// Requests that we allow ourselves in any second.
    pub budget: u32,
    /// Above this occupancy the service sums up. It is nowhere told on the wire: known of our own service
    /// only.
    pub announce_max: Option<u64>,
    /// How another client joins this service, if it is our own.
    pub join_hint: Option<String>,
}

#[cfg(test)]
impl Session {
    /// Somebody called `me` watches these, with nothing else settled.
    fn for_a_test(watching: Vec<Subscription>) -> Self {
        Self {
            origin: "https://ps.pndsn.com".into(),
            name: None,
            region: None,
            production: false,
            read_only: false,
            subscribe_key: SubscribeKey::heard("demo"),
            user: UserId::heard("me"),
            watching,
            budget: 10,
            announce_max: None,
            join_hint: None,
        }
    }
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
    /// What is known of presence.
    pub world: World,
    /// What happened.
    pub log: EventLog,
    /// Which occupants are listed, and how.
    pub rows: Rows,
    /// What a person looks at.
    pub focus: Focus,
    /// What the person is told about what they asked for.
    pub word: Option<Word>,
    /// What requests cost, if anybody said.
    pub prices: Option<Prices>,
    /// Whom and what somebody wants to be told about.
    pub watchlist: Watchlist,
    /// The keysets that one can go over to.
    pub keysets: Keysets,
    /// What lies over the panes and takes the keys.
    pub open: Option<Open>,
    /// The theme that is worn, one of [`THEMES`].
    pub theme: &'static str,
    /// The mouse is ours, rather than the terminal's.
    pub mouse: bool,
    /// The file that an export found to be there already.
    exists: Option<String>,
    /// What is wanted of the terminal; whoever runs the loop takes it.
    pub wishes: Vec<Wish>,
    /// That the picture is held still.
    paused: Option<Paused>,
    /// We are on the way out.
    pub quitting: bool,
}

impl Model {
    /// A model that knows what to watch and nothing else.
    pub fn new(session: Session, presence_timeout: std::time::Duration, now: Moment) -> Self {
        Self {
            world: World::new(session, presence_timeout, now),
            log: EventLog::default(),
            rows: Rows::default(),
            focus: Focus::default(),
            word: None,
            prices: None,
            watchlist: Watchlist::default(),
            keysets: Keysets::default(),
            open: None,
            theme: THEMES[0],
            mouse: true,
            exists: None,
            wishes: Vec::new(),
            paused: None,
            quitting: false,
        }
    }

    /// The selected channel, if there is any.
    pub fn selected(&self) -> Option<&Watched> {
        self.world.channels.get(self.focus.channel)
    }

    /// Have the screen arranged as for another model, and the same on the watch list.
    pub fn arrange_like(&mut self, other: &Self) {
        (self.theme, self.mouse) = (other.theme, other.mouse);
        (self.focus.zoom, self.focus.shares) = (other.focus.zoom, other.focus.shares);
        self.rows = other.rows.anew();
        (self.watchlist, self.prices) = (other.watchlist.anew(), other.prices.clone());
    }

    /// Whether keys are text, because something is being typed.
    pub fn is_typing(&self) -> bool {
        self.open.as_ref().is_some_and(Open::is_typed)
    }

    /// Whether an action means something here.
    pub fn offers(&self, action: Action) -> bool {
        match action {
            Action::Direct(_) => self.world.scene.is_some(),
            Action::Filter | Action::Open => self.focus.pane != Pane::Channels,
            _ => true,
        }
    }
}
