//! The subscribe reply, as far as the listeners here read it.

use std::io;

use serde::Deserialize;

use crate::http::KEY;

/// A reply.
#[derive(Deserialize)]
pub struct Reply<'a> {
    #[serde(rename = "t", borrow)]
    next: Cursor<'a>,
    #[serde(rename = "m", borrow)]
    envelopes: Vec<Envelope<'a>>,
}

#[derive(Deserialize)]
struct Cursor<'a> {
    t: &'a str,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "d", borrow)]
    event: Event<'a>,
}

/// A presence event.
#[derive(Deserialize)]
pub struct Event<'a> {
    pub action: &'a str,
    /// Nobody's, in an interval.
    #[serde(default)]
    pub uuid: &'a str,
}

impl<'a> Reply<'a> {
    pub fn read(body: &'a str) -> io::Result<Self> {
        Ok(serde_json::from_str(body)?)
    }

    pub fn cursor(&self) -> &'a str {
        self.next.t
    }

    pub fn events(&self) -> impl Iterator<Item = &Event<'a>> {
        self.envelopes.iter().map(|envelope| &envelope.event)
    }
}

/// A poll for the presence of a channel.
pub fn target(channel: &str, cursor: &str, listener: usize) -> String {
    format!("/v2/subscribe/{KEY}/{channel}-pnpres/0?tt={cursor}&tr=1&uuid=listener-{listener}")
}
