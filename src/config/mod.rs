//! The configuration: keysets by name, colours, keys, prices, limits, notifications, the log and
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
//! | `place` | where the file is |
//! | `first_run` | whether herenow was ever looked at here |
//! | `identity`, `token`, `trust` | a user id that is kept; the token of a file or a command; authorities to trust |
//!
//! All above `place` are pure: text, flags and environment are handed to them. It and those below touch
//! the disk.
//!
//! Invariant: no error, no `Display` and no `Debug` of this room holds a token, or a key unmasked.

mod bounds;
mod effective;
mod file;
mod first_run;
mod identity;
mod keyset;
mod kinds;
mod place;
mod read;
mod readers;
mod setting;
mod source;
mod table;
mod token;
mod trust;
mod typed;
mod values;

pub use effective::{settle_logging, settle_values};
pub use file::Config;
pub use first_run::claim_first_run;
pub use identity::{Identity, load_identity, read_identity};
pub use keyset::KeysetSection;
pub use kinds::{
    Binding, KINDS, LogLevel, Logging, Megabytes, Notifications, Osc, PricesByKind, ServiceEntry, Tariff, ThemeName,
    TokenFrom,
};
pub use place::{
    ConfigPlace, FoundConfig, Platform, examine_config, expand_home, find_config, find_state_folder,
    list_config_places, load_config,
};
pub(crate) use readers::Accepted;
pub(crate) use setting::{Flag, Form, Setting};
pub use source::{ConfigError, ShownValue, Sourced, Whence, suggest_nearest};
pub(crate) use table::SETTINGS;
pub use table::{WATCHED_ENVIRONMENT, counts_for_any_keyset, show_settings};
pub use token::{TokenError, obtain_token};
pub use trust::load_authorities;
pub use typed::Typed;
pub use values::ConfigValues;
