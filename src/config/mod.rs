//! WHAT A PERSON SETTLED ONCE: keysets by name, colours, keys, prices, limits, notifications, the log and
//! the service's settings, from a TOML file; and what counts when a flag or the environment says
//! otherwise.
//!
//! | file | what it is for |
//! |---|---|
//! | `source` | a value, and where it came from |
//! | `bounds` | values as text, wherever they come from |
//! | `read` | one table of the file: known names, right types; all mistakes |
//! | `file` | the whole file; which keyset is chosen |
//! | `keyset` | one keyset |
//! | `theme`, `bindings`, `tariff`, `notifications`, `logging` | one section each |
//! | `command` | what to run |
//! | `effective` | flag, then environment, then file, then default |
//! | `place` | where the file is, and where things are kept |
//! | `store` | reading a file without being held up, writing one whole or not at all, adding to one |
//! | `identity` | a user id that stays the same from start to start |
//! | `token` | asks a file or a command for the token |
//!
//! All above `place` are pure: text, flags and environment are handed to them. It and those below touch
//! the disk.
//!
//! Invariant: no error, no `Display` and no `Debug` of this room holds a token, or a key unmasked.

mod bindings;
mod bounds;
mod command;
mod effective;
mod file;
mod identity;
mod keyset;
mod logging;
mod notifications;
mod place;
mod read;
mod source;
mod store;
mod tariff;
mod theme;
mod token;

pub use bindings::Binding;
pub use command::CommandLine;
pub use effective::{Effective, Logging, Typed, WATCHED_ENVIRONMENT, effective, logging};
pub use file::{Config, Limits, Setting};
pub use identity::{Identity, identity, kept_identity};
pub use keyset::{Keyset, TokenFrom};
pub use logging::{Log, LogLevel};
pub use notifications::{Notifications, Osc};
pub use place::{Found, Place, Platform, asked_place, at_home, examine, load, places, state_folder};
pub use source::{Error, Sourced, Whence, nearest};
pub use store::{Trouble, append, read_text};
pub use tariff::{KINDS, Tariff};
pub use theme::ThemeName;
pub use token::{TokenError, obtain};

/// Environment variables, by what they say.
pub mod variables {
    /// The configuration file.
    pub const CONFIG: &str = "HERENOW_CONFIG";
    /// The keyset, by its name in the file.
    pub const KEYSET: &str = "HERENOW_KEYSET";
    /// The subscribe key.
    pub const SUBSCRIBE_KEY: &str = "HERENOW_SUBSCRIBE_KEY";
    /// The publish key.
    pub const PUBLISH_KEY: &str = "HERENOW_PUBLISH_KEY";
    /// The token for Access Manager.
    pub const TOKEN: &str = "HERENOW_AUTH_TOKEN";
    /// Our own user id.
    pub const USER_ID: &str = "HERENOW_USER_ID";
    /// The origin.
    pub const ORIGIN: &str = "HERENOW_ORIGIN";
    /// What to call the place where the service is.
    pub const REGION: &str = "HERENOW_REGION";
    /// Whether real people depend on it.
    pub const PRODUCTION: &str = "HERENOW_PRODUCTION";
    /// Whether nothing may be changed there.
    pub const READ_ONLY: &str = "HERENOW_READ_ONLY";
    /// Channels and patterns, with commas between them.
    pub const CHANNELS: &str = "HERENOW_CHANNELS";
    /// Channel groups, with commas between them.
    pub const GROUPS: &str = "HERENOW_GROUPS";
    /// Requests per second.
    pub const BUDGET: &str = "HERENOW_BUDGET";
    /// The presence timeout.
    pub const PRESENCE_TIMEOUT: &str = "HERENOW_PRESENCE_TIMEOUT";
    /// The colours.
    pub const THEME: &str = "HERENOW_THEME";
    /// The log's file.
    pub const LOG: &str = "HERENOW_LOG";
    /// How much the log says.
    pub const LOG_LEVEL: &str = "HERENOW_LOG_LEVEL";
}
