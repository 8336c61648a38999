//! THE WAY OUT: what ends the program from outside.
//!
//! [`End`] is what a verb that goes on and on waits for.

mod end;

pub use end::End;
