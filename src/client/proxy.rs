//! Which proxy an origin is reached through: read from the variables that other programs read, too, before the
//! first request. Pure: the variables are handed to it.
//!
//! `HTTPS_PROXY` or `HTTP_PROXY`, else `ALL_PROXY`, each in capitals or else in small letters; `NO_PROXY` has what is
//! reached directly. An HTTP library passes over what it can't read, and would send key and token past the proxy that
//! somebody wanted; so here that is an error.

use std::{ffi::OsString, net::IpAddr};

use super::Origin;
use crate::{presence::sanitize, wording::excerpt};

/// The variables' values.
type Variables<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// How an origin is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// Without a proxy.
    Direct,
    /// As the system says: no variable does.
    System,
    /// Through this proxy.
    Through(Proxy),
}

/// A proxy. Printing one leaves name and password out.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    /// Its URL, with name and password.
    pub url: String,
    /// The same without them, made safe to show.
    pub shown: String,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Proxy({})", self.shown)
    }
}

/// Choose the route to an origin.
///
/// # Errors
/// If a variable can't be meant: which, why and what to try, without name and password.
pub(super) fn choose_route(origin: &Origin, environment: Variables<'_>) -> Result<Route, String> {
    // Where a web server runs us, HTTP_PROXY is a header of whoever asked it.
    if origin.is_loopback() || environment("REQUEST_METHOD").is_some() {
        return Ok(Route::Direct);
    }
    let read = |capitals: &'static str, small: &'static str| {
        read_variable(capitals, small, environment)?.map(|(name, text)| parse_proxy(name, &text)).transpose()
    };
    let (https, http) = (read("HTTPS_PROXY", "https_proxy")?, read("HTTP_PROXY", "http_proxy")?);
    let all = read("ALL_PROXY", "all_proxy")?;
    let exceptions = match read_variable("NO_PROXY", "no_proxy", environment)? {
        Some((name, text)) => parse_exceptions(name, &text)?,
        None => Vec::new(),
    };
    if https.is_none() && http.is_none() && all.is_none() {
        return Ok(Route::System);
    }
    let proxy = if origin.is_secure() { https } else { http }.or(all);
    let (host, port) = split_authority(origin);
    let is_excepted = exceptions.iter().any(|exception| exception.covers(&host, port));
    Ok(proxy.filter(|_| !is_excepted).map_or(Route::Direct, Route::Through))
}

/// What a variable holds, and how it is written; `None` for blanks alone.
fn read_variable(
    capitals: &'static str,
    small: &'static str,
    environment: Variables<'_>,
) -> Result<Option<(&'static str, String)>, String> {
    let set = [capitals, small].into_iter().find_map(|name| Some((name, environment(name)?)));
    let Some((name, text)) = set else { return Ok(None) };
    let text = text.into_string().map_err(|_| format!("{name} is not text in UTF-8; change it, or unset it"))?;
    let text = text.trim().to_owned();
    Ok((!text.is_empty()).then_some((name, text)))
}

fn parse_proxy(name: &str, text: &str) -> Result<Proxy, String> {
    let shown = hide_password(text);
    let wrong = |what: &str| format!("{name}: `{shown}` {what}; write it as http://HOST:PORT, or unset it");
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let scheme = scheme.to_ascii_lowercase();
    if scheme.starts_with("socks") {
        return Err(wrong("is a SOCKS proxy, which herenow can't use"));
    }
    if scheme != "http" && scheme != "https" {
        return Err(wrong("is no proxy that herenow can use"));
    }
    if rest.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(wrong("can't be read as a proxy"));
    }
    let url: reqwest::Url = format!("{scheme}://{rest}").parse().map_err(|_| wrong("can't be read as a proxy"))?;
    // A password with a slash in it would be taken for a host's path.
    let is_cut = url.path().contains('@') || url.query().is_some() || url.fragment().is_some();
    let Some(host) = url.host_str().filter(|_| !is_cut) else { return Err(wrong("can't be read as a proxy")) };
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    let hidden = if url.username().is_empty() && url.password().is_none() { "" } else { "…@" };
    Ok(Proxy { shown: format!("{scheme}://{hidden}{host}{port}"), url: url.into() })
}

/// What could not be read as a URL, without what may be a name and a password in it.
fn hide_password(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let rest = match (rest.rsplit_once('@'), rest.split_once(':')) {
        (Some((_, host)), _) => format!("…@{host}"),
        // Perhaps the host was forgotten.
        (None, Some((name, port))) if !port.chars().all(|c| c.is_ascii_digit() || c == '/') => format!("{name}:…"),
        _ => rest.to_owned(),
    };
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    sanitize(&excerpt(&format!("{scheme}{rest}"), 60)).into_owned()
}

/// An entry of `NO_PROXY`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Exception {
    hosts: ExceptedHosts,
    /// Only on this port.
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum ExceptedHosts {
    All,
    /// The addresses that share so many leading bits with this one.
    Network(IpAddr, u32),
    /// A domain and those below it; in small letters.
    Domain(String),
}

impl Exception {
    fn covers(&self, host: &str, port: u16) -> bool {
        if self.port.is_some_and(|only| only != port) {
            return false;
        }
        match (&self.hosts, host.parse::<IpAddr>()) {
            (ExceptedHosts::All, _) => true,
            (ExceptedHosts::Network(network, bits), Ok(address)) => {
                shares_bits(*network, address.to_canonical(), *bits)
            }
            (ExceptedHosts::Domain(domain), Err(_)) => {
                host.strip_suffix(domain.as_str()).is_some_and(|left| left.is_empty() || left.ends_with('.'))
            }
            _ => false,
        }
    }
}

fn shares_bits(one: IpAddr, other: IpAddr, bits: u32) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros() >= bits,
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros() >= bits,
        _ => false,
    }
}

fn parse_exceptions(name: &str, text: &str) -> Result<Vec<Exception>, String> {
    let entries = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
    let read = |entry: &str| {
        parse_exception(entry).ok_or_else(|| {
            format!(
                "{name}: `{}` is no host, address or network; separate them by commas, as in `example.com,10.0.0.0/8`",
                hide_password(entry)
            )
        })
    };
    entries.map(read).collect()
}

fn parse_exception(entry: &str) -> Option<Exception> {
    if entry == "*" {
        return Some(Exception { hosts: ExceptedHosts::All, port: None });
    }
    if let Some((address, bits)) = entry.split_once('/') {
        // `169.254/16` is a habit of macOS.
        let missing = if address.contains(':') { 0 } else { 3usize.saturating_sub(address.matches('.').count()) };
        let address = format!("{address}{}", ".0".repeat(missing)).parse::<IpAddr>().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.parse().ok().filter(|bits| *bits <= most)?;
        return Some(Exception { hosts: ExceptedHosts::Network(address, bits), port: None });
    }
    if let Ok(address) = entry.parse::<IpAddr>() {
        return Some(except_address(address, None));
    }
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (entry, None),
    };
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return Some(except_address(address.parse().ok()?, port));
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return Some(except_address(address, port));
    }
    let domain = host.strip_prefix('*').unwrap_or(host).trim_matches('.').to_lowercase();
    let is_domain = !domain.is_empty() && !domain.contains(|c: char| "*:@[]\\?#".contains(c) || c.is_control());
    is_domain.then_some(Exception { hosts: ExceptedHosts::Domain(domain), port })
}

fn except_address(address: IpAddr, port: Option<u16>) -> Exception {
    let address = address.to_canonical();
    Exception { hosts: ExceptedHosts::Network(address, if address.is_ipv4() { 32 } else { 128 }), port }
}

/// Host and port of an origin, as exceptions are compared with them.
fn split_authority(origin: &Origin) -> (String, u16) {
    let authority = origin.authority();
    let usual = if origin.is_secure() { 443 } else { 80 };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or(usual)),
        _ => (authority, usual),
    };
    (host.trim_matches(['[', ']']).trim_end_matches('.').to_owned(), port)
}

#[cfg(test)]
mod tests;
