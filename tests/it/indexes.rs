//! The index of a recording: what is written of a past is that past again.

use std::io::Cursor;

use herenow::recording::{Past, PastMark, RecordingReader};

use crate::laws::{Run, assert_same, open_past, record_run};

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
