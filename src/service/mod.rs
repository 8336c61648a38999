//! OUR OWN PRESENCE SERVICE, on loopback: what the demo runs on and what tests run against.
//!
//! The pure half decides: [`Registry`] who is here and until when, [`Announcer`] what is told of
//! it, [`Backlog`] what a subscriber has yet to hear, [`Filter`] what of it they want, and [`Core`]
//! joins them into "request and time in, answer or wait out". The porch in `http.rs` is the only file
//! that knows axum.
//!
//! Invariant: the service is the authority. It shares words and bytes with the observing side and
//! nothing else, so that each checks the other.

mod announce;
mod answer;
mod backlog;
mod filter;
mod http;
mod registry;
mod settings;
mod space;

pub use announce::Announcer;
pub use answer::{Answer, Core, PollId};
pub use backlog::Backlog;
pub use filter::{BadFilter, Filter};
pub use http::{Error, Running, start};
pub use registry::{Fact, Registry};
pub use settings::Settings;
