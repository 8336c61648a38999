//! A recording of what a verb takes in, from its beginning to its end.

use std::path::Path;

use tokio::{sync::mpsc, task::JoinSet};

use super::{Failure, disguise::Disguise, flags::record::RecordArgs, print};
use crate::{
    clock::Clock,
    config::ConfigValues,
    history::KeepLimits,
    presence::{Moment, show_path},
    recorder::{RecorderPlan, Recording, RecordingKeeper, RecordingNews, start_recorder},
    wording::count_things,
    world::{Watcher, World},
};

/// What came in is kept packed in this part of the memory that is for looking back.
const PART_OF_MEMORY: usize = 4;

/// How much is kept to look back at.
pub(super) fn keep_limits(all: &ConfigValues) -> KeepLimits {
    KeepLimits { time: all.keep.value, bytes: all.keep_memory.value.bytes() }
}

/// A recording, if one is wanted.
#[derive(Default)]
pub(super) struct VerbRecording {
    open: Option<(Recording, String)>,
    keeper: Option<RecordingKeeper>,
}

impl VerbRecording {
    /// Begin with a world that has taken in nothing yet. `seed` is that of a simulated crowd.
    ///
    /// # Errors
    /// If there can be no such file: a usage error.
    pub fn begin(args: &RecordArgs, world: &World, seed: Option<u64>, clock: Clock) -> Result<Self, Failure> {
        let plan = RecorderPlan { path: args.record.as_deref(), seed, memory: 0, clock };
        if plan.path.is_none() {
            return Ok(Self::default());
        }
        Self::begin_as(plan, world)
    }

    /// The same, where a person may begin one at any time: what came in until then is kept in memory, as far as the
    /// settings want anything kept.
    pub fn begin_in_memory(
        args: &RecordArgs,
        world: &World,
        all: &ConfigValues,
        seed: Option<u64>,
        clock: Clock,
    ) -> Result<Self, Failure> {
        let limits = keep_limits(all);
        let memory = if limits.is_off() { 0 } else { limits.bytes / PART_OF_MEMORY };
        Self::begin_as(RecorderPlan { path: args.record.as_deref(), seed, memory, clock }, world)
    }

    fn begin_as(plan: RecorderPlan<'_>, world: &World) -> Result<Self, Failure> {
        let name = plan.path.map_or_else(|| "the recording".to_owned(), name_recording);
        let (recording, keeper) = start_recorder(world, plan).map_err(|why| Failure::usage(format!("{name} {why}")))?;
        Ok(Self { open: Some((recording, name)), keeper: Some(keeper) })
    }

    /// Hand out what records, to be used while the world is watched.
    pub fn take_recording(&mut self) -> Option<Recording> {
        self.open.take().map(|(recording, _)| recording)
    }

    /// Take it back.
    pub fn return_recording(&mut self, recording: Option<Recording>) {
        self.open = recording.map(|recording| {
            let name = recording.path().map_or_else(String::new, name_recording);
            (recording, name)
        });
    }

    /// From here on, what goes into this world is kept.
    pub fn attach<L>(&mut self, watcher: &mut Watcher<L>) {
        if let Some(keeper) = self.keeper.take() {
            watcher.keeper = Some(Box::new(keeper));
        }
    }

    /// The same, where only the recording has other names: it is one of `recorded`, into which goes what goes into this
    /// world.
    pub fn attach_disguised<L>(&mut self, watcher: &mut Watcher<L>, recorded: World, disguise: &Disguise) {
        if disguise.names().is_none() || self.keeper.is_none() {
            return self.attach(watcher);
        }
        let mut beside = Watcher::open(recorded, ());
        self.attach(&mut beside);
        disguise.attach(&mut beside);
        watcher.keeper = Some(Box::new(beside));
    }

    /// Say on stderr what a person should know of it, as it happens.
    pub fn remark_news(&mut self, tasks: &mut JoinSet<()>) {
        let name = self.open.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
        if let Some(mut news) = self.take_news() {
            tasks.spawn(async move {
                while let Some(news) = news.recv().await {
                    print::remark(&format!("{name} {}", news.sentence));
                }
            });
        }
    }

    /// What a person should know of it, as it happens.
    fn take_news(&mut self) -> Option<mpsc::Receiver<RecordingNews>> {
        self.open.as_mut().and_then(|(recording, _)| recording.take_news())
    }

    /// End it, and say what is missing in it.
    pub fn end_with<L>(self, watcher: &mut Watcher<L>, now: Moment) {
        watcher.close_keeper(now);
        let Some((recording, name)) = self.open else { return };
        if recording.path().is_none() {
            return;
        }
        let status = recording.finish();
        if let Some(trouble) = status.trouble {
            print::remark(&format!("{name} {trouble}"));
        }
        if status.lost > 0 {
            let lost = usize::try_from(status.lost).unwrap_or(usize::MAX);
            print::remark(&format!("{name} lacks {}", count_things(lost, "input", "inputs")));
        }
    }
}

fn name_recording(path: &Path) -> String {
    format!("the recording {}", show_path(path))
}
