//! WHAT A PERSON SETTLED ONCE: keysets by name, colours, keys, prices, limits, notifications, the log and
//! the service's settings, from a TOML file; and what counts when a flag or the environment says
//! otherwise.
//!
//! | file | what it is for |
//! |---|---|
//! | `table`, `setting`, `readers` | all settings, one row each; what a row is; how its value is read |
//! | `values`, `kinds` | one field for each row; the kinds of values that only settings have |
//! | `typed`, `effective` | what was typed; flag, then environment, then file, then default |
//! | `source`, `bounds`, `command` | a value, and where it came from; values as text; what to run |
//! | `read`, `file`, `keyset` | one table of the file, the whole file, one keyset |
//! | `place`, `store` | where the file is; reading one without being held up, adding to one |
//! | `identity`, `token` | a user id that is kept; asking a file or a command for the token |
//!
//! All above `place` are pure: text, flags and environment are handed to them. It and those below touch
//! the disk.
//!
//! Invariant: no error, no `Display` and no `Debug` of this room holds a token, or a key unmasked.

mod bounds;
mod command;
mod effective;
mod file;
mod identity;
mod keyset;
mod kinds;
mod place;
mod read;
mod readers;
mod setting;
mod source;
mod store;
mod table;
mod token;
mod typed;
mod values;

pub use command::CommandLine;
pub use effective::{effective, logging};
pub use file::Config;
pub use identity::{Identity, identity, kept_identity};
pub use keyset::Keyset;
pub use kinds::{
    Binding, KINDS, LogLevel, Logging, Notifications, Osc, PricesByKind, ServiceEntry, Tariff, ThemeName, TokenFrom,
};
pub use place::{Found, Place, Platform, asked_place, at_home, examine, load, places, state_folder};
pub(crate) use readers::Accepted;
pub(crate) use setting::Form;
pub use source::{Error, ShownValue, Sourced, Whence, nearest};
pub use store::{Trouble, append, read_text};
pub(crate) use table::SETTINGS;
pub use table::{WATCHED_ENVIRONMENT, show_settings};
pub use token::{TokenError, obtain};
pub use typed::Typed;
pub use values::ConfigValues;
