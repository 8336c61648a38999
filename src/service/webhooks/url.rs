//! Where webhooks may go: this machine, unless somebody says otherwise.

use std::fmt;

use crate::presence::sanitize;

/// Why webhooks can't be sent somewhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWebhookUrl {
    /// It can't be read.
    #[error("`{}` is not a URL; write one such as http://127.0.0.1:9000/presence", sanitize(.0))]
    Unreadable(String),
    /// It is of another kind.
    #[error("a webhook goes by http or https, not by `{}`", sanitize(.0))]
    Scheme(String),
    /// It holds a user or a password, which would be seen by every other program on the machine.
    #[error("a user or a password in the URL of a webhook is seen by everybody on this machine; leave it out")]
    Credentials,
    /// It is not on this machine.
    #[error(
        "`{}` is another machine: whoever is there would be told who is on which channel; name an address of this \
         machine, or say --webhook-anywhere if that is meant",
        sanitize(.0)
    )]
    Elsewhere(String),
}

/// Where webhooks are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl {
    url: reqwest::Url,
    local: bool,
}

impl WebhookUrl {
    /// A URL on this machine; or `anywhere`.
    ///
    /// # Errors
    /// If it can't be read, is no http or https, or is on another machine and that was not asked for.
    pub fn parse(text: &str, anywhere: bool) -> Result<Self, BadWebhookUrl> {
        let url: reqwest::Url =
            text.parse().map_err(|_| BadWebhookUrl::Unreadable(crate::wording::excerpt(text, 100)))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BadWebhookUrl::Scheme(crate::wording::excerpt(url.scheme(), 40)));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadWebhookUrl::Credentials);
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        let local = is_local(&host);
        if !local && !anywhere {
            return Err(BadWebhookUrl::Elsewhere(crate::wording::excerpt(&host, 100)));
        }
        Ok(Self { url, local })
    }

    pub(super) fn as_url(&self) -> &reqwest::Url {
        &self.url
    }

    /// Its name, if it is one that means this machine.
    pub(super) fn local_name(&self) -> Option<&str> {
        let host = self.url.host_str()?;
        (self.local && host.parse::<std::net::IpAddr>().is_err() && !host.starts_with('[')).then_some(host)
    }

    /// Whether it is on this machine.
    pub fn is_local(&self) -> bool {
        self.local
    }
}

/// Whether a host is this machine, whatever anybody answers for names. As a URL has it: in lower case, and an IPv6 address in
/// brackets.
fn is_local(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    match address {
        Ok(ip) => ip.to_canonical().is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// Without its query, which may hold a secret.
impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.url.clone();
        if shown.query().is_some() {
            shown.set_query(Some("…"));
        }
        shown.set_fragment(None);
        f.write_str(&sanitize(shown.as_str()).replace("%E2%80%A6", "…"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_told_unless_another_is_meant() {
        for good in [
            "http://127.0.0.1:9000/hook",
            "http://127.1.2.3/",
            "http://[::1]:9000",
            "http://[::ffff:127.0.0.1]/",
            "https://localhost:8443/a?b=c",
            "http://LOCALHOST",
            "http://api.localhost/",
        ] {
            assert!(WebhookUrl::parse(good, false).is_ok_and(|url| url.is_local()), "{good}");
        }
        for elsewhere in
            ["http://192.168.1.7/", "https://example.com/hook", "http://localhost.example.com/", "http://0.0.0.0/"]
        {
            let refused = WebhookUrl::parse(elsewhere, false).unwrap_err();
            assert!(refused.to_string().contains("--webhook-anywhere"), "{elsewhere}: {refused}");
            assert!(WebhookUrl::parse(elsewhere, true).is_ok_and(|url| !url.is_local()), "{elsewhere}");
        }
        let why = |text: &str| WebhookUrl::parse(text, true).unwrap_err().to_string();
        assert!(why("hook").contains("`hook` is not a URL"));
        assert!(why("file:///etc/passwd").contains("not by `file`"));
        assert!(!why("http://ann:MARKER@127.0.0.1/").contains("MARKER"));
        let shown = WebhookUrl::parse("http://127.0.0.1:9/a?token=MARKER#x", false).unwrap().to_string();
        assert_eq!(shown, "http://127.0.0.1:9/a?…");
    }
}
