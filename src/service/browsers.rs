//! Whom the service answers when the caller may be a browser: any page that a person visits can make the browser ask
//! this machine, and can point a name of its own at it.

use std::net::{IpAddr, Ipv6Addr};

use hyper::{
    HeaderMap,
    header::{self, HeaderName, HeaderValue},
};

use crate::wire::is_browser_header;

/// Why a host or an origin can't be allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAllowance {
    /// No host by which a service could be asked.
    #[error("`{0}` is not a host; give a name or an address, such as `presence.test`")]
    Host(String),
    /// Not how a browser writes where a page is from.
    #[error("`{0}` is not an origin; give `https://HOST` or `http://HOST:PORT`, `null` for files, or `*` for any page")]
    Origin(String),
}

/// The hosts that a service answers for, and the origins whose pages may use it, besides those of this machine.
///
/// Every service answers for the names of loopback (`localhost`, `*.localhost`, `127.0.0.0/8`, `[::1]`), for the address
/// that it is bound to, and for the one that a connection came in on. Other hosts are refused with 421. Pages of loopback
/// origins may use it, whatever their port; all others are refused with 403, and can't read even that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrowserAccess {
    hosts: Vec<RequestedHost>,
    origins: Vec<PageOrigin>,
    any_origin: bool,
}

/// A host, in the one form that it is compared in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum RequestedHost {
    Address(IpAddr),
    Name(String),
}

/// Where a page is from. `null` is what a browser says of files and sandboxes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PageOrigin {
    Null,
    Of { scheme: String, host: RequestedHost, port: Option<u16> },
}

impl RequestedHost {
    /// Split `host`, `host:port` or either with an address of IPv6 in brackets.
    fn parse(authority: &str) -> Option<(Self, Option<u16>)> {
        let (host, port) = match authority.find(']') {
            Some(end) => authority.split_at(end + 1),
            None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
        };
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            Some("") => None,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.parse().ok()?),
            _ => return None,
        };
        if let Some(inner) = host.strip_prefix('[') {
            let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
            return Some((Self::Address(IpAddr::V6(address).to_canonical()), port));
        }
        let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_part) {
            return None;
        }
        Some((name.parse().map_or_else(|_| Self::Name(name), Self::Address), port))
    }

    fn is_loopback(&self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
        }
    }
}

impl PageOrigin {
    /// Read an origin, or the beginning of a URL.
    fn parse(text: &str) -> Option<Self> {
        if text == "null" {
            return Some(Self::Null);
        }
        let (scheme, rest) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = RequestedHost::parse(authority).filter(|_| scheme.bytes().all(is_part))?;
        let usual = match scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        };
        Some(Self::Of { scheme, host, port: port.filter(|port| Some(*port) != usual) })
    }

    fn is_loopback(&self) -> bool {
        matches!(self, Self::Of { scheme, host, .. } if (scheme == "http" || scheme == "https") && host.is_loopback())
    }
}

/// What a request says of the page that it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AskingPage {
    /// It is from no page, as far as anybody can see.
    None,
    /// It is from a page that may use the service, and read what it says: the value that tells the browser so.
    Allowed(HeaderValue),
    /// It is from any other page.
    Foreign,
}

/// Whether the headers are such as only a browser sends.
pub(super) fn is_from_browser(headers: &HeaderMap) -> bool {
    headers.iter().any(|(name, value)| is_browser_header(name.as_str(), value.as_bytes()))
}

impl BrowserAccess {
    /// Answer for this name or address, too. A port behind it means nothing.
    ///
    /// # Errors
    /// If it can't be the host of a URL.
    pub fn allow_host(&mut self, host: &str) -> Result<(), BadAllowance> {
        // An address of IPv6 is often written without its brackets.
        let address = host.parse().map(|address: IpAddr| RequestedHost::Address(address.to_canonical())).ok();
        let named = address.or_else(|| RequestedHost::parse(host).map(|(host, _)| host));
        self.hosts.push(named.ok_or_else(|| BadAllowance::Host(show(host)))?);
        Ok(())
    }

    /// Let the pages of this origin use the service, too; `*` means any page at all.
    ///
    /// # Errors
    /// If it is not an origin.
    pub fn allow_origin(&mut self, origin: &str) -> Result<(), BadAllowance> {
        let refused = || BadAllowance::Origin(show(origin));
        if origin == "*" {
            self.any_origin = true;
            return Ok(());
        }
        let plain = origin.strip_suffix('/').unwrap_or(origin);
        // More than an origin is meant to be less than one, and would not be.
        if plain.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?', '#'])) {
            return Err(refused());
        }
        self.origins.push(PageOrigin::parse(plain).ok_or_else(refused)?);
        Ok(())
    }

    /// The names to answer for besides those of this machine.
    pub(super) fn list_hosts(&self) -> impl Iterator<Item = String> {
        self.hosts.iter().map(|host| match host {
            RequestedHost::Address(address) => address.to_string(),
            RequestedHost::Name(name) => name.clone(),
        })
    }

    /// Whether a request that names this authority is meant for a service at these addresses. Whoever points a name of
    /// their own at this machine can't choose what the browser calls the host.
    pub(crate) fn answers_for(&self, authority: &str, own: [IpAddr; 2]) -> bool {
        RequestedHost::parse(authority).is_some_and(|(host, _)| {
            let is_own = |own: IpAddr| host == RequestedHost::Address(own.to_canonical());
            host.is_loopback() || own.into_iter().any(is_own) || self.hosts.contains(&host)
        })
    }

    /// Which page a request is from, by its headers.
    pub(super) fn judge_page(&self, headers: &HeaderMap) -> AskingPage {
        if self.any_origin {
            return AskingPage::Allowed(HeaderValue::from_static("*"));
        }
        let allows = |value: &HeaderValue| {
            let origin = value.to_str().ok().and_then(PageOrigin::parse);
            origin.is_some_and(|origin| origin.is_loopback() || self.origins.contains(&origin))
        };
        let mut origins = headers.get_all(header::ORIGIN).iter();
        if let Some(origin) = origins.next() {
            let is_allowed = origins.next().is_none() && allows(origin);
            return if is_allowed { AskingPage::Allowed(origin.clone()) } else { AskingPage::Foreign };
        }
        // A picture or a link of a page: no Origin, and often no Referer either.
        let site = headers.get(HeaderName::from_static("sec-fetch-site"));
        let own_doing = site.is_none_or(|site| site == "none" || site == "same-origin");
        let refers = headers.get_all(header::REFERER).iter().all(allows);
        if own_doing && refers { AskingPage::None } else { AskingPage::Foreign }
    }
}

fn show(text: &str) -> String {
    crate::presence::sanitize(&crate::wording::excerpt(text, 80)).into_owned()
}

#[cfg(test)]
mod tests;
