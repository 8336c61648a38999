//! From one HTTP request to one HTTP answer.

use std::{io::Read, sync::Arc, time::Duration};

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{Method, Request as HttpRequest, Response, body::Incoming, header};

use super::{
    Answer, Fault, admin,
    http::{Porch, lock},
    ledger::Entry,
    respond::{Body, Dropped, Manner},
};
use crate::{
    presence::Moment,
    wire::{Ask, BadRequest, Names, Refusal, Request},
};

/// Request targets longer than this are refused (PubNub's own bound is about 32 KiB).
const LONGEST_TARGET: usize = 32 * 1024;

/// Bodies larger than this are refused, as sent and as unpacked.
const LARGEST_BODY: usize = 64 * 1024;

/// A refusal: status and body.
type Refused = (u16, String);

fn refused(status: u16, message: impl Into<String>) -> Refused {
    (status, Refusal::presence(status, message).encode())
}

/// Answer a request; an error closes the connection without a word.
pub(super) async fn handle(
    porch: Arc<Porch>,
    local: bool,
    request: HttpRequest<Incoming>,
) -> Result<Response<Body>, Dropped> {
    let manner = Manner::of(request.headers());
    if request.method() == Method::OPTIONS {
        return Ok(manner.preflight());
    }
    if request.uri().path().starts_with(admin::PREFIX) {
        let (status, body) = admin::answer(&porch, local, request).await;
        return Ok(manner.respond(status, body, &[]));
    }
    let begun = porch.clock.now();
    let path = request.uri().path().to_owned();
    match read(request, porch.bounds.slow_asker).await {
        Ok(request) => answer(&porch, &manner, request).await,
        Err((status, body)) => {
            let mut line = Line::new(&porch, || Entry::unread(&path, begun), begun);
            line.status = Some(status);
            drop(line);
            Ok(manner.respond(status, body, &[]))
        }
    }
}

/// What is asked, or why that can't be told.
async fn read(request: HttpRequest<Incoming>, patience: Duration) -> Result<Request, Refused> {
    let uri = request.uri();
    let target = uri.path().len() + uri.query().map_or(0, str::len);
    if target > LONGEST_TARGET {
        return Err(refused(414, "Request URI Too Long"));
    }
    let mut parsed = match Request::parse(uri.path(), uri.query().unwrap_or_default()) {
        Ok(parsed) => parsed,
        Err(BadRequest::UnknownPath) => return Err(refused(404, "Not Found")),
        Err(BadRequest::Invalid(why)) => return Err(refused(400, why)),
    };
    let is_post = request.method() == Method::POST;
    match &mut parsed.ask {
        Ask::Publish { message, .. } if is_post && message.payload.is_empty() => {
            message.payload = read_body(request, patience).await?;
            Ok(parsed)
        }
        _ if request.method() != Method::GET => Err(refused(405, "Method Not Allowed")),
        _ => Ok(parsed),
    }
}

/// A body as text, unpacked, if it has come within `patience`.
pub(super) async fn read_body(request: HttpRequest<Incoming>, patience: Duration) -> Result<String, Refused> {
    let too_large = || refused(413, "Request Entity Too Large");
    let coding = request.headers().get(header::CONTENT_ENCODING).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let collecting = tokio::time::timeout(patience, Limited::new(request.into_body(), LARGEST_BODY).collect());
    let collected = collecting.await.map_err(|_| refused(408, "Request Timeout"))?;
    let bytes =
        collected.map_err(|e| if e.is::<LengthLimitError>() { too_large() } else { refused(400, "Bad body") })?;
    let packed = bytes.to_bytes();
    let unpacked = match coding.as_deref() {
        None | Some("" | "identity") => Unpacked::Whole(packed.to_vec()),
        Some("gzip") => unpack(GzDecoder::new(&packed[..])),
        // What is called deflate comes with and without the frame that the standard asks for.
        Some("deflate") => match unpack(ZlibDecoder::new(&packed[..])) {
            Unpacked::Broken => unpack(DeflateDecoder::new(&packed[..])),
            framed => framed,
        },
        Some(other) => {
            return Err(refused(415, format!("content-encoding {} is not read", crate::wire::excerpt(other, 40))));
        }
    };
    match unpacked {
        Unpacked::Whole(bytes) => String::from_utf8(bytes).map_err(|_| refused(400, "the body is not UTF-8")),
        Unpacked::TooLarge => Err(too_large()),
        Unpacked::Broken => Err(refused(400, "the body can't be unpacked")),
    }
}

enum Unpacked {
    Whole(Vec<u8>),
    TooLarge,
    Broken,
}

/// Unpack as far as the bound.
fn unpack(packed: impl Read) -> Unpacked {
    let mut plain = Vec::new();
    match packed.take(LARGEST_BODY as u64 + 1).read_to_end(&mut plain) {
        Ok(_) if plain.len() > LARGEST_BODY => Unpacked::TooLarge,
        Ok(_) => Unpacked::Whole(plain),
        Err(_) => Unpacked::Broken,
    }
}

/// Every name of a request, refused.
fn forbidden(ask: &Ask) -> Refused {
    let one = |name: &Arc<str>| vec![name.clone()];
    let other = match ask {
        Ask::Publish { message, .. } => Names { channels: one(&message.channel), groups: Vec::new() },
        Ask::ListGroup { group }
        | Ask::AddToGroup { group, .. }
        | Ask::RemoveFromGroup { group, .. }
        | Ask::DeleteGroup { group } => Names { channels: Vec::new(), groups: one(group) },
        _ => Names::default(),
    };
    let names = match ask {
        Ask::Subscribe { names, .. }
        | Ask::Heartbeat { names, .. }
        | Ask::Leave { names }
        | Ask::HereNow { names, .. }
        | Ask::SetState { names, .. }
        | Ask::GetState { names, .. } => names,
        _ => &other,
    };
    let list = |names: &[Arc<str>]| names.iter().map(ToString::to_string).collect();
    let refusal = Refusal {
        status: 403,
        message: "Forbidden".into(),
        service: "Access Manager".into(),
        channels: list(&names.channels),
        groups: list(&names.groups),
    };
    (403, refusal.encode())
}

async fn answer(porch: &Porch, manner: &Manner, request: Request) -> Result<Response<Body>, Dropped> {
    let kind = request.ask.kind();
    *lock(&porch.requests).entry(kind).or_default() += 1;
    let begun = porch.clock.now();
    let mut line = Line::new(porch, || Entry::of(&request, begun), begun);
    let faults = porch.with_core(|core, now| core.strike(kind, now));
    line.faults.clone_from(&faults);
    let answered = spoilt_answer(porch, request, &faults).await;
    let ms = u64::try_from(porch.clock.now().since(begun).as_millis()).unwrap_or(u64::MAX);
    let status = answered.as_ref().map_or(0, |(status, _)| *status);
    tracing::debug!(kind, status, ms, faults = faults.len(), "answered");
    let (status, body) = answered?;
    line.status = Some(status);
    Ok(manner.respond(status, body, &faults))
}

/// The ledger's line for a request: written when it is dropped, also where the client hangs up before
/// it is answered.
struct Line<'a> {
    porch: &'a Porch,
    entry: Option<Entry>,
    begun: Moment,
    faults: Vec<Fault>,
    status: Option<u16>,
}

impl<'a> Line<'a> {
    fn new(porch: &'a Porch, entry: impl FnOnce() -> Entry, begun: Moment) -> Self {
        let entry = porch.ledger.as_ref().map(|_| entry());
        Self { porch, entry, begun, faults: Vec::new(), status: None }
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        if let (Some(ledger), Some(entry)) = (&self.porch.ledger, self.entry.take()) {
            ledger.write(entry.ended(self.status, &self.faults, self.porch.clock.now().since(self.begun)));
        }
    }
}

/// The answer, or what a fault puts in its place.
async fn spoilt_answer(porch: &Porch, request: Request, faults: &[Fault]) -> Result<(u16, String), Dropped> {
    let delays = faults.iter().map(|f| if let Fault::Delay(by) = f { *by } else { Duration::ZERO });
    let delay = delays.fold(Duration::ZERO, Duration::saturating_add);
    let instead = faults.iter().find_map(|fault| match fault {
        Fault::Drop => Some(Err(Dropped)),
        Fault::Forbidden => Some(Ok(forbidden(&request.ask))),
        Fault::TooMany(_) => Some(Ok(refused(429, "Too Many Requests"))),
        Fault::Error | Fault::ErrorPage => Some(Ok(refused(500, "Internal Server Error"))),
        _ => None,
    });
    let answered = match instead {
        Some(instead) => instead,
        None => match porch.with_core(|core, now| core.answer(request, now)) {
            Answer::Now(status, body) => Ok((status, body)),
            Answer::Wait(poll, until) => Ok((200, porch.wait(poll, until).await)),
        },
    };
    if !delay.is_zero() {
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = porch.ending.cancelled() => return Err(Dropped),
        }
    }
    if faults.contains(&Fault::LoseAnswer) { Err(Dropped) } else { answered }
}
