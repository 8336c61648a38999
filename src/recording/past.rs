//! The past: the world of a recording, folded to any later moment of it.
//!
//! It says what was known, and no more: before the first line, after the last one, and where lines are missing, nothing
//! is. After such a hole, a list is known again when a whole here-now answer has told it.

use serde::{Deserialize, Serialize};

use super::{
    header::RecordingHeader,
    like::UnlikeList,
    lines::{RecordLine, RecordedCheck},
    reader::{ReadLine, ReaderPlace, RecordingEnd, RecordingReader},
    told::{ToldLists, list_snapshots},
};
use crate::{
    presence::{Channel, Moment, Notice, SafeText, Snapshot},
    world::{Input, Listener, World},
};

/// A world of before.
#[derive(Debug)]
pub struct Past {
    header: RecordingHeader,
    world: World,
    reader: RecordingReader,
    /// The line that was read and not folded yet.
    next: Option<ReadLine>,
    hole: Option<Hole>,
    lost: u64,
    end: Option<RecordingEnd>,
    /// What was folded since this was opened.
    work: u64,
}

/// The past at a moment, without its file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PastMark {
    world: World,
    hole: Option<Hole>,
    lost: u64,
    place: ReaderPlace,
}

impl PastMark {
    /// The world there.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The place from which it goes on.
    pub const fn place(&self) -> &ReaderPlace {
        &self.place
    }

    /// As bytes, which only the build that wrote them can read. Of the session they hold the subscriptions alone: the
    /// header of the recording tells the rest.
    pub fn write(&self) -> Vec<u8> {
        // All that is in it knows how long it is, so nothing can fail.
        postcard::to_extend(self, Vec::new()).unwrap_or_default()
    }

    /// Read what was written of a recording with this header; `None` if it is none. Whatever the bytes are, it takes about
    /// as much memory as they do.
    pub fn read(bytes: &[u8], header: &RecordingHeader) -> Option<Self> {
        let (read, rest): (Self, _) = postcard::take_from_bytes(bytes).ok()?;
        let world = read.world.complete(&header.session);
        rest.is_empty().then_some(Self { world, ..read })
    }
}

/// Lines are missing.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Hole {
    /// Since when.
    since: Moment,
    /// Whose lists were told as a whole after it.
    told: ToldLists,
}

/// What a line was.
#[derive(Debug, Clone, PartialEq)]
pub enum PastStep {
    /// An input, which was folded.
    Input,
    /// A check: the world is as it was at its moment.
    Check(RecordedCheck),
    /// Inputs are missing.
    Hole,
    /// Nothing that changes the world.
    Other,
}

impl Past {
    /// The world before the first input.
    pub fn new(header: RecordingHeader, reader: RecordingReader) -> Self {
        let world = header.open_world();
        Self { header, world, reader, next: None, hole: None, lost: 0, end: None, work: 0 }
    }

    /// What is known here, and the place from which it goes on, if the file can be read on from it.
    pub fn mark_here(&self) -> Option<PastMark> {
        if self.next.is_some() || self.end.is_some() {
            return None;
        }
        let place = self.reader.mark_place()?;
        Some(PastMark { world: self.world.clone(), hole: self.hole.clone(), lost: self.lost, place })
    }

    /// The past at a mark, which goes on with what comes after its place.
    pub fn resume(header: RecordingHeader, mark: &PastMark, reader: RecordingReader) -> Self {
        let PastMark { world, hole, lost, .. } = mark.clone();
        Self { header, world, reader, next: None, hole, lost, end: None, work: 0 }
    }

    /// What was recorded.
    pub const fn header(&self) -> &RecordingHeader {
        &self.header
    }

    /// The world as far as it is folded.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The world as far as it is folded, to be looked at from now on.
    pub fn into_world(self) -> World {
        self.world
    }

    /// The lines and how they end.
    pub const fn reader(&self) -> &RecordingReader {
        &self.reader
    }

    /// How it ended, once all of it is folded.
    pub fn end(&self) -> Option<&RecordingEnd> {
        self.end.as_ref().or_else(|| self.reader.end().filter(|_| self.next.is_none()))
    }

    /// How many lines, events and listed users were folded since this was opened: the time that it took goes by that.
    pub const fn count_work(&self) -> u64 {
        self.work
    }

    /// How many inputs are missing so far.
    pub const fn count_lost(&self) -> u64 {
        self.lost
    }

    /// The moment of the next line, if there is one.
    pub fn next_moment(&mut self) -> Option<Moment> {
        self.read_ahead().map(|next| next.at)
    }

    /// Fold the next line. `None` after the last one.
    pub fn step_next(&mut self, out: &mut dyn Listener) -> Option<(u64, Moment, PastStep)> {
        self.read_ahead()?;
        let ReadLine { number, at, line } = self.next.take()?;
        self.work += 1;
        let step = match line {
            RecordLine::Input(kept) => match kept.restore(&self.world) {
                Ok(input) => {
                    if let Some(hole) = &mut self.hole {
                        hole.told.take_input(&input);
                    }
                    self.work += count_parts(&input);
                    out.take_input(&self.world, at, &input);
                    self.world.step(at, input, out);
                    PastStep::Input
                }
                Err(UnlikeList(channel)) => {
                    if let Some(hole) = &mut self.hole {
                        hole.told.forget(&channel);
                        self.lost = self.lost.saturating_add(1);
                        self.tell_missing(at, 1, at, out);
                        return Some((number, at, PastStep::Hole));
                    }
                    let why = format!("it says that {channel} was listed as before, and the list of before is another");
                    self.end = Some(RecordingEnd::Broken(number, SafeText::from(why)));
                    return None;
                }
            },
            RecordLine::Check(check) => {
                self.world.step(at, Input::Tick, out);
                PastStep::Check(check)
            }
            RecordLine::Lost { inputs, since } => {
                self.lost = self.lost.saturating_add(inputs);
                self.hole = Some(Hole { since, told: ToldLists::default() });
                self.tell_missing(at, inputs, since, out);
                PastStep::Hole
            }
            RecordLine::Closed => {
                self.world.step(at, Input::Tick, out);
                PastStep::Other
            }
            RecordLine::Header(_) | RecordLine::Unknown => PastStep::Other,
        };
        Some((number, at, step))
    }

    /// Fold all that was until `at`, and let time pass until then. Returns whether the recording goes as far.
    pub fn go_to(&mut self, at: Moment, out: &mut dyn Listener) -> bool {
        while self.next_moment().is_some_and(|next| next <= at) {
            if self.step_next(out).is_none() {
                break;
            }
        }
        let covers = self.next_moment().is_some() || self.world.now() >= at;
        if covers {
            self.world.step(at, Input::Tick, out);
        }
        covers
    }

    /// Let time pass, in which nothing came in.
    pub fn pass_time(&mut self, at: Moment, out: &mut dyn Listener) {
        self.world.step(at, Input::Tick, out);
    }

    /// Why nothing is known about a channel now, if lines are missing and its list was not told since.
    pub fn explain_hole(&self, channel: &Channel) -> Option<Moment> {
        self.hole.as_ref().filter(|hole| !hole.told.contains(channel)).map(|hole| hole.since)
    }

    /// Whether lines are missing before this.
    pub const fn has_hole(&self) -> bool {
        self.hole.is_some()
    }

    fn read_ahead(&mut self) -> Option<&ReadLine> {
        if self.end.is_some() {
            return None;
        }
        if self.next.is_none() {
            self.next = self.reader.read_next();
        }
        self.next.as_ref()
    }

    /// Certainty is lost with the inputs: the world is told as of anything else.
    fn tell_missing(&mut self, at: Moment, inputs: u64, since: Moment, out: &mut dyn Listener) {
        let input = Input::Missing { inputs, since };
        out.take_input(&self.world, at, &input);
        self.world.step(at, input, out);
    }
}

/// The events of an input, or the users that it lists.
fn count_parts(input: &Input) -> u64 {
    match input {
        Input::Notice(Notice::Batch(batch)) => batch.heard.len() as u64,
        input => {
            let users = |one: &Snapshot| one.listed.as_ref().map_or(0, |listed| listed.len() as u64);
            list_snapshots(input).into_iter().flatten().map(users).sum()
        }
    }
}

#[cfg(test)]
mod tests;
