//! THE WORDS. What presence is, in PubNub's own terms, with no bytes, sockets, clocks or colours.
//!
//! Everything else in the house speaks in these types. Names are checked once, where they come in;
//! what strangers wrote is kept exactly as it came (it is their identity) and made harmless by
//! [`shown`] on its way to a screen, never before.
//!
//! Invariant: nothing in this room asks the time. What depends on time is handed a [`Moment`] (ours)
//! or a [`Timetoken`] (the service's).

mod channel;
mod command;
mod crowd_map;
mod event;
mod json;
mod key;
mod ledger;
mod notice;
mod prices;
mod roster;
pub mod rules;
mod scene;
mod shown;
mod snapshot;
mod state;
mod time;
mod user;

pub use channel::{Channel, ChannelGroup, NameError, PNPRES, Subscription};
pub use command::{Answered, Command, Outcome};
pub use event::{Happening, PresenceEvent};
pub use json::{json_in_a_line, json_in_lines};
pub use key::{PublishKey, SubscribeKey};
pub use ledger::Ledger;
pub use notice::{Batch, Heard, LinkChange, Notice, Trouble};
pub use prices::{Cost, Prices};
pub use roster::{Applied, Change, Departed, Difference, Occupant, Roster, Since};
pub use scene::{Direction, SceneStatus};
pub use shown::{MARKS_PER_LETTER, shown};
pub use snapshot::{Counted, MOST_NAMES, Snapshot};
pub use state::{State, StateError};
pub use time::{Moment, ServiceClock, Timetoken};
pub use user::UserId;
