//! The head of a request: where it ends, and what it says, as long as nobody could understand it otherwise.

use httparse::{EMPTY_HEADER, Header, Status};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use super::body::BodyLeft;
use crate::presence::rules::LARGEST_URL;

/// The largest head, in bytes, with the empty line at its end: twice the longest URL, for headers.
pub(in crate::service) const LARGEST_HEAD: usize = 64 * 1024;

/// The most headers. Hyper takes as many.
const MOST_HEADERS: usize = 100;

/// The longest name of a header; hyper can't cope with names beyond 32 KiB.
const LONGEST_NAME: usize = 256;

/// So much is kept of the path of what is refused: more is never written down.
const PATH_KEPT: usize = 200;

/// What may not stand in a URL, and stands in request lines all the same.
const ILLEGAL: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// A request's head, as it was found; of its headers hyper is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::service) struct RequestHead {
    /// Path and query, with all that is illegal in a URL percent-encoded.
    target: String,
    /// Whether it was longer than [`LARGEST_URL`]; then only its beginning is kept.
    pub too_long: bool,
    /// Whom the request is meant for: the authority of an absolute URL, else the Host. HTTP/1.0 knows neither.
    pub authority: Option<String>,
}

impl RequestHead {
    /// The path.
    pub fn path(&self) -> &str {
        self.split_target().0
    }

    /// The query, "" if there is none.
    pub fn query(&self) -> &str {
        self.split_target().1
    }

    /// A fragment is none of a service's business.
    fn split_target(&self) -> (&str, &str) {
        let target = self.target.split('#').next().unwrap_or_default();
        target.split_once('?').unwrap_or((target, ""))
    }
}

/// A head that is not answered as it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::service) struct RefusedHead {
    /// The status.
    pub status: u16,
    /// What the body says.
    pub why: &'static str,
    /// The path, as far as there was one.
    pub path: String,
}

/// What was found in a head.
pub(in crate::service) type CheckedHead = Result<RequestHead, RefusedHead>;

/// A head that passed.
#[derive(Debug)]
pub(super) struct PassedHead<'a> {
    pub head: RequestHead,
    pub method: &'a str,
    pub version: &'a str,
    /// The headers as they came, with the empty line.
    pub headers: &'a [u8],
    pub body: BodyLeft,
}

/// A status and what is said with it.
type Refused = (u16, &'static str);

const fn bad(why: &'static str) -> Refused {
    (400, why)
}

/// Where a head begins: one empty line before it is passed over, as old clients send one behind a body.
fn find_begin(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\r\n") { 2 } else { 0 }
}

/// Where a head is, or `None` as long as it is not whole. What came before `seen` was looked at before.
///
/// # Errors
/// As soon as nothing could make a head of what came.
pub(super) fn find_head(bytes: &[u8], seen: usize) -> Result<Option<std::ops::Range<usize>>, RefusedHead> {
    let begin = find_begin(bytes);
    let end = bytes.len().min(begin + LARGEST_HEAD);
    let refused = |refused| refuse(&bytes[begin..end], refused);
    for at in seen.max(begin)..end {
        match bytes[at] {
            b'\n' if at == begin || bytes[at - 1] != b'\r' => return Err(refused(bad("A line feed stands alone"))),
            b'\n' if at == begin + 1 => return Err(refused(bad("The request line is empty"))),
            b'\n' if bytes[begin..=at].ends_with(b"\r\n\r\n") => return Ok(Some(begin..at + 1)),
            b'\n' => {}
            _ if at > begin && bytes[at - 1] == b'\r' => return Err(refused(bad("A carriage return stands alone"))),
            b'\r' | b'\t' => {}
            byte if byte.is_ascii_control() => return Err(refused(bad("The head holds a control character"))),
            _ => {}
        }
    }
    if end - begin < LARGEST_HEAD {
        return Ok(None);
    }
    Err(refused(match find_line(&bytes[begin..end]).map(split_line) {
        Some(Ok((_, target, _))) if target.len() <= LARGEST_URL => (431, "Request Header Fields Too Large"),
        Some(Err(refused)) => refused,
        // One line of this length can only be a URL that is too long.
        None | Some(Ok(_)) => TOO_LONG,
    }))
}

const TOO_LONG: Refused = (414, "Request URI Too Long");

/// A refusal of a head, or of what there is of it.
fn refuse(head: &[u8], (status, why): Refused) -> RefusedHead {
    let line = find_line(head).unwrap_or(head);
    let target = line.splitn(3, |byte| *byte == b' ').nth(1).unwrap_or_default();
    let path = target.split(|byte| b"?#".contains(byte)).next().unwrap_or_default();
    let path = String::from_utf8_lossy(&path[..path.len().min(PATH_KEPT)]).into_owned();
    RefusedHead { status, why, path }
}

/// The request line, once it is whole.
fn find_line(head: &[u8]) -> Option<&[u8]> {
    let end = head.windows(2).position(|pair| pair == b"\r\n")?;
    Some(&head[..end])
}

/// Read a head that was found by [`find_head`].
///
/// # Errors
/// Whatever could be understood in two ways, and what is too large.
pub(super) fn read_head(bytes: &[u8]) -> Result<PassedHead<'_>, RefusedHead> {
    read_parts(bytes).map_err(|refused| refuse(bytes, refused))
}

fn read_parts(bytes: &[u8]) -> Result<PassedHead<'_>, Refused> {
    let line = find_line(bytes).unwrap_or_default();
    let (method, raw, version) = split_line(line)?;
    let too_long = raw.len() > LARGEST_URL;
    let (authority, target) = read_target(method, if too_long { &raw[..PATH_KEPT] } else { raw })?;
    let headers = &bytes[line.len() + 2..];
    let mut parsed = [EMPTY_HEADER; MOST_HEADERS];
    let parsed = match httparse::parse_headers(headers, &mut parsed) {
        Ok(Status::Complete((length, parsed))) if length == headers.len() => parsed,
        Err(httparse::Error::TooManyHeaders) => return Err((431, "Request Header Fields Too Large")),
        Ok(_) | Err(_) => return Err(bad("A header can't be read")),
    };
    if parsed.iter().any(|header| header.name.len() > LONGEST_NAME) {
        return Err((431, "Request Header Fields Too Large"));
    }
    let host = read_host(version, parsed)?;
    let head = RequestHead { target, too_long, authority: authority.or(host).map(str::to_owned) };
    Ok(PassedHead { head, method, version, headers, body: read_body_length(version, parsed)? })
}

/// Method, target and version. The target is all between the first blank and the last one before the version, so it
/// may hold blanks of its own.
fn split_line(line: &[u8]) -> Result<(&str, &[u8], &'static str), Refused> {
    let no_line = bad("A request line is METHOD TARGET HTTP/1.1");
    let first = line.iter().position(|byte| *byte == b' ').ok_or(no_line)?;
    let last = line.iter().rposition(|byte| *byte == b' ').ok_or(no_line)?;
    let method = std::str::from_utf8(&line[..first]).ok().filter(|method| is_token(method)).ok_or(no_line)?;
    let version = match &line[last + 1..] {
        b"HTTP/1.1" => "HTTP/1.1",
        b"HTTP/1.0" => "HTTP/1.0",
        _ => return Err(bad("The request line does not end in HTTP/1.1 or HTTP/1.0")),
    };
    let target = line.get(first + 1..last).filter(|target| !target.is_empty()).ok_or(no_line)?;
    if target.contains(&b'\t') {
        return Err(bad("The head holds a control character"));
    }
    if method == "CONNECT" {
        return Err((405, "Method Not Allowed"));
    }
    Ok((method, target, version))
}

fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

/// The authority of a target, if it is an absolute URL, and its path and query.
fn read_target<'a>(method: &str, raw: &'a [u8]) -> Result<(Option<&'a str>, String), Refused> {
    let encode = |part: &[u8]| percent_encode(part, ILLEGAL).to_string();
    if raw[0] == b'/' || (raw == b"*" && method == "OPTIONS") {
        return Ok((None, encode(raw)));
    }
    let schemes: [&[u8]; 2] = [b"http://", b"https://"];
    let scheme = schemes.iter().find(|scheme| raw.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    let rest = scheme.map(|scheme| &raw[scheme.len()..]).ok_or(bad("The target is neither a path nor a URL"))?;
    let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = read_authority(authority).filter(|authority| !authority.is_empty());
    let authority = authority.ok_or(bad("The host of the URL can't be read"))?;
    let slash = if path.first() == Some(&b'/') { "" } else { "/" };
    Ok((Some(authority), format!("{slash}{}", encode(path))))
}

/// A host and perhaps a port, as far as their characters go.
fn read_authority(bytes: &[u8]) -> Option<&str> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%:[]".contains(byte);
    std::str::from_utf8(bytes).ok().filter(|_| bytes.iter().all(is_part))
}

/// The values of a header.
fn find_values<'a>(headers: &[Header<'a>], name: &str) -> Vec<&'a [u8]> {
    headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value).collect()
}

fn read_host<'a>(version: &str, headers: &[Header<'a>]) -> Result<Option<&'a str>, Refused> {
    match find_values(headers, "host")[..] {
        [host] => read_authority(host).map(Some).ok_or(bad("The Host can't be read")),
        [] if version == "HTTP/1.0" => Ok(None),
        [] => Err(bad("There is no Host")),
        _ => Err(bad("There are several Hosts")),
    }
}

/// How long the body is. Two answers to that are what requests are smuggled by.
fn read_body_length(version: &str, headers: &[Header<'_>]) -> Result<BodyLeft, Refused> {
    let lengths = find_values(headers, "content-length");
    match (&lengths[..], &find_values(headers, "transfer-encoding")[..]) {
        ([], []) => Ok(BodyLeft::Bytes(0)),
        ([length], []) if !length.is_empty() && length.iter().all(u8::is_ascii_digit) => {
            let length = std::str::from_utf8(length).ok().filter(|digits| digits.len() < 19);
            let length = length.and_then(|digits| digits.parse().ok()).ok_or((413, "Request Entity Too Large"))?;
            Ok(BodyLeft::Bytes(length))
        }
        (_, []) => Err(bad("The Content-Length is not one number")),
        ([_, ..], _) => Err(bad("There are both a Content-Length and a Transfer-Encoding")),
        ([], [coding]) if version == "HTTP/1.1" && coding.eq_ignore_ascii_case(b"chunked") => Ok(BodyLeft::CHUNKED),
        _ => Err(bad("The only Transfer-Encoding is chunked, once, in HTTP/1.1")),
    }
}

#[cfg(test)]
mod tests;
