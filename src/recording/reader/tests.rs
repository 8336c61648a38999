//! Whatever is wrong with a file, what can be read of it is, and a sentence says where it ends.

use std::io::Cursor;

use super::*;
use crate::recording::testing::{Recorded, at};

fn read_all(bytes: &[u8]) -> (Vec<ReadLine>, RecordingReader) {
    let (_, mut reader) = RecordingReader::open(Cursor::new(bytes.to_vec())).unwrap();
    let lines = std::iter::from_fn(|| reader.read_next()).collect();
    (lines, reader)
}

fn refuse(bytes: &[u8]) -> String {
    RecordingReader::open(Cursor::new(bytes.to_vec())).unwrap_err().to_string()
}

#[test]
fn all_lines_are_read_packed_or_not() {
    let recorded = Recorded::record(60);
    let (lines, reader) = read_all(&recorded.lines);
    assert_eq!(reader.end(), Some(&RecordingEnd::Closed));
    assert!(lines.len() > recorded.inputs.len());
    assert_eq!(reader.count_lines(), lines.len() as u64 + 1);
    assert_eq!(reader.last_moment(), recorded.worlds.last().unwrap().now());
    let (_, again) = RecordingReader::open(Cursor::new(recorded.lines.clone())).unwrap();
    assert_eq!(again.skim_to_end(), LastLine { at: reader.last_moment(), abrupt: None });
    for size in [1, 7, 1_000] {
        assert_eq!(read_all(&recorded.pack(size)).0, lines);
    }
}

#[test]
fn a_file_cut_at_any_byte_gives_the_lines_before_it() {
    let recorded = Recorded::record(20);
    for bytes in [recorded.lines.clone(), recorded.pack(9)] {
        let (whole, _) = read_all(&bytes);
        for cut in 0..bytes.len() {
            match RecordingReader::open(Cursor::new(bytes[..cut].to_vec())) {
                Ok((_, mut reader)) => {
                    let lines: Vec<ReadLine> = std::iter::from_fn(|| reader.read_next()).collect();
                    assert_eq!(lines, whole[..lines.len()], "cut at {cut}");
                    let end = reader.end().unwrap();
                    let is_right = *end == RecordingEnd::Abrupt(lines.len() as u64 + 1) || *end == RecordingEnd::Closed;
                    assert!(is_right, "cut at {cut}: {end:?}");
                    let (_, again) = RecordingReader::open(Cursor::new(bytes[..cut].to_vec())).unwrap();
                    let abrupt = if let RecordingEnd::Abrupt(line) = end { Some(*line) } else { None };
                    assert_eq!(again.skim_to_end(), LastLine { at: reader.last_moment(), abrupt }, "cut at {cut}");
                }
                Err(error) => assert!(cut < 500, "{error}"),
            }
        }
    }
}

#[test]
fn what_is_no_recording_is_refused_in_a_sentence() {
    assert_eq!(refuse(b""), "is empty; nothing was recorded");
    assert_eq!(refuse(b"\xff\xfe\x00"), "is no recording of herenow: it is not text");
    assert_eq!(refuse(b"hello\n"), "is no recording of herenow: its first line is not JSON");
    assert_eq!(refuse(b"{\"a\":1}\n"), "is no recording of herenow: it is other JSON");
    assert_eq!(refuse(b"\x1f\x8bzzzzzzzzzzzzzzz"), "is no recording of herenow: the compressed data is damaged");
    let beginning = "is no recording of herenow: its first line says nothing of what was recorded";
    assert_eq!(refuse(b"{\"n\":1,\"at\":2,\"event\":\"end\"}\n"), beginning);
    let future = refuse(b"{\"n\":1,\"at\":2,\"recording\":{\"format\":\"7.1\"}}\n");
    assert!(future.starts_with("was written in format 7.1 by a later version;"), "{future}");
    let recorded = Recorded::record(3);
    let error = RecordingReader::open_within(Cursor::new(recorded.lines), 60).unwrap_err().to_string();
    assert_eq!(error, "is no recording of herenow: its first line does not end");
}

/// The file with its line of this number, from 1, changed.
fn change_line(bytes: &[u8], number: usize, change: impl Fn(&str) -> String) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).unwrap();
    let line = |(at, line): (usize, &str)| if at + 1 == number { change(line) } else { line.to_owned() };
    text.lines().enumerate().map(line).flat_map(|line| [line, "\n".to_owned()]).collect::<String>().into_bytes()
}

#[test]
fn a_mistake_in_the_middle_names_its_line_and_ends_the_reading() {
    let recorded = Recorded::record(20);
    for (change, why) in [
        ("", "it can't be read, at byte 0"),
        ("{\"n\":9,", "it can't be read, at byte 7"),
        ("{\"a\":1}", "it is JSON, but not of a recording by herenow"),
        ("{\"n\":3,\"at\":1}", "it says that it is line 3, after line 8"),
    ] {
        let (lines, reader) = read_all(&change_line(&recorded.lines, 9, |_| change.to_owned()));
        assert_eq!((lines.len(), reader.end()), (7, Some(&RecordingEnd::Broken(9, why.into()))));
    }
    let header = String::from_utf8(recorded.lines.clone()).unwrap().lines().next().unwrap().to_owned();
    let (_, reader) = read_all(&change_line(&recorded.lines, 9, |_| header.clone()));
    assert_eq!(reader.end(), Some(&RecordingEnd::Broken(9, "it begins another recording".into())));
    let (_, mut reader) =
        RecordingReader::open_within(Cursor::new(change_line(&recorded.lines, 9, |_| "1".repeat(3_000))), 2_000)
            .unwrap();
    while reader.read_next().is_some() {}
    assert!(matches!(reader.end(), Some(RecordingEnd::Broken(_, why)) if &**why == "it has more than 64 MiB"));
    let mut packed = recorded.pack(9);
    let middle = packed.len() / 2;
    packed[middle..middle + 40].fill(0x55);
    assert!(matches!(read_all(&packed).1.end(), Some(RecordingEnd::Broken(..))));
}

#[test]
fn lines_that_are_missing_are_told_as_lost() {
    let recorded = Recorded::record(20);
    let text = String::from_utf8(recorded.lines).unwrap();
    let less: String =
        text.split_inclusive('\n').enumerate().filter(|(at, _)| !(4..7).contains(at)).map(|(_, line)| line).collect();
    let (lines, reader) = read_all(less.as_bytes());
    assert_eq!(reader.end(), Some(&RecordingEnd::Closed));
    assert_eq!(lines[3].line, RecordLine::Lost { inputs: 3, since: lines[2].at });
}

#[test]
fn a_clock_that_goes_back_is_counted_and_never_goes_back_here() {
    let recorded = Recorded::record(20);
    let early = change_line(&recorded.lines, 9, |line| {
        let moment = line.split("\"at\":").nth(1).unwrap().split(',').next().unwrap();
        line.replacen(moment, &at(0).micros().to_string(), 1)
    });
    let (lines, reader) = read_all(&early);
    assert_eq!(reader.went_back(), Some((1, 9)));
    assert!(lines.is_sorted_by_key(|line| line.at));
    assert_eq!(reader.end(), Some(&RecordingEnd::Closed));
}

#[test]
fn a_bomb_is_unpacked_no_further_than_a_line_may_be_long() {
    let recorded = Recorded::record(3);
    let lines = recorded.lines.split_inclusive(|byte| *byte == b'\n').take(3).flatten().copied().collect();
    let mut packed = Recorded { lines, ..recorded }.pack(1_000);
    let mut bomb = crate::recording::GzipMembers::default();
    bomb.add_lines(&vec![b'0'; 4 << 20]);
    packed.extend(bomb.end_member());
    assert!(packed.len() < 20_000);
    let (_, mut reader) = RecordingReader::open_within(Cursor::new(packed), 1 << 20).unwrap();
    while reader.read_next().is_some() {}
    assert_eq!(reader.end(), Some(&RecordingEnd::Broken(4, "it has more than 64 MiB".into())));
    assert!(reader.line.capacity() < 2 << 20, "{}", reader.line.capacity());
}
