//! A recording in the dashboard: what is on the screen on the way and at its end, and what is said of files that are none.

use std::{io::Write, path::PathBuf};

use flate2::{Compression, write::GzEncoder};
use herenow::{
    cli::read_recording,
    keys::{Key, Keys},
    presence::Moment,
    ui::{Action, EditKey, UiEvent},
    view::{self, Appearance, Symbols, Theme},
    world::Certainty,
};
use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    model::{Looking, Model},
    sim::written,
};

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/recordings/format-1.0.jsonl.gz");

/// A dashboard that replays a recording.
struct Replay {
    model: Model,
    now: Moment,
}

impl Replay {
    fn open(path: &str) -> Self {
        let mut model = read_recording(path.as_ref(), 10_000).unwrap();
        let now = model.world.now();
        model.listener.play_from_beginning(&model.world, now);
        model.listener.take_event(&model.world, UiEvent::Act(Action::Pause), now);
        Self { model, now }
    }

    fn tell(&mut self, event: UiEvent) {
        let orders = self.model.listener.take_event(&self.model.world, event, self.now);
        assert!(orders.is_empty(), "nothing is asked of anybody");
        self.model.do_due(true, self.now);
    }

    fn go_to(&mut self, time: &str) {
        for key in std::iter::once('g').chain(time.chars()) {
            let event = Keys::default().translate(&self.model.screen(), Key::Char(key));
            self.tell(event.unwrap());
        }
        self.tell(UiEvent::Type(EditKey::Enter));
        self.model.listener.status = None;
    }

    fn text_in(&mut self, symbols: Symbols, width: u16, height: u16) -> String {
        self.model.prepare_frame(self.now);
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        let look = Appearance { theme: Theme::terminal(), symbols, ..Appearance::default() };
        view::draw_screen(&self.model.screen(), &look, self.now, area, &mut buffer);
        written(&buffer)
    }

    fn text(&mut self, width: u16, height: u16) -> String {
        self.text_in(Symbols::Unicode, width, height)
    }

    /// The rows with the times of both ends.
    fn timeline(&mut self, width: u16, height: u16) -> String {
        let text = self.text(width, height);
        let rows: Vec<&str> = text.lines().skip(2).take(2).collect();
        rows.join("\n")
    }
}

/// The lines of the recording.
fn read_lines() -> Vec<String> {
    let bytes = std::fs::read(RECORDED).unwrap();
    let text = std::io::read_to_string(flate2::read::MultiGzDecoder::new(&*bytes)).unwrap();
    text.lines().map(|line| format!("{line}\n")).collect()
}

fn file(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("replaying-{}-{name}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path
}

fn write(name: &str, bytes: &[u8]) -> String {
    let path = file(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_recording_is_shown_on_the_way_and_at_its_end() {
    let mut replay = Replay::open(RECORDED);
    for (place, time) in ["15:58:46", "15:58:55", "15:59:04.5"].into_iter().enumerate() {
        replay.go_to(time);
        let [wide, narrow, small] = [(120, 40), (80, 24), (40, 12)].map(|(w, h)| replay.text(w, h));
        insta::assert_snapshot!(format!("replayed_{}", place + 1), format!("{wide}\n\n{narrow}\n\n{small}"));
    }
    replay.tell(UiEvent::Act(Action::GoLive));
    replay.model.listener.status = None;
    let end = replay.text(120, 40);
    assert!(end.contains("○ over: the recording ends here") && !end.contains("lost"), "nothing went wrong: {end}");
    insta::assert_snapshot!("replayed_end", end);
}

#[test]
fn at_its_end_a_recording_offers_nothing_that_has_to_ask_somebody_and_refuses_it_in_words() {
    let mut replay = Replay::open(RECORDED);
    for pane in ['1', '2', '3'] {
        replay.tell(UiEvent::Act(Action::GoLive));
        let event = Keys::default().translate(&replay.model.screen(), Key::Char(pane));
        replay.tell(event.unwrap());
        replay.model.listener.status = None;
        let text = replay.text(200, 40);
        let footer = text.lines().last().unwrap_or_default();
        for offer in ["watch more", "remove", "where now", "resync", "scenes", "outage", "be here", "leave", "state"] {
            assert!(!footer.contains(offer), "{offer}: {footer}");
        }
        assert!(footer.contains("help"), "{footer}");
    }
    for (key, is_text) in
        [('a', true), ('n', true), ('t', true), ('e', true), ('o', false), ('r', false), ('H', false), ('x', false)]
    {
        let event = Keys::default().translate(&replay.model.screen(), Key::Char(key));
        replay.tell(event.unwrap());
        let ui = &replay.model.listener;
        let said = ui.status.as_ref().map_or("", |status| status.text.as_str());
        assert!(said.starts_with("this is a recording: `"), "{key}: {said}");
        assert!(ui.dialog.is_none() && ui.swallowing.is_some() == is_text, "{key}");
        replay.tell(UiEvent::Type(EditKey::Cancel));
        replay.model.listener.status = None;
    }
}

#[test]
fn the_timeline_shows_where_one_is_and_what_is_not_known() {
    // Some lines could not be kept, and somebody marked a moment.
    let mut lines = read_lines();
    let mark = lines[24].replace(lines[24].split_once(",\"at\"").unwrap().0, "{\"n\":25");
    let at = mark.split(',').nth(1).unwrap();
    lines[24] = format!("{{\"n\":25,{at},\"order\":{{\"mark\":\"deploy\"}}}}\n");
    lines.drain(40..46);
    let path = write("lacking.jsonl", lines.concat().as_bytes());
    let mut replay = Replay::open(&path);
    replay.go_to("15:59:00");
    let known = |replay: &Replay| {
        let world = replay.model.screen().world;
        world.channels.iter().any(|watched| world.certainty(watched, world.now()) == Certainty::Exact)
    };
    assert!(!known(&replay), "nothing is exact after what is lacking");
    replay.go_to("15:58:50");
    assert!(known(&replay));
    let rows = [(120, 40), (80, 24), (40, 12)].map(|(width, height)| replay.timeline(width, height));
    insta::assert_snapshot!("replayed_timeline", rows.join("\n--\n"));
    let plain = replay.text_in(Symbols::Ascii, 120, 40);
    assert!(plain.is_ascii(), "{plain}");
    std::fs::remove_file(path).unwrap();
}

#[test]
fn what_can_be_read_of_a_file_that_is_cut_is_shown() {
    let whole = std::fs::read(RECORDED).unwrap();
    let plain = read_lines().concat().into_bytes();
    let mut shown = 0;
    for (bytes, name) in [(whole, "cut.jsonl.gz"), (plain, "cut.jsonl")] {
        for part in 0..24 {
            let path = write(name, &bytes[..bytes.len() * part / 24]);
            match read_recording(path.as_ref(), 100) {
                Ok(mut watcher) => {
                    shown += 1;
                    let now = watcher.world.now();
                    watcher.listener.play_from_beginning(&watcher.world, now);
                    assert!(watcher.listener.screen(&watcher.world).is_past());
                }
                Err(failure) => assert!(failure.sentence().contains(name), "{}", failure.sentence()),
            }
            std::fs::remove_file(path).unwrap();
        }
    }
    assert!(shown > 30, "{shown}");
}

#[test]
fn what_is_no_recording_is_refused_and_what_comes_before_a_mistake_is_shown() {
    let refused = |path: &str, why: &str| {
        let failure = read_recording(path.as_ref(), 100).unwrap_err();
        assert!(failure.sentence().contains(why), "{}", failure.sentence());
    };
    let lines = read_lines();
    refused("nowhere.jsonl", "is not there");
    refused("-", "not from stdin");
    refused(env!("CARGO_MANIFEST_DIR"), "is a directory");
    refused(&write("empty", b""), "is empty");
    refused(&write("binary", &[0xfe; 5_000]), "it is not text");
    refused(&write("json", b"{\"a\":[]}\n"), "it is other JSON");
    refused(&write("future", lines[0].replace("\"1.0\"", "\"2.0\"").as_bytes()), "in format 2.0 by a later version");
    refused(&write("header", lines[0].as_bytes()), "nothing was recorded");
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    let piece = vec![b' '; 1 << 20];
    (0..80).for_each(|_| bomb.write_all(&piece).unwrap());
    refused(&write("bomb", &bomb.finish().unwrap()), "its first line does not end");
    #[cfg(unix)]
    {
        let pipe = file("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        refused(pipe.to_str().unwrap(), "is not a file but a device or a pipe");
    }
    // All blanks: on disk it takes nothing.
    let giant = write("giant", lines[..20].concat().as_bytes());
    std::fs::OpenOptions::new().write(true).open(&giant).unwrap().set_len(1 << 30).unwrap();
    let foreign = [&lines[..20].concat(), "{\"hello\":1}\n"].concat();
    let back = lines[30].replacen("\"at\":1795967932", "\"at\":1795967900", 1);
    let back = [lines[..30].concat(), back, lines[31..].concat()].concat();
    for (path, events) in
        [(giant, 14), (write("foreign", foreign.as_bytes()), 14), (write("back", back.as_bytes()), 60)]
    {
        let watcher = read_recording(path.as_ref(), 100).unwrap();
        assert!(watcher.world.counters.events >= events, "{path}: {}", watcher.world.counters.events);
        assert!(watcher.listener.history.earliest().is_ok());
        std::fs::remove_file(path).unwrap();
    }
}
