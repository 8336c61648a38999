//! Where the service is.

use std::fmt;

/// PubNub's own origin.
const PUBNUB: &str = "ps.pndsn.com";

/// Why a text is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not `host`, `host:port`, or one of them behind `http://` or `https://`.
    #[error(
        "`{0}` is not an origin; give a host such as `ps.pndsn.com`, or `http://127.0.0.1:8080` for a service without TLS"
    )]
    NotAnOrigin(String),
}

/// A scheme, a host and perhaps a port. Plain HTTP only where the scheme said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    authority: String,
}

impl Default for Origin {
    fn default() -> Self {
        Self { secure: true, authority: PUBNUB.to_owned() }
    }
}

impl Origin {
    /// Read `host`, `host:port`, `https://host` or `http://host:port`.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let (secure, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            Some(_) => return Err(OriginError::NotAnOrigin(crate::presence::sanitize(text).into_owned())),
            None => (true, text),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let refused = || OriginError::NotAnOrigin(crate::presence::sanitize(text).into_owned());
        let url: reqwest::Url = format!("https://{authority}/").parse().map_err(|_| refused())?;
        // Nothing but host and port: no user, no path, no query to smuggle a key in.
        let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if authority.is_empty() || !plain || authority.contains(['@', '/', '?', '#', ' ']) {
            return Err(refused());
        }
        Ok(Self { secure, authority: authority.to_owned() })
    }

    /// A service on this machine, without TLS.
    pub fn loopback(address: std::net::SocketAddr) -> Self {
        Self { secure: false, authority: address.to_string() }
    }

    /// Whether it is reached through TLS.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether it is this machine, which no proxy has to be asked for.
    pub fn is_loopback(&self) -> bool {
        let host = self.authority.rsplit_once(':').map_or(self.authority.as_str(), |(host, _)| host);
        matches!(host, "localhost" | "[::1]") || host.starts_with("127.")
    }

    /// `host` or `host:port`.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_only_when_the_scheme_says_so() {
        assert_eq!(Origin::parse("ps.pndsn.com").unwrap().to_string(), "https://ps.pndsn.com");
        assert_eq!(Origin::parse("127.0.0.1:80/").unwrap().to_string(), "https://127.0.0.1:80");
        assert_eq!(Origin::parse("http://[::1]:80").unwrap().to_string(), "http://[::1]:80");
        for bad in ["", "http://", "ftp://x", "a b", "user@host", "host/path", "host?x=1", "host:99999"] {
            assert!(Origin::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn loopback_is_known() {
        for yes in ["http://127.0.0.1:80", "localhost:1", "http://[::1]:5"] {
            assert!(Origin::parse(yes).unwrap().is_loopback(), "{yes}");
        }
        assert!(!Origin::default().is_loopback());
    }
}
