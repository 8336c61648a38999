//! A consumer while it runs: what it takes, when it has nothing left to do, and its end.

use std::{
    io::{self, Read},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    time::{clock_getcpuclockid, clock_gettime},
    unistd::Pid,
};

use crate::{consumer::Consumer, screen::Screen, service::Service};

/// The variables that would say something to herenow.
const WATCHED: &[&str] = &["HERENOW_CONFIG", "NO_COLOR", "COLORTERM", "LC_ALL", "LC_CTYPE"];

/// Between two looks at whether it still works.
const LOOK: Duration = Duration::from_millis(60);

/// Who takes less between two looks does nothing but keep time.
const IDLE: Duration = Duration::from_millis(3);

/// So many looks in a row have to find it idle,
const LOOKS: u32 = 2;

/// or so many while it was not told of everybody: it may want to know later, or never.
const LOOKS_UNTOLD: u32 = 50;

/// Nothing that is measured takes so long.
const PATIENCE: Duration = Duration::from_secs(900);

/// A consumer that runs.
pub struct Process {
    body: Body,
    pid: Pid,
}

enum Body {
    Plain(Child),
    OnScreen(Screen),
}

/// Resident memory in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    pub now: u64,
    pub peak: u64,
}

/// What it said, until its end.
#[derive(Debug, Default)]
pub struct Said {
    pub out: String,
    pub err: String,
}

/// A process that is ended when this is dropped.
impl Drop for Process {
    fn drop(&mut self) {
        if let Body::Plain(child) = &mut self.body {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Process {
    /// Start it, with nothing of whoever runs this: no configuration, and no user id.
    pub fn start(consumer: &Consumer, program: (std::path::PathBuf, Vec<std::ffi::OsString>)) -> io::Result<Self> {
        let (program, args) = program;
        let unset = herenow::config::WATCHED_ENVIRONMENT.iter().chain(WATCHED).copied();
        let home = concat!(env!("CARGO_TARGET_TMPDIR"), "/home");
        std::fs::create_dir_all(home)?;
        let homes = ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"].map(|name| (name, home));
        if consumer.is_dashboard() {
            let screen = Screen::start(&program, &args, unset, homes)?;
            let pid = screen.pid()?;
            return Ok(Self { pid, body: Body::OnScreen(screen) });
        }
        let mut command = Command::new(program);
        for name in unset {
            command.env_remove(name);
        }
        let out = if consumer.is_unread() { Stdio::null() } else { Stdio::piped() };
        let child = command.args(args).envs(homes).stdin(Stdio::null()).stdout(out).stderr(Stdio::piped()).spawn()?;
        let pid = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
        Ok(Self { pid, body: Body::Plain(child) })
    }

    /// Its screen, if it has one.
    pub fn screen(&mut self) -> Option<&mut Screen> {
        match &mut self.body {
            Body::OnScreen(screen) => Some(screen),
            Body::Plain(_) => None,
        }
    }

    /// Time on a core since it began, of all its threads.
    pub fn cpu(&self) -> io::Result<Duration> {
        let clock = clock_getcpuclockid(self.pid)?;
        Ok(clock_gettime(clock)?.into())
    }

    /// What it holds.
    pub fn memory(&self) -> io::Result<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
            let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
            kibibytes.map(|kibibytes| kibibytes * 1024).ok_or_else(|| io::Error::other(format!("no {name}")))
        };
        Ok(Memory { now: bytes("VmRSS")?, peak: bytes("VmHWM")? })
    }

    /// Whether no thread of it runs or wants to.
    fn is_asleep(&self) -> io::Result<bool> {
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.pid))? {
            // A thread may end meanwhile.
            let stat = std::fs::read_to_string(thread?.path().join("stat")).unwrap_or_default();
            if stat.rsplit_once(") ").is_some_and(|(_, fields)| fields.starts_with(['R', 'D'])) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Wait until it has nothing left to do: it has fetched what there is and asks for more, asks for nothing else,
    /// and takes no time.
    ///
    /// # Errors
    /// If it ends, or never gets there.
    pub fn wait_until_idle(&mut self, service: &Service) -> io::Result<()> {
        let end = Instant::now() + PATIENCE;
        let (mut idle, mut before) = (0, (service.requests(), self.cpu()?));
        while idle < if service.has_listed() { LOOKS } else { LOOKS_UNTOLD } {
            std::thread::sleep(LOOK);
            if let Some(why) = self.explain_end()? {
                return Err(io::Error::other(why));
            }
            if Instant::now() > end {
                return Err(io::Error::other(format!("it is not ready within {PATIENCE:?}")));
            }
            let now = (service.requests(), self.cpu()?);
            let calm = now.0 == before.0 && now.1.saturating_sub(before.1) < IDLE;
            idle = if calm && service.is_drained() && self.is_asleep()? { idle + 1 } else { 0 };
            before = now;
        }
        Ok(())
    }

    /// What it said when it ended by itself, if it did.
    fn explain_end(&mut self) -> io::Result<Option<String>> {
        match &mut self.body {
            Body::Plain(child) => {
                let Some(status) = child.try_wait()? else { return Ok(None) };
                let mut said = String::new();
                if let Some(stderr) = &mut child.stderr {
                    stderr.read_to_string(&mut said)?;
                }
                Ok(Some(format!("{status}: {}", said.trim())))
            }
            Body::OnScreen(screen) => screen.explain_end(),
        }
    }

    /// Ask it to end, and wait for that.
    ///
    /// # Errors
    /// If it does not end well.
    pub fn end(mut self) -> io::Result<Said> {
        kill(self.pid, Signal::SIGTERM)?;
        let Body::Plain(child) = &mut self.body else {
            return self.screen().map_or(Ok(()), Screen::wait_for_end).map(|()| Said::default());
        };
        let mut said = Said::default();
        // Both at once: with many channels it says more of them on one than a pipe holds, and waits for its reader.
        let (out, err) = (child.stdout.take(), child.stderr.take());
        std::thread::scope(|scope| {
            let err = scope.spawn(|| err.map_or(Ok(0), |mut err| err.read_to_string(&mut said.err)));
            out.map_or(Ok(0), |mut out| out.read_to_string(&mut said.out))?;
            err.join().unwrap_or_else(|_| Err(io::Error::other("its reader has panicked")))
        })?;
        let status = child.wait()?;
        if status.success() { Ok(said) } else { Err(io::Error::other(format!("{status}: {}", said.err.trim()))) }
    }
}
