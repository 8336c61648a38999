//! The answer to where now.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Malformed,
    lenient::{parse_accepted, parse_channels, parse_inner_list, parse_inner_object},
    write_json::write_text,
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
    payload: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WhereNowPayload<'a> {
    #[serde(borrow, default)]
    channels: Option<&'a RawValue>,
}

impl WhereNow {
    /// Read the answer. A name that can't be read costs only itself.
    ///
    /// # Errors
    /// If it is not an answer, or reports a failure, or if no name in it can be read.
    pub fn parse(body: &str) -> Result<Self, Malformed> {
        let (wire, _): (WhereNowBody<'_>, _) = parse_accepted("where now", body)?;
        let payload = wire.payload.map(|payload| parse_inner_object("where now", "payload", payload)).transpose()?;
        let list = payload.and_then(|payload: WhereNowPayload<'_>| payload.channels);
        // No list is not an empty one: nobody is said to be nowhere because a body says nothing.
        let list = list.filter(|list| list.get() != "null");
        let list = list.ok_or_else(|| Malformed::new("where now", "it holds no list of channels"))?;
        let list = parse_inner_list("where now", "list of channels", Some(list))?;
        let (channels, unread) = parse_channels("where now", &list)?;
        Ok(Self { channels, unread })
    }

    /// Write the answer.
    pub fn encode(&self) -> String {
        let (mut writer, mut out) = (WhereNowWriter::default(), Vec::new());
        self.channels.iter().for_each(|channel| writer.write_channel(channel, &mut out));
        writer.end(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

/// Writes an answer to where now in pieces, so that no one has to hold all of it.
#[derive(Debug, Default)]
pub struct WhereNowWriter {
    has_begun: bool,
}

impl WhereNowWriter {
    fn begin(&mut self, out: &mut Vec<u8>) -> bool {
        let has_begun = std::mem::replace(&mut self.has_begun, true);
        if !has_begun {
            out.extend_from_slice(br#"{"status":200,"message":"OK","payload":{"channels":["#);
        }
        has_begun
    }

    /// Write a channel that the user is on.
    pub fn write_channel(&mut self, channel: &Channel, out: &mut Vec<u8>) {
        if self.begin(out) {
            out.push(b',');
        }
        write_text(channel.as_str(), out);
    }

    /// End the answer.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        out.extend_from_slice(br#"]},"service":"Presence"}"#);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::GroupChannels;

    #[test]
    fn what_is_no_answer_is_not_nowhere() {
        let both = |body: &str| (WhereNow::parse(body).is_ok(), GroupChannels::parse(body).is_ok());
        for no in ["[]", "{}", r#"{"status":403,"error":true}"#, r#"{"status":200,"payload":[7]}"#, "7"] {
            assert_eq!(both(no), (false, false), "{no}");
        }
        for no in
            [r#"{"payload":{}}"#, r#"{"status":200,"message":"OK"}"#, r#"{"status":200,"message":"OK","payload":{}}"#]
        {
            assert_eq!(both(no), (false, false), "{no}");
        }
        // As PHP writes what is empty.
        for empty in [r#"{"channels":[]}"#, r#"{"channels":{}}"#] {
            let body = format!(r#"{{"status":"200","payload":{empty}}}"#);
            assert_eq!(WhereNow::parse(&body), Ok(WhereNow::default()), "{body}");
            assert_eq!(GroupChannels::parse(&body), Ok(GroupChannels::default()), "{body}");
        }
    }

    #[test]
    fn a_bad_name_costs_only_itself() {
        let body = r#"{"status":200,"payload":{"channels":["a","b\ud83d",7,null],"group":"g"}}"#;
        // A number is a name without its quotes.
        let read = ["a", "7"].map(Channel::from_wire).to_vec();
        assert_eq!(WhereNow::parse(body), Ok(WhereNow { channels: read.clone(), unread: 2 }));
        assert_eq!(GroupChannels::parse(body), Ok(GroupChannels { channels: read, unread: 2 }));
        let none = WhereNow::parse(r#"{"status":200,"payload":{"channels":[[7]]}}"#).unwrap_err().to_string();
        assert!(none.contains("none of the channels that it names can be read, such as `[7]`"), "{none}");
    }
}
