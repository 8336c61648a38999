//! Copies inputs into the queue as they enter the world, and never waits.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
        mpsc::SyncSender,
    },
    time::Duration,
};

use super::status::RecordingStatus;
use crate::{
    presence::Moment,
    recording::{KeptInput, ToldLists},
    world::{Input, InputKeeper, World},
};

/// Inputs that may wait to be written.
pub(super) const QUEUE: usize = 4_096;

/// Bytes of inputs that may wait, but for a single one that is larger.
const MOST_BYTES: usize = 64 << 20;

/// A check comes after so many inputs.
const CHECK_AFTER: u64 = 1_000;

/// A check comes after so long, whatever comes in.
const CHECK_EACH: Duration = Duration::from_secs(60);

/// A file that is to be begun.
#[derive(Debug)]
pub(super) struct WantedFile {
    /// Where.
    pub path: PathBuf,
    /// If something is there already, the name gets a number.
    pub numbered: bool,
}

/// What the thread is handed.
#[derive(Debug)]
pub(super) enum RecordJob {
    /// An input, at its moment, which weighs so much.
    Input(Moment, Box<KeptInput>, usize),
    /// So many inputs found no room, the first of them then; now it is this moment.
    Lost(u64, Moment, Moment),
    /// What the world is.
    Check(Box<World>),
    /// A file is to be begun, with what is in memory.
    Begin(WantedFile),
    /// The file ends, with this world.
    End(Box<World>),
}

/// How a recording ends on purpose.
#[derive(Debug)]
pub(super) struct RecordEnd {
    /// Inputs that found no room at last, and the moment of the first.
    pub lost: (u64, Moment),
    /// The world at the end.
    pub world: Box<World>,
}

/// What keeper, thread and verb share.
#[derive(Debug, Default)]
pub(super) struct RecorderShared {
    /// Inputs that wait, and their bytes.
    pub waiting: AtomicUsize,
    pub bytes: AtomicUsize,
    /// How often lines began to be missing.
    pub holes: AtomicU64,
    /// A check is on its way.
    pub checking: AtomicBool,
    /// How it ends, on purpose.
    pub end: Mutex<Option<RecordEnd>>,
    pub status: Mutex<RecordingStatus>,
    /// A file is being written, or is about to be.
    pub is_open: AtomicBool,
    /// A check is wanted as soon as one is possible: a file has begun.
    pub wants_check: AtomicBool,
    /// Inputs of which nothing is kept in memory.
    pub passed: AtomicU64,
    /// Inputs that found no room and that the thread has not been told of.
    pub untold: AtomicU64,
}

impl RecorderShared {
    /// What became of it so far.
    pub fn read_status(&self) -> RecordingStatus {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Keeps what goes into a world.
#[derive(Debug)]
pub struct RecordingKeeper {
    queue: SyncSender<RecordJob>,
    shared: Arc<RecorderShared>,
    /// Inputs that found no room and that the thread has not been told of, and the moment of the first.
    lost: (u64, Moment),
    /// The holes that are known here, and whose lists were told since the last of them.
    holes: u64,
    told: Option<ToldLists>,
    inputs_since_check: u64,
    last_check: Moment,
    /// Whether what comes in is kept where no file is open, too.
    remembers: bool,
}

impl RecordingKeeper {
    pub(super) fn new(queue: SyncSender<RecordJob>, shared: Arc<RecorderShared>, now: Moment, remembers: bool) -> Self {
        let (lost, last_check) = ((0, now), now);
        Self { queue, shared, lost, holes: 0, told: None, inputs_since_check: 0, last_check, remembers }
    }

    /// Whether there is room for one more input, which weighs so much.
    fn has_room(&self, weight: usize) -> bool {
        // Two places stay free: for the count of what is lost, and for a check.
        let bytes = self.shared.bytes.load(Ordering::Relaxed);
        self.shared.waiting.load(Ordering::Relaxed) + 2 < QUEUE && (bytes == 0 || bytes + weight <= MOST_BYTES)
    }

    fn lose(&mut self, at: Moment) {
        if self.lost.0 == 0 {
            self.lost.1 = at;
            self.shared.holes.fetch_add(1, Ordering::Relaxed);
        }
        self.lost.0 += 1;
        self.shared.untold.store(self.lost.0, Ordering::Relaxed);
    }

    fn send(&mut self, job: RecordJob, weight: usize) -> bool {
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        self.shared.bytes.fetch_add(weight, Ordering::Relaxed);
        let is_sent = self.queue.try_send(job).is_ok();
        if !is_sent {
            self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
            self.shared.bytes.fetch_sub(weight, Ordering::Relaxed);
        }
        is_sent
    }

    /// After how many inputs a check is due: one costs as much as the lists are long.
    fn check_after(world: &World) -> u64 {
        let size = world.channels.count_names() / 100 + world.channels.len() * 10;
        CHECK_AFTER.max(size as u64)
    }
}

impl InputKeeper for RecordingKeeper {
    fn keep_input(&mut self, world: &World, at: Moment, input: &Input) {
        if *input == Input::Tick {
            return;
        }
        if !self.remembers {
            self.shared.passed.fetch_add(1, Ordering::Relaxed);
            if !self.shared.is_open.load(Ordering::Relaxed) {
                return;
            }
        }
        let at = at.max(world.now());
        self.inputs_since_check += 1;
        // Whether there is room for anything is known before it is copied.
        if !self.has_room(0) {
            return self.lose(at);
        }
        let holes = self.shared.holes.load(Ordering::Relaxed);
        if std::mem::replace(&mut self.holes, holes) != holes {
            self.told = Some(ToldLists::default());
        }
        let kept = Box::new(KeptInput::keep(world, input, self.told.as_ref()));
        let weight = kept.weigh();
        if !self.has_room(weight) {
            return self.lose(at);
        }
        let (count, since) = self.lost;
        if count > 0 && !self.send(RecordJob::Lost(count, since, at), 0) {
            return self.lose(at);
        }
        self.lost.0 = 0;
        self.shared.untold.store(0, Ordering::Relaxed);
        if !self.send(RecordJob::Input(at, kept, weight), weight) {
            self.lose(at);
        } else if let Some(told) = &mut self.told {
            told.take_input(input);
        }
    }

    fn look_after(&mut self, world: &World) {
        if !self.shared.is_open.load(Ordering::Relaxed) {
            return;
        }
        let is_wanted = self.shared.wants_check.load(Ordering::Relaxed);
        let is_time = is_wanted || world.now().since(self.last_check) >= CHECK_EACH;
        if !is_time && self.inputs_since_check < Self::check_after(world) {
            return;
        }
        if self.lost.0 > 0 || self.shared.checking.swap(true, Ordering::Relaxed) {
            return;
        }
        if self.send(RecordJob::Check(Box::new(world.clone())), 0) {
            (self.inputs_since_check, self.last_check) = (0, world.now());
            self.shared.wants_check.store(false, Ordering::Relaxed);
        } else {
            self.shared.checking.store(false, Ordering::Relaxed);
        }
    }

    fn close(&mut self, world: &World, at: Moment) {
        let mut end = self.shared.end.lock().unwrap_or_else(PoisonError::into_inner);
        let mut world = Box::new(world.clone());
        world.step(at, Input::Tick, &mut ());
        *end = Some(RecordEnd { lost: self.lost, world });
    }
}
