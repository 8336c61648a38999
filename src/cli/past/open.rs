//! A recording, opened, and what is said of one that is not whole.

use std::{
    cell::OnceCell,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;

use super::index_file::IndexFile;
use crate::{
    cli::{
        Failure,
        flags::past_time::{PastTime, ShownTime},
        print,
    },
    files,
    presence::{Channel, Moment, sanitize, show_path},
    recording::{LastLine, Past, RecordingEnd, RecordingReader},
    wording::count_things,
    world::Certainty,
};

/// A recording that answers.
pub(super) struct OpenPast {
    /// The world of then.
    pub past: Past,
    /// The clock here.
    pub zone: TimeZone,
    path: PathBuf,
    /// Its index, which is looked for when it is wanted.
    index: OnceCell<Option<IndexFile>>,
    /// The last line, if somebody counted from it.
    last: Option<LastLine>,
}

impl OpenPast {
    /// Open a recording.
    ///
    /// # Errors
    /// If it is none that can be read: a usage error.
    pub fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let path = path.unwrap_or(Path::new("-"));
        let (header, reader) = open_reader(path)?;
        let (past, index) = (Past::new(header, reader), OnceCell::new());
        Ok(Self { past, zone: TimeZone::system(), path: path.to_owned(), index, last: None })
    }

    /// The instant that somebody means. The end is looked for if it has to be known.
    ///
    /// # Errors
    /// If the file is not there any more.
    pub fn resolve(&mut self, time: PastTime) -> Result<Moment, Failure> {
        let began = self.past.header().started;
        let ended = if time.needs_end() { self.find_end()? } else { began };
        Ok(time.resolve(began, ended, &self.zone))
    }

    /// The moment of the last line.
    fn find_end(&mut self) -> Result<Moment, Failure> {
        let path = self.path.clone();
        let skim = || open_reader(&path).map(|(_, reader)| reader.skim_to_end());
        let last = match self.find_index() {
            Some(index) => index.find_end(skim),
            None => skim(),
        }?;
        self.last = Some(last);
        Ok(last.at)
    }

    fn find_index(&mut self) -> Option<&mut IndexFile> {
        self.index.get_or_init(|| IndexFile::find(&self.path));
        self.index.get_mut()?.as_mut()
    }

    /// Come near to an instant, or to the end, without a step from line to line where an index leads there.
    fn approach(&mut self, at: Option<Moment>) {
        self.find_index();
        if let Some(Some(index)) = self.index.get_mut() {
            index.approach(&mut self.past, at);
        }
    }

    /// A moment as people read it.
    pub fn show(&self, moment: Moment) -> String {
        ShownTime(moment, &self.zone).to_string()
    }

    /// Go to an instant.
    ///
    /// # Errors
    /// If the recording does not go as far: it can't be known.
    pub fn go_to(&mut self, at: Moment) -> Result<(), Failure> {
        let began = self.past.header().started;
        if at < began {
            let (at, began) = (self.show(at), self.show(began));
            return Err(Failure::not_known_as(format!("{at} is not known: {} begins at {began}", self.name())));
        }
        self.approach(Some(at));
        if self.past.go_to(at, &mut ()) {
            return Ok(());
        }
        let end = self.show(self.past.world().now());
        let unknown = format!("{} is not known: {} ends at {end}", self.show(at), self.name());
        let Some(broken) = self.explain_broken() else { return Err(Failure::not_known_as(unknown)) };
        print::remark(&unknown);
        Err(broken)
    }

    /// Go to an instant, or to the end where none is meant, and say what is not as it should be until there.
    ///
    /// # Errors
    /// As [`Self::go_to`].
    pub fn go_to_meant(&mut self, time: Option<PastTime>) -> Result<(), Failure> {
        if let Some(time) = time {
            let at = self.resolve(time)?;
            self.go_to(at)?;
        } else {
            self.approach(None);
            while self.past.step_next(&mut ()).is_some() {}
        }
        self.remark_flaws();
        Ok(())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is called.
    pub fn name(&self) -> String {
        name_file(&self.path)
    }

    /// What its file is called, without where it is.
    pub fn file_name(&self) -> String {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        sanitize(&name.to_string_lossy()).into_owned()
    }

    /// Say what is not as it should be, as far as it was read, and of the end if somebody counted from it.
    pub fn remark_flaws(&self) {
        let abrupt = match (self.past.end(), self.last) {
            (Some(RecordingEnd::Abrupt(line)), _) => Some((*line, self.past.world().now())),
            (None, Some(LastLine { at, abrupt: Some(line) })) => Some((line, at)),
            _ => None,
        };
        if let Some((line, at)) = abrupt {
            print::remark(&format!("{} ended abruptly after line {line}, at {}", self.name(), self.show(at)));
        }
        if self.past.count_lost() > 0 {
            let lost = usize::try_from(self.past.count_lost()).unwrap_or(usize::MAX);
            print::remark(&format!("{} lacks {}", self.name(), count_things(lost, "input", "inputs")));
        }
        if let Some((times, line)) = self.past.reader().went_back() {
            let times = count_things(usize::try_from(times).unwrap_or(usize::MAX), "time", "times");
            print::remark(&format!(
                "{}: the clock went back {times}, at line {line} first; that is passed over",
                self.name()
            ));
        }
    }

    /// Say of which channels not all was known.
    ///
    /// # Errors
    /// If there are any, or none at all: it can't be known.
    pub fn settle_doubts(&self, doubts: &BTreeMap<Channel, &'static str>) -> Result<(), Failure> {
        let mut is_known = !doubts.is_empty();
        for (channel, doubt) in doubts.iter().filter(|(_, doubt)| **doubt != Certainty::Exact.word()) {
            is_known = false;
            let at = self.show(self.past.world().now());
            print::remark(&format!("{}: {doubt} at {at}", print::name(channel.as_str())));
        }
        if let Some(broken) = self.explain_broken() {
            return Err(broken);
        }
        if is_known { Ok(()) } else { Err(Failure::not_known()) }
    }

    /// Why it can't be read to its end, if it can't.
    pub fn explain_broken(&self) -> Option<Failure> {
        let Some(RecordingEnd::Broken(line, why)) = self.past.end() else { return None };
        let at = self.show(self.past.world().now());
        Some(Failure::error(format!("{}, line {line}, after {at}: {why}", self.name())))
    }
}

/// Whether one instant is not after the other, as far as both are meant.
///
/// # Errors
/// If it is: asked wrongly.
pub(super) fn require_order(since: Option<Moment>, until: Option<Moment>) -> Result<(), Failure> {
    match (since, until) {
        (Some(since), Some(until)) if until < since => {
            Err(Failure::usage("--until is before --since: nothing is in between; exchange them"))
        }
        _ => Ok(()),
    }
}

/// How certain the list of a channel is, in a word or two.
pub(super) fn describe_certainty(past: &Past, channel: &Channel) -> &'static str {
    let world = past.world();
    match world.channels.look_up(channel) {
        None => "not in view",
        Some(_) if past.explain_hole(channel).is_some() => "lines are missing",
        Some(watched) => world.certainty(watched, world.now()).word(),
    }
}

fn name_file(path: &Path) -> String {
    format!("the recording {}", show_path(path))
}

fn open_reader(path: &Path) -> Result<(crate::recording::RecordingHeader, RecordingReader), Failure> {
    if path == Path::new("-") {
        return Err(Failure::usage(
            "a recording is read from a file, in which one can go back, not from stdin: name it",
        ));
    }
    let failed = |why: String| Failure::usage(format!("{} {why}", name_file(path)));
    let file = files::open_large(path).map_err(|why| failed(why.to_string()))?;
    RecordingReader::open(file).map_err(|why| failed(why.to_string()))
}
