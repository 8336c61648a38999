//! Presence in PubNub's own terms: channels, users, states, events, and the roster that they make, with no bytes,
//! sockets or clocks.
//!
//! Names are checked once, where a person gives them: `parse` refuses what PubNub would refuse. What a service sent is
//! kept exactly as it came, by `from_wire`, since it is an identity; [`sanitize`] makes it safe for a screen.
//!
//! What serde writes of these types is for the index of a recording, and another in each version.
//!
//! Invariant: nothing in this room asks the time. What depends on time is handed a [`Moment`], of our own clock, or a
//! [`Timetoken`], of the service's.

mod change;
mod channel;
mod command;
mod decimal;
mod difference;
mod early_states;
mod event;
mod json;
mod key;
mod ledger;
mod name_rules;
mod names;
mod natural;
mod notice;
mod occupant;
mod occupants;
mod prices;
mod roster;
pub mod rules;
mod safe_text;
mod sanitize;
mod scene;
mod snapshot;
mod state;
mod time;
mod user;
mod user_requests;

pub use change::Change;
pub use channel::{Channel, ChannelGroup, Subscription};
pub use difference::{Difference, Folded};
pub use event::{EventKind, PresenceEvent};
pub(crate) use json::{JsonScanner, take_once};
pub use json::{to_json_line, write_escaped, write_string};
pub use key::{PublishKey, SubscribeKey};
pub use name_rules::{Binds, NAME_RULES, NameRule, check_name_leniently, check_requested_name};
pub use names::{NameError, NameKind, PNPRES};
pub use occupant::{Occupant, Since};
pub use occupants::Room;
pub use roster::{Applied, Departed, Roster, Unsteadiness};
pub use safe_text::SafeText;
pub use sanitize::{
    MARKS_PER_LETTER, must_be_named, sanitize, sanitize_lines, sanitize_name, sanitize_sentence, show_path,
};
pub use snapshot::{ListPart, ListedUser, MOST_NAMES, MOST_ON_A_PAGE, Snapshot};
pub use state::{State, StateError};
pub use time::{Moment, ServiceClock, Timetoken};
pub use user::UserId;

// The words between the rooms of the program; no part of the library.
#[doc(hidden)]
pub use self::{
    command::{Command, CommandAnswer, Outcome},
    decimal::Decimal,
    json::{json_in_a_line, json_in_lines},
    ledger::{Ledger, REQUEST_KINDS},
    natural::compare_names,
    notice::{Batch, LinkChange, Notice, ReplyItem, Trouble},
    prices::{Cost, Prices},
    scene::{Direction, NOTICED_WITHIN, SceneLine, SceneStatus, Silence},
    user_requests::{MOST_USER_REQUESTS, RequestEnd, UserRequest, UserRequests, find_request_kind},
};
