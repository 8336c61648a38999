//! The answers that carry nothing but success: heartbeat and leave.

use serde::de::IgnoredAny;

use super::{Malformed, lenient::parse_accepted};

/// Read an answer that carries nothing but success. `what` names the operation in the error.
///
/// ```json
/// {"status":200,"message":"OK","service":"Presence"}
/// {"status":200,"action":"leave","message":"OK","service":"Presence"}
/// ```
///
/// # Errors
/// If it is not an object, or reports a failure itself: a status other than 200, or an error.
pub fn parse_ack(what: &'static str, body: &str) -> Result<(), Malformed> {
    parse_accepted::<IgnoredAny>(what, body).map(|_| ())
}

/// Write the answer to a heartbeat.
pub fn encode_heartbeat_answer() -> String {
    r#"{"status":200,"message":"OK","service":"Presence"}"#.to_owned()
}

/// Write the answer to a leave.
pub fn encode_leave_answer() -> String {
    r#"{"status":200,"action":"leave","message":"OK","service":"Presence"}"#.to_owned()
}
