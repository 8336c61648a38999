//! A dashboard in a pseudo-terminal, whose screen somebody reads.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use nix::unistd::Pid;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const SIZE: PtySize = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };

/// No answer to a key takes so long.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program on a screen.
pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    /// Kept open until the end.
    _master: Box<dyn MasterPty + Send>,
    last: Arc<Mutex<Vec<u8>>>,
}

/// Bytes of the output that are kept, to say what was on the screen when it ended.
const KEPT: usize = 4096;

impl Screen {
    /// Start a program on one.
    pub fn start(
        program: &Path,
        args: &[OsString],
        unset: impl Iterator<Item = &'static str>,
        set: [(&str, &str); 3],
    ) -> io::Result<Self> {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        for name in unset {
            command.env_remove(name);
        }
        for (name, value) in set.into_iter().chain([("TERM", "xterm-256color"), ("LANG", "C.UTF-8")]) {
            command.env(name, value);
        }
        let pair = native_pty_system().openpty(SIZE).map_err(io::Error::other)?;
        let child = pair.slave.spawn_command(command).map_err(io::Error::other)?;
        drop(pair.slave);
        let keyboard = pair.master.take_writer().map_err(io::Error::other)?;
        let mut output = pair.master.try_clone_reader().map_err(io::Error::other)?;
        let last = Arc::new(Mutex::new(Vec::new()));
        let kept = last.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 16384];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(&bytes[..count]);
                let over = kept.len().saturating_sub(KEPT);
                kept.drain(..over);
            }
        });
        Ok(Self { child, keyboard, _master: pair.master, last })
    }

    /// Which process it is.
    pub fn pid(&self) -> io::Result<Pid> {
        let pid = self.child.process_id().and_then(|pid| i32::try_from(pid).ok());
        pid.map(Pid::from_raw).ok_or_else(|| io::Error::other("a process without a number"))
    }

    /// What was last on the screen when it ended by itself, if it did.
    pub fn explain_end(&mut self) -> io::Result<Option<String>> {
        let Some(status) = self.child.try_wait()? else { return Ok(None) };
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(format!("{status:?}: {}", String::from_utf8_lossy(&last))))
    }

    /// Wait until it has ended.
    pub fn wait_for_end(&mut self) -> io::Result<()> {
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("{status:?}"))) }
    }

    /// Let it export the occupants of all channels, as lines of JSON.
    pub fn export(&mut self, folder: &Path) -> io::Result<PathBuf> {
        let file = folder.join("export.jsonl");
        // One that is left of an earlier run would be asked about.
        let _ = std::fs::remove_file(&file);
        // The last channel, or the sum of several; its people, which are in the second pane; and the whole name at once,
        // in place of the one that is suggested.
        write!(self.keyboard, "1G2E\u{15}{}\r", file.display())?;
        self.keyboard.flush()?;
        let end = Instant::now() + PATIENCE;
        // It is written elsewhere first, and is here as a whole.
        while !file.exists() {
            if let Some(why) = self.explain_end()? {
                return Err(io::Error::other(why));
            }
            if Instant::now() > end {
                return Err(io::Error::other("the dashboard does not export its occupants"));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(file)
    }
}
