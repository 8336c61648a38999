//! THE LOG FILE: what happened, for whoever has to find out later.
//!
//! The edges say it through `tracing`: requests, the link, answers of our own service, where the
//! configuration was read, panics, how orders to the worker ended. Pure rooms say nothing.
//!
//! ```text
//! 2026-11-22T06:01:16.123Z WARN  client  request kind="here now" status=403 ms=12 attempt=1 why="…"
//! ```
//!
//! Secrets stay out by construction: only what herenow's own rooms say is heard (an HTTP library would
//! tell whole URLs); what they say are names, numbers and sentences, for no type of a key, a token or a
//! URL with its query can be printed whole; and whatever still looks like one is cut where every value
//! passes. Foreign text is made harmless there, too: one event is one line.
//!
//! Saying something never waits. A thread of its own writes; up to 4096 lines may wait for it, and those
//! that find the queue full are counted, and the count is written. A file that has grown to 16 MiB
//! becomes `FILE.1`, in place of an older one, so that a log takes 32 MiB at the most.

use std::{
    fmt::{self, Write as _},
    io,
    path::Path,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
};

use crate::{
    clock::read_wall_clock,
    config::LogLevel,
    files::{FileError, RotatingFile},
    line_writer::{LineSink, LineWriter},
    presence::sanitize_sentence,
    redact::redact_words,
    wording::excerpt,
};

/// So many lines wait for the disk.
const QUEUE: usize = 4096;

/// A file of so many bytes is put aside.
const LARGEST: u64 = 16 << 20;

/// A value has at most so many bytes.
const LONGEST: usize = 500;

/// The end waits for the disk so long.
const PATIENCE: Duration = Duration::from_secs(1);

/// A log that is open: a file, and the thread that writes it.
pub struct LogFile {
    lines: LineWriter<String>,
    ended: Receiver<io::Result<()>>,
}

impl LogFile {
    /// Open a file for appending, made for us alone if it is not there.
    ///
    /// # Errors
    /// If it can't be written, in words that follow its name and say what to try.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Self::with(path, LARGEST)
    }

    fn with(path: &Path, largest: u64) -> Result<Self, FileError> {
        Self::start(RotatingFile::open(path, largest)?)
    }

    fn start(file: impl LineSink<Line = String>) -> Result<Self, FileError> {
        let (tell, ended) = channel();
        // Nobody may be left to hear it.
        let lines = LineWriter::start("herenow log", QUEUE, file, move |written| drop(tell.send(written)));
        let failed = |e| FileError::Other(format!("can't be written, because no thread could be started ({e})"));
        Ok(Self { lines: lines.map_err(failed)?, ended })
    }

    /// What listens, and passes on what is said up to this level.
    fn listener(&self, level: LogLevel) -> LogListener {
        let level = match level {
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
            LogLevel::Trace => LevelFilter::TRACE,
        };
        LogListener { level, lines: self.lines.clone() }
    }

    /// Write what waits, for a second at the most; returns why not all was written, in words that
    /// follow the file's name.
    pub fn end(self) -> Option<String> {
        if !self.lines.flush(PATIENCE) {
            return Some("may lack its last lines, because the disk did not take them within a second".to_owned());
        }
        let error = self.ended.try_recv().ok()?.err()?;
        Some(match error.get_ref() {
            Some(why) => why.to_string(),
            None => format!("could not be written to its end ({}); check the disk", error.kind()),
        })
    }
}

/// From now on, what all rooms say up to this level is written.
pub fn start_listening(log: &LogFile, level: LogLevel) {
    // There is one already only in a test.
    let _ = tracing::subscriber::set_global_default(log.listener(level));
}

impl LineSink for RotatingFile {
    type Line = String;

    fn write(&mut self, line: String) -> io::Result<()> {
        self.append(&line)
    }

    fn write_lost(&mut self, count: u64) -> io::Result<()> {
        self.write(format!("{} WARN  log_file lines lost, because the disk was slower count={count}", show_time()))
    }

    fn flush(&mut self) -> io::Result<()> {
        RotatingFile::flush(self)
    }
}

/// The time of the wall clock, as the logs of other programs on this computer have it.
fn show_time() -> impl fmt::Display {
    let micros = i64::try_from(read_wall_clock().micros()).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_microsecond(micros).unwrap_or(jiff::Timestamp::MAX);
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Hears events of our own rooms, and makes a line of each.
struct LogListener {
    level: LevelFilter,
    lines: LineWriter<String>,
}

impl Subscriber for LogListener {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        let room = about.target().strip_prefix("herenow");
        about.is_event() && *about.level() <= self.level && room.is_some_and(|r| r.is_empty() || r.starts_with("::"))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn event(&self, event: &Event<'_>) {
        let about = event.metadata();
        let level = match *about.level() {
            Level::ERROR => "ERROR",
            Level::WARN => "WARN ",
            Level::INFO => "INFO ",
            Level::DEBUG => "DEBUG",
            Level::TRACE => "TRACE",
        };
        let room = about.target().split("::").nth(1).unwrap_or("herenow");
        let mut values = Values::default();
        event.record(&mut values);
        let line = format!("{} {level} {room:<8} {}{}", show_time(), values.message, values.rest);
        self.lines.offer(line);
    }

    // Nobody spans anything here: what took long says how long.
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The only way for a value into a line.
#[derive(Default)]
struct Values {
    message: String,
    rest: String,
}

impl Values {
    fn add(&mut self, name: &str, value: &str) {
        let value = clean_value(value);
        if name == "message" {
            self.message = value;
            return;
        }
        let is_plain = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || "-_.:/".contains(c));
        // Writing to a string can't fail.
        let _ = if is_plain {
            write!(self.rest, " {name}={value}")
        } else {
            write!(self.rest, " {name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
        };
    }
}

impl Visit for Values {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field.name(), &format!("{value:?}"));
    }
}

/// Text of one line that no terminal obeys, and in which nothing looks like a secret.
fn clean_value(text: &str) -> String {
    sanitize_sentence(&excerpt(&redact_words(text), LONGEST)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A file of its own, gone afterwards.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("herenow-log-file-{}-{name}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn file(&self) -> PathBuf {
            self.0.join("x.log")
        }

        /// Without the time of each line.
        fn lines(&self, name: &str) -> Vec<String> {
            let text = std::fs::read_to_string(self.0.join(name)).unwrap();
            text.lines().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn an_event_is_a_line_of_harmless_values_and_others_are_not_heard() {
        let place = Place::new("lines");
        let log = LogFile::open(&place.file()).unwrap();
        tracing::subscriber::with_default(log.listener(LogLevel::Info), || {
            tracing::info!(target: "herenow::client::api", kind = "here now", status = 403, "request");
            tracing::warn!(target: "herenow::source", who = "a\u{1b}[2J\n\u{202e}\"b\"", why = %"no, \"never\"", "lost");
            tracing::debug!(target: "herenow::client", "too quiet");
            tracing::error!(target: "h2::codec", path = "/v2/subscribe?auth=MARKER", "a library");
            tracing::error!(target: "herenow_other", "another program");
        });
        assert_eq!(log.end(), None);
        assert_eq!(
            place.lines("x.log"),
            [
                "INFO  client   request kind=\"here now\" status=403",
                "WARN  source   lost who=\"a␛[2J␊‹202E›\\\"b\\\"\" why=\"no, \\\"never\\\"\"",
            ]
        );
    }

    #[test]
    fn a_value_is_short_and_nothing_in_it_looks_like_a_secret() {
        assert_eq!(clean_value("GET /x?auth=MARKER\n"), "GET /x?…␊");
        assert!(clean_value(&"x".repeat(10_000)).len() <= LONGEST + 3);
    }

    #[test]
    fn a_file_that_has_grown_is_put_aside_once() {
        let place = Place::new("turn");
        let log = LogFile::with(&place.file(), 200).unwrap();
        tracing::subscriber::with_default(log.listener(LogLevel::Info), || {
            (0..30).for_each(|n| tracing::info!(n, "event"));
        });
        assert_eq!(log.end(), None);
        let (aside, now) = (place.lines("x.log.1"), place.lines("x.log"));
        assert_eq!(now.last().map(String::as_str), Some("INFO  log_file event n=29"));
        assert!(!now.is_empty() && now.len() <= aside.len() && aside.len() < 8, "{aside:?} {now:?}");
        assert_eq!(std::fs::read_dir(&place.0).unwrap().count(), 2);
    }

    struct FullDisk;

    impl LineSink for FullDisk {
        type Line = String;

        fn write(&mut self, _: String) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn write_lost(&mut self, _: u64) -> io::Result<()> {
            Ok(())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_disk_that_takes_nothing_is_said_at_the_end() {
        let log = LogFile::start(FullDisk).unwrap();
        log.lines.offer("x".to_owned());
        let trouble = log.end().unwrap();
        assert!(
            trouble.starts_with("could not be written to its end (") && trouble.ends_with("; check the disk"),
            "{trouble}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_ours_alone_and_what_was_there_stays() {
        use std::os::unix::fs::PermissionsExt;
        let place = Place::new("open");
        assert_eq!(LogFile::open(&place.file()).unwrap().end(), None);
        let mode = place.file().metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        std::fs::write(place.file(), "t before\n").unwrap();
        let log = LogFile::open(&place.file()).unwrap();
        tracing::subscriber::with_default(log.listener(LogLevel::Info), || tracing::info!("after"));
        assert_eq!(log.end(), None);
        assert_eq!(place.lines("x.log"), ["before", "INFO  log_file after"]);
        let refused = |path: &Path| LogFile::open(path).err().map(|why| why.to_string()).unwrap();
        assert_eq!(refused(&place.0), "is a directory; name a file");
        assert_eq!(refused(Path::new("/dev/null")), "is not a file but a device or a pipe; name a file");
        assert_eq!(
            refused(&place.0.join("no/x")),
            "can't be made, because its folder is not there; make it, or name another"
        );
    }
}
