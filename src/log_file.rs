//! The log file: what happened, to find the cause of a problem later.
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
mod tests;
