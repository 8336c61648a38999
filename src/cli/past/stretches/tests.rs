//! Any instant of a recording is what it was, whichever stretch it is in.

use std::{io::Cursor, path::PathBuf, time::Duration};

use super::*;
use crate::{
    history::Instant,
    presence::Moment,
    recording::{
        GzipMembers, RecordingReader,
        testing::{Recorded, at, record_crowd},
    },
};

/// A file that is gone when this is dropped.
struct Written(PathBuf);

impl Written {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("herenow-stretches-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }

    fn open(&self, step: u64) -> (Past, RecordedStretches) {
        let (header, reader) = RecordingReader::open(File::open(&self.0).unwrap()).unwrap();
        let stretches = RecordedStretches::open(&self.0, header.clone(), step).unwrap();
        (Past::new(header, reader), stretches)
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// All of it in memory.
fn keep_whole(bytes: &[u8]) -> (History<ToldSoFar>, World) {
    let (header, reader) = RecordingReader::open(Cursor::new(bytes.to_vec())).unwrap();
    let mut past = Past::new(header, reader);
    let mut ui = Ui::default();
    *ui.history = History::of_stretch(0, past.world(), ui.copy_told());
    while take_line(&mut past, &mut ui).is_some() {}
    (*ui.history, past.into_world())
}

fn read(written: &Written) -> History<ToldSoFar> {
    let (mut past, mut stretches) = written.open(60);
    assert_eq!(stretches.read_whole(&mut past, &mut Ui::default(), |_| ()), Ok(true));
    assert!(stretches.list.len() > 3, "{:?}", stretches.list);
    History::of_recording(Box::new(stretches))
}

#[track_caller]
fn compare(one: &Instant<ToldSoFar>, other: &Instant<ToldSoFar>) {
    assert!(one.world == other.world, "at {:?} and {:?}", one.at, other.at);
    let rows = |instant: &Instant<ToldSoFar>| -> Vec<String> {
        instant.told.log.last_entries(usize::MAX).map(|entry| format!("{entry:?}")).collect()
    };
    assert!(one.at == other.at && one.position() == other.position() && rows(one) == rows(other), "{:?}", one.at);
    let incidents =
        |instant: &Instant<ToldSoFar>| format!("{:?}", instant.told.incidents.incidents().collect::<Vec<_>>());
    assert_eq!(incidents(one), incidents(other));
}

#[test]
fn any_instant_is_what_it_is_with_all_in_memory() {
    let recorded = Recorded::record(300);
    for (name, bytes) in [("plain", recorded.lines.clone()), ("packed", recorded.pack(20))] {
        let written = Written::new(name, &bytes);
        let (mut whole, world) = keep_whole(&bytes);
        let mut parts = read(&written);
        assert_eq!(parts.earliest(), whole.earliest());
        for second in [0, 1, 9, 200, 43, 44, 120, 12, 300, 308] {
            compare(&parts.look_at(at(second)).unwrap(), &whole.look_at(at(second)).unwrap());
        }
        // On from one to a later one, and event by event through all of it.
        let (mut one, mut other) = (parts.look_at(at(3)).unwrap(), whole.look_at(at(3)).unwrap());
        for second in (10..300).step_by(17) {
            assert!(parts.go_on(&mut one, at(second)) && whole.go_on(&mut other, at(second)));
            compare(&one, &other);
        }
        let mut instant = parts.look_at(at(0)).unwrap();
        for _ in 0..1_000 {
            let next = (parts.find_after(instant.position(), u32::MAX), whole.find_after(instant.position(), u32::MAX));
            assert_eq!(next.0, next.1);
            let Some(number) = next.0 else { break };
            assert!(parts.go_on_after(&mut instant, number));
        }
        let last = whole.find_before(whole.end(at(9_999)), u32::MAX).unwrap();
        compare(&instant, &whole.look_after(last).unwrap());
        let mut position = parts.end(world.now());
        for _ in 0..120 {
            let found = (parts.find_before(position, u32::MAX), whole.find_before(position, u32::MAX));
            assert_eq!(found.0, found.1);
            let Some(number) = found.0 else { break };
            position = parts.look_after(number).unwrap().position();
        }
    }
}

#[test]
fn what_can_not_be_read_any_more_is_not_shown() {
    let recorded = Recorded::record(300);
    let written = Written::new("gone", &recorded.lines);
    let mut parts = read(&written);
    std::fs::write(&written.0, b"something else").unwrap();
    assert!(parts.look_at(at(200)).is_none());
    assert_eq!(parts.earliest(), Ok(at(0)));
}

/// Resident memory at its peak, in MiB.
fn read_peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) >> 10
}

/// `cargo test --release --lib a_million_events -- --ignored --nocapture`
#[test]
#[ignore = "its figures are worth something only with optimization"]
fn a_million_events_are_opened_soon_and_most_instants_are_shown_within_100_ms() {
    let events = std::env::var("HERENOW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000_000);
    let bytes = record_crowd(events, 1_000, 1);
    for (name, bytes) in [("plain", bytes.clone()), ("packed", pack(&bytes))] {
        let written = Written::new(&format!("many-{name}"), &bytes);
        let length = bytes.len() >> 20;
        drop(bytes);
        let (mut past, mut stretches) = written.open(STEP);
        let (before, began) = (read_peak(), std::time::Instant::now());
        let mut ui = Ui::default();
        assert_eq!(stretches.read_whole(&mut past, &mut ui, |_| ()), Ok(true));
        let opened = began.elapsed();
        let last = past.world().now();
        let count = stretches.list.len();
        let mut history = History::of_recording(Box::new(stretches));
        let mut chance = fastrand::Rng::with_seed(7);
        let (mut goes, mut steps) = (Vec::new(), Vec::new());
        for _ in 0..200 {
            let moment = Moment::from_micros(chance.u64(at(0).micros()..last.micros()));
            let began = std::time::Instant::now();
            let instant = history.look_at(moment).unwrap();
            goes.push(began.elapsed());
            let began = std::time::Instant::now();
            let found = history.find_before(instant.position(), u32::MAX);
            if let Some(number) = found {
                history.look_after(number).unwrap();
            }
            steps.push(began.elapsed());
        }
        goes.sort_unstable();
        steps.sort_unstable();
        println!(
            "{name}: {events} events, {length} MiB, opened in {opened:?} with {count} stretches, peak {} MiB more; an instant: \
             median {:?}, longest {:?}; a step back: median {:?}, longest {:?}",
            read_peak() - before,
            goes[100],
            goes[199],
            steps[100],
            steps[199]
        );
        assert!(goes[100] < Duration::from_millis(100), "{goes:?}");
    }
}

fn pack(lines: &[u8]) -> Vec<u8> {
    let (mut members, mut out) = (GzipMembers::default(), Vec::new());
    for lines in lines.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>().chunks(25) {
        for line in lines {
            members.add_lines(line);
        }
        out.extend(members.end_member());
    }
    out
}
