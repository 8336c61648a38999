//! One consumer, from its start to its end.

use std::{io, path::PathBuf, time::Duration};

use tokio::runtime::Runtime;

use crate::{
    consumer::Consumer,
    loops::Loop,
    process::{Memory, Process, Said},
    roster::{Counts, Roster},
    service::Service,
    stream::{Plan, TOGETHER},
};

/// What runs need.
pub struct Bench {
    /// Of the service.
    runtime: Runtime,
    /// Where consumers write; no other run writes there, and it goes with this.
    folder: PathBuf,
}

impl Drop for Bench {
    fn drop(&mut self) {
        // What can't be removed is of no use to anybody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What a consumer took.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// Until it knew who was there and waited for events.
    pub load: Duration,
    pub loaded: Memory,
    /// For all events.
    pub stream: Duration,
    pub streamed: Memory,
    /// Bytes of all replies.
    pub bytes: u64,
    /// Nothing, of one who does not count.
    pub counts: Option<Counts>,
    /// Nothing, of one who keeps none, or was not asked.
    pub roster: Option<Roster>,
}

impl Taken {
    /// Events for each second on a core.
    pub fn rate(&self, replies: u32) -> f64 {
        f64::from(replies) * f64::from(TOGETHER) / self.stream.as_secs_f64()
    }
}

impl Bench {
    /// As many worker threads as it takes to make replies beside the consumer.
    pub fn open() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("ingest-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self { runtime, folder })
    }

    /// Let a consumer load who is there, then read so many replies; `check`: let it say who is there at the end.
    ///
    /// # Errors
    /// If it fails, or reads something else than what it is told.
    pub fn run(&self, consumer: &Consumer, plan: &Plan, replies: u32, check: bool) -> io::Result<Taken> {
        let told = |e: io::Error| io::Error::other(format!("{}: {e}", consumer.name()));
        self.measure(consumer, plan, replies, check).map_err(told)
    }

    fn measure(&self, consumer: &Consumer, plan: &Plan, replies: u32, check: bool) -> io::Result<Taken> {
        let service = Service::start(&self.runtime, plan)?;
        let file = self.folder.join("roster.json");
        // None is left of the consumer before.
        let _ = std::fs::remove_file(&file);
        let program = consumer.command(plan, &service.address.to_string(), &file);
        let mut process = Process::start(consumer, program)?;
        process.wait_until_idle(&service)?;
        let (load, loaded) = (process.cpu()?, process.memory()?);
        service.allow(replies);
        process.wait_until_idle(&service)?;
        let (all, streamed) = (process.cpu()?, process.memory()?);
        let check = check && consumer.keeps_roster();
        let exported = match process.screen() {
            Some(screen) if check => Some(screen.export(&self.folder)?),
            _ => None,
        };
        let said = process.end()?;
        let roster = match consumer {
            _ if !check => None,
            Consumer::Dashboard => exported.map(|file| Roster::read_export(&service, &file)).transpose()?,
            _ => Some(Roster::read(&service, &file)?),
        };
        let counts = count(consumer, &said, &file)?;
        // What others lose is theirs: the table says it.
        if !matches!(consumer, Consumer::Sdk(..)) {
            hold(&service, counts, replies)?;
        }
        Ok(Taken { load, loaded, stream: all.saturating_sub(load), streamed, bytes: service.bytes(), counts, roster })
    }
}

fn count(consumer: &Consumer, said: &Said, file: &std::path::Path) -> io::Result<Option<Counts>> {
    match consumer {
        Consumer::Loop(Loop::Fetch | Loop::Bare | Loop::Ahead) | Consumer::Sdk(..) => {
            Counts::read_json(&std::fs::read_to_string(file)?).map(Some)
        }
        Consumer::Quiet => Counts::read_json(&said.out).map(Some),
        Consumer::Lines => Counts::read_sentence(&said.err).map(Some),
        Consumer::Dashboard => Ok(None),
    }
}

/// Every event was counted, once, and asked for where it was.
fn hold(service: &Service, counts: Option<Counts>, replies: u32) -> io::Result<()> {
    let events = u64::from(replies) * u64::from(TOGETHER);
    if let Some(counts) = counts.filter(|counts| counts.events != events) {
        return Err(io::Error::other(format!("it counts {} events of {events}", counts.events)));
    }
    match service.astray() {
        0 => Ok(()),
        astray => Err(io::Error::other(format!("{astray} polls from where no reply ends"))),
    }
}
