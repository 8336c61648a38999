//! Going to an instant by way of an index: where it leads, and what it takes.

use std::{fs::File, path::PathBuf, time::Instant};

use crate::{
    cli::past::open::OpenPast,
    presence::Moment,
    recording::{
        Past, RecordingReader, WorldDigest,
        testing::{at, record_crowd},
    },
};

/// A folder that is gone when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn make(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("herenow-index-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// `HERENOW_CASES=events cargo test --release --lib by_way_of_an_index -- --ignored --nocapture`
#[test]
#[ignore = "its figures are worth something only with optimization"]
fn by_way_of_an_index_any_instant_of_a_million_events_is_what_it_was() {
    let events = std::env::var("HERENOW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1_000_000);
    for (people, channels) in [(1_000, 1), (100_000, 10)] {
        let folder = Folder::make(&format!("{people}"));
        let path = folder.0.join("many.jsonl");
        std::fs::write(&path, record_crowd(events, people, channels)).unwrap();
        let began = Instant::now();
        OpenPast::open(Some(&path)).unwrap().go_to_meant(None).unwrap();
        let made = began.elapsed();
        let length = path.with_file_name("many.jsonl.index").metadata().unwrap().len() >> 10;
        let mut chance = fastrand::Rng::with_seed(7);
        let (mut goes, mut found) = (Vec::new(), Vec::new());
        for _ in 0..200 {
            let moment = Moment::from_micros(chance.u64(at(3).micros()..at(3).micros() + events * 1_000));
            let began = Instant::now();
            let mut open = OpenPast::open(Some(&path)).unwrap();
            open.go_to(moment).unwrap();
            goes.push(began.elapsed());
            found.push((moment, WorldDigest::compute(open.past.world()).hash_all()));
        }
        let (header, reader) = RecordingReader::open(File::open(&path).unwrap()).unwrap();
        let mut whole = Past::new(header, reader);
        found.sort_unstable();
        for (moment, hash) in found {
            assert!(whole.go_to(moment, &mut ()));
            assert_eq!(hash, WorldDigest::compute(whole.world()).hash_all(), "{people} people, at {moment:?}");
        }
        goes.sort_unstable();
        println!(
            "{people} people on {channels} channels, {events} events: an index of {length} KiB, made in {made:?}; an \
             instant: median {:?}, longest {:?}",
            goes[100], goes[199]
        );
    }
}
