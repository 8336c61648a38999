//! Whatever the disk does, the file tells what is in it and what is not.

mod late;

use std::{
    io::{self, Cursor},
    path::Path,
    sync::{Arc, Mutex, mpsc},
};

use super::{
    disk::RecordingDisk,
    sink::RecordingSink,
    thread::{RecorderPlan, start_on},
};
use crate::{
    clock::Clock,
    presence::Moment,
    recording::{
        KeptInput, Past, RecordLine, RecordingEnd, RecordingHeader, RecordingReader, ToldLists,
        testing::{Recorded, at, open_world},
        verify_recording,
    },
    world::{InputKeeper, World},
};

/// A disk in memory.
fn plan(memory: usize) -> RecorderPlan<'static> {
    RecorderPlan { path: None, seed: None, memory, clock: Clock::start() }
}

#[derive(Default)]
struct DiskState {
    bytes: Vec<u8>,
    /// So much fits on it.
    room: Option<usize>,
    gone: bool,
    /// Somebody else has made a file of that name.
    taken: bool,
}

#[derive(Clone, Default)]
struct TestDisk {
    state: Arc<Mutex<DiskState>>,
    /// Each write waits for one of these.
    gate: Option<Arc<Mutex<mpsc::Receiver<()>>>>,
}

impl RecordingDisk for TestDisk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(gate) = &self.gate {
            let _ = gate.lock().unwrap().recv();
        }
        let mut state = self.state.lock().unwrap();
        if state.gone {
            return Ok(());
        }
        let room = state.room.map_or(usize::MAX, |room| room.saturating_sub(state.bytes.len()));
        let fits = bytes.len().min(room);
        state.bytes.extend_from_slice(&bytes[..fits]);
        if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn cut_back(&mut self, length: u64) -> io::Result<()> {
        self.state.lock().unwrap().bytes.truncate(usize::try_from(length).unwrap());
        Ok(())
    }

    fn is_there(&self) -> bool {
        !self.state.lock().unwrap().gone
    }

    fn make_again(&mut self) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        if state.taken {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.gone = false;
        state.bytes.clear();
        Ok(())
    }
}

impl TestDisk {
    fn change(&self, change: impl FnOnce(&mut DiskState)) {
        change(&mut self.state.lock().unwrap());
    }

    fn open(&self) -> Past {
        let bytes = self.state.lock().unwrap().bytes.clone();
        let (header, reader) = RecordingReader::open(Cursor::new(bytes)).unwrap();
        Past::new(header, reader)
    }
}

/// A recording, and what is recorded in it, one after the other.
struct Sinking {
    disk: TestDisk,
    sink: RecordingSink<TestDisk>,
    recorded: Recorded,
    next: usize,
    told: Option<ToldLists>,
}

impl Sinking {
    fn begin(is_packed: bool) -> Self {
        let (disk, recorded) = (TestDisk::default(), Recorded::record(300));
        let header = RecordingHeader::describe(&recorded.worlds[0], None);
        let sink = RecordingSink::begin(disk.clone(), is_packed, RecordLine::Header(Box::new(header)), at(0)).unwrap();
        Self { disk, sink, recorded, next: 0, told: None }
    }

    fn add(&mut self, count: usize) {
        for _ in 0..count {
            let (moment, input) = &self.recorded.inputs[self.next];
            let kept = KeptInput::keep(&self.recorded.worlds[self.next], input, self.told.as_ref());
            self.sink.add_input(*moment, &RecordLine::Input(Box::new(kept)));
            if self.sink.take_holes() > 0 {
                self.told = Some(ToldLists::default());
            } else if let Some(told) = &mut self.told {
                told.take_input(input);
            }
            self.next += 1;
        }
    }

    fn world(&self) -> &World {
        &self.recorded.worlds[self.next]
    }

    fn end(&mut self) {
        let world = self.world().clone();
        self.sink.close(world.now(), &world);
        self.sink.finish();
    }
}

#[test]
fn what_is_recorded_is_read_again_and_agrees_with_its_checks() {
    for is_packed in [false, true] {
        let mut sinking = Sinking::begin(is_packed);
        for _ in 0..6 {
            sinking.add(50);
            let world = sinking.world().clone();
            sinking.sink.add_check(&world);
            sinking.sink.flush();
        }
        sinking.end();
        let status = sinking.sink.status();
        assert_eq!((status.kept, status.lost, status.trouble), (300, 0, None));
        let mut past = sinking.disk.open();
        let found = verify_recording(&mut past);
        assert_eq!((found.inputs, found.checks, found.passed_over, found.difference), (300, 7, 0, None));
        assert_eq!(past.end(), Some(&RecordingEnd::Closed));
    }
}

#[test]
fn what_was_flushed_can_be_read_if_nothing_else_is_written() {
    for is_packed in [false, true] {
        let mut sinking = Sinking::begin(is_packed);
        sinking.add(50);
        sinking.sink.flush();
        sinking.add(50);
        let mut past = sinking.disk.open();
        assert_eq!(verify_recording(&mut past).inputs, 50);
        assert_eq!(past.end(), Some(&RecordingEnd::Abrupt(51)));
    }
}

#[test]
fn a_full_disk_costs_lines_that_are_counted_and_told_when_there_is_room_again() {
    for (is_packed, room) in [(false, 0), (false, 7), (true, 0), (true, 7)] {
        let mut sinking = Sinking::begin(is_packed);
        sinking.add(50);
        sinking.sink.flush();
        sinking.disk.change(|disk| disk.room = Some(disk.bytes.len() + room));
        sinking.add(20);
        sinking.sink.flush();
        let status = sinking.sink.status();
        assert_eq!((status.kept, status.lost), (50, 20));
        assert!(status.trouble.unwrap().contains("the disk is full"));
        sinking.add(10);
        sinking.sink.flush();
        assert_eq!(sinking.sink.status().lost, 30, "what comes meanwhile is lost, too");
        sinking.disk.change(|disk| disk.room = None);
        sinking.sink.flush();
        assert_eq!(sinking.sink.status().trouble, None);
        sinking.add(40);
        sinking.end();
        let mut past = sinking.disk.open();
        let found = verify_recording(&mut past);
        assert_eq!((found.inputs, found.passed_over, past.count_lost()), (90, 1, 30));
        assert_eq!(past.end(), Some(&RecordingEnd::Closed));
    }
}

#[test]
fn a_file_that_is_gone_is_made_again_and_tells_what_was_in_it() {
    for is_packed in [false, true] {
        let mut sinking = Sinking::begin(is_packed);
        sinking.add(50);
        sinking.sink.flush();
        sinking.disk.change(|disk| (disk.gone, disk.taken) = (true, true));
        sinking.add(20);
        sinking.sink.flush();
        assert!(sinking.sink.status().trouble.unwrap().contains("something else is there"));
        sinking.disk.change(|disk| disk.taken = false);
        sinking.sink.flush();
        assert_eq!(sinking.sink.status().trouble, None);
        sinking.add(30);
        sinking.end();
        assert_eq!((sinking.sink.status().kept, sinking.sink.status().lost), (30, 70));
        let mut past = sinking.disk.open();
        assert_eq!((verify_recording(&mut past).inputs, past.count_lost()), (30, 70));
    }
}

#[test]
fn a_slow_disk_holds_up_nobody_and_the_lost_line_stands_where_lines_are_missing() {
    let (open, gate) = mpsc::channel();
    let disk = TestDisk { gate: Some(Arc::new(Mutex::new(gate))), ..TestDisk::default() };
    open.send(()).unwrap();
    let mut world = open_world();
    let (recording, mut keeper) = start_on(Some((disk.clone(), false)), &world, plan(0)).unwrap();
    let input = |second: u64| crate::recording::testing::join(second % 50, 1, second);
    let mut take = |world: &mut World, second: u64| {
        keeper.keep_input(world, at(second), &input(second));
        world.step(at(second), input(second), &mut ());
        keeper.look_after(world);
    };
    // The first piece that is large enough is not taken by the disk; then the queue fills up.
    let sent = 20_000;
    (0..sent).for_each(|second| take(&mut world, second));
    let end = world.now();
    keeper.close(&world, end);
    drop(keeper);
    drop(open);
    let status = recording.finish();
    assert!(status.lost > 0, "{status:?}");
    assert_eq!(status.kept + status.lost, sent);
    let mut past = disk.open();
    let mut kept = Vec::new();
    while let Some((_, moment, step)) = past.step_next(&mut ()) {
        if step == crate::recording::PastStep::Input {
            kept.push(moment);
        }
    }
    assert_eq!((kept.len() as u64, past.count_lost()), (status.kept, status.lost));
    // What is missing is the seconds after the first that was lost.
    let first_lost = (0..).map(at).zip(&kept).take_while(|(expected, moment)| expected == *moment).count();
    assert!(kept.get(first_lost).is_none_or(|moment: &Moment| *moment > at(first_lost as u64)));
}

#[test]
fn a_file_that_is_there_is_never_written_over() {
    let folder = std::env::temp_dir().join(format!("herenow-recorder-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let world = open_world();
    let path = folder.join("run.jsonl.gz");
    let start = |path: &Path| {
        super::start_recorder(
            &world,
            RecorderPlan { path: Some(path), seed: Some(7), memory: 0, clock: Clock::start() },
        )
    };
    let (recording, mut keeper) = start(&path).unwrap();
    let again = start(&path).unwrap_err();
    assert!(again.to_string().starts_with("is there already;"), "{again}");
    let missing = start(&folder.join("no/where")).unwrap_err();
    assert!(missing.to_string().contains("its folder is not there"), "{missing}");
    keeper.close(&world, at(5));
    drop(keeper);
    assert_eq!(recording.finish().trouble, None);
    let (header, reader) = RecordingReader::open(std::fs::File::open(&path).unwrap()).unwrap();
    assert_eq!(header.seed, Some(7));
    let mut past = Past::new(header, reader);
    assert_eq!(verify_recording(&mut past).checks, 1);
    assert_eq!(past.world().now(), at(5));
    std::fs::remove_dir_all(&folder).unwrap();
}
