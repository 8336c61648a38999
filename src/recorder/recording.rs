//! A recorder as the verb holds it: a file is begun and ended, and what became of it is asked.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::Ordering,
        mpsc::{Receiver, SyncSender},
    },
    thread::Thread,
    time::Duration,
};

use tokio::sync::mpsc;

use super::{
    keeper::{RecordJob, RecorderShared, WantedFile},
    status::{RecordingNews, RecordingStatus},
};
use crate::{
    clock::Clock,
    presence::Moment,
    world::{Input, World},
};

/// On the way out, a slow disk may take so long.
const PATIENCE: Duration = Duration::from_millis(800);

/// What is being recorded of a world.
#[derive(Debug)]
pub struct Recording {
    pub(super) queue: Option<SyncSender<RecordJob>>,
    /// What takes from the queue.
    pub(super) thread: Thread,
    pub(super) shared: Arc<RecorderShared>,
    /// The file that was named last.
    pub(super) path: Option<PathBuf>,
    /// What came in is kept in memory in at most so many bytes.
    pub(super) memory: usize,
    pub(super) clock: Clock,
    /// What a person should know, as it happens.
    pub(super) news: Option<mpsc::Receiver<RecordingNews>>,
    /// Closed when the thread has ended.
    pub(super) ended: Receiver<()>,
    pub(super) has_ended: bool,
}

impl Recording {
    /// What became so far of the file that is written, if one is.
    pub fn read_status(&self) -> Option<RecordingStatus> {
        self.is_open().then(|| self.shared.read_status())
    }

    /// The file that is written, as it was named.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref().filter(|_| self.is_open())
    }

    /// Wait for what a person should know.
    pub async fn wait_for_news(&mut self) -> RecordingNews {
        if let Some(news) = &mut self.news
            && let Some(news) = news.recv().await
        {
            return news;
        }
        self.news = None;
        std::future::pending().await
    }

    /// What a person should know, as it happens. Once.
    pub const fn take_news(&mut self) -> Option<mpsc::Receiver<RecordingNews>> {
        self.news.take()
    }

    /// Begin a file with what is in memory, packed if its name ends in `.gz`. It must not be there, or gets a number if
    /// it is to be `numbered`. Never waits: whether it could be begun is news. Returns whether it was taken on.
    pub fn begin_file(&mut self, path: PathBuf, numbered: bool) -> bool {
        if self.shared.is_open.swap(true, Ordering::Relaxed) {
            return false;
        }
        if self.memory == 0 && self.shared.passed.load(Ordering::Relaxed) > 0 {
            // Lists that were told before the file are not in it.
            self.shared.holes.fetch_add(1, Ordering::Relaxed);
        }
        self.path = Some(path.clone());
        self.shared.wants_check.store(true, Ordering::Relaxed);
        let is_sent = self.send(RecordJob::Begin(WantedFile { path, numbered }));
        if !is_sent {
            self.shared.is_open.store(false, Ordering::Relaxed);
        }
        is_sent
    }

    /// End the file; the world is as it is `now`. Never waits: how it ended is news. Returns whether it was taken on.
    pub fn end_file(&mut self, world: &World, now: Moment) -> bool {
        if !self.is_open() {
            return false;
        }
        let mut world = Box::new(world.clone());
        world.step(now, Input::Tick, &mut ());
        let is_sent = self.send(RecordJob::End(world));
        self.shared.is_open.store(!is_sent, Ordering::Relaxed);
        is_sent
    }

    /// Wait until all is written, but not for long. Its keeper has to be closed or dropped before.
    pub fn finish(mut self) -> RecordingStatus {
        self.wait_for_end();
        self.shared.read_status()
    }

    fn is_open(&self) -> bool {
        self.shared.is_open.load(Ordering::Relaxed)
    }

    fn send(&self, job: RecordJob) -> bool {
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        let is_sent = self.queue.as_ref().is_some_and(|queue| queue.try_send(job).is_ok());
        if is_sent {
            self.thread.unpark();
        } else {
            self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        is_sent
    }

    fn wait_for_end(&mut self) {
        self.queue = None;
        self.thread.unpark();
        if !std::mem::replace(&mut self.has_ended, true) {
            let _ = self.ended.recv_timeout(PATIENCE);
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.wait_for_end();
    }
}
