//! One line: its number, its moment, and one of the things that there are.

use serde::{Deserialize, Serialize};

use super::{
    command::{RecordedCommand, RecordedOutcome},
    event::RecordedBatch,
    header::{RecordedFormat, RecordedHeader},
    link::RecordedLink,
    order::RecordedOrder,
    reply::write_reply_line,
    scene::RecordedScene,
    words::{HashDigits, Text, restore_channel},
};
use crate::{
    presence::{Moment, Notice},
    recording::{
        digest::ChannelDigest,
        header::RecordingHeader,
        like::{KeptInput, LikeList},
    },
    world::Input,
};

/// The format that is written. What only adds members or lines raises the minor version; readers pass over what they
/// don't know.
pub const FORMAT: (u32, u32) = (1, 0);

/// What a line holds.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordLine {
    /// The first line.
    Header(Box<RecordingHeader>),
    /// What the world took in.
    Input(Box<KeptInput>),
    /// What the world was, in short.
    Check(RecordedCheck),
    /// So many inputs were not kept, the first of them at this moment.
    Lost {
        /// How many.
        inputs: u64,
        /// Since when.
        since: Moment,
    },
    /// The recording ended here, on purpose.
    Closed,
    /// Something of a later version.
    Unknown,
}

/// What the world was at a moment, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCheck {
    /// The hash of all.
    pub hash: u64,
    /// The hash of link and counters.
    pub counters: u64,
    /// The channels that have changed since the check before, as far as they are named.
    pub changed: Vec<(crate::presence::Channel, ChannelDigest)>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLine {
    /// It is not JSON, or lacks what a line has.
    #[error("{0}")]
    Unreadable(String),
    /// It is JSON, but not of a recording.
    #[error("it is JSON, but not of a recording by herenow")]
    Foreign,
    /// It is a header of a format that is not known yet.
    #[error("it was written in format {0}")]
    Future(String),
}

#[derive(Default, Serialize, Deserialize)]
struct LineText<'a> {
    n: u64,
    at: u64,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    recording: Option<RecordedHeader<'a>>,
    /// [`write_reply_line`] writes it.
    #[serde(borrow, default, skip_serializing)]
    reply: Option<RecordedBatch<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    link: Option<RecordedLink<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    outcome: Option<RecordedOutcome<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    busy: Option<RecordedCommand<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    scene: Option<RecordedScene<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    order: Option<RecordedOrder<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    event: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    check: Option<CheckText<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lost: Option<LostText>,
}

#[derive(Serialize, Deserialize)]
struct CheckText<'a> {
    hash: HashDigits,
    counters: HashDigits,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    changed: Vec<ChangedText<'a>>,
}

#[derive(Serialize, Deserialize)]
struct ChangedText<'a> {
    #[serde(borrow)]
    channel: Text<'a>,
    occupancy: u64,
    users: u64,
    #[serde(borrow)]
    certainty: Text<'a>,
    hash: HashDigits,
}

#[derive(Serialize, Deserialize)]
struct LostText {
    inputs: u64,
    since: u64,
}

/// The first line, if there is no more to know of it than that.
#[derive(Deserialize)]
struct FormatText<'a> {
    #[serde(borrow)]
    recording: RecordedFormat<'a>,
}

/// `end` is what nothing else is: no more input comes.
const END: &str = "end";
const TICK: &str = "tick";
const CLOSED: &str = "closed";

/// Write a line with its number and moment, and its end.
pub fn write_line(out: &mut Vec<u8>, number: u64, at: Moment, line: &RecordLine) {
    match line {
        RecordLine::Input(kept) if let Input::Notice(Notice::Batch(batch)) = &kept.input => {
            write_reply_line(out, number, at, batch);
        }
        _ => write_other_line(out, number, at, line),
    }
    out.push(b'\n');
}

/// Write a line that is no reply, without its end.
fn write_other_line(out: &mut Vec<u8>, number: u64, at: Moment, line: &RecordLine) {
    let format = format!("{}.{}", FORMAT.0, FORMAT.1);
    let mut text = LineText { n: number, at: at.micros(), ..LineText::default() };
    match line {
        RecordLine::Header(header) => text.recording = Some(RecordedHeader::new(header, &format)),
        RecordLine::Input(kept) => fill_input(&mut text, kept, at),
        RecordLine::Check(check) => text.check = Some(check.into()),
        RecordLine::Lost { inputs, since } => text.lost = Some(LostText { inputs: *inputs, since: since.micros() }),
        RecordLine::Closed => text.event = Some(CLOSED.into()),
        RecordLine::Unknown => {}
    }
    // Writing to memory can't fail, and all that is written has names that are texts.
    let _ = serde_json::to_writer(out, &text);
}

fn fill_input<'a>(text: &mut LineText<'a>, KeptInput { input, likes }: &'a KeptInput, at: Moment) {
    match input {
        Input::Notice(Notice::Batch(_)) => {}
        Input::Notice(Notice::Link { poll, change, at: when }) => {
            text.link = Some(RecordedLink::new(*poll, change, *when, at));
        }
        Input::Outcome(outcome) => text.outcome = Some(RecordedOutcome::new(outcome, likes, at)),
        Input::Busy(command) => text.busy = Some(command.into()),
        Input::Scene(scene) => text.scene = Some(scene.into()),
        Input::Order(order) => text.order = Some(order.into()),
        Input::Tick => text.event = Some(TICK.into()),
        Input::Missing { inputs, since } => text.lost = Some(LostText { inputs: *inputs, since: since.micros() }),
        Input::End => text.event = Some(END.into()),
    }
}

/// Number and moment of a line, whatever else is in it.
pub fn read_line_head(line: &str) -> Option<(u64, Moment)> {
    #[derive(Deserialize)]
    struct LineHead {
        n: u64,
        at: u64,
    }
    let LineHead { n, at } = serde_json::from_str(line).ok()?;
    Some((n, Moment::from_micros(at)))
}

/// Read a line, without its end: its number, its moment, and what it holds.
///
/// # Errors
/// If it is no line of a recording.
pub fn read_line(line: &str) -> Result<(u64, Moment, RecordLine), BadLine> {
    let text: LineText = serde_json::from_str(line).map_err(|error| explain_unreadable(line, &error))?;
    let at = Moment::from_micros(text.at);
    if let Some(header) = text.recording {
        if read_major(&header.format) != Some(FORMAT.0) {
            return Err(BadLine::Future(header.format.into_owned()));
        }
        return Ok((text.n, at, RecordLine::Header(Box::new(header.restore(at)))));
    }
    Ok((text.n, at, restore_line(text, at)))
}

fn restore_line(text: LineText<'_>, at: Moment) -> RecordLine {
    let keep = |input: Input| RecordLine::Input(Box::new(KeptInput { input, likes: Vec::<LikeList>::new() }));
    if let Some(batch) = text.reply {
        return keep(Input::Notice(Notice::from(batch.restore(at))));
    }
    if let Some(link) = text.link {
        let (poll, change, at) = link.restore(at);
        return keep(Input::Notice(Notice::Link { poll, change, at }));
    }
    if let Some(outcome) = text.outcome {
        let (outcome, likes) = outcome.restore(at);
        return RecordLine::Input(Box::new(KeptInput { input: Input::Outcome(outcome), likes }));
    }
    if let Some(command) = text.busy {
        return keep(Input::Busy(command.into()));
    }
    if let Some(scene) = text.scene {
        return keep(Input::Scene(scene.into()));
    }
    if let Some(order) = text.order {
        return keep(Input::Order(order.into()));
    }
    if let Some(check) = text.check {
        return RecordLine::Check(check.into());
    }
    if let Some(LostText { inputs, since }) = text.lost {
        return RecordLine::Lost { inputs, since: Moment::from_micros(since) };
    }
    match text.event.as_deref() {
        Some(END) => keep(Input::End),
        Some(TICK) => keep(Input::Tick),
        Some(CLOSED) => RecordLine::Closed,
        _ => RecordLine::Unknown,
    }
}

fn read_major(format: &str) -> Option<u32> {
    format.split('.').next()?.parse().ok()
}

/// What is wrong with a line that could not be read; a header of a later format may look like anything.
fn explain_unreadable(line: &str, error: &serde_json::Error) -> BadLine {
    match serde_json::from_str::<FormatText>(line) {
        Ok(FormatText { recording }) if read_major(&recording.format) != Some(FORMAT.0) => {
            BadLine::Future(recording.format.into_owned())
        }
        _ if error.is_data() && serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok() => BadLine::Foreign,
        _ => BadLine::Unreadable(format!("it can't be read, at byte {}", error.column())),
    }
}

impl<'a> From<&'a RecordedCheck> for CheckText<'a> {
    fn from(check: &'a RecordedCheck) -> Self {
        let one = |(channel, known): &'a (crate::presence::Channel, ChannelDigest)| ChangedText {
            channel: channel.as_str().into(),
            occupancy: known.occupancy,
            users: known.users,
            certainty: known.certainty.as_str().into(),
            hash: HashDigits(known.hash),
        };
        Self {
            hash: HashDigits(check.hash),
            counters: HashDigits(check.counters),
            changed: check.changed.iter().map(one).collect(),
        }
    }
}

impl From<CheckText<'_>> for RecordedCheck {
    fn from(check: CheckText<'_>) -> Self {
        let one = |ChangedText { channel, occupancy, users, certainty, hash }: ChangedText<'_>| {
            (
                restore_channel(&channel),
                ChannelDigest { occupancy, users, certainty: certainty.into_owned(), hash: hash.0 },
            )
        };
        Self { hash: check.hash.0, counters: check.counters.0, changed: check.changed.into_iter().map(one).collect() }
    }
}
