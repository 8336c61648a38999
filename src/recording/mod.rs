//! Recordings: what went into a world, as lines that replay exactly. Pure: bytes and moments in, bytes and worlds out.
//!
//! A [`World`](crate::world::World) changes by inputs alone, and the same inputs at the same moments lead to the same
//! world. So a recording is a header and a line per input, and no picture of anything: folded again, it leads to where the
//! program was.
//!
//! ```text
//! {"n":1,"at":1795262400000000,"recording":{"format":"1.0","program":"0.1.0","masked_key":"sub-c-01…cdef",…}}
//! {"n":2,"at":1795262400120000,"link":{"change":{"live":{"round_trip":41000000}}}}
//! {"n":3,"at":1795262400300000,"reply":{"cursor":"17952624003000000","events":[{"join":{"channel":"lobby",…}}]}}
//! {"n":4,"at":1795262400500000,"check":{"hash":"94c5…","counters":"01af…","changed":[…]}}
//! {"n":5,"at":1795262401000000,"lost":{"inputs":12,"since":1795262400600000}}
//! {"n":6,"at":1795262402000000,"event":"closed"}
//! ```
//!
//! | line | what it says |
//! |---|---|
//! | `recording` | the first one: format, program, masked key, what is watched, every setting that changes what a world does |
//! | `reply`, `link`, `outcome`, `busy`, `scene`, `order`, `"event":"end"` | an input |
//! | `check` | hashes of the world, to find out where a replay leaves the path |
//! | `lost` | so many inputs could not be kept; after it, nothing is claimed of a list that was not told as a whole since |
//! | `"event":"closed"` | the recording ended on purpose |
//!
//! - `n` is the number of the line, without holes; `at` is the moment in microseconds of our clock. Ticks are not
//!   recorded: what time alone does is done on the way to the next line.
//! - A here-now answer that says what the list says already is kept as `like_the_list`, with a hash. Exact, as both are
//!   compared letter by letter, in whatever order the service lists.
//! - No key, token or URL is in it, by type: the header holds a [masked session](mask_session), and what services answer
//!   comes without secrets to the world.
//! - Whatever the file is, one line at most is held, of at most 64 MiB. A torn end is told as abrupt, a broken line by
//!   its number; what comes before it can be relied on. A format with a larger major version is refused in a
//!   sentence; members and lines of a later minor version are passed over.
//!
//! Seams for who looks back: [`RecordingReader::read_next`] hands out moments and inputs, [`KeptInput::restore`] makes
//! an input whole for the world that takes it in, and [`Past`] is a world with all that behind it. A [`Timeline`] goes
//! through a file once and leads to any instant of it from the nearest world that it has kept in memory; a
//! [`RecordingIndex`] does so from worlds that an earlier way through has written.

mod composer;
mod digest;
mod gzip;
mod header;
mod index;
mod index_maker;
mod like;
mod line_source;
mod lines;
mod packed;
mod past;
mod reader;
mod rewrite;
#[cfg(test)]
pub(crate) mod testing;
mod timeline;
mod told;
mod verify;

pub use self::{
    composer::LineComposer,
    digest::{ChannelDigest, WorldDigest},
    gzip::{GzipMembers, MemberEnd},
    header::{RecordingHeader, mask_session},
    index::{INDEXED_ENDS, RecordingIdentity, RecordingIndex, UselessIndex},
    index_maker::{MARK_STEP, make_index, write_end_index},
    like::{KeptInput, LikeList, UnlikeList},
    line_source::LONGEST_LINE,
    lines::{BadLine, FORMAT, RecordLine, RecordedCheck, read_line, write_line},
    past::{Past, PastMark, PastStep},
    reader::{LastLine, ReadLine, ReaderPlace, RecordingEnd, RecordingReader, UnreadableRecording},
    rewrite::rewrite_recording,
    timeline::{KeptWith, OpenAt, Timeline},
    told::ToldLists,
    verify::{DifferingPart, Verification, WorldDifference, verify_recording},
};
