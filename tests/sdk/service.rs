//! `herenow serve` as a process, and the plain HTTP by which a test asks it what it thinks itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::adapter::PATIENCE;

const HERENOW: &str = env!("CARGO_BIN_EXE_herenow");

pub struct Service {
    pub origin: String,
    child: Child,
    /// Held open: whoever writes has a reader.
    _output: BufReader<ChildStdout>,
}

impl Service {
    pub fn start(flags: &[&str]) -> Self {
        let mut command = Command::new(HERENOW);
        // Whatever configuration there is on this machine is not for this exam.
        command.env_remove("HERENOW_CONFIG").env("XDG_CONFIG_HOME", env!("CARGO_TARGET_TMPDIR"));
        command.args(["serve", "--port", "0"]).args(flags).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let origin = loop {
            line.clear();
            assert_ne!(output.read_line(&mut line).unwrap(), 0, "herenow serve told no origin");
            if let Some(origin) = line.trim().strip_prefix("origin") {
                break origin.trim().to_owned();
            }
        };
        Self { origin, child, _output: output }
    }

    /// One that counts instead of announcing, above an occupancy of three.
    pub fn start_crowded() -> Self {
        let help = Command::new(HERENOW).args(["serve", "--help"]).output().unwrap();
        let mut flags = vec!["--announce-max", "3", "--interval", "1"];
        // PubNub names nobody unless told to.
        if String::from_utf8_lossy(&help.stdout).contains("--deltas") {
            flags.push("--deltas");
        }
        Self::start(&flags)
    }

    /// Ask with a plain GET.
    pub fn get(&self, target: &str) -> Result<Value, String> {
        let failed = |e: &dyn std::fmt::Display| format!("GET {target}: {e}");
        let mut stream = TcpStream::connect(&self.origin).map_err(|e| failed(&e))?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(|e| failed(&e))?;
        let head = format!("GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.origin);
        stream.write_all(head.as_bytes()).map_err(|e| failed(&e))?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map_err(|e| failed(&e))?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| failed(&"not HTTP"))?;
        if !head.starts_with("HTTP/1.1 200") {
            return Err(failed(&answer));
        }
        serde_json::from_str(body).map_err(|e| failed(&e))
    }

    fn presence(&self, call: &str) -> Result<Value, String> {
        self.get(&format!("/v2/presence/sub-key/demo/{call}"))
    }

    /// Who is on a channel, each with their state (or null).
    pub fn here(&self, channel: &str) -> Result<BTreeMap<String, Value>, String> {
        let answer = self.presence(&format!("channel/{channel}?state=1"))?;
        let users = answer["uuids"].as_array().cloned().unwrap_or_default();
        Ok(users.iter().map(|u| (u["uuid"].as_str().unwrap_or_default().to_owned(), u["state"].clone())).collect())
    }

    /// Be on channels, until so many seconds pass without another word.
    pub fn heartbeat(&self, user: &str, channels: &[&str], timeout: u32) -> Result<Value, String> {
        self.presence(&format!("channel/{}/heartbeat?uuid={user}&heartbeat={timeout}", channels.join(",")))
    }

    /// The same, and do not come back before it is so: that all who listen have been told.
    pub fn arrives(&self, user: &str, channels: &[&str], timeout: u32) -> Result<(), String> {
        let twins: Vec<String> = channels.iter().map(|channel| format!("{channel}-pnpres")).collect();
        let poll = |cursor: &str| self.get(&format!("/v2/subscribe/demo/{}/0?tt={cursor}", twins.join(",")));
        let mut reply = poll("0")?;
        self.heartbeat(user, channels, timeout)?;
        let mut missing: BTreeSet<&str> = twins.iter().map(String::as_str).collect();
        while !missing.is_empty() {
            reply = poll(reply["t"]["t"].as_str().unwrap_or_default())?;
            for envelope in reply["m"].as_array().into_iter().flatten() {
                if envelope["d"]["action"] == "join" && envelope["d"]["uuid"] == user {
                    missing.remove(envelope["c"].as_str().unwrap_or_default());
                }
            }
        }
        Ok(())
    }

    pub fn leave(&self, user: &str, channel: &str) -> Result<Value, String> {
        self.presence(&format!("channel/{channel}/leave?uuid={user}"))
    }

    pub fn set_state(&self, user: &str, channel: &str, state: &Value) -> Result<Value, String> {
        let state = state.to_string();
        let state = utf8_percent_encode(&state, NON_ALPHANUMERIC);
        self.presence(&format!("channel/{channel}/uuid/{user}/data?state={state}"))
    }

    /// Come by a subscribe that brings a state along. (Its answer comes at once, the join soon after.)
    pub fn subscribe_with_state(&self, user: &str, channel: &str, state: &Value) -> Result<Value, String> {
        let states: Map<String, Value> = [(channel.to_owned(), state.clone())].into_iter().collect();
        let states = Value::from(states).to_string();
        let states = utf8_percent_encode(&states, NON_ALPHANUMERIC);
        self.get(&format!("/v2/subscribe/demo/{channel}/0?tt=0&uuid={user}&state={states}"))
    }

    pub fn add_to_group(&self, group: &str, channels: &[&str]) -> Result<Value, String> {
        let channels = channels.join(",");
        self.get(&format!("/v1/channel-registration/sub-key/demo/channel-group/{group}?add={channels}"))
    }

    pub fn group(&self, group: &str) -> Result<Value, String> {
        let answer = self.get(&format!("/v1/channel-registration/sub-key/demo/channel-group/{group}"))?;
        Ok(answer["payload"]["channels"].clone())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
