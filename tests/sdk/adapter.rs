//! An official SDK as a process of its own, and the line protocol that is the same for all of them.
//!
//! A process plays any number of users, each with a client of its own. It reads a JSON object a line
//! and answers each, in order, with a line; what its clients hear comes in between.
//!
//! ```text
//! > {"do":"connect","as":"alice","user":"s1-alice","timeout":60}      a presence timeout; 0: the SDK's own
//! < {"ok":null}
//! > {"do":"subscribe","as":"alice","channels":["a"],"groups":[],"presence":true}
//! < {"ok":null}
//! < {"event":"presence","as":"alice","action":"join","channel":"a","subscription":null,"user":"s1-alice",
//!    "occupancy":1,"state":null}                          an interval has "joined", "left", "timed_out" instead
//! > {"do":"here now","as":"alice","channels":["a"],"groups":[],"with_users":true,"with_state":false,
//!    "limit":null,"offset":null}
//! < {"ok":{"occupancy":1,"channels":{"a":{"occupancy":1,"users":{"s1-alice":null}}}}}
//! > {"do":"where now","as":"alice","user":"s1-bob"}
//! < {"error":"whatever the SDK says"}
//! < {"event":"message","as":"alice","channel":"a","subscription":null,"user":"s1-bob","message":"hello"}
//! ```
//!
//! The others are `unsubscribe`, `leave` (unsubscribe from everything), `set state`, `get state`,
//! `publish`, `signal`, `add to group`, `remove from group`, `list group` and `delete group`. The end of
//! its input ends a process, without a leave.

use std::{
    collections::VecDeque,
    ffi::OsString,
    fmt,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// No SDK needs longer to hear or answer something, on however slow a machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// An SDK, and how to start it.
#[derive(Clone)]
pub struct Sdk {
    /// Its language, its version, and which of its ways of working.
    pub name: String,
    pub program: Vec<OsString>,
    /// The shortest presence timeout that it allows, in seconds.
    pub shortest: u32,
    /// How many steps of the exam it takes at the same time.
    pub at_a_time: usize,
}

/// What a client heard.
#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    /// "presence", "message" or "signal".
    #[serde(rename = "event")]
    pub kind: String,
    /// Who of the process heard it.
    pub r#as: String,
    #[serde(default)]
    pub action: String,
    pub channel: String,
    #[serde(default)]
    pub subscription: Option<String>,
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub occupancy: Option<u64>,
    #[serde(default)]
    pub state: Value,
    #[serde(default)]
    pub message: Value,
    #[serde(default)]
    pub joined: Vec<String>,
    #[serde(default)]
    pub left: Vec<String>,
    #[serde(default)]
    pub timed_out: Vec<String>,
}

impl Event {
    pub fn is(&self, action: &str, channel: &str, user: &str) -> bool {
        self.kind == "presence"
            && self.action == action
            && self.channel == channel
            && self.user.as_deref() == Some(user)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, action, channel, .. } = self;
        let what = if kind == "presence" { action } else { kind };
        write!(f, "{what} {} on {channel}", self.user.as_deref().unwrap_or("(nobody)"))
    }
}

#[derive(Default)]
struct Said {
    answers: VecDeque<Result<Value, String>>,
    events: Vec<Event>,
    /// Lines that were neither.
    nonsense: Option<String>,
    ended: bool,
}

/// A running SDK, in a process group of its own: it may have started others, a browser for instance.
pub struct Process {
    child: Child,
    /// Where it may leave files.
    scratch: PathBuf,
    input: Mutex<ChildStdin>,
    said: Arc<(Mutex<Said>, Condvar)>,
}

impl Sdk {
    pub fn start(&self, origin: &str) -> Process {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let scratch = std::env::temp_dir().join(format!("herenow-sdk-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&scratch).unwrap();
        let mut command = Command::new(&self.program[0]);
        command.args(&self.program[1..]).arg(origin).env("TMPDIR", &scratch).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{:?} does not start: {e}", self.program));
        let input = Mutex::new(child.stdin.take().unwrap());
        let output = BufReader::new(child.stdout.take().unwrap());
        let said = Arc::<(Mutex<Said>, Condvar)>::default();
        let listener = said.clone();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                listener.0.lock().unwrap().take(&line);
                listener.1.notify_all();
            }
            listener.0.lock().unwrap().ended = true;
            listener.1.notify_all();
        });
        Process { child, scratch, input, said }
    }
}

impl Said {
    fn take(&mut self, line: &str) {
        let Ok(value) = serde_json::from_str::<Value>(line) else {
            self.nonsense = Some(line.to_owned());
            return;
        };
        if let Some(answer) = value.get("ok") {
            self.answers.push_back(Ok(answer.clone()));
        } else if let Some(problem) = value.get("error") {
            self.answers.push_back(Err(problem.as_str().unwrap_or_default().to_owned()));
        } else {
            match serde_json::from_value(value) {
                Ok(event) => self.events.push(event),
                Err(_) => self.nonsense = Some(line.to_owned()),
            }
        }
    }
}

impl Process {
    fn wait<T>(&self, what: &str, found: impl Fn(&mut Said) -> Option<T>) -> Result<T, String> {
        let deadline = Instant::now() + PATIENCE;
        let mut said = self.said.0.lock().unwrap();
        loop {
            if let Some(line) = &said.nonsense {
                return Err(format!("the process said something strange: {line}"));
            }
            if let Some(found) = found(&mut said) {
                return Ok(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || said.ended {
                let why = if said.ended { "the process ended; no" } else { "waited in vain for" };
                return Err(format!("{why} {what}"));
            }
            said = self.said.1.wait_timeout(said, left).unwrap().0;
        }
    }

    /// Play another user.
    pub fn connect(&self, name: &str, user: &str, timeout: u32) -> Result<Client<'_>, String> {
        let client = Client { process: self, name: name.to_owned(), user: user.to_owned() };
        client.tell("connect", json!({ "user": user, "timeout": timeout }))?;
        Ok(client)
    }

    /// No leave, no more heartbeats.
    pub fn kill(&mut self) {
        // Once it has been waited for, its number may be another's.
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let group = i32::try_from(self.child.id()).unwrap();
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
            let _ = self.child.wait();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.scratch);
    }
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        // Killed on purpose, or about to be reported as failing.
        let _ = self.tell("leave", json!({}));
    }
}

/// One user of a running SDK, who leaves when it goes out of sight.
pub struct Client<'a> {
    process: &'a Process,
    name: String,
    pub user: String,
}

impl Client<'_> {
    /// Have the SDK do something.
    pub fn tell(&self, what: &str, mut words: Value) -> Result<Value, String> {
        words["do"] = what.into();
        words["as"] = self.name.as_str().into();
        // One at a time: answers are told apart by their order alone.
        let mut input = self.process.input.lock().unwrap();
        writeln!(input, "{words}").map_err(|e| format!("the process does not listen: {e}"))?;
        self.process.wait(&format!("answer to {words}"), |said| said.answers.pop_front())?
    }

    pub fn subscribe(&self, channels: &[&str], groups: &[&str]) -> Result<Value, String> {
        self.tell("subscribe", json!({ "channels": channels, "groups": groups, "presence": true }))
    }

    /// Subscribe to a channel, and wait until the SDK has told so by its own join.
    pub fn joins(&self, channel: &str) -> Result<Event, String> {
        self.subscribe(&[channel], &[])?;
        self.hears("join", channel, &self.user)
    }

    /// Wait for an event that is like this.
    pub fn hears_of(&self, what: &str, like: impl Fn(&Event) -> bool) -> Result<Event, String> {
        let found = self.process.wait(what, |said| {
            let mut mine = said.events.iter().filter(|event| event.r#as == self.name);
            mine.find(|event| like(event)).cloned()
        });
        found.map_err(|why| self.explain_with_heard(&why))
    }

    /// Wait for so many events that are like this, in their order.
    pub fn hears_many(&self, count: usize, like: impl Fn(&Event) -> bool) -> Result<Vec<Event>, String> {
        let found = self.process.wait(&format!("{count} events"), |said| {
            let mine = said.events.iter().filter(|event| event.r#as == self.name && like(event));
            let mine: Vec<Event> = mine.cloned().collect();
            (mine.len() >= count).then_some(mine)
        });
        found.map_err(|why| self.explain_with_heard(&why))
    }

    fn explain_with_heard(&self, why: &str) -> String {
        let heard: Vec<String> = self.heard().iter().map(ToString::to_string).collect();
        format!("{why}; {} heard: {}", self.name, heard.join(", "))
    }

    /// Wait for a presence event.
    pub fn hears(&self, action: &str, channel: &str, user: &str) -> Result<Event, String> {
        self.hears_of(&format!("{action} {user} on {channel}"), |event| event.is(action, channel, user))
    }

    /// Everything heard so far.
    pub fn heard(&self) -> Vec<Event> {
        let said = self.process.said.0.lock().unwrap();
        said.events.iter().filter(|event| event.r#as == self.name).cloned().collect()
    }
}
