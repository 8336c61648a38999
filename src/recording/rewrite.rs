//! A recording once more, of other inputs: whatever a translator makes of those that were recorded.

use std::io::{self, Write};

use super::{
    composer::LineComposer,
    gzip::GzipMembers,
    header::RecordingHeader,
    like::KeptInput,
    lines::RecordLine,
    past::{Past, PastStep},
    reader::RecordingEnd,
    told::ToldLists,
};
use crate::{
    presence::{Moment, UserId},
    world::{Input, InputTranslator, Listener, World},
};

/// Lines are written when there are so many bytes of them.
const PIECE: usize = 64 << 10;

/// Go through a recording from its beginning to its end, and write it as `user` would have recorded it, with inputs as
/// the translator makes them. What was missing is missing, and it has checks where that one has some.
///
/// # Errors
/// What the disk says.
pub fn rewrite_recording(
    past: &mut Past,
    user: UserId,
    translator: &mut dyn InputTranslator,
    is_packed: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut header = past.header().clone();
    header.session.user = user;
    let mut rewriter = Rewriter::begin(header, translator, is_packed);
    while let Some((_, at, step)) = past.step_next(&mut rewriter) {
        if let PastStep::Check(_) = step {
            rewriter.world.step(at, Input::Tick, &mut ());
            rewriter.composer.write_check(&mut rewriter.lines, &rewriter.world);
        }
        if rewriter.lines.len() >= PIECE {
            out.write_all(&rewriter.take_lines())?;
        }
    }
    if past.end() == Some(&RecordingEnd::Closed) {
        rewriter.composer.write(&mut rewriter.lines, past.reader().last_moment(), &RecordLine::Closed);
    }
    out.write_all(&rewriter.take_lines())
}

/// Folds the other inputs, as they are kept by what the world knew before each.
struct Rewriter<'a> {
    translator: &'a mut dyn InputTranslator,
    world: World,
    composer: LineComposer,
    /// Lines are missing before; whose lists were told since.
    told: Option<ToldLists>,
    lines: Vec<u8>,
    packed: Option<GzipMembers>,
}

impl<'a> Rewriter<'a> {
    fn begin(header: RecordingHeader, translator: &'a mut dyn InputTranslator, is_packed: bool) -> Self {
        let (world, started) = (header.open_world(), header.started);
        let (mut composer, mut lines) = (LineComposer::default(), Vec::new());
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let header = RecordingHeader { program, ..header };
        composer.write(&mut lines, started, &RecordLine::Header(Box::new(header)));
        Self { translator, world, composer, told: None, lines, packed: is_packed.then(GzipMembers::default) }
    }

    /// The bytes of the lines that were written since. In packed ones, a member ends with them.
    fn take_lines(&mut self) -> Vec<u8> {
        let lines = std::mem::take(&mut self.lines);
        match &mut self.packed {
            None => lines,
            Some(members) => {
                members.add_lines(&lines);
                members.end_member()
            }
        }
    }
}

impl Listener for Rewriter<'_> {
    fn take_input(&mut self, _world: &World, at: Moment, input: &Input) {
        let input = self.translator.take_in(input.clone());
        let line = if let Input::Missing { inputs, since } = input {
            self.told = Some(ToldLists::default());
            RecordLine::Lost { inputs, since }
        } else {
            let kept = KeptInput::keep(&self.world, &input, self.told.as_ref());
            if let Some(told) = &mut self.told {
                told.take_input(&input);
            }
            RecordLine::Input(Box::new(kept))
        };
        self.composer.write(&mut self.lines, at, &line);
        self.world.step(at, input, &mut ());
    }
}

#[cfg(test)]
mod tests;
