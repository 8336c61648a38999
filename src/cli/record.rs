//! A recording of what a verb takes in, from its beginning to its end.

use std::path::Path;

use tokio::{sync::mpsc, task::JoinSet};

use super::{Failure, flags::record::RecordArgs, print};
use crate::{
    clock::Clock,
    presence::{Moment, show_path},
    recorder::{Recording, RecordingKeeper, start_recording},
    wording::count_things,
    world::{Watcher, World},
};

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
    /// If there can be no such file: asked wrongly.
    pub fn begin(args: &RecordArgs, world: &World, seed: Option<u64>, clock: Clock) -> Result<Self, Failure> {
        let Some(path) = &args.record else { return Ok(Self::default()) };
        let (recording, keeper) = start_recording(path, world, seed, clock)
            .map_err(|why| Failure::usage(format!("{} {why}", name_recording(path))))?;
        Ok(Self { open: Some((recording, name_recording(path))), keeper: Some(keeper) })
    }

    /// From here on, what goes into this world is kept.
    pub fn attach<L>(&mut self, watcher: &mut Watcher<L>) {
        if let Some(keeper) = self.keeper.take() {
            watcher.keeper = Some(Box::new(keeper));
        }
    }

    /// Say on stderr what a person should know of it, as it happens.
    pub fn remark_news(&mut self, tasks: &mut JoinSet<()>) {
        let name = self.open.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
        if let Some(mut news) = self.take_news() {
            tasks.spawn(async move {
                while let Some(news) = news.recv().await {
                    print::remark(&format!("{name} {news}"));
                }
            });
        }
    }

    /// What a person should know of it, as it happens.
    pub fn take_news(&mut self) -> Option<mpsc::Receiver<String>> {
        self.open.as_mut().and_then(|(recording, _)| recording.take_news())
    }

    /// End it, and say what is missing in it.
    pub fn end_with<L>(self, watcher: &mut Watcher<L>, now: Moment) {
        watcher.close_keeper(now);
        let Some((recording, name)) = self.open else { return };
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
