//! Kinds of values that only settings have.

mod bindings;
mod logging;
mod megabytes;
mod notifications;
mod service_entry;
mod tariff;
mod theme;
mod token_from;

pub use bindings::Binding;
pub(super) use bindings::{read_bindings, show_bindings};
pub use logging::{LogLevel, Logging};
pub use megabytes::Megabytes;
pub use notifications::{Notifications, Osc};
pub(super) use notifications::{read_watch, show_watch};
pub use service_entry::ServiceEntry;
pub(super) use service_entry::{read_service, show_service};
pub(super) use tariff::{HIGHEST_PRICE, LONGEST_CURRENCY, read_kinds, show_kinds};
pub use tariff::{KINDS, PricesByKind, Tariff};
pub use theme::ThemeName;
pub use token_from::TokenFrom;
pub(super) use token_from::read_token;
