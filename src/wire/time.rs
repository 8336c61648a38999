//! The answer to time.

use serde_json::value::RawValue;

use super::{
    Malformed,
    lenient::{OwnStatus, parse_object, show_value},
    number::read_whole,
};
use crate::presence::Timetoken;

/// Read the answer to time: `[14818963707386265]`, a bare number above 2^53. Other senders put it in quotes.
pub fn parse_time(body: &str) -> Result<Timetoken, Malformed> {
    let garbled = |why: &dyn std::fmt::Display| Malformed::new("time", why);
    if !body.trim_ascii_start().starts_with('[') {
        // A failure says what it is.
        return Err(match parse_object::<OwnStatus<'_>>("time", body).and_then(|own| own.check("time")) {
            Ok(()) => garbled(&"it is an object and not a list of one time"),
            Err(malformed) => malformed,
        });
    }
    let list: Vec<&RawValue> = serde_json::from_str(body).map_err(|e| garbled(&e))?;
    let [ticks] = list[..] else { return Err(garbled(&"it is not a list of one time")) };
    match read_whole(ticks, u64::MAX) {
        Some(ticks) => Ok(Timetoken::new(ticks)),
        None => Err(garbled(&format!("{} is not a timetoken", show_value(ticks)))),
    }
}

/// Write the answer to time.
pub fn encode_time(now: Timetoken) -> String {
    format!("[{now}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_exactly_and_nothing_else_is_one() {
        let time = Ok(Timetoken::new(17_906_055_405_649_323));
        for body in ["[17906055405649323]", r#"["17906055405649323"]"#, " [17906055405649323.0]"] {
            assert_eq!(parse_time(body), time, "{body}");
        }
        for body in ["", "[]", "[1,2]", "[null]", "[-1]", "[1.5]", "{}", "null", "<html>", r#"{"status":403}"#] {
            assert!(parse_time(body).is_err(), "{body}");
        }
    }
}
