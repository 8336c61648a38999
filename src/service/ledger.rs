//! One JSON line per request, for developers who ask "what does my client really send?".

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};

use serde::Serialize;

use super::Fault;
use crate::{
    files::open_to_append,
    line_writer::{LineSink, LineWriter},
    presence::{Moment, to_json_line},
    wire::{Names, Operation, Request},
};

/// So many lines wait for the disk; what comes while the queue is full is counted, not kept.
const QUEUE: usize = 10_000;

/// What the paths of PubNub's own services begin with, behind the version. What follows may be a key, a token or a
/// signature.
const KNOWN_HEADS: &str = "subscribe presence channel-registration publish publish-file-message signal time pam auth \
    history history-with-actions objects message-actions message-counts files push datasync state sub-key sub_key \
    channel herenow";

/// A request, as it is written down. Tokens are never part of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct LedgerEntry {
    /// Unix time in milliseconds.
    time: u64,
    kind: &'static str,
    /// The head of the path of a request that could not be read, as far as it is known to hold no secret; queries
    /// are never written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscribe_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    channels: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
    /// The presence timeout it names, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<u64>,
    /// A subscribe's cursor; 0 is a handshake.
    #[serde(skip_serializing_if = "Option::is_none")]
    timetoken: Option<String>,
    /// Whether it carries a token.
    with_token: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<String>,
    /// The HTTP status of the answer; absent if there was none.
    status: Option<u16>,
    /// How long it took.
    millis: u64,
}

impl LedgerEntry {
    /// A request that could not be read, by its path.
    pub fn of_unread(path: &str, now: Moment) -> Self {
        Self {
            time: now.micros() / 1000,
            kind: "unread",
            path: Some(cut_to_head(path)),
            subscribe_key: None,
            user: None,
            channels: Vec::new(),
            groups: Vec::new(),
            timeout: None,
            timetoken: None,
            with_token: false,
            faults: Vec::new(),
            status: None,
            millis: 0,
        }
    }

    pub fn of(request: &Request, now: Moment) -> Self {
        let mut entry = Self {
            kind: request.operation.kind(),
            path: None,
            subscribe_key: Some(request.subscribe_key.to_string()),
            user: request.caller.user.as_ref().map(|user| user.as_str().to_owned()),
            with_token: request.caller.auth.is_some(),
            ..Self::of_unread("", now)
        };
        let owned = |names: &[Arc<str>]| names.iter().map(ToString::to_string).collect();
        let mut name = |names: &Names| {
            entry.channels = owned(&names.channels);
            entry.groups = owned(&names.groups);
        };
        match &request.operation {
            Operation::Subscribe { names, cursor, timeout, .. } => {
                name(names);
                entry.timeout = *timeout;
                entry.timetoken = Some(cursor.map_or_else(|| "0".to_owned(), |c| c.timetoken.to_string()));
            }
            Operation::Heartbeat { names, timeout, .. } => {
                name(names);
                entry.timeout = *timeout;
            }
            Operation::Leave { names } | Operation::HereNow { names, .. } => name(names),
            Operation::SetState { names, user, .. } | Operation::GetState { names, user } => {
                name(names);
                entry.user = Some(user.as_str().to_owned());
            }
            Operation::WhereNow { user } => entry.user = Some(user.as_str().to_owned()),
            Operation::Publish { message, .. } => entry.channels = vec![message.channel.to_string()],
            Operation::AddToGroup { group, channels } | Operation::RemoveFromGroup { group, channels } => {
                entry.groups = vec![group.to_string()];
                entry.channels = owned(channels);
            }
            Operation::ListGroup { group } | Operation::DeleteGroup { group } => entry.groups = vec![group.to_string()],
            Operation::ListGroups | Operation::Time => {}
        }
        entry
    }

    pub fn with_end(mut self, status: Option<u16>, faults: &[Fault], took: Duration) -> Self {
        self.status = status;
        self.faults = faults.iter().map(ToString::to_string).collect();
        self.millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        self
    }
}

/// `/v3/pam/…`: no more of a path than is known to hold no secret.
fn cut_to_head(path: &str) -> String {
    let is_version = |part: &str| matches!(part.as_bytes(), [b'v', digit] if digit.is_ascii_digit());
    let is_known =
        |part: &&str| part.is_empty() || is_version(part) || KNOWN_HEADS.split(' ').any(|known| known == *part);
    let parts: Vec<&str> = path.split('/').collect();
    let head: Vec<&str> = parts.iter().copied().take_while(is_known).take(6).collect();
    let more = if head.len() < parts.len() { "/…" } else { "" };
    format!("{}{more}", head.join("/"))
}

/// Where requests are written down.
#[derive(Debug, Clone)]
pub struct RequestLedger(LineWriter<Box<LedgerEntry>>);

impl RequestLedger {
    /// Append to a file, which is made for us alone if it is not there. Lines are written by a thread of their
    /// own; when the disk refuses one, `complain` is told once and the rest is only counted.
    ///
    /// # Errors
    /// If it is no plain file or can't be opened for appending, in words that follow its name.
    pub fn open(path: &Path, complain: impl FnOnce(io::Error) + Send + 'static) -> Result<Self, String> {
        let file = open_to_append(path).map_err(|e| e.to_string())?;
        let sink = LedgerFile(BufWriter::new(file));
        let writer = LineWriter::start("ledger", QUEUE, sink, |written| {
            if let Err(error) = written {
                complain(error);
            }
        });
        writer.map(Self).map_err(|e| format!("can't be written: no thread could start ({e})"))
    }

    /// Wait until all is written, but not longer than `patience`.
    pub(super) fn flush(&self, patience: Duration) {
        // Too slow, or broken, which was complained of.
        let _ = self.0.flush(patience);
    }

    pub(super) fn write(&self, entry: LedgerEntry) {
        self.0.offer(Box::new(entry));
    }
}

#[derive(Serialize)]
struct Missed {
    kind: &'static str,
    count: u64,
}

struct LedgerFile(BufWriter<File>);

impl LineSink for LedgerFile {
    type Line = Box<LedgerEntry>;

    fn write(&mut self, entry: Box<LedgerEntry>) -> io::Result<()> {
        write_line(&mut self.0, &entry)
    }

    fn write_lost(&mut self, count: u64) -> io::Result<()> {
        write_line(&mut self.0, &Missed { kind: "missed", count })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn write_line(file: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    writeln!(file, "{}", to_json_line(line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_who_asked_what_and_holds_no_token() {
        let query = "uuid=ann&heartbeat=20&auth=very-secret&signature=also-secret&channel-group=vip";
        let request = Request::parse("/v2/presence/sub-key/demo/channel/lobby/heartbeat", query).unwrap();
        let entry = LedgerEntry::of(&request, Moment::from_micros(1_700_000_000_000_000));
        let mut line = Vec::new();
        write_line(&mut line, &entry.with_end(Some(200), &[Fault::Lose], Duration::from_millis(3))).unwrap();
        let line = String::from_utf8(line).unwrap();
        assert_eq!(
            line,
            "{\"time\":1700000000000,\"kind\":\"heartbeat\",\"subscribe_key\":\"demo\",\"user\":\"ann\",\
             \"channels\":[\"lobby\"],\"groups\":[\"vip\"],\"timeout\":20,\"with_token\":true,\
             \"faults\":[\"lose\"],\"status\":200,\"millis\":3}\n"
        );
    }

    #[test]
    fn of_what_can_not_be_read_only_a_known_head_is_written() {
        for (path, head) in [
            ("/v3/pam/demo/grant/qEF2TOKEN", "/v3/pam/…"),
            ("/publish/pub-c-P/demo/sec-c-S/lobby/0/1/2", "/publish/…"),
            ("/v2/presence/sub-key/sub-c-K/tea", "/v2/presence/sub-key/…"),
            ("/v2/presence/sub_key", "/v2/presence/sub_key"),
            ("/qEF2TOKEN", "/…"),
            ("//", "//"),
            ("time", "time"),
            ("", ""),
        ] {
            assert_eq!(cut_to_head(path), head);
        }
    }

    #[test]
    fn keys_are_masked() {
        let path = "/v2/presence/sub-key/sub-c-MARKKEY1-2222-3333/channel/lobby";
        let entry = LedgerEntry::of(&Request::parse(path, "").unwrap(), Moment::from_micros(0));
        assert_eq!(entry.subscribe_key.unwrap(), "sub-c-MA…3333");
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_us_alone_and_a_pipe_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("herenow-ledger-file-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (file, pipe) = (folder.join("l.jsonl"), folder.join("pipe"));
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
        RequestLedger::open(&file, |_| ()).unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(RequestLedger::open(&pipe, |_| ()).unwrap_err().contains("not a file"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
