//! RECORDINGS.

mod composer;
mod digest;
mod gzip;
mod header;
mod like;
mod line_source;
mod lines;
mod past;
mod reader;
#[cfg(test)]
mod testing;
mod verify;

pub use self::{
    composer::LineComposer,
    digest::{ChannelDigest, WorldDigest},
    gzip::{GzipMembers, MemberEnd},
    header::{RecordingHeader, mask_session},
    like::{KeptInput, LikeList, UnlikeList},
    line_source::LONGEST_LINE,
    lines::{BadLine, FORMAT, RecordLine, RecordedCheck, read_line, write_line},
    past::{Past, PastStep},
    reader::{ReadLine, RecordingEnd, RecordingReader, UnreadableRecording},
    verify::{DifferingPart, Verification, WorldDifference, verify_recording},
};
