//! The answer to where now.

use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::{
    Malformed,
    lenient::{parse_accepted, parse_channels, parse_object},
};
use crate::presence::Channel;

/// The channels where a user is present, in no particular order: the answer to where now.
///
/// Recorded by the Python SDK:
///
/// ```json
/// {"status":200,"message":"OK","payload":{"channels":["lobby","support"]},"service":"Presence"}
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhereNow {
    /// The channels; none for an unknown user.
    pub channels: Vec<Channel>,
    /// How many names could not be read and are missing above.
    pub unread: usize,
}

#[derive(Deserialize)]
struct WhereNowBody<'a> {
    #[serde(borrow, default)]
    status: Option<&'a RawValue>,
    #[serde(borrow, default)]
    payload: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WhereNowPayload<'a> {
    #[serde(borrow, default)]
    channels: Vec<&'a RawValue>,
}

impl WhereNow {
    /// Read the answer. A missing payload means nowhere, as SDKs take it. A name that can't be read costs
    /// only itself.
    ///
    /// # Errors
    /// If it is not an answer, or reports a failure, or if no name in it can be read.
    pub fn parse(body: &str) -> Result<Self, Malformed> {
        let wire: WhereNowBody<'_> = parse_accepted("where now", body)?;
        let list = match wire.payload {
            Some(payload) => parse_object::<WhereNowPayload<'_>>("where now", payload.get())?.channels,
            None if wire.status.is_some() => Vec::new(),
            None => return Err(Malformed::new("where now", "it holds neither channels nor a status")),
        };
        let (channels, unread) = parse_channels("where now", &list)?;
        Ok(Self { channels, unread })
    }

    /// Write the answer.
    pub fn encode(&self) -> String {
        let channels: Vec<&str> = self.channels.iter().map(Channel::as_str).collect();
        json!({"status": 200, "message": "OK", "payload": {"channels": channels}, "service": "Presence"}).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::GroupChannels;

    #[test]
    fn what_is_no_answer_is_not_nowhere() {
        for no in ["[]", "{}", r#"{"status":403,"error":true}"#, r#"{"status":200,"payload":[]}"#, "7"] {
            assert!(WhereNow::parse(no).is_err(), "{no}");
        }
        assert_eq!(WhereNow::parse(r#"{"status":200,"message":"OK"}"#), Ok(WhereNow::default()));
    }

    #[test]
    fn a_bad_name_costs_only_itself() {
        let body = r#"{"status":200,"payload":{"channels":["a","b\ud83d",7,null],"group":"g"}}"#;
        let only_a = vec![Channel::from_wire("a")];
        assert_eq!(WhereNow::parse(body), Ok(WhereNow { channels: only_a.clone(), unread: 3 }));
        assert_eq!(GroupChannels::parse(body), Ok(GroupChannels { channels: only_a, unread: 3 }));
        assert!(WhereNow::parse(r#"{"status":200,"payload":{"channels":[7]}}"#).is_err());
    }
}
