//! Where is a user?
//!
//! ```json
//! {"status":200,"message":"OK","payload":{"channels":["lobby","support"]},"service":"Presence"}
//! ```

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::json;

use super::Garbled;
use crate::presence::Channel;

/// The channels a user is on, in no particular order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhereNow {
    /// Which; none for a user that nobody has seen.
    pub channels: Vec<Channel>,
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default)]
    payload: Option<Payload<'a>>,
}

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow, default)]
    channels: Vec<Cow<'a, str>>,
}

impl WhereNow {
    /// Read the answer. A missing payload means nowhere, as SDKs take it.
    pub fn parse(body: &str) -> Result<Self, Garbled> {
        let wire: Wire<'_> = serde_json::from_str(body).map_err(|e| Garbled::new("where now", e))?;
        let channels = wire.payload.map(|p| p.channels).unwrap_or_default();
        Ok(Self { channels: channels.iter().map(|name| Channel::heard(name)).collect() })
    }

    /// Write the answer.
    pub fn encode(&self) -> String {
        let channels: Vec<&str> = self.channels.iter().map(Channel::as_str).collect();
        json!({"status": 200, "message": "OK", "payload": {"channels": channels}, "service": "Presence"}).to_string()
    }
}
