//! RECORDINGS.

mod digest;
mod header;
mod like;
mod lines;

pub use self::{
    digest::{ChannelDigest, WorldDigest},
    header::{RecordingHeader, mask_session},
    like::{KeptInput, LikeList, UnlikeList},
    lines::{BadLine, FORMAT, RecordLine, RecordedCheck, read_line, write_line},
};
