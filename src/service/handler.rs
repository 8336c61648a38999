//! From one HTTP request to one HTTP response.

use std::{sync::Arc, time::Duration};

use hyper::{Method, Request as HttpRequest, Response, body::Incoming};

use super::{
    BegunAnswer, Decision, Fault, admin,
    browsers::AskingPage,
    connection::Connection,
    front::{CheckedHead, RefusedHead, RequestHead},
    host::Host,
    ledger::LedgerEntry,
    recent::RecentId,
    request_body::{RefusedRequest, read_body, refuse_with},
    response::{ConnectionDropped, LARGE_BODY, ResponseBody, ResponseStyle},
    streamed::AnswerBody,
};
use crate::{
    presence::Moment,
    wire::{BadRequest, Names, Operation, Refusal, Request},
    wording::excerpt,
};

/// Answer a request. An error closes the connection without an answer.
pub(super) async fn handle_request(
    connection: Arc<Connection>,
    head: Option<CheckedHead>,
    request: HttpRequest<Incoming>,
) -> Result<Response<ResponseBody>, ConnectionDropped> {
    let host = &connection.listening.host;
    let begun = host.clock.now();
    let head = match head.ok_or(ConnectionDropped)? {
        Ok(head) => head,
        Err(refused) => return Ok(refuse_head(host, &refused, begun)),
    };
    let page = connection.listening.browsers.judge_page(request.headers());
    let style = ResponseStyle::from_headers(request.headers(), &page).with_memory(&host.memory);
    let refused = match refuse_caller(&connection, &head, &page) {
        Some(refused) => refused,
        None if head.too_long => (414, TOO_LONG.to_owned()),
        None if head.path().starts_with(admin::PREFIX) => {
            let (status, body) = Box::pin(admin::answer_admin(host, connection.local, &head, request)).await;
            return Ok(style.without_page().respond(status, body, &[]));
        }
        None if request.method() == Method::OPTIONS => return Ok(style.preflight()),
        None => match parse_request(&head, request, host).await {
            Ok(request) => {
                // A poll may be held for minutes.
                drop(head);
                return answer_request(host, &style, Box::new(request)).await;
            }
            Err(refused) => refused,
        },
    };
    let mut line = write_unread(host, head.path(), refused.0, begun);
    line.recent = host.recent.begin_unread(head.query(), begun);
    line.refusal = Some(refused.1.clone());
    drop(line);
    Ok(style.respond(refused.0, refused.1, &[]))
}

/// Refuse requests for a host that is not ours, as a page sends whose name was pointed at this machine, and the pages of
/// foreign origins, whatever they ask: they can't read the answer, and most requests change something.
fn refuse_caller(connection: &Connection, head: &RequestHead, page: &AskingPage) -> Option<RefusedRequest> {
    if !connection.answers_for(head.authority.as_deref()) {
        let host = excerpt(head.authority.as_deref().unwrap_or_default(), 100);
        let why =
            format!("This service does not answer for the host `{host}`; if it is meant, start it with --allow-host");
        return Some(refuse_with(421, why));
    }
    // To them it says why in its own words.
    if *page == AskingPage::Foreign && !head.path().starts_with(admin::PREFIX) {
        let why = "Pages of this origin may not use this service; if they are meant to, start it with --cors ORIGIN";
        return Some(refuse_with(403, why));
    }
    None
}

/// What is said of a URL that is too long. Recorded: what PubNub's load balancer says.
const TOO_LONG: &str = r#"{"status":414,"service":"Balancer","error":true,"message":"Request URI Too Long"}"#;

/// Refuse a head, and all that comes behind it.
fn refuse_head(host: &Host, refused: &RefusedHead, begun: Moment) -> Response<ResponseBody> {
    drop(write_unread(host, &refused.path, refused.status, begun));
    let (status, body) = match refused.status {
        414 => (414, TOO_LONG.to_owned()),
        status => refuse_with(status, refused.why),
    };
    ResponseStyle::default().close_with(status, body)
}

/// Count a request that is not read, and begin its line in the ledger.
fn write_unread<'a>(host: &'a Host, path: &str, status: u16, begun: Moment) -> RequestLine<'a> {
    host.count_request("unread");
    let mut line = RequestLine::new(host, "unread", || LedgerEntry::of_unread(path, begun), begun);
    line.status = Some(status);
    line
}

/// Parse a request, its body included where it is a message.
async fn parse_request(
    head: &RequestHead,
    request: HttpRequest<Incoming>,
    host: &Host,
) -> Result<Request, RefusedRequest> {
    let mut parsed = match Request::parse(head.path(), head.query()) {
        Ok(parsed) => parsed,
        Err(BadRequest::UnknownPath) => return Err(refuse_with(404, "Not Found")),
        Err(BadRequest::Invalid(why)) => return Err(refuse_with(400, why)),
    };
    let is_post = request.method() == Method::POST;
    match &mut parsed.operation {
        Operation::Publish { message, .. } if is_post && message.payload.is_empty() => {
            message.payload = Box::pin(read_body(request, host.bounds.slow_asker, &host.memory)).await?;
            Ok(parsed)
        }
        // Pages leave by `sendBeacon`, which can only POST; the presence service announces GET and POST (recorded).
        _ if !is_post && request.method() != Method::GET => Err(refuse_with(405, "Method Not Allowed")),
        _ => Ok(parsed),
    }
}

/// A refusal that names every channel and group of a request.
fn refuse_every_name(operation: &Operation) -> RefusedRequest {
    let one = |name: &Arc<str>| vec![name.clone()];
    let other = match operation {
        Operation::Publish { message, .. } => Names { channels: one(&message.channel), groups: Vec::new() },
        Operation::ListGroup { group }
        | Operation::AddToGroup { group, .. }
        | Operation::RemoveFromGroup { group, .. }
        | Operation::DeleteGroup { group } => Names { channels: Vec::new(), groups: one(group) },
        _ => Names::default(),
    };
    let names = match operation {
        Operation::Subscribe { names, .. }
        | Operation::Heartbeat { names, .. }
        | Operation::Leave { names }
        | Operation::HereNow { names, .. }
        | Operation::SetState { names, .. }
        | Operation::GetState { names, .. } => names,
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

async fn answer_request(
    host: &Arc<Host>,
    style: &ResponseStyle,
    request: Box<Request>,
) -> Result<Response<ResponseBody>, ConnectionDropped> {
    let kind = request.operation.kind();
    host.count_request(kind);
    let begun = host.clock.now();
    let mut line = RequestLine::new(host, kind, || LedgerEntry::of(&request, begun), begun);
    line.recent = host.recent.begin(&request, begun);
    let faults = host.with_core(|core, now| core.strike(kind, now));
    line.faults.clone_from(&faults);
    let answered = answer_with_faults(host, request, &faults).await;
    let ms = u64::try_from(host.clock.now().since(begun).as_millis()).unwrap_or(u64::MAX);
    let status = answered.as_ref().map_or(0, |(status, _)| *status);
    tracing::debug!(kind, status, ms, faults = faults.len(), "answered");
    let (status, body) = answered?;
    line.status = Some(status);
    if let (400.., AnswerBody::Whole(body)) = (status, &body) {
        line.refusal = Some(body.clone());
    }
    Ok(match body {
        AnswerBody::Whole(body) => style.respond(status, body, &faults),
        AnswerBody::Long(answer) => style.respond_long(*answer, &faults).await,
    })
}

/// The ledger's line for a request, and its place among the last ones of its user. The line is written when this is dropped, so also where the client closes the
/// connection before it is answered.
struct RequestLine<'a> {
    host: &'a Host,
    kind: &'static str,
    entry: Option<Box<LedgerEntry>>,
    begun: Moment,
    faults: Vec<Fault>,
    status: Option<u16>,
    /// The same request among the last ones of its user.
    recent: Option<RecentId>,
    /// The body of a refusal.
    refusal: Option<String>,
}

impl<'a> RequestLine<'a> {
    fn new(host: &'a Host, kind: &'static str, entry: impl FnOnce() -> LedgerEntry, begun: Moment) -> Self {
        let entry = host.ledger.as_ref().map(|_| Box::new(entry()));
        Self { host, kind, entry, begun, faults: Vec::new(), status: None, recent: None, refusal: None }
    }
}

impl Drop for RequestLine<'_> {
    fn drop(&mut self) {
        self.host.count_answer(self.kind, self.status);
        if let Some(recent) = &self.recent {
            self.host.recent.end(recent, self.status, self.refusal.as_deref(), self.host.clock.now());
        }
        if let (Some(ledger), Some(entry)) = (&self.host.ledger, self.entry.take()) {
            ledger.write(entry.with_end(self.status, &self.faults, self.host.clock.now().since(self.begun)));
        }
    }
}

/// Answer a request, or do what a fault does instead.
async fn answer_with_faults(
    host: &Arc<Host>,
    request: Box<Request>,
    faults: &[Fault],
) -> Result<(u16, AnswerBody), ConnectionDropped> {
    let delays = faults.iter().map(|f| if let Fault::Delay(by) = f { *by } else { Duration::ZERO });
    let delay = delays.fold(Duration::ZERO, Duration::saturating_add);
    let instead = faults.iter().find_map(|fault| match fault {
        Fault::Drop => Some(Err(ConnectionDropped)),
        Fault::Forbidden => Some(Ok(refuse_every_name(&request.operation))),
        Fault::TooMany(_) => Some(Ok(refuse_with(429, "Too Many Requests"))),
        Fault::Error | Fault::ErrorPage => Some(Ok(refuse_with(500, "Internal Server Error"))),
        _ => None,
    });
    let answered = match instead {
        Some(instead) => instead.map(|(status, body)| (status, AnswerBody::Whole(body))),
        None => Ok(answer_whole_or_long(host, request).await),
    };
    if !delay.is_zero() {
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            () = host.ending.cancelled() => return Err(ConnectionDropped),
        }
    }
    if faults.contains(&Fault::LoseAnswer) { Err(ConnectionDropped) } else { answered }
}

/// Answer a request, or make the beginning of its answer. A poll is held until it can be answered.
async fn answer_whole_or_long(host: &Arc<Host>, request: Box<Request>) -> (u16, AnswerBody) {
    let turn = match &request.operation {
        Operation::Subscribe { .. } => host.subscribe_turns.acquire().await.ok(),
        _ => None,
    };
    let begun = host.with_core(|core, now| {
        let mut begun = core.begin_answer(*request, now);
        if let BegunAnswer::Pieces(pieces) = &mut begun {
            pieces.gather(core);
        }
        begun
    });
    drop(turn);
    let (status, body) = match begun {
        BegunAnswer::Pieces(pieces) => return (200, AnswerBody::begin(host, pieces).await),
        BegunAnswer::Decided(Decision::Answer(status, body)) => (status, body),
        BegunAnswer::Decided(Decision::Wait(poll, until)) => (200, host.wait_for_poll(poll, until).await),
    };
    if body.len() > LARGE_BODY && !host.memory.has_room(body.len()) {
        let (status, body) = refuse_with(503, "The memory of the service is full");
        return (status, AnswerBody::Whole(body));
    }
    (status, AnswerBody::Whole(body))
}
