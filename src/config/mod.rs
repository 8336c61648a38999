//! WHAT A PERSON SETTLED ONCE: keysets by name, limits and the service's settings, from a TOML file;
//! and what counts when a flag or the environment says otherwise.
//!
//! | file | what it is for |
//! |---|---|
//! | `source` | a value, and where it came from |
//! | `read` | one table of the file: known names, right types |
//! | `file` | the whole file; which keyset is chosen |
//! | `keyset` | one keyset |
//! | `effective` | flag, then environment, then file, then default |
//! | `place` | where the file is, and where things are kept |
//! | `store` | reading a file without being held up, writing one whole or not at all |
//! | `identity` | a user id that stays the same from start to start |
//! | `token` | asks a file or a command for the token |
//!
//! The upper five are pure: text, flags and environment are handed to them. The lower four touch the
//! disk.
//!
//! Invariant: no error, no `Display` and no `Debug` of this room holds a token, or a key unmasked.

mod effective;
mod file;
mod identity;
mod keyset;
mod place;
mod read;
mod source;
mod store;
mod token;

pub use effective::{Effective, Typed, WATCHED_ENVIRONMENT, effective};
pub use file::{Config, Limits, Setting};
pub use identity::{Identity, identity, kept_identity};
pub use keyset::{Keyset, TokenFrom};
pub use place::{Found, Place, Platform, asked_place, load, places, state_folder};
pub use source::{Error, Sourced, Whence, nearest};
pub use store::Trouble;
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
}
