//! Who answers for processes: whatever was started for an owner ends with it.

use std::{
    collections::BTreeSet,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use tokio::process::{Child, Command};

/// What is in the environment of herenow that no child has to know.
pub const SECRETS: [&str; 3] = ["HERENOW_AUTH_TOKEN", "HERENOW_SUBSCRIBE_KEY", "HERENOW_PUBLISH_KEY"];

/// All owners that may have children.
static OWNERS: Mutex<Vec<Weak<Mutex<OwnedGroups>>>> = Mutex::new(Vec::new());

/// Owns processes. They end when this is dropped, each with all that it started.
#[derive(Debug)]
pub struct Children(Arc<Mutex<OwnedGroups>>);

/// The process groups of one owner, each by its leader.
#[derive(Debug, Default)]
pub(super) struct OwnedGroups {
    running: BTreeSet<u32>,
    /// The owner is gone: nothing is started for it any more.
    closed: bool,
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Children {
    fn default() -> Self {
        let groups = Arc::default();
        let mut owners = lock(&OWNERS);
        owners.retain(|owner| owner.strong_count() > 0);
        owners.push(Arc::downgrade(&groups));
        Self(groups)
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        end_groups(&self.0);
    }
}

impl Children {
    pub(super) fn share(&self) -> Arc<Mutex<OwnedGroups>> {
        self.0.clone()
    }
}

/// End all children of all owners, for the program ends.
pub fn end_all_children() {
    let owners: Vec<_> = lock(&OWNERS).iter().filter_map(Weak::upgrade).collect();
    for owner in &owners {
        end_groups(owner);
    }
}

fn end_groups(groups: &Mutex<OwnedGroups>) {
    let ended = {
        let mut groups = lock(groups);
        groups.closed = true;
        std::mem::take(&mut groups.running)
    };
    signals::end_together(&ended);
}

/// A process that leads a group of its own. If this is dropped before [`end`](Self::end), nobody waits for it any more: it is killed.
pub(super) struct ProcessGroup {
    pub child: Child,
    leader: Option<u32>,
    groups: Arc<Mutex<OwnedGroups>>,
}

impl ProcessGroup {
    /// Start a process for an owner.
    ///
    /// # Errors
    /// If it can't be started, or the owner is gone.
    pub fn start(command: &mut Command, groups: Arc<Mutex<OwnedGroups>>) -> io::Result<Self> {
        command.kill_on_drop(true);
        for name in SECRETS {
            command.env_remove(name);
        }
        #[cfg(unix)]
        command.process_group(0);
        let (child, leader) = {
            // Held until it is noted: an owner that goes meanwhile finds it.
            let mut held = lock(&groups);
            if held.closed {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let child = command.spawn()?;
            let leader = child.id();
            held.running.extend(leader);
            (child, leader)
        };
        Ok(Self { child, leader, groups })
    }

    /// Ask all of the group to end.
    pub fn ask_to_end(&self) {
        if let Some(leader) = self.leader {
            signals::ask_to_end(leader);
        }
    }

    /// Kill what is left of the group.
    pub fn end(&mut self) {
        if let Some(leader) = self.leader.take()
            && lock(&self.groups).running.remove(&leader)
        {
            signals::kill(leader);
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(unix)]
mod signals {
    use std::{collections::BTreeSet, time::Duration};

    use nix::{
        sys::signal::{Signal, killpg},
        unistd::Pid,
    };

    /// Groups that were asked to end may take so many steps to do it.
    const STEPS: u32 = 40;
    const STEP: Duration = Duration::from_millis(5);

    fn group(leader: u32) -> Option<Pid> {
        // 0 and 1 mean something else to the system.
        i32::try_from(leader).ok().filter(|leader| *leader > 1).map(Pid::from_raw)
    }

    pub fn ask_to_end(leader: u32) {
        if let Some(group) = group(leader) {
            // It may have ended meanwhile.
            let _ = killpg(group, Signal::SIGTERM);
        }
    }

    pub fn kill(leader: u32) {
        if let Some(group) = group(leader) {
            let _ = killpg(group, Signal::SIGKILL);
        }
    }

    /// Ask all of them to end, wait a little, and kill those that do not. Blocks for 0.2 s at the most.
    pub fn end_together(leaders: &BTreeSet<u32>) {
        leaders.iter().copied().for_each(ask_to_end);
        let is_there = |leader: &u32| group(*leader).is_some_and(|group| killpg(group, None).is_ok());
        for _ in 0..STEPS {
            if !leaders.iter().any(is_there) {
                return;
            }
            std::thread::sleep(STEP);
        }
        leaders.iter().copied().for_each(kill);
    }
}

/// A system without process groups: the process itself is killed when it is dropped.
#[cfg(not(unix))]
mod signals {
    use std::collections::BTreeSet;

    pub fn ask_to_end(_: u32) {}

    pub fn kill(_: u32) {}

    pub fn end_together(_: &BTreeSet<u32>) {}
}
