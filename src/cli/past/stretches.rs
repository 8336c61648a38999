//! The stretches of a recording, to look at any instant of it. Each is read again from its file when it is looked
//! at, and told to a ui as it was on the way through.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

use crate::{
    files::{self, FileError},
    history::{History, Stretch, StretchSource, weigh_world},
    recording::{KeptWith, Past, PastStep, RecordingHeader, Timeline},
    ui::{ToldSoFar, Ui},
    world::World,
};

/// Events and lines of a stretch, in a recording of few.
pub(super) const STEP: u64 = 1_000;

/// Worlds that are kept of the stretch in memory at the most, besides that at its beginning.
const FRAMES: u64 = 3;

/// Bytes of inputs in a stretch, all of which is in memory when it is looked at.
const LARGEST_STRETCH: usize = 512 << 20;

/// What was told so far, and the stretch that begins there.
#[derive(Debug)]
struct KeptStretch {
    told: ToldSoFar,
    stretch: Stretch,
    weight: usize,
}

impl KeptWith for KeptStretch {
    fn weigh(&self) -> usize {
        self.weight
    }

    fn take_over(&mut self, next: Self) {
        self.stretch.end = next.stretch.end;
        self.stretch.kinds |= next.stretch.kinds;
    }
}

/// A recording that was gone through once.
#[derive(Debug)]
pub(super) struct RecordedStretches {
    timeline: Timeline<KeptStretch>,
    list: Vec<Stretch>,
}

/// Parts of a recording are larger than can be kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// Take in the next line, and do what is due after it.
fn take_line(past: &mut Past, ui: &mut Ui) -> Option<PastStep> {
    let (_, at, step) = past.step_next(ui)?;
    ui.do_due(past.world(), false, at);
    Some(step)
}

impl RecordedStretches {
    /// Open the file of a recording a second time, to go about in it. At first, a stretch has so many events and lines.
    ///
    /// # Errors
    /// If it is gone.
    pub fn open(path: &Path, header: RecordingHeader, step: u64) -> Result<Self, FileError> {
        let file = files::open_large(path)?;
        let open_at = move |byte: u64| {
            let mut file: File = file.try_clone()?;
            file.seek(SeekFrom::Start(byte))?;
            Ok(Box::new(file) as Box<dyn Read + Send>)
        };
        Ok(Self { timeline: Timeline::new(header, Box::new(open_at), step), list: Vec::new() })
    }

    /// Go through all of it, and tell `ui` of it. `looked` is called after each line. Returns whether anything was
    /// recorded.
    ///
    /// # Errors
    /// If it is too large to look at any instant of it.
    pub fn read_whole(
        &mut self,
        past: &mut Past,
        ui: &mut Ui,
        mut looked: impl FnMut(&Past),
    ) -> Result<bool, TooLarge> {
        let mut is_empty = true;
        self.begin_stretch(past, ui);
        let mut known = 0;
        while let Some(step) = take_line(past, ui) {
            is_empty &= step != PastStep::Input;
            if let Some(KeptStretch { stretch, .. }) = self.timeline.last_mut() {
                stretch.kinds |= ui.history.sum_kinds(known);
                stretch.end = ui.history.next_number();
                known = stretch.end;
            }
            self.begin_stretch(past, ui);
            if ui.history.weigh() > LARGEST_STRETCH {
                return Err(TooLarge);
            }
            looked(past);
        }
        self.list = self.timeline.list_kept().map(|kept| kept.stretch).collect();
        Ok(!is_empty)
    }

    /// Begin another stretch, if it is time to.
    fn begin_stretch(&mut self, past: &Past, ui: &mut Ui) {
        let (world, first): (&World, u64) = (past.world(), ui.history.next_number());
        let keep = || {
            let told = ui.copy_told();
            let weight = told.weigh() + weigh_world(world);
            KeptStretch { told, stretch: Stretch { begin: world.now(), first, end: first, kinds: 0 }, weight }
        };
        if self.timeline.keep(past, keep) {
            *ui.history = History::of_stretch(first, world, ui.copy_told());
        }
    }
}

impl StretchSource<ToldSoFar> for RecordedStretches {
    fn stretches(&self) -> &[Stretch] {
        &self.list
    }

    fn load(&mut self, place: usize) -> Option<History<ToldSoFar>> {
        let stretch = self.list.get(place)?;
        let (mut past, kept) = self.timeline.resume(place).ok()?;
        let mut ui = Ui::go_on_from(&kept.told, past.world(), stretch.first);
        let apart = ((stretch.end - stretch.first) / (FRAMES + 1)).max(STEP / 2);
        let mut due = stretch.first + apart;
        while ui.history.next_number() < stretch.end {
            take_line(&mut past, &mut ui)?;
            if ui.history.next_number() >= due && ui.history.next_number() < stretch.end {
                let told = ui.copy_told();
                ui.history.add_frame(past.world(), told);
                due = ui.history.next_number() + apart;
            }
        }
        (ui.history.next_number() == stretch.end).then_some(*ui.history)
    }
}

#[cfg(test)]
mod tests;
