//! HTTP responses: headers, gzip, and bodies that faults spoil.

use std::{io::Write, time::Duration};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures_util::{Stream, StreamExt, stream};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    HeaderMap, Response, StatusCode,
    body::Frame,
    header::{self, HeaderName, HeaderValue},
};

use super::{Fault, MemoryAccount, Share, browsers::AskingPage, streamed::LongAnswer};

/// The connection is to be closed without a further byte.
#[derive(Debug, thiserror::Error)]
#[error("the connection was dropped on purpose")]
pub(super) struct ConnectionDropped;

pub(super) type ResponseBody = UnsyncBoxBody<Bytes, ConnectionDropped>;

/// A larger body counts as memory of the service until its client has taken it; smaller ones are counted with their
/// connections.
pub(super) const LARGE_BODY: usize = 64 << 10;

/// Bodies below this size, in bytes, are sent as they are: they fit into one packet either way.
const WORTH_GZIP: usize = 1_000;

/// A body in memory that counts for as long as its client does not take it.
struct HeldBody {
    bytes: Vec<u8>,
    #[expect(dead_code, reason = "it counts for as long as it is held")]
    share: Share,
}

impl AsRef<[u8]> for HeldBody {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

fn full_body(bytes: Vec<u8>, memory: Option<&MemoryAccount>) -> ResponseBody {
    let bytes = match memory {
        Some(memory) if bytes.len() > LARGE_BODY => {
            let share = memory.lasting.share(bytes.len());
            Bytes::from_owner(HeldBody { bytes, share })
        }
        _ => bytes.into(),
    };
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

/// Half of a body, and the end of the connection.
fn cut_body(mut bytes: Vec<u8>) -> ResponseBody {
    bytes.truncate(bytes.len() / 2);
    let half = stream::once(async { Ok(Frame::data(bytes.into())) });
    // After a pause: an error at once would discard the half that is not sent yet.
    let end = stream::once(async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(ConnectionDropped)
    });
    StreamBody::new(half.chain(end)).boxed_unsync()
}

/// A body at `rate` bytes a second, in at most ten parts a second.
fn slow_body(bytes: Vec<u8>, rate: u64) -> ResponseBody {
    slow_pieces(stream::iter([Bytes::from(bytes)]), rate)
}

fn slow_pieces(pieces: impl Stream<Item = Bytes> + Send + Unpin + 'static, rate: u64) -> ResponseBody {
    let portion = usize::try_from(rate / 10).unwrap_or(usize::MAX).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let pause = Duration::from_secs_f64(portion as f64 / rate as f64);
    let parts = stream::unfold((pieces, Bytes::new()), move |(mut pieces, mut left)| async move {
        while left.is_empty() {
            left = pieces.next().await?;
        }
        tokio::time::sleep(pause).await;
        let part = left.split_to(portion.min(left.len()));
        Some((Ok(Frame::data(part)), (pieces, left)))
    });
    StreamBody::new(parts).boxed_unsync()
}

/// What kind of body an answer has.
const JAVASCRIPT: &str = "text/javascript; charset=\"UTF-8\"";

/// Of a longer body that is cut or truncated, only so many bytes are made.
const LARGEST_SPOILT: usize = 1 << 20;

/// A page as a failing proxy sends it.
const ERROR_PAGE: &str = "<html><head><title>500 Internal Server Error</title></head>\
    <body><center><h1>500 Internal Server Error</h1></center></body></html>\n";

fn compress(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

/// Whether a client accepts gzip: it names it, and not with a quality of 0.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let zero = parts.any(|p| p.replace(' ', "").strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)));
        named && !zero
    })
}

/// What a response depends on besides its body: the headers of its request.
#[derive(Debug, Default, Clone)]
pub(super) struct ResponseStyle {
    gzip: bool,
    asked_headers: Option<HeaderValue>,
    /// The origin whose pages may read it.
    origin: Option<HeaderValue>,
    /// What a body that waits for its client is a part of.
    memory: Option<MemoryAccount>,
}

impl ResponseStyle {
    /// The style for a request with these headers, and from this page.
    pub fn from_headers(headers: &HeaderMap, page: &AskingPage) -> Self {
        let asked_headers = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
        let origin = if let AskingPage::Allowed(origin) = page { Some(origin.clone()) } else { None };
        Self { gzip: accepts_gzip(headers), asked_headers, origin, memory: None }
    }

    /// The style in which bodies count as a part of this memory.
    pub fn with_memory(self, memory: &MemoryAccount) -> Self {
        Self { memory: Some(memory.clone()), ..self }
    }

    /// The style in which no page may read the answer.
    pub fn without_page(self) -> Self {
        Self { origin: None, ..self }
    }

    /// A response with the headers that PubNub's have: what it is, and who may read it.
    pub fn respond(&self, status: u16, body: impl Into<Vec<u8>>, spoilt: &[Fault]) -> Response<ResponseBody> {
        let mut body: Vec<u8> = body.into();
        let mut kind = JAVASCRIPT;
        let mut end: fn(Vec<u8>, u64, Option<&MemoryAccount>) -> ResponseBody =
            |bytes, _, memory| full_body(bytes, memory);
        let mut rate = 0;
        for fault in spoilt {
            match fault {
                Fault::Truncate => body.truncate(body.len() / 2),
                Fault::Garbage => body = b"\x00\xff]}what is this{[".to_vec(),
                Fault::Empty => body.clear(),
                Fault::ErrorPage => {
                    body = ERROR_PAGE.into();
                    kind = "text/html";
                }
                Fault::Cut => end = |bytes, _, _| cut_body(bytes),
                Fault::Slow(bytes) => {
                    rate = *bytes;
                    end = |bytes, rate, _| slow_body(bytes, rate);
                }
                _ => {}
            }
        }
        let zipped = (self.gzip && body.len() >= WORTH_GZIP).then(|| compress(&body)).flatten();
        let is_zipped = zipped.is_some();
        let bytes = zipped.unwrap_or(body);
        let length = bytes.len();
        let mut response = self.make_response(status, end(bytes, rate, self.memory.as_ref()), kind, is_zipped, spoilt);
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        response
    }

    /// The same with a body that is made while it is sent. Of one that a fault spoils, only the beginning is made.
    pub async fn respond_long(&self, answer: LongAnswer, spoilt: &[Fault]) -> Response<ResponseBody> {
        let is_of = |fault: &Fault| matches!(fault, Fault::Truncate | Fault::Cut);
        let is_instead = |fault: &Fault| matches!(fault, Fault::Garbage | Fault::Empty | Fault::ErrorPage);
        if spoilt.iter().any(is_instead) {
            return self.respond(200, Vec::new(), spoilt);
        }
        if spoilt.iter().any(is_of) {
            return self.respond(200, answer.collect(LARGEST_SPOILT).await, spoilt);
        }
        let pieces = answer.into_pieces(self.gzip);
        let rate = spoilt.iter().find_map(|fault| if let Fault::Slow(rate) = fault { Some(*rate) } else { None });
        let body = match rate {
            Some(rate) => slow_pieces(Box::pin(pieces), rate),
            None => StreamBody::new(pieces.map(|piece| Ok(Frame::data(piece)))).boxed_unsync(),
        };
        self.make_response(200, body, JAVASCRIPT, self.gzip, spoilt)
    }

    /// A response with this body and the headers that all have.
    fn make_response(
        &self,
        status: u16,
        body: ResponseBody,
        kind: &'static str,
        is_zipped: bool,
        spoilt: &[Fault],
    ) -> Response<ResponseBody> {
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        // Recorded: Access Manager's refusals are kept by no cache at all.
        let (kind, cache) = match status {
            403 if kind == JAVASCRIPT => ("text/javascript; charset=UTF-8", "no-cache, no-store, must-revalidate"),
            _ => (kind, "no-cache"),
        };
        let fixed = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache), (header::SERVER, "herenow")];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if is_zipped {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        self.let_page_read(headers);
        for fault in spoilt {
            if let Fault::TooMany(seconds) = fault {
                headers.insert(header::RETRY_AFTER, (*seconds).into());
            }
        }
        response
    }

    /// Let the page that asks read a response with these headers, if it may.
    fn let_page_read(&self, headers: &mut HeaderMap) {
        let Some(origin) = &self.origin else { return };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("OPTIONS, GET, POST"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
        if origin != "*" {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
    }

    /// A response behind which the connection is closed.
    pub fn close_with(&self, status: u16, body: String) -> Response<ResponseBody> {
        let mut response = self.respond(status, body, &[]);
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        response
    }

    /// The response to a browser's preflight request.
    pub fn preflight(&self) -> Response<ResponseBody> {
        let mut response = self.respond(200, Vec::new(), &[]);
        if self.origin.is_none() {
            return response;
        }
        let headers = response.headers_mut();
        let asked = self.asked_headers.clone().unwrap_or_else(|| HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
        // Browsers let a page of another machine reach this one only with this header.
        let private = HeaderName::from_static("access-control-allow-private-network");
        headers.insert(private, HeaderValue::from_static("true"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_for_those_who_read_it() {
        let reads = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            accepts_gzip(&headers)
        };
        assert!(reads("gzip") && reads("deflate, GZIP;q=0.5, br"));
        assert!(!reads("deflate") && !reads("gzip;q=0") && !reads("gzip; q=0.0") && !reads("xgzip"));
    }

    #[tokio::test]
    async fn a_spoilt_body_is_spoilt_as_asked() {
        let body = |fault| async move {
            let response = ResponseStyle::default().respond(200, "0123456789", &[fault]);
            response.into_body().collect().await.map(|b| String::from_utf8_lossy(&b.to_bytes()).into_owned())
        };
        assert_eq!(body(Fault::Truncate).await.unwrap(), "01234");
        assert_eq!(body(Fault::Empty).await.unwrap(), "");
        assert!(body(Fault::Cut).await.is_err());
        assert!(body(Fault::Garbage).await.unwrap().starts_with('\0'));
        tokio::time::pause();
        let begun = tokio::time::Instant::now();
        assert_eq!(body(Fault::Slow(5)).await.unwrap(), "0123456789");
        assert_eq!(begun.elapsed().as_secs(), 2);
    }
}
