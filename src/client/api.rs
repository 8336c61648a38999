//! Every call, typed.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{Asked, Budget, Error, Origin, Pages, Reply, Transport, http::Http};
use crate::{
    clock::Clock,
    presence::{
        Channel, ChannelGroup, Ledger, Moment, ServiceClock, Snapshot, State, SubscribeKey, Subscription, Timetoken,
        UserId,
    },
    redact::redact_secrets,
    wire::{
        Ask, Auth, Caller, Cursor, Garbled, GroupChannels, HereNow, Names, Page, Refusal, Request, UserState, WhereNow,
        excerpt, parse_ack, parse_time,
    },
};

/// Any request but a long poll has to be answered within this.
const PATIENCE: Duration = Duration::from_secs(10);

/// A long poll that nobody answers is given up after this: above every service's window.
const POLL_PATIENCE: Duration = Duration::from_secs(310);

/// Bytes of why an answer could not be read that are kept.
const WHY_KEPT: usize = 300;

/// User ids per page: the most that the service returns.
const PAGE: usize = 1000;

/// Whom we ask, and as whom.
#[derive(Debug, Clone)]
pub struct Keyset {
    /// Where.
    pub origin: Origin,
    /// Which application.
    pub subscribe_key: SubscribeKey,
    /// Our own user id.
    pub user: UserId,
    /// The Access Manager token, if there is one.
    pub auth: Option<Auth>,
}

/// How much a here now is to tell of each occupant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Only how many there are.
    Counts,
    /// User ids.
    UserIds,
    /// User ids, each with its state.
    States,
}

/// An answer's text.
#[derive(Debug)]
pub struct Body {
    /// The text.
    pub text: String,
    /// Some of its bytes were not UTF-8: they are U+FFFD in `text`.
    pub patched: bool,
}

struct Line {
    transport: Arc<dyn Transport>,
    clock: Clock,
    budget: Mutex<Budget>,
    ledger: Mutex<Ledger>,
    service_clock: Mutex<ServiceClock>,
    /// We are on the way out: a leave waits for no budget any more.
    ending: AtomicBool,
    /// How many requests of a kind have failed in a row.
    failures: Mutex<BTreeMap<&'static str, u32>>,
}

/// Makes requests for one keyset. Cheap to clone; clones share budget, ledger and connections.
#[derive(Clone)]
pub struct Client {
    keyset: Arc<Keyset>,
    line: Arc<Line>,
}

/// Nothing is left half done when a holder panics.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A here now without whatever came with broken bytes.
fn here_now(body: &Body, asked: Option<&str>) -> Result<HereNow, Garbled> {
    let answer = HereNow::parse(&body.text, asked)?;
    let answer = if body.patched { answer.without_patches() } else { answer };
    let unread = answer.unread + answer.channels.values().map(|c| c.unread).sum::<usize>();
    if unread > 0 {
        tracing::warn!(kind = "here now", unread, "names that can't be read");
    }
    Ok(answer)
}

/// A list of channels without names that came with broken bytes; `unread` others are missing already.
fn believed(kind: &'static str, mut channels: Vec<Channel>, unread: usize, body: &Body) -> Vec<Channel> {
    let before = channels.len();
    channels.retain(|name| !(body.patched && name.as_str().contains('\u{fffd}')));
    let unread = unread + before - channels.len();
    if unread > 0 {
        tracing::warn!(kind, unread, "names that can't be read");
    }
    channels
}

impl Client {
    /// A client that makes at most `per_second` requests.
    ///
    /// # Errors
    /// If no HTTP client can be made, as on a machine without certificates.
    pub fn new(keyset: Keyset, per_second: u32, clock: Clock) -> Result<Self, Error> {
        let http = Http::new(keyset.origin.clone())?;
        Ok(Self::over(Arc::new(http), keyset, per_second, clock))
    }

    /// As [`new`](Self::new), over another transport.
    pub fn over(transport: Arc<dyn Transport>, keyset: Keyset, per_second: u32, clock: Clock) -> Self {
        let line = Line {
            transport,
            clock,
            budget: Mutex::new(Budget::new(per_second)),
            ledger: Mutex::default(),
            service_clock: Mutex::default(),
            ending: AtomicBool::new(false),
            failures: Mutex::default(),
        };
        Self { keyset: Arc::new(keyset), line: Arc::new(line) }
    }

    /// The same client in the name of another user.
    pub fn speaking_as(&self, user: UserId) -> Self {
        Self { keyset: Arc::new(Keyset { user, ..(*self.keyset).clone() }), line: self.line.clone() }
    }

    /// Whom we ask, and as whom.
    pub fn keyset(&self) -> &Keyset {
        &self.keyset
    }

    /// Our clock.
    pub fn clock(&self) -> Clock {
        self.line.clock
    }

    /// What was sent so far.
    pub fn ledger(&self) -> Ledger {
        lock(&self.line.ledger).clone()
    }

    /// From here on a leave is sent at once, though the budget may be used up: it is the last request, and
    /// whoever waits for it wants to be gone.
    pub fn end(&self) {
        self.line.ending.store(true, Ordering::Relaxed);
    }

    /// Learn the service's time from a cursor.
    pub fn hear_time(&self, told: Timetoken, now: Moment) {
        lock(&self.line.service_clock).hear(told, now);
    }

    async fn send(&self, ask: Ask, patience: Duration) -> Result<Body, Error> {
        let kind = ask.kind();
        let nobody_waits = matches!(ask, Ask::Subscribe { .. } | Ask::HereNow { .. });
        let leaves = matches!(ask, Ask::Leave { .. });
        let Keyset { subscribe_key, user, auth, .. } = &*self.keyset;
        let with_token = auth.is_some();
        let caller = Caller { user: Some(user.clone()), auth: auth.clone() };
        let target = Request { subscribe_key: subscribe_key.clone(), caller, ask }.encode()?;
        loop {
            let taken = lock(&self.line.budget).take(nobody_waits, self.line.clock.now());
            match taken {
                Ok(()) => break,
                Err(_) if leaves && self.line.ending.load(Ordering::Relaxed) => break,
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
        let begun = self.line.clock.now();
        let reply = self.line.transport.get(kind, &target, patience).await;
        let failed = reply.as_ref().map_or(true, |r| r.status >= 300);
        lock(&self.line.ledger).note(kind, failed);
        self.log(kind, &reply, self.line.clock.now().since(begun));
        let reply = reply?;
        let body = match String::from_utf8(reply.body) {
            Ok(text) => Body { text, patched: false },
            Err(e) => Body { text: String::from_utf8_lossy(e.as_bytes()).into_owned(), patched: true },
        };
        if (200..300).contains(&reply.status) {
            return Ok(body);
        }
        let refusal = Box::new(Refusal::parse_hiding(reply.status, &body.text, |said| self.redact(said)));
        Err(Error::Refused { refusal, retry_after: reply.retry_after, asked: Asked { kind, with_token } })
    }

    /// An answer that could not be read, told without the secrets that it may repeat.
    pub fn garbled(&self, garbled: &Garbled) -> Error {
        Garbled { what: garbled.what, why: excerpt(&self.redact(&garbled.why), WHY_KEPT) }.into()
    }

    /// What a service or a gateway says, without our keys and our token, which it may repeat.
    fn redact(&self, text: &str) -> String {
        let masked = self.keyset.subscribe_key.to_string();
        let key = (self.keyset.subscribe_key.as_str(), masked.as_str());
        let token = self.keyset.auth.as_ref().map(|auth| (auth.expose(), "…"));
        redact_secrets(text, &token.into_iter().chain([key]).collect::<Vec<_>>())
    }

    /// Tell the log how a request ended, and how often in a row one of its kind was tried.
    fn log(&self, kind: &'static str, reply: &Result<Reply, Error>, took: Duration) {
        let (status, bytes) = reply.as_ref().map_or((0, 0), |reply| (reply.status, reply.body.len()));
        let is_good = (200..300).contains(&status);
        let attempt = {
            let mut failures = lock(&self.line.failures);
            let failed = failures.entry(kind).or_default();
            let attempt = failed.saturating_add(1);
            *failed = if is_good { 0 } else { attempt };
            attempt
        };
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        match reply {
            Ok(_) if is_good => tracing::debug!(kind, status, ms, bytes, attempt, "request"),
            Ok(_) => tracing::warn!(kind, status, ms, bytes, attempt, "request refused"),
            Err(why) => tracing::warn!(kind, ms, attempt, %why, "request failed"),
        }
    }

    /// Ask for a first cursor, or wait for what is newer than `cursor`. The body is returned unread,
    /// to be parsed in place.
    pub async fn subscribe(&self, names: Names, cursor: Option<Cursor>) -> Result<Body, Error> {
        let patience = if cursor.is_some() { POLL_PATIENCE } else { PATIENCE };
        self.send(Ask::Subscribe { names, cursor, timeout: None, state: None, filter: None }, patience).await
    }

    /// Say that we are there, for `timeout` from now.
    pub async fn heartbeat(&self, places: &[Subscription], timeout: Duration) -> Result<(), Error> {
        let ask = Ask::Heartbeat { names: Names::of(places), timeout: Some(timeout.as_secs()), state: None };
        let body = self.send(ask, PATIENCE).await?;
        parse_ack("heartbeat", &body.text).map_err(|g| self.garbled(&g))
    }

    /// Say that we are no longer there.
    pub async fn leave(&self, places: &[Subscription]) -> Result<(), Error> {
        let body = self.send(Ask::Leave { names: Names::of(places) }, PATIENCE).await?;
        parse_ack("leave", &body.text).map_err(|g| self.garbled(&g))
    }

    /// Replace our own state on channels and on every channel of groups.
    pub async fn set_state(&self, places: &[Subscription], state: &State) -> Result<(), Error> {
        let user = self.keyset.user.clone();
        let ask = Ask::SetState { names: Names::of(places), user, state: state.as_json().to_owned() };
        let body = self.send(ask, PATIENCE).await?;
        parse_ack("set state", &body.text).map_err(|g| self.garbled(&g))
    }

    /// A user's states on channels and on every channel of groups; `{}` where none is set.
    pub async fn get_state(&self, places: &[Subscription], user: &UserId) -> Result<UserState, Error> {
        let names = Names::of(places);
        let single = names.single().cloned();
        let body = self.send(Ask::GetState { names, user: user.clone() }, PATIENCE).await?;
        UserState::parse(&body.text, single.as_deref()).map_err(|g| self.garbled(&g))
    }

    /// The channels that a user is on.
    pub async fn where_now(&self, user: &UserId) -> Result<Vec<Channel>, Error> {
        let body = self.send(Ask::WhereNow { user: user.clone() }, PATIENCE).await?;
        let WhereNow { channels, unread } = WhereNow::parse(&body.text).map_err(|g| self.garbled(&g))?;
        Ok(believed("where now", channels, unread, &body))
    }

    /// The channels of a group; none for a group that nobody made.
    pub async fn list_group(&self, group: &ChannelGroup) -> Result<Vec<Channel>, Error> {
        let body = self.send(Ask::ListGroup { group: group.as_str().into() }, PATIENCE).await?;
        let GroupChannels { channels, unread } = GroupChannels::parse(&body.text).map_err(|g| self.garbled(&g))?;
        Ok(believed("list group", channels, unread, &body))
    }

    /// Add channels to a group, making it if need be.
    pub async fn add_to_group(&self, group: &ChannelGroup, channels: &[Channel]) -> Result<(), Error> {
        let channels = channels.iter().map(|c| c.as_str().into()).collect();
        self.registry(Ask::AddToGroup { group: group.as_str().into(), channels }).await
    }

    /// Take channels out of a group.
    pub async fn remove_from_group(&self, group: &ChannelGroup, channels: &[Channel]) -> Result<(), Error> {
        let channels = channels.iter().map(|c| c.as_str().into()).collect();
        self.registry(Ask::RemoveFromGroup { group: group.as_str().into(), channels }).await
    }

    /// Forget a group.
    pub async fn delete_group(&self, group: &ChannelGroup) -> Result<(), Error> {
        self.registry(Ask::DeleteGroup { group: group.as_str().into() }).await
    }

    async fn registry(&self, ask: Ask) -> Result<(), Error> {
        let kind = ask.kind();
        let body = self.send(ask, PATIENCE).await?;
        parse_ack(kind, &body.text).map_err(|g| self.garbled(&g))
    }

    /// The service's time; a sign of life that costs nothing.
    pub async fn time(&self) -> Result<Timetoken, Error> {
        let told = parse_time(&self.send(Ask::Time, PATIENCE).await?.text).map_err(|g| self.garbled(&g))?;
        self.hear_time(told, self.line.clock.now());
        Ok(told)
    }

    /// Who is there, in one request: counts, user ids or states, and the part of the lists that `page`
    /// names. No places: everywhere.
    pub async fn here_now_once(&self, places: &[Subscription], wanted: Wanted, page: Page) -> Result<HereNow, Error> {
        let names = Names::of(places);
        let single = names.single().cloned();
        let (user_ids, state) = (wanted != Wanted::Counts, wanted == Wanted::States);
        let body = self.send(Ask::HereNow { names, user_ids, state, page }, PATIENCE).await?;
        let answer = here_now(&body, single.as_deref()).map_err(|g| self.garbled(&g))?;
        match answer.unread {
            0 => Ok(answer),
            // Whoever asks for one page can't tell a channel that is missing from one that is empty.
            unread => Err(Garbled::new("here now", format!("{unread} of its channels are garbled")).into()),
        }
    }

    /// Who is there, with states, page by page. No places: everywhere.
    pub async fn here_now(&self, places: &[Subscription]) -> Result<Vec<Snapshot>, Error> {
        self.here_now_all(places, Wanted::States).await
    }

    /// As [`here_now`](Self::here_now), with as much of each occupant as is wanted; counts take one
    /// request.
    pub async fn here_now_all(&self, places: &[Subscription], wanted: Wanted) -> Result<Vec<Snapshot>, Error> {
        let asked_at = lock(&self.line.service_clock).lower_bound(self.line.clock.now());
        let mut pages = Pages::new(places, PAGE).telling(wanted);
        let (user_ids, state) = (wanted != Wanted::Counts, wanted == Wanted::States);
        while let Some((names, page)) = pages.next() {
            let single = names.single().cloned();
            let body = self.send(Ask::HereNow { names, user_ids, state, page }, PATIENCE).await?;
            pages.add(here_now(&body, single.as_deref()).map_err(|g| self.garbled(&g))?);
        }
        Ok(pages.snapshots(asked_at))
    }
}
