//! What can go wrong with a request, as a caller could treat it differently and as a person is told.

use std::time::Duration;

use super::Origin;
use crate::{
    presence::{Trouble, shown},
    wire::{Garbled, Refusal, Unspeakable},
};

/// A request that did not succeed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// Nobody answers there.
    #[error("{origin} can't be reached: {why}; check the network, the origin and any proxy")]
    Unreachable {
        /// Where.
        origin: Origin,
        /// What the network said.
        why: String,
    },
    /// It accepted and then said nothing for too long.
    #[error("{origin} did not answer within {} s; check the network", limit.as_secs())]
    TooSlow {
        /// Where.
        origin: Origin,
        /// How long we waited.
        limit: Duration,
    },
    /// It said no.
    #[error("{}", refused(refusal))]
    Refused {
        /// How.
        refusal: Refusal,
        /// How long it asks us to wait (`Retry-After`).
        retry_after: Option<Duration>,
    },
    /// It answered what the protocol does not know.
    #[error("{0}; is there a proxy or another program at this origin?")]
    Garbled(#[from] Garbled),
    /// The answer is larger than any real one.
    #[error("the answer to {what} is larger than {} MiB and was dropped; ask for fewer channels", limit >> 20)]
    TooLarge {
        /// Which answer.
        what: &'static str,
        /// Bytes.
        limit: usize,
    },
    /// A name that no URL can carry.
    #[error(transparent)]
    Unspeakable(#[from] Unspeakable),
    /// No HTTP client could be made.
    #[error(
        "no HTTPS client could be made: {0}; install the `ca-certificates` package or point SSL_CERT_FILE at a bundle"
    )]
    Setup(String),
}

fn refused(refusal: &Refusal) -> String {
    let said = match refusal.message.as_str() {
        "" => String::new(),
        message => format!(" (\"{}\")", shown(message)),
    };
    let names: Vec<String> =
        refusal.channels.iter().chain(&refusal.groups).take(5).map(|n| shown(n).into_owned()).collect();
    let on = if names.is_empty() { String::new() } else { format!(" for {}", names.join(", ")) };
    let status = refusal.status;
    let lower = refusal.message.to_ascii_lowercase();
    match status {
        403 if lower.contains("expired") => "access refused (403): the token is expired; get a new one".to_owned(),
        403 if lower.contains("revoked") => "access refused (403): the token is revoked; get a new one".to_owned(),
        403 => format!(
            "access refused (403){on}{said}; the token needs read permission on the channel and on its -pnpres twin"
        ),
        400 if lower.contains("subscribe key") => {
            format!("the service does not know this subscribe key (400){said}; check --subscribe-key")
        }
        401 | 402 => format!("this keyset may not do that ({status}){said}; is Presence switched on for it?"),
        404 => format!("the service does not know this request (404){said}; is the origin right?"),
        413 | 414 => format!("the request is too long for the service ({status}); name fewer channels"),
        429 => format!("the service asks us to slow down (429){said}; lower --budget"),
        500.. => format!("the service failed ({status}){said}; this is not your doing"),
        _ => format!("the service refused ({status}){said}"),
    }
}

impl Error {
    /// Whether the same request may succeed later without anybody changing anything.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TooSlow { .. } | Self::Garbled(_) => true,
            Self::Refused { refusal, .. } => matches!(refusal.status, 408 | 429 | 500..),
            Self::TooLarge { .. } | Self::Unspeakable(_) | Self::Setup(_) => false,
        }
    }

    /// As the person is told.
    pub fn trouble(&self) -> Trouble {
        let refused = match self {
            Self::Refused { refusal, .. } => refusal.channels.iter().chain(&refusal.groups).cloned().collect(),
            _ => Vec::new(),
        };
        let retry_after = match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        };
        Trouble { sentence: self.to_string(), passing: self.is_passing(), refused, retry_after }
    }
}
