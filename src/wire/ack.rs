//! The answers that only say yes: heartbeat and leave.
//!
//! ```json
//! {"status":200,"message":"OK","service":"Presence"}
//! {"status":200,"action":"leave","message":"OK","service":"Presence"}
//! ```

use serde::Deserialize;

use super::Garbled;

#[derive(Deserialize)]
struct Ack {
    #[serde(default)]
    status: Option<u16>,
}

/// Read an answer whose only news is that it is one.
pub fn parse_ack(what: &'static str, body: &str) -> Result<(), Garbled> {
    let ack: Ack = serde_json::from_str(body).map_err(|e| Garbled::new(what, e))?;
    match ack.status {
        Some(status) if status >= 400 => Err(Garbled::new(what, format!("it says status {status} behind HTTP 200"))),
        _ => Ok(()),
    }
}

/// The body of a heartbeat's answer.
pub fn heartbeat_ok() -> String {
    r#"{"status":200,"message":"OK","service":"Presence"}"#.to_owned()
}

/// The body of a leave's answer.
pub fn leave_ok() -> String {
    r#"{"status":200,"action":"leave","message":"OK","service":"Presence"}"#.to_owned()
}
