//! Shutdown: what ends the program from outside, and what must not hold it up.
//!
//! [`End`] is what a verb that goes on and on waits for. From the moment that somebody listens for signals, a thread of
//! its own notices them, whatever all others wait for; some time after one, nobody who does not read is
//! waited for any more: [`write_stdout`] and [`write_stderr`] give up, and [`wait_until_over`] returns.
//!
//! Invariant: a signal ends the program within a second, even if nobody reads what it writes.

mod end;
mod stage;
mod streams;
mod watch;

pub use end::End;
pub use stage::{give_up_on_readers, wait_until_over};
pub use streams::{write_stderr, write_stdout};
pub use watch::end_children_on_signals;
#[cfg(unix)]
pub use watch::watch_signals;
