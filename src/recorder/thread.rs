//! The thread that writes, and who waits for it.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel},
    },
    time::Duration,
};

use tokio::sync::mpsc;

use super::{
    disk::{RecordingDisk, RecordingFile},
    keeper::{QUEUE, RecordEnd, RecordJob, RecorderShared, RecordingKeeper, WantedFile},
    recording::Recording,
    status::{RecordingNews, RecordingStatus},
    targets::RecordingTargets,
};
use crate::{
    clock::Clock,
    presence::{Moment, show_path},
    recording::{RecordLine, RecordingHeader},
    world::World,
};

/// What was taken in is in the file after so long.
const FLUSH_EACH: Duration = Duration::from_secs(1);

/// Where inputs come one after the other, they are looked for only so often: to wake this thread for each of them would
/// cost more than to keep it, and the loop would pay.
const REST: Duration = Duration::from_millis(20);

/// News that may wait to be heard.
const NEWS: usize = 4;

/// So many names are tried for a file.
const MOST_NUMBERED: u32 = 1_000;

/// Why nothing can be recorded, in words that follow the file's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotRecord(String);

/// What is recorded of a world, and where.
#[derive(Debug, Clone, Copy)]
pub struct RecorderPlan<'a> {
    /// A file from the beginning on. It must not be there; packed, if its name ends in `.gz`.
    pub path: Option<&'a Path>,
    /// The seed of the simulated crowd, if there is one.
    pub seed: Option<u64>,
    /// What came in is kept in memory, packed, in at most so many bytes, for a file that is begun later; not at all if
    /// they are zero.
    pub memory: usize,
    /// The clock that the thread goes by.
    pub clock: Clock,
}

/// Record what goes into a world that has taken in nothing yet.
///
/// # Errors
/// If there can be no such file, in words that follow its name.
pub fn start_recorder(world: &World, plan: RecorderPlan<'_>) -> Result<(Recording, RecordingKeeper), CannotRecord> {
    let file = plan.path.map(|path| RecordingFile::create(path.to_owned()).map(|file| (file, is_packed(path))));
    let file = file.transpose().and_then(|file| start_on(file, world, plan)).map_err(|error| explain(&error));
    let (mut recording, keeper) = file?;
    recording.path = plan.path.map(Path::to_owned);
    Ok((recording, keeper))
}

impl Recording {
    /// Go over to another world, which has taken in nothing yet. If a file is being written, one of the same name with a
    /// number begins with it. Returns the recording of the world before, and the keeper of the other one.
    ///
    /// # Errors
    /// If there can be none; then nothing is recorded any more.
    pub fn go_over(&mut self, world: &World) -> Result<(Self, RecordingKeeper), CannotRecord> {
        let plan = RecorderPlan { path: None, seed: None, memory: self.memory, clock: self.clock };
        let (next, keeper) = start_recorder(world, plan)?;
        let before = std::mem::replace(self, next);
        if let Some(path) = before.path() {
            self.begin_file(path.to_owned(), true);
        }
        Ok((before, keeper))
    }
}

pub(super) fn start_on(
    file: Option<(impl RecordingDisk, bool)>,
    world: &World,
    plan: RecorderPlan<'_>,
) -> io::Result<(Recording, RecordingKeeper)> {
    let header = RecordLine::Header(Box::new(RecordingHeader::describe(world, plan.seed)));
    let mut targets = RecordingTargets::open(header, world.started, plan.memory);
    let shared = Arc::new(RecorderShared::default());
    shared.is_open.store(file.is_some(), Ordering::Relaxed);
    if let Some((disk, is_packed)) = file {
        targets.begin(Box::new(disk), is_packed, 0)?;
    }
    let (queue, jobs) = sync_channel(QUEUE);
    let (tell, ended) = sync_channel(0);
    let (tell_news, news) = mpsc::channel(NEWS);
    let teller = NewsTeller { shared: shared.clone(), news: tell_news };
    let clock = plan.clock;
    let thread = std::thread::Builder::new().name("recorder".to_owned()).spawn(move || {
        write_all(targets, &jobs, &teller, clock);
        drop(tell);
    })?;
    let (memory, news) = (plan.memory, Some(news));
    let keeper = RecordingKeeper::new(queue.clone(), shared.clone(), world.now(), memory > 0);
    let (queue, thread) = (Some(queue), thread.thread().clone());
    let recording = Recording { queue, thread, shared, path: None, memory, clock, news, ended, has_ended: false };
    Ok((recording, keeper))
}

/// Tells what becomes of a recording.
struct NewsTeller {
    shared: Arc<RecorderShared>,
    news: mpsc::Sender<RecordingNews>,
}

impl NewsTeller {
    fn tell(&self, now: RecordingStatus) {
        let mut known = self.shared.status.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sentence) = now.tell_news(&known) {
            self.say(sentence, false);
        }
        *known = now;
    }

    fn say(&self, sentence: String, is_good: bool) {
        // Nobody may listen, or have heard the last ones yet: the status says it all the same.
        let _ = self.news.try_send(RecordingNews { sentence, is_good });
    }

    /// A file has begun or ended: what is told from now on is about this.
    fn know(&self, now: RecordingStatus) {
        *self.shared.status.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

/// Write what comes until nobody hands over anything any more.
fn write_all(mut targets: RecordingTargets, jobs: &Receiver<RecordJob>, teller: &NewsTeller, clock: Clock) {
    let shared = &*teller.shared;
    let mut flush_at = clock.now().plus(FLUSH_EACH);
    let mut woken = clock.now();
    loop {
        let until = (!targets.is_settled()).then_some(flush_at);
        let job = wait_for_job(jobs, until, &mut woken, clock);
        match job {
            Ok(job) => take_job(&mut targets, job, teller),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if clock.now() >= flush_at {
            targets.flush();
            shared.holes.fetch_add(targets.take_holes(), Ordering::Relaxed);
            if let Some(status) = targets.status() {
                teller.tell(status);
            }
            flush_at = clock.now().plus(FLUSH_EACH);
        }
    }
    if let Some(RecordEnd { lost: (lost, since), world }) =
        shared.end.lock().unwrap_or_else(PoisonError::into_inner).take()
    {
        if lost > 0 {
            targets.add_lost(lost, since, world.now());
        }
        targets.close(&world);
    }
    targets.finish();
    if let Some(status) = targets.status() {
        teller.tell(status);
    }
}

/// Wait for a job, at most until then. `woken`: when this thread began to work on what had come.
fn wait_for_job(
    jobs: &Receiver<RecordJob>,
    until: Option<Moment>,
    woken: &mut Moment,
    clock: Clock,
) -> Result<RecordJob, RecvTimeoutError> {
    match jobs.try_recv() {
        Ok(job) => return Ok(job),
        Err(TryRecvError::Disconnected) => return Err(RecvTimeoutError::Disconnected),
        Err(TryRecvError::Empty) => {}
    }
    let left = || until.map_or(Duration::MAX, |until| until.since(clock.now()));
    if clock.now().since(*woken) < REST {
        // What a person asks for, and the end, wake it.
        std::thread::park_timeout(REST.min(left()));
    }
    let job = match until {
        None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
        Some(_) => jobs.recv_timeout(left()),
    };
    *woken = clock.now();
    job
}

fn take_job(targets: &mut RecordingTargets, job: RecordJob, teller: &NewsTeller) {
    let shared = &*teller.shared;
    match job {
        RecordJob::Input(at, kept, weight) => {
            shared.bytes.fetch_sub(weight, Ordering::Relaxed);
            targets.add_input(at, &RecordLine::Input(kept));
            shared.holes.fetch_add(targets.take_holes(), Ordering::Relaxed);
        }
        RecordJob::Lost(count, since, at) => targets.add_lost(count, since, at),
        RecordJob::Check(world) => {
            targets.add_check(&world);
            shared.checking.store(false, Ordering::Relaxed);
        }
        RecordJob::Begin(wanted) => begin_file(targets, &wanted, teller),
        RecordJob::End(world) => end_file(targets, &world, teller),
    }
    shared.waiting.fetch_sub(1, Ordering::Relaxed);
}

fn begin_file(targets: &mut RecordingTargets, wanted: &WantedFile, teller: &NewsTeller) {
    let shared = &*teller.shared;
    let passed = shared.passed.load(Ordering::Relaxed);
    let begun = create_file(wanted).and_then(|(path, file)| {
        targets.begin(Box::new(file), is_packed(&path), passed)?;
        Ok(path)
    });
    match (begun, targets.status()) {
        (Ok(path), Some(status)) => {
            let sentence = status.tell_begin(&path);
            teller.know(status);
            teller.say(sentence, true);
        }
        (Err(error), _) => {
            shared.is_open.store(false, Ordering::Relaxed);
            teller.say(format!("can't begin: {} {}", show_path(&wanted.path), explain(&error)), false);
        }
        (Ok(_), None) => {}
    }
}

fn end_file(targets: &mut RecordingTargets, world: &World, teller: &NewsTeller) {
    let lost = teller.shared.untold.load(Ordering::Relaxed);
    let ended = targets.end(world, lost);
    teller.know(RecordingStatus::default());
    if let Some(status) = ended {
        let (sentence, is_good) = status.tell_end();
        teller.say(sentence, is_good);
    }
}

/// Make the file, under another name if that is wanted and something is there already.
fn create_file(wanted: &WantedFile) -> io::Result<(PathBuf, RecordingFile)> {
    let mut path = wanted.path.clone();
    for number in 2..=MOST_NUMBERED {
        match RecordingFile::create(path.clone()) {
            Err(error) if wanted.numbered && error.kind() == io::ErrorKind::AlreadyExists => {
                path = number_name(&wanted.path, number);
            }
            made => return made.map(|file| (path, file)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// `incident-2.jsonl.gz` for `incident.jsonl.gz`.
fn number_name(path: &Path, number: u32) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let ending = name.char_indices().skip(1).find(|(_, c)| *c == '.').map_or(name.len(), |(at, _)| at);
    path.with_file_name(format!("{}-{number}{}", &name[..ending], &name[ending..]))
}

/// Whether a recording of this name is packed.
pub fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"))
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
