//! The index of a recording: through it any moment is what it is from the beginning, and whatever becomes of it, nothing
//! else is believed.

use std::{io::Cursor, sync::Arc};

use herenow::{
    presence::Moment,
    recording::{
        GzipMembers, OpenAt, Past, PastMark, RecordingHeader, RecordingIdentity, RecordingIndex, RecordingReader,
        UselessIndex, make_index,
    },
};

use crate::laws::{Run, assert_same, open_past, record_run};

/// A file that is not on any disk.
fn open_bytes(bytes: Vec<u8>) -> Box<OpenAt> {
    let bytes: Arc<[u8]> = Arc::from(bytes);
    Box::new(move |byte| {
        let mut from = Cursor::new(Arc::clone(&bytes));
        from.set_position(byte);
        Ok(Box::new(from))
    })
}

/// Packed, with a place to read on from after each fifth line.
fn pack(lines: &[u8]) -> Vec<u8> {
    let (mut members, mut packed) = (GzipMembers::default(), Vec::new());
    for lines in lines.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>().chunks(5) {
        members.add_lines(&lines.concat());
        packed.extend(members.end_member());
    }
    packed
}

/// A recording with its index.
struct Indexed {
    recording: Vec<u8>,
    of: RecordingIdentity,
    index: Vec<u8>,
    began: Moment,
    ended: Moment,
}

impl Indexed {
    /// With a mark after so many lines and events.
    fn make(recording: Vec<u8>, step: u64) -> Self {
        // As much as is looked at of a long one.
        let of = identify(&recording);
        let (mut index, mut past) = (Vec::new(), open_past(recording.clone()));
        let began = past.world().now();
        make_index(of, &mut past, step, &*open_bytes(recording.clone()), &mut index).unwrap();
        Self { recording, of, index, began, ended: past.world().now() }
    }

    fn read(&self) -> Result<RecordingIndex, UselessIndex> {
        RecordingIndex::read(&*open_bytes(self.index.clone()), self.index.len() as u64)
    }

    fn header(&self) -> RecordingHeader {
        open_past(self.recording.clone()).header().clone()
    }

    /// The past at a moment by way of the index, if it can be used and leads there.
    fn go_to(&self, at: Moment) -> Result<Option<(usize, Past)>, UselessIndex> {
        let index = self.read()?;
        let Some(mark) = index.find_mark(Some(at), self.began) else { return Ok(None) };
        let (open_index, open) = (open_bytes(self.index.clone()), open_bytes(self.recording.clone()));
        let mut past = index.open_past(mark, &self.header(), &*open_index, &*open)?;
        assert!(past.world().now() <= at);
        past.go_to(at, &mut ());
        Ok(Some((mark, past)))
    }
}

/// In its middle, the hash of a long one tells nothing.
fn identify(recording: &[u8]) -> RecordingIdentity {
    RecordingIdentity::of(recording.len() as u64, &recording[..100], &recording[recording.len() - 20..], 7)
}

fn go_from_beginning(recording: &[u8], at: Moment) -> Past {
    let mut past = open_past(recording.to_vec());
    past.go_to(at, &mut ());
    past
}

fn choose(chance: &mut fastrand::Rng, indexed: &Indexed) -> Moment {
    Moment::from_micros(chance.u64(indexed.began.micros()..=indexed.ended.micros()))
}

#[test]
fn through_an_index_any_moment_is_what_it_is_from_the_beginning() {
    for (seed, run) in Run::all() {
        let mut chance = fastrand::Rng::with_seed(seed);
        let lines = record_run(&run, false);
        let indexed = Indexed::make(if seed % 2 == 0 { pack(&lines) } else { lines }, 10);
        assert_eq!(indexed.read().unwrap().last_line().at, indexed.ended);
        let mut far = 0;
        for _ in 0..30 {
            let at = choose(&mut chance, &indexed);
            let Some((mark, soon)) = indexed.go_to(at).unwrap() else { continue };
            far = far.max(mark);
            let whole = go_from_beginning(&indexed.recording, at);
            assert_same(soon.world(), whole.world(), &format!("seed {seed}, at {at:?}"));
            assert_eq!((soon.count_lost(), soon.reader().went_back()), (0, whole.reader().went_back()));
            assert_eq!(soon.reader().count_lines(), whole.reader().count_lines());
        }
        assert!(far >= 5, "seed {seed}: {far}");
    }
}

#[test]
fn what_is_missing_before_a_mark_is_missing_behind_it() {
    let (_, run) = Run::all().next().unwrap();
    let whole = record_run(&run, false);
    let mut lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let gone = lines.len() / 3;
    lines.drain(gone..gone + 5);
    let indexed = Indexed::make(lines.concat(), 200);
    let mut chance = fastrand::Rng::with_seed(5);
    let mut with_hole = 0;
    for _ in 0..40 {
        let at = choose(&mut chance, &indexed);
        let Some((_, soon)) = indexed.go_to(at).unwrap() else { continue };
        let whole = go_from_beginning(&indexed.recording, at);
        assert_same(soon.world(), whole.world(), &format!("at {at:?}"));
        assert_eq!((soon.count_lost(), soon.has_hole()), (whole.count_lost(), whole.has_hole()));
        for watched in whole.world().channels.iter() {
            assert_eq!(soon.explain_hole(&watched.channel), whole.explain_hole(&watched.channel));
        }
        with_hole += usize::from(whole.has_hole());
    }
    assert!(with_hole > 5);
}

/// As `gzip` packs it.
#[test]
fn a_recording_packed_in_one_piece_has_no_marks_but_an_end() {
    let (_, run) = Run::all().next().unwrap();
    let mut members = GzipMembers::default();
    members.add_lines(&record_run(&run, false));
    let indexed = Indexed::make(members.end_member(), 10);
    let index = indexed.read().unwrap();
    assert!(index.has_marks() && index.last_line().at == indexed.ended);
    assert_eq!(index.find_mark(None, indexed.began), None);
}

#[test]
fn of_an_index_that_is_damaged_anywhere_nothing_wrong_is_believed() {
    let (_, run) = Run::all().next().unwrap();
    let mut indexed = Indexed::make(record_run(&run, false), 400);
    let mut chance = fastrand::Rng::with_seed(9);
    let made = indexed.index.clone();
    let head = made.iter().position(|byte| *byte == b'\n').unwrap();
    let places: Vec<usize> =
        (0..head).chain((0..300).map(|_| chance.usize(..made.len()))).chain(made.len() - 300..made.len()).collect();
    let at = Moment::from_micros(indexed.ended.micros() - 10_000_000);
    let whole = go_from_beginning(&indexed.recording, at);
    let mut noticed = 0;
    for place in places {
        indexed.index.clone_from(&made);
        indexed.index[place] ^= 1 << chance.u8(..8);
        match indexed.go_to(at) {
            Ok(Some((_, soon))) => assert_same(soon.world(), whole.world(), &format!("byte {place}")),
            Ok(None) => panic!("a mark is not found any more: byte {place}"),
            Err(_) => noticed += 1,
        }
    }
    assert!(noticed > 500, "{noticed}");
    for _ in 0..100 {
        indexed.index = made[..chance.usize(..made.len())].to_vec();
        assert!(indexed.read().is_err(), "{} bytes of it", indexed.index.len());
    }
    indexed.index = [&made[..], b"\n"].concat();
    assert_eq!(indexed.read().unwrap_err(), UselessIndex::Damaged);
}

#[test]
fn an_index_says_why_it_is_of_no_use() {
    let (_, run) = Run::all().next().unwrap();
    let mut indexed = Indexed::make(record_run(&run, false), 400);
    let made = indexed.index.clone();
    for (text, why) in [
        ("", UselessIndex::Foreign),
        ("a book\n", UselessIndex::Foreign),
        ("{}", UselessIndex::Foreign),
        ("{\"herenow_index\":", UselessIndex::Damaged),
        // That of 0.2.0 had one line, and others come.
        ("{\"herenow_index\":1,\"length\":7,\"digest\":8,\"ended\":9}\n", UselessIndex::Outdated),
        ("{\"herenow_index\":4,\"build\":1,\"length\":7,\"digest\":8}\nworlds", UselessIndex::Outdated),
    ] {
        indexed.index = text.as_bytes().to_vec();
        assert_eq!(indexed.read().unwrap_err(), why, "{text}");
    }
    let by_another = String::from_utf8_lossy(&made).replacen("\"build\":", "\"build\":1,\"other\":", 1);
    indexed.index = by_another.into_bytes();
    assert_eq!(indexed.read().unwrap_err(), UselessIndex::Outdated);
    indexed.index = made;
    let read = indexed.read().unwrap();
    let other = RecordingIdentity::of(indexed.of.length, b"other", b"", 7);
    assert!(read.of() == indexed.of && read.of().begins(indexed.of) && !read.of().begins(other));
}

/// As long as before, with the same ends.
#[test]
fn a_recording_that_was_changed_in_its_middle_is_noticed_where_it_is_read() {
    let (_, run) = Run::all().next().unwrap();
    let mut indexed = Indexed::make(record_run(&run, false), 200);
    let mut chance = fastrand::Rng::with_seed(3);
    let whole = indexed.recording.clone();
    let mut noticed = 0;
    for _ in 0..40 {
        let at = choose(&mut chance, &indexed);
        let Some((_, past)) = indexed.go_to(at).unwrap() else { continue };
        // Within the line that was folded last, which is the one before the one that was read last.
        let place =
            past.reader().mark_place().map_or(whole.len() / 2, |place| usize::try_from(place.byte).unwrap() - 5);
        indexed.recording[place] ^= 1;
        if identify(&indexed.recording) == indexed.of {
            assert_eq!(indexed.go_to(at).err(), Some(UselessIndex::Other), "byte {place}");
            noticed += 1;
        }
        indexed.recording.clone_from(&whole);
    }
    assert!(noticed > 20, "{noticed}");
}

#[test]
fn whatever_bytes_are_no_world_ends_or_holds_up_a_reader() {
    let (seed, run) = Run::all().next().unwrap();
    let mut past = open_past(record_run(&run, false));
    let mut mark = None;
    while past.step_next(&mut ()).is_some() {
        mark = past.mark_here().or(mark);
    }
    let (written, header) = (mark.unwrap().write(), past.header().clone());
    let mut chance = fastrand::Rng::with_seed(seed);
    for _ in 0..2_000 {
        let mut bytes = written.clone();
        for _ in 0..chance.usize(1..6) {
            let place = chance.usize(..bytes.len());
            // Large numbers are what does harm.
            bytes[place] = if chance.bool() { 0xff } else { chance.u8(..) };
        }
        bytes.truncate(chance.usize(bytes.len() / 2..=bytes.len()));
        let _ = PastMark::read(&bytes, &header);
        let noise: Vec<u8> = (0..chance.usize(..200)).map(|_| chance.u8(..)).collect();
        let _ = PastMark::read(&noise, &header);
    }
    assert_eq!(PastMark::read(&[&written[..], b"x"].concat(), &header).map(|_| ()), None, "there is more");
}

/// The marks of a recording, one after so many lines.
fn list_marks(bytes: &[u8], apart: u64) -> Vec<PastMark> {
    let (mut past, mut marks, mut due) = (open_past(bytes.to_vec()), Vec::new(), 0);
    while past.step_next(&mut ()).is_some() {
        if past.reader().count_lines() >= due
            && let Some(mark) = past.mark_here()
        {
            marks.push(mark);
            due = past.reader().count_lines() + apart;
        }
    }
    marks
}

#[test]
fn a_world_as_bytes_is_the_same_world_and_goes_on_as_it_did() {
    for (seed, run) in Run::all() {
        let bytes = record_run(&run, false);
        let mut past = open_past(bytes.clone());
        while past.step_next(&mut ()).is_some() {}
        let header = past.header().clone();
        for mark in list_marks(&bytes, 97) {
            let read = PastMark::read(&mark.write(), &header).expect("what was written can be read");
            assert_same(read.world(), mark.world(), &format!("seed {seed}, {:?}", mark.place()));
            assert_eq!(read.place(), mark.place());
            // What is not written but follows is right, too: it goes on to the same end.
            let from = usize::try_from(mark.place().byte).unwrap();
            let reader = RecordingReader::resume(Cursor::new(bytes[from..].to_vec()), read.place()).unwrap();
            let mut soon = Past::resume(header.clone(), &read, reader);
            while soon.step_next(&mut ()).is_some() {}
            assert_same(soon.world(), past.world(), &format!("seed {seed}, on from {:?}", mark.place()));
            assert_eq!(soon.end(), past.end());
        }
    }
}
