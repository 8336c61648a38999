//! The answers that only say yes: heartbeat and leave.
//!
//! ```json
//! {"status":200,"message":"OK","service":"Presence"}
//! {"status":200,"action":"leave","message":"OK","service":"Presence"}
//! ```

use serde::de::IgnoredAny;

use super::{Malformed, lenient::parse_accepted};

/// Read an answer whose only news is that it is a yes.
///
/// # Errors
/// If it is not an object, or says itself that it is a no: a status other than 200, or an error.
pub fn parse_ack(what: &'static str, body: &str) -> Result<(), Malformed> {
    parse_accepted::<IgnoredAny>(what, body).map(|_| ())
}

/// The body of a heartbeat's answer.
pub fn encode_heartbeat_answer() -> String {
    r#"{"status":200,"message":"OK","service":"Presence"}"#.to_owned()
}

/// The body of a leave's answer.
pub fn encode_leave_answer() -> String {
    r#"{"status":200,"action":"leave","message":"OK","service":"Presence"}"#.to_owned()
}
