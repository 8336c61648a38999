//! Signals: the quiet way out, and stopping and coming back.

use super::TerminalEvent;

#[cfg(not(unix))]
pub(super) use elsewhere::Signals;
#[cfg(not(unix))]
pub use elsewhere::suspend;
#[cfg(unix)]
pub(super) use unix::Signals;
#[cfg(unix)]
pub use unix::suspend;

#[cfg(unix)]
mod unix {
    use std::io;

    use nix::{
        sys::signal::{Signal, kill},
        unistd::{Pid, getpgid, getppid, getsid},
    };
    use tokio::signal::unix::{self, SignalKind};

    use super::TerminalEvent;
    use crate::{
        shutdown::watch_signals,
        terminal::{enter, guard::give_back},
    };

    /// Ancestors that are looked at: more than any session has, so that a circle ends.
    const MOST_ANCESTORS: usize = 64;

    /// The signals that we listen to.
    pub(in crate::terminal) struct Signals {
        term: unix::Signal,
        int: unix::Signal,
        hup: unix::Signal,
        quit: unix::Signal,
        stop: unix::Signal,
        cont: unix::Signal,
        resized: unix::Signal,
    }

    impl Signals {
        pub fn listen() -> io::Result<Self> {
            watch_signals();
            Ok(Self {
                term: unix::signal(SignalKind::terminate())?,
                int: unix::signal(SignalKind::interrupt())?,
                hup: unix::signal(SignalKind::hangup())?,
                quit: unix::signal(SignalKind::quit())?,
                stop: unix::signal(SignalKind::from_raw(Signal::SIGTSTP as i32))?,
                cont: unix::signal(SignalKind::from_raw(Signal::SIGCONT as i32))?,
                resized: unix::signal(SignalKind::window_change())?,
            })
        }

        pub async fn next(&mut self) -> TerminalEvent {
            tokio::select! {
                _ = self.term.recv() => TerminalEvent::End,
                _ = self.int.recv() => TerminalEvent::End,
                _ = self.hup.recv() => TerminalEvent::End,
                _ = self.quit.recv() => TerminalEvent::End,
                _ = self.stop.recv() => stop(),
                _ = self.cont.recv() => resume(),
                _ = self.resized.recv() => TerminalEvent::Resized,
            }
        }
    }

    /// Ctrl-Z: what the terminal itself would do if it were not in raw mode, for the whole group of
    /// processes that the shell started together.
    pub fn suspend() -> TerminalEvent {
        if !can_be_woken() {
            return TerminalEvent::Say("there is no shell to go back to from here; q quits");
        }
        // Process 0 stands for our whole group.
        match kill(Pid::from_raw(0), Signal::SIGTSTP) {
            // The signal comes to us too, and finds `stop`.
            Ok(()) => TerminalEvent::Redraw,
            Err(_) => TerminalEvent::Say("the system does not let us stop; q quits"),
        }
    }

    /// Give the terminal back, stop, and take it again when we are woken.
    fn stop() -> TerminalEvent {
        if !can_be_woken() {
            // As the system does with a stop that is not caught, where no shell looks after the process.
            return TerminalEvent::Redraw;
        }
        // A terminal that is not read is no reason to go on.
        give_back();
        // Unlike TSTP, STOP can't be caught: this returns after somebody has sent CONT.
        let _ = kill(Pid::this(), Signal::SIGSTOP);
        resume()
    }

    /// Take the terminal again.
    fn resume() -> TerminalEvent {
        match enter() {
            Ok(guard) => {
                // The terminal is given back by whoever took it first.
                std::mem::forget(guard);
                TerminalEvent::Redraw
            }
            Err(_) => TerminalEvent::End,
        }
    }

    /// Whether some ancestor in our session is outside our process group, as a shell with job
    /// control is. Without one, nobody would ever continue us.
    fn can_be_woken() -> bool {
        let (Ok(session), Ok(group)) = (getsid(None), getpgid(None)) else { return false };
        let mut ancestor = getppid();
        for _ in 0..MOST_ANCESTORS {
            // 0 stands for a process that we can't see, outside our container.
            if ancestor.as_raw() == 0 {
                return false;
            }
            match (getsid(Some(ancestor)), getpgid(Some(ancestor))) {
                (Ok(s), Ok(g)) if s == session && g != group => return true,
                (Ok(s), Ok(_)) if s == session => ancestor = find_parent(ancestor),
                _ => return false,
            }
        }
        false
    }

    /// Find the parent of another process, where the system tells; otherwise process 0.
    fn find_parent(pid: Pid) -> Pid {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // "pid (name) state ppid …", and the name may hold anything.
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        Pid::from_raw(after.split_whitespace().nth(1).and_then(|parent| parent.parse().ok()).unwrap_or(0))
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::io;

    use super::TerminalEvent;

    /// Only Ctrl-C, which comes as a key while the terminal is ours.
    pub(in crate::terminal) struct Signals(());

    impl Signals {
        pub fn listen() -> io::Result<Self> {
            Ok(Self(()))
        }

        pub async fn next(&mut self) -> TerminalEvent {
            match tokio::signal::ctrl_c().await {
                Ok(()) => TerminalEvent::End,
                Err(_) => std::future::pending().await,
            }
        }
    }

    pub fn suspend() -> TerminalEvent {
        TerminalEvent::Say("this system knows no stopping; q quits")
    }
}
