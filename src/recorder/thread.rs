//! The thread that writes, and who waits for it.

use std::{
    io,
    path::Path,
    sync::{
        Arc, PoisonError,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    time::Duration,
};

use tokio::sync::mpsc;

use super::{
    disk::{RecordingDisk, RecordingFile},
    keeper::{QUEUE, RecordEnd, RecordJob, RecorderShared, RecordingKeeper},
    sink::RecordingSink,
    status::RecordingStatus,
};
use crate::{
    clock::Clock,
    recording::{RecordLine, RecordingHeader},
    world::World,
};

/// What was taken in is in the file after so long.
const FLUSH_EACH: Duration = Duration::from_secs(1);

/// On the way out, a slow disk may take so long.
const PATIENCE: Duration = Duration::from_millis(800);

/// News that may wait to be heard.
const NEWS: usize = 4;

/// Why nothing can be recorded, in words that follow the file's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotRecord(String);

/// A recording that is being written.
#[derive(Debug)]
pub struct Recording {
    shared: Arc<RecorderShared>,
    /// What a person should know, as it happens.
    news: Option<mpsc::Receiver<String>>,
    /// Closed when the thread has ended.
    ended: Receiver<()>,
    has_ended: bool,
}

impl Recording {
    /// What became of it so far.
    pub fn read_status(&self) -> RecordingStatus {
        self.shared.read_status()
    }

    /// What a person should know, as it happens, in words that follow "the recording". Once.
    pub const fn take_news(&mut self) -> Option<mpsc::Receiver<String>> {
        self.news.take()
    }

    /// Wait until all is written, but not for long. Its keeper has to be closed or dropped before.
    pub fn finish(mut self) -> RecordingStatus {
        self.wait_for_end();
        self.read_status()
    }

    fn wait_for_end(&mut self) {
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

/// Record what goes into a world that has taken in nothing yet, into a file that must not be there; packed, if its name
/// ends in `.gz`. `seed` is that of a simulated crowd.
///
/// # Errors
/// If there can be no such file, in words that follow its name.
pub fn start_recording(
    path: &Path,
    world: &World,
    seed: Option<u64>,
    clock: Clock,
) -> Result<(Recording, RecordingKeeper), CannotRecord> {
    let file = RecordingFile::create(path.to_owned()).map_err(|error| explain(&error))?;
    let is_packed = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"));
    start_on(file, is_packed, world, seed, clock).map_err(|error| explain(&error))
}

pub(super) fn start_on(
    disk: impl RecordingDisk,
    is_packed: bool,
    world: &World,
    seed: Option<u64>,
    clock: Clock,
) -> io::Result<(Recording, RecordingKeeper)> {
    let header = RecordLine::Header(Box::new(RecordingHeader::describe(world, seed)));
    let sink = RecordingSink::begin(disk, is_packed, header, world.started)?;
    let shared = Arc::new(RecorderShared::default());
    let (queue, jobs) = sync_channel(QUEUE);
    let (tell, ended) = sync_channel(0);
    let (tell_news, news) = mpsc::channel(NEWS);
    let teller = NewsTeller { shared: shared.clone(), news: tell_news };
    std::thread::Builder::new().name("recorder".to_owned()).spawn(move || {
        write_all(sink, &jobs, &teller, clock);
        drop(tell);
    })?;
    let keeper = RecordingKeeper::new(queue, shared.clone(), world.now());
    Ok((Recording { shared, news: Some(news), ended, has_ended: false }, keeper))
}

/// Tells what becomes of a recording.
struct NewsTeller {
    shared: Arc<RecorderShared>,
    news: mpsc::Sender<String>,
}

impl NewsTeller {
    fn tell(&self, now: RecordingStatus) {
        let mut known = self.shared.status.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(news) = now.tell_news(&known) {
            // Nobody may listen, or have heard the last ones yet: the status says it all the same.
            let _ = self.news.try_send(news);
        }
        *known = now;
    }
}

/// Write what comes until nobody hands over anything any more.
fn write_all<D: RecordingDisk>(
    mut sink: RecordingSink<D>,
    jobs: &Receiver<RecordJob>,
    teller: &NewsTeller,
    clock: Clock,
) {
    let shared = &*teller.shared;
    let mut flush_at = clock.now().plus(FLUSH_EACH);
    loop {
        let job = jobs.recv_timeout(flush_at.since(clock.now()));
        match job {
            Ok(job) => take_job(&mut sink, job, shared),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if clock.now() >= flush_at {
            sink.flush();
            shared.holes.fetch_add(sink.take_holes(), Ordering::Relaxed);
            teller.tell(sink.status());
            flush_at = clock.now().plus(FLUSH_EACH);
        }
    }
    if let Some(RecordEnd { lost: (lost, since), world }) =
        shared.end.lock().unwrap_or_else(PoisonError::into_inner).take()
    {
        if lost > 0 {
            sink.add_lost(lost, since, world.now());
        }
        sink.close(world.now(), &world);
    }
    sink.finish();
    teller.tell(sink.status());
}

fn take_job<D: RecordingDisk>(sink: &mut RecordingSink<D>, job: RecordJob, shared: &RecorderShared) {
    match job {
        RecordJob::Input(at, kept, weight) => {
            shared.bytes.fetch_sub(weight, Ordering::Relaxed);
            sink.add_input(at, &RecordLine::Input(kept));
            shared.holes.fetch_add(sink.take_holes(), Ordering::Relaxed);
        }
        RecordJob::Lost(count, since, at) => sink.add_lost(count, since, at),
        RecordJob::Check(world) => {
            sink.add_check(&world);
            shared.checking.store(false, Ordering::Relaxed);
        }
    }
    shared.waiting.fetch_sub(1, Ordering::Relaxed);
}

fn explain(error: &io::Error) -> CannotRecord {
    CannotRecord(match error.kind() {
        io::ErrorKind::AlreadyExists => "is there already; name another, or take it away first".to_owned(),
        io::ErrorKind::NotFound => {
            "can't be made, because its folder is not there; make it, or name another".to_owned()
        }
        io::ErrorKind::PermissionDenied => "may not be made; name a file in a folder of yours".to_owned(),
        kind => format!("can't be written ({kind}); name another"),
    })
}
