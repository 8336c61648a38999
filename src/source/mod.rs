//! WHERE NEWS COMES FROM. A source is a task that holds a sender of notices.
//!
//! [`follow`] is the live one: a long-poll loop that connects, catches up, follows and recovers. It
//! decides nothing about who is present; it only tells what it heard, in order and once. [`supervise`]
//! keeps as many of them as what is watched needs, while that changes.

mod live;
mod read;
mod refusals;
mod seen_events;
mod split;
mod supervise;

pub use live::{QUEUE, follow};
pub use read::Reader;
pub use seen_events::SeenEvents;
pub use split::split;
pub use supervise::{PollPlan, PollStep, supervise};
