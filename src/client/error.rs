//! How a request can fail, as a caller can treat it and as a person reads it.

use std::time::Duration;

use super::Origin;
use crate::{
    presence::{SafeText, Trouble, sanitize},
    wire::{Malformed, Refusal, UnsendableName},
};

/// A request that did not succeed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// No connection can be made.
    #[error("{origin} can't be reached: {why}; check the network, the origin and any proxy")]
    Unreachable {
        /// Where.
        origin: Origin,
        /// What the network said.
        why: SafeText,
    },
    /// There is a connection, and no TLS on it that can be trusted, or none where the other side wants it.
    #[error("{origin} {why}")]
    Tls {
        /// Where.
        origin: Origin,
        /// What is wrong, and what to try.
        why: SafeText,
    },
    /// There was no answer in time.
    #[error("{origin} did not answer within {} s; check the network", limit.as_secs())]
    TooSlow {
        /// Where.
        origin: Origin,
        /// How long we waited.
        limit: Duration,
    },
    /// The service refused.
    #[error("{}{}", describe_refusal(refusal, *asked), describe_wait(*retry_after))]
    Refused {
        /// How.
        refusal: Box<Refusal>,
        /// How long it asks us to wait (`Retry-After`).
        retry_after: Option<Duration>,
        /// What was asked.
        asked: AskedOperation,
    },
    /// The answer is not what the protocol says.
    #[error("{0}; is there a proxy or another program at this origin?")]
    Malformed(#[from] Malformed),
    /// The answer is larger than any real one, and was not read.
    #[error("the answer to {what} is larger than {} MiB and was dropped; ask for fewer channels", limit >> 20)]
    TooLarge {
        /// Which answer.
        what: &'static str,
        /// Bytes.
        limit: usize,
    },
    /// A name that no URL can carry.
    #[error(transparent)]
    UnsendableName(#[from] UnsendableName),
    /// No HTTP client could be made.
    #[error(
        "no HTTPS client could be made: {0}; install the `ca-certificates` package, point SSL_CERT_FILE at a bundle, or \
         name one with --ca-file"
    )]
    Setup(SafeText),
    /// A variable names a proxy that can't be used, or exceptions that can't be read.
    #[error("{0}")]
    UnusableProxy(SafeText),
}

/// The operation that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedOperation {
    /// The kind of request, as the [`Ledger`](crate::presence::Ledger) names it.
    pub kind: &'static str,
    /// Whether a token came with it.
    pub with_token: bool,
}

impl AskedOperation {
    /// What Access Manager asks of a token for this, and where; nothing if it asks for nothing.
    fn needed_permission(self) -> Option<&'static str> {
        match self.kind {
            "leave" | "where now" | "time" | "ledger" => None,
            "subscribe" => Some("read permission on the channel or group and its -pnpres twin"),
            "publish" | "signal" => Some("write permission on the channel"),
            "list group" => Some("read permission on the group"),
            "add to group" | "remove from group" | "delete group" | "list groups" => {
                Some("manage permission on the group")
            }
            _ => Some("read permission on the channel or group"),
        }
    }

    /// What to try if access is refused.
    fn suggest_remedy(self) -> String {
        match (self.needed_permission(), self.with_token) {
            (Some(needed), true) => format!("{} needs {needed}; get a token that grants it", self.in_words()),
            (Some(needed), false) => format!(
                "{} needs a token with {needed}, and none was given; set HERENOW_AUTH_TOKEN or the keyset's token",
                self.in_words()
            ),
            (None, _) => format!("{} needs no permission, so check the keyset and the origin", self.in_words()),
        }
    }

    /// In words.
    fn in_words(self) -> &'static str {
        match self.kind {
            "subscribe" => "watching",
            "heartbeat" => "a heartbeat",
            "leave" => "leaving",
            "here now" => "asking who is here",
            "where now" => "asking where a user is",
            "set state" => "setting a state",
            "get state" => "reading a state",
            "list group" => "listing a group",
            "add to group" => "adding to a group",
            "remove from group" => "removing from a group",
            "delete group" => "deleting a group",
            "list groups" => "listing groups",
            "time" => "asking for the time",
            "ledger" => "asking for the requests of a user",
            kind => kind,
        }
    }
}

fn describe_refusal(refusal: &Refusal, asked: AskedOperation) -> String {
    let said = match refusal.message.as_str() {
        "" => String::new(),
        message => format!(" (\"{}\")", sanitize(message)),
    };
    let names: Vec<String> =
        refusal.channels.iter().chain(&refusal.groups).take(5).map(|n| sanitize(n).into_owned()).collect();
    let on = if names.is_empty() { String::new() } else { format!(" for {}", names.join(", ")) };
    let status = refusal.status;
    let lower = refusal.message.to_ascii_lowercase();
    match status {
        403 if lower.contains("expired") => "access refused (403): the token is expired; get a new one".to_owned(),
        403 if lower.contains("revoked") => "access refused (403): the token is revoked; get a new one".to_owned(),
        403 if lower.contains("add-on") => {
            format!("access refused (403){said}; switch the add-on on for this keyset in PubNub's Admin Portal")
        }
        403 => format!("access refused (403){on}{said}; {}", asked.suggest_remedy()),
        400 if lower.contains("subscribe key") => {
            format!("the service does not know this subscribe key (400){said}; check --subscribe-key")
        }
        400 if refusal.is_of_empty_set() => {
            "the groups hold no channel (400); once one is added, they are followed".to_owned()
        }
        401 | 402 => format!("this keyset may not do that ({status}){said}; is Presence switched on for it?"),
        404 => format!("the service does not know this request (404){said}; is the origin right?"),
        407 => format!("the proxy asks for a name and a password (407){said}; write them into its URL"),
        413 | 414 => format!("the request is too long for the service ({status}); name fewer channels"),
        429 => format!("the service asks us to slow down (429){said}; lower --budget"),
        500.. => format!("the service failed ({status}){said}, which is not your doing; try again later"),
        _ => format!("the service refused {} ({status}){said}; check what was asked and the keyset", asked.in_words()),
    }
}

/// How long the service asks us to wait, in words.
fn describe_wait(retry_after: Option<Duration>) -> String {
    match retry_after.map(|asked| asked.as_secs()) {
        None => String::new(),
        Some(seconds @ 0..120) => format!("; it asks us to wait {seconds} s"),
        Some(seconds @ 120..7200) => format!("; it asks us to wait {} min", seconds.div_ceil(60)),
        Some(seconds @ 7200..172_800) => format!("; it asks us to wait {} h", seconds.div_ceil(3600)),
        Some(_) => "; it asks us to wait for days".to_owned(),
    }
}

impl Error {
    /// How long the service asks us to wait, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether access was refused for a reason that may be gone in a moment, as while a grant spreads or before a group
    /// gets its first channel: a token that is expired or revoked stays so.
    pub(super) fn may_be_granted(&self) -> bool {
        let Self::Refused { refusal, .. } = self else { return false };
        let lower = refusal.message.to_ascii_lowercase();
        let lasts = ["expired", "revoked", "add-on"].iter().any(|reason| lower.contains(reason));
        refusal.status == 403 && !lasts || refusal.is_of_empty_set()
    }

    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Tls { .. } | Self::TooSlow { .. } | Self::Malformed(_) => true,
            Self::Refused { refusal, .. } => matches!(refusal.status, 408 | 429 | 500..),
            Self::TooLarge { .. } | Self::UnsendableName(_) | Self::Setup(_) | Self::UnusableProxy(_) => false,
        }
    }

    /// As a person reads it.
    pub fn trouble(&self) -> Trouble {
        let refused = match self {
            Self::Refused { refusal, .. } => refusal.channels.iter().chain(&refusal.groups).cloned().collect(),
            _ => Vec::new(),
        };
        let sentence = SafeText::from_sentence(self);
        Trouble { sentence, passing: self.is_passing(), refused, retry_after: self.retry_after() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::REQUEST_KINDS;

    fn said(status: u16, message: &str, kind: &'static str, with_token: bool) -> String {
        let refusal = Refusal { status, message: message.into(), channels: vec!["lobby".into()], ..Refusal::default() };
        Error::Refused { refusal: Box::new(refusal), retry_after: None, asked: AskedOperation { kind, with_token } }
            .to_string()
    }

    #[test]
    fn every_refusal_says_what_that_request_needs() {
        let mut all: Vec<String> = REQUEST_KINDS.iter().map(|kind| said(403, "Forbidden", kind, true)).collect();
        all.push(said(403, "Forbidden", "here now", false));
        all.push(said(403, "Token is expired.", "here now", true));
        all.push(said(403, "Token is revoked", "here now", true));
        all.push(said(403, "Stream Controller requires the add-on", "add to group", true));
        for status in [400, 401, 402, 404, 413, 414, 418, 429, 500, 503] {
            all.push(said(status, "No\u{1b}", "heartbeat", true));
        }
        all.push(said(400, "Invalid Subscribe Key", "here now", false));
        all.push(said(400, "Channel group or groups result in empty subscription set", "subscribe", false));
        insta::assert_snapshot!(all.join("\n"));
    }
}
