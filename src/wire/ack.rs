//! The answers that carry nothing but success: heartbeat and leave.

use serde::de::IgnoredAny;

use super::{Malformed, lenient::parse_accepted};

/// Read an answer that carries nothing but success, and has to say so. `what` names the operation in the error.
///
/// ```json
/// {"status":200,"message":"OK","service":"Presence"}
/// {"status":200,"action":"leave","message":"OK","service":"Presence"}
/// ```
///
/// # Errors
/// If it is not an object, reports a failure itself (a status other than 200, or an error), or confirms nothing.
pub fn parse_ack(what: &'static str, body: &str) -> Result<(), Malformed> {
    let (IgnoredAny, own) = parse_accepted(what, body)?;
    own.confirms().then_some(()).ok_or_else(|| Malformed::new(what, "it does not say that anything was done"))
}

/// Write the answer to a heartbeat.
pub fn encode_heartbeat_answer() -> String {
    r#"{"status":200,"message":"OK","service":"Presence"}"#.to_owned()
}

/// Write the answer to a leave.
pub fn encode_leave_answer() -> String {
    r#"{"status":200,"action":"leave","message":"OK","service":"Presence"}"#.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for yes in [
            encode_heartbeat_answer(),
            encode_leave_answer(),
            r#"{"status":"200"}"#.into(),
            r#"{"status":200.0,"error":"false"}"#.into(),
            r#"{"message":"OK"}"#.into(),
        ] {
            assert_eq!(parse_ack("leave", &yes), Ok(()), "{yes}");
        }
        for no in ["{}", "null", "[]", "", r#"{"error":false}"#, r#"{"status":null}"#, r#"{"message":"no"}"#] {
            assert!(parse_ack("leave", no).is_err(), "{no}");
        }
    }
}
