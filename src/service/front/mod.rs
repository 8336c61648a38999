//! What stands between a socket and hyper: requests are read leniently where no harm can come of it, and strictly
//! wherever two readers might see two different things.
//!
//! - `head` reads the head of a request: any character in its target but control characters, and of the rest only what
//!   can be understood in one way.
//! - `body` follows a body to its end, to know where the next head begins.
//! - `stream` is the socket as hyper sees it: heads that passed, with a number for a target, and bodies.
//! - `queue` keeps what was found in each head until hyper asks for an answer to it.
//!
//! Invariant: what hyper takes for a head is one that was checked here.

mod body;
mod head;
mod queue;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use head::{CheckedHead, LARGEST_HEAD, RefusedHead, RequestHead};
pub(super) use queue::HeadQueue;
pub(super) use stream::CheckedStream;
