//! Where the service is.

use std::{fmt, net::IpAddr};

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
    /// The host as a URL has it, in small letters and with numbers in their usual form, and a port that is not the
    /// scheme's own.
    authority: String,
    loopback: bool,
}

impl Default for Origin {
    fn default() -> Self {
        Self { secure: true, authority: PUBNUB.to_owned(), loopback: false }
    }
}

impl Origin {
    /// Read `host`, `host:port`, `https://host` or `http://host:port`; capitals, blanks around it and slashes behind
    /// it mean nothing.
    ///
    /// # Errors
    /// If it is something else, or holds more.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let refused = || OriginError::NotAnOrigin(crate::presence::sanitize(text).into_owned());
        let (secure, rest) = match text.trim().split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some(_) => return Err(refused()),
            None => (true, text.trim()),
        };
        let authority = rest.trim_end_matches('/');
        // A URL's reader would pass over some of them.
        if authority.is_empty()
            || authority.contains(|c: char| "@/\\?#".contains(c) || c.is_whitespace() || c.is_control())
        {
            return Err(refused());
        }
        let scheme = if secure { "https" } else { "http" };
        let url: reqwest::Url = format!("{scheme}://{authority}/").parse().map_err(|_| refused())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(refused)?;
        let port = url.port().map_or(String::new(), |port| format!(":{port}"));
        Ok(Self { secure, authority: format!("{host}{port}"), loopback: is_loopback(host) })
    }

    /// A service on this machine, without TLS.
    pub fn loopback(address: std::net::SocketAddr) -> Self {
        Self { secure: false, authority: address.to_string(), loopback: is_local_address(address.ip()) }
    }

    /// Whether it is reached through TLS.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether it is this machine, which no proxy has to be asked for.
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether what is sent there can be read on the way: without TLS, to another machine.
    pub const fn is_exposed(&self) -> bool {
        !self.secure && !self.loopback
    }

    /// The name of this machine that it is reached by, if it is a name.
    pub(super) fn local_name(&self) -> Option<&str> {
        let host = self.authority.rsplit_once(':').map_or(self.authority.as_str(), |(host, _)| host);
        (self.loopback && host.parse::<IpAddr>().is_err() && !self.authority.starts_with('[')).then_some(host)
    }

    /// `host` or `host:port`.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

/// Whether a host, as a URL has it, is this machine: by its address, or by the names that are reserved for it.
fn is_loopback(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = address.parse() {
        return is_local_address(address);
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether an address is this machine's. The unspecified one is, as one to connect to.
fn is_local_address(address: IpAddr) -> bool {
    let address = address.to_canonical();
    address.is_loopback() || address.is_unspecified()
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
        for (text, origin) in [
            ("ps.pndsn.com", "https://ps.pndsn.com"),
            ("127.0.0.1:80/", "https://127.0.0.1:80"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://h:443", "http://h:443"),
            ("h:443", "https://h"),
            ("HTTPS://PS.PNDSN.COM/", "https://ps.pndsn.com"),
            (" http://localhost:8080 \n", "http://localhost:8080"),
            ("Http://LocalHost:8080//", "http://localhost:8080"),
            ("PS.PNDSN.COM", "https://ps.pndsn.com"),
            ("http://2130706433", "http://127.0.0.1"),
            ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        ] {
            assert_eq!(Origin::parse(text).map(|origin| origin.to_string()).as_deref(), Ok(origin), "{text:?}");
        }
        for bad in [
            "",
            " ",
            "/",
            "http://",
            "https:///",
            "ftp://x",
            "a b",
            "user@host",
            "host/path",
            "host?x=1",
            "host#x",
            "host:99999",
            "ho\nst",
            "ho\tst",
            "host\\path",
            "http:/host",
            "://host",
            ":80",
            "[::1",
            "1.2.3.256",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn loopback_is_told_by_the_host_and_not_by_the_text() {
        for yes in [
            "http://127.0.0.1:80",
            "http://127.1",
            "http://127.255.255.254",
            "localhost:1",
            "http://LOCALHOST",
            "http://localhost.",
            "http://x.localhost:5",
            "http://a.B.LocalHost.",
            "http://[::1]",
            "http://[::1]:5",
            "http://0.0.0.0",
            "http://[::]",
            "http://[::ffff:127.0.0.1]",
            "http://2130706433",
            "http://0x7f.1",
            "http://%6cocalhost",
        ] {
            assert!(Origin::parse(yes).unwrap().is_loopback(), "{yes}");
        }
        for no in [
            "http://127.evil.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://notlocalhost",
            "http://10.0.0.1",
            "http://[::2]",
            "http://[::ffff:10.0.0.1]",
            "http://[fe80::1]",
        ] {
            let origin = Origin::parse(no).unwrap();
            assert!(!origin.is_loopback() && origin.is_exposed(), "{no}");
        }
        let name = |text: &str| Origin::parse(text).unwrap().local_name().map(str::to_owned);
        assert_eq!(name("http://A.localhost:80").as_deref(), Some("a.localhost"));
        assert_eq!(name("localhost.").as_deref(), Some("localhost."));
        assert_eq!(
            ["http://127.0.0.1:1", "http://[::1]", "http://[::1]:1", "a.example"].map(name),
            [const { None }; 4]
        );
        assert!(!Origin::default().is_loopback() && !Origin::default().is_exposed());
        assert!(Origin::loopback(([127, 0, 0, 1], 80).into()).is_loopback());
    }
}
