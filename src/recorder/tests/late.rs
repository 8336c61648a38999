//! A file that is begun late begins with what is in memory, and says what is not.

use std::{fs, path::PathBuf, sync::atomic::Ordering};

use super::{Past, RecordingEnd, RecordingReader, World, open_world, plan, start_on};
use crate::{
    recorder::{Recording, RecordingKeeper, disk::RecordingFile, status::RecordingNews},
    recording::{PastStep, mask_session, testing::Recorded, verify_recording},
    world::InputKeeper,
};

/// A world of which is recorded what goes in, and the folder for its files.
struct Desk {
    recording: Recording,
    keeper: RecordingKeeper,
    recorded: Recorded,
    next: usize,
    folder: PathBuf,
}

impl Desk {
    fn open(name: &str, people: u64, memory: usize) -> Self {
        let folder = std::env::temp_dir().join(format!("herenow-late-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let (recording, keeper) = start_on(None::<(RecordingFile, bool)>, &open_world(), plan(memory)).unwrap();
        Self { recording, keeper, recorded: Recorded::record(people), next: 0, folder }
    }

    fn take(&mut self, inputs: usize) {
        for _ in 0..inputs {
            let (moment, input) = &self.recorded.inputs[self.next];
            self.keeper.keep_input(&self.recorded.worlds[self.next], *moment, input);
            self.next += 1;
            self.keeper.look_after(&self.recorded.worlds[self.next]);
            // As slowly as people come and go: what the thread finds is known before the next input.
            while self.recording.shared.waiting.load(Ordering::Relaxed) > 0 {
                std::thread::yield_now();
            }
        }
    }

    fn world(&self) -> &World {
        &self.recorded.worlds[self.next]
    }

    fn begin(&mut self, name: &str, numbered: bool) -> RecordingNews {
        assert!(self.recording.begin_file(self.folder.join(name), numbered));
        self.hear()
    }

    fn end(&mut self) -> RecordingNews {
        let world = self.world().clone();
        assert!(self.recording.end_file(&world, world.now()));
        self.hear()
    }

    /// The next thing that is told, for which the thread is waited.
    fn hear(&mut self) -> RecordingNews {
        self.recording.news.as_mut().unwrap().blocking_recv().unwrap()
    }

    fn read(&self, name: &str) -> Past {
        let (header, reader) = RecordingReader::open(fs::File::open(self.folder.join(name)).unwrap()).unwrap();
        Past::new(header, reader)
    }

    /// After each input of the file from this one on, the world is the one of then.
    fn compare(&self, name: &str, mut index: usize, until: usize) {
        let mut past = self.read(name);
        while let Some((_, _, step)) = past.step_next(&mut ()) {
            if step == PastStep::Input {
                index += 1;
                let mut then = self.recorded.worlds[index].clone();
                then.session = mask_session(&then.session);
                assert_eq!(past.world(), &then, "{name}, {index}");
            }
        }
        assert_eq!((index, past.end()), (until, Some(&RecordingEnd::Closed)));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_file_that_is_begun_late_leads_to_each_world_since_the_start() {
    for name in ["run.jsonl.gz", "run.jsonl"] {
        let mut desk = Desk::open(name, 300, 1 << 20);
        desk.take(120);
        assert_eq!(
            desk.begin(name, false).sentence.split_once(", ").unwrap().1,
            "with all since the start: 120 inputs"
        );
        desk.take(80);
        assert_eq!(desk.end(), RecordingNews { sentence: "has ended with 200 inputs".to_owned(), is_good: true });
        assert_eq!((desk.recording.read_status(), desk.recording.path()), (None, None));
        desk.compare(name, 0, 200);
        let found = verify_recording(&mut desk.read(name));
        // One right after it was begun, one a minute later, one at the end.
        assert_eq!((found.inputs, found.checks, found.passed_over, found.difference), (200, 3, 0, None));
        // Another one begins with all of it as well.
        desk.take(30);
        desk.begin("again.jsonl", false);
        desk.take(20);
        let world = desk.world().clone();
        desk.keeper.close(&world, world.now());
        let (compared, until) = ("again.jsonl", desk.next);
        let status = finish(&mut desk);
        assert_eq!((status.kept, status.lost, status.trouble), (250, 0, None));
        desk.compare(compared, 0, until);
    }
}

/// Wait until all is written.
fn finish(desk: &mut Desk) -> crate::recorder::status::RecordingStatus {
    let (recording, keeper) = start_on(None::<(RecordingFile, bool)>, &open_world(), plan(0)).unwrap();
    drop(std::mem::replace(&mut desk.keeper, keeper));
    std::mem::replace(&mut desk.recording, recording).finish()
}

#[test]
fn what_is_not_in_memory_any_more_is_told_as_missing_and_claims_nothing() {
    for memory in [0, 3_000] {
        let mut desk = Desk::open(&format!("little-{memory}"), 300, memory);
        desk.take(150);
        let begun = desk.begin("run.jsonl", false);
        assert!(begun.is_good && begun.sentence.contains("are not in memory any more"), "{}", begun.sentence);
        let lost = desk.recording.read_status().unwrap().lost;
        assert!(if memory == 0 { lost == 150 } else { (1..=150).contains(&lost) }, "{lost}");
        desk.take(100);
        desk.end();
        let mut past = desk.read("run.jsonl");
        assert!(verify_recording(&mut past).difference.is_none());
        assert!(past.has_hole() && past.end() == Some(&RecordingEnd::Closed));
        // The list was told again meanwhile, as a whole.
        assert_eq!(past.explain_hole(&crate::recording::testing::lobby()), None);
        let list = |world: &World| {
            let roster = &world.channels.look_up(&crate::recording::testing::lobby()).unwrap().roster;
            roster.iter().map(|(user, _)| user.clone()).collect::<Vec<_>>()
        };
        assert_eq!(list(past.world()), list(desk.world()));
    }
}

#[test]
fn a_file_that_is_there_is_left_alone_or_the_next_gets_a_number() {
    let mut desk = Desk::open("names", 30, 1 << 20);
    fs::write(desk.folder.join("run.jsonl.gz"), "mine").unwrap();
    let refused = desk.begin("run.jsonl.gz", false);
    assert!(!refused.is_good && refused.sentence.ends_with("is there already; name another, or take it away first"));
    assert_eq!(desk.recording.read_status(), None);
    let missing = desk.begin("no/where.jsonl", false);
    assert!(missing.sentence.contains("its folder is not there"), "{}", missing.sentence);
    desk.take(10);
    let begun = desk.begin("run.jsonl.gz", true);
    assert!(begun.sentence.contains("run-2.jsonl.gz"), "{}", begun.sentence);
    desk.end();
    desk.compare("run-2.jsonl.gz", 0, 10);
    assert_eq!(fs::read_to_string(desk.folder.join("run.jsonl.gz")).unwrap(), "mine");
}

#[test]
fn another_world_gets_a_file_of_its_own() {
    let mut desk = Desk::open("worlds", 30, 1 << 20);
    desk.take(5);
    desk.begin("run.jsonl", false);
    let (before, keeper) = desk.recording.go_over(&open_world()).unwrap();
    let world = desk.world().clone();
    std::mem::replace(&mut desk.keeper, keeper).close(&world, world.now());
    assert_eq!(before.finish().kept, 5);
    desk.hear();
    desk.next = 0;
    desk.take(7);
    desk.end();
    desk.compare("run.jsonl", 0, 5);
    desk.compare("run-2.jsonl", 0, 7);
}
