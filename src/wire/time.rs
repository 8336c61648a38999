//! The answer to time.

use super::Malformed;
use crate::presence::Timetoken;

/// Read the answer to time: `[14818963707386265]`, a bare number above 2^53.
pub fn parse_time(body: &str) -> Result<Timetoken, Malformed> {
    match serde_json::from_str::<[u64; 1]>(body) {
        Ok([ticks]) => Ok(Timetoken::new(ticks)),
        Err(e) => Err(Malformed::new("time", e)),
    }
}

/// Write the answer to time.
pub fn encode_time(now: Timetoken) -> String {
    format!("[{now}]")
}
