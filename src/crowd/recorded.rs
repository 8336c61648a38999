//! The people of a recording, as they are to live again.

mod plan;
mod play;
mod script;
#[cfg(test)]
mod tests;

pub use self::{
    play::{PlayedChange, RECORDING_ENDS, RecordedAct, RecordedPlay},
    script::RecordedScript,
};
