//! Every call, typed.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Budget, Error, Ledger, Origin, Pages, http::Http};
use crate::{
    clock::Clock,
    presence::{Moment, ServiceClock, Snapshot, SubscribeKey, Subscription, Timetoken, UserId},
    wire::{Ask, Auth, Caller, Cursor, HereNow, Names, Refusal, Request, parse_ack, parse_time},
};

/// Any request but a long poll has to be answered within this.
const PATIENCE: Duration = Duration::from_secs(10);

/// A long poll that nobody answers is given up after this: above every service's window.
const POLL_PATIENCE: Duration = Duration::from_secs(310);

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

/// An answer's text.
#[derive(Debug)]
pub struct Body {
    /// The text.
    pub text: String,
    /// Some of its bytes were not UTF-8: they are U+FFFD in `text`.
    pub patched: bool,
}

struct Line {
    http: Http,
    clock: Clock,
    budget: Mutex<Budget>,
    ledger: Mutex<Ledger>,
    service_clock: Mutex<ServiceClock>,
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

impl Client {
    /// A client that makes at most `per_second` requests.
    ///
    /// # Errors
    /// If no HTTP client can be made, as on a machine without certificates.
    pub fn new(keyset: Keyset, per_second: u32, clock: Clock) -> Result<Self, Error> {
        let http = Http::new(keyset.origin.clone())?;
        let line = Line {
            http,
            clock,
            budget: Mutex::new(Budget::new(per_second, clock.now())),
            ledger: Mutex::default(),
            service_clock: Mutex::default(),
        };
        Ok(Self { keyset: Arc::new(keyset), line: Arc::new(line) })
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

    /// Learn the service's time from a cursor.
    pub fn hear_time(&self, told: Timetoken, now: Moment) {
        lock(&self.line.service_clock).hear(told, now);
    }

    async fn send(&self, ask: Ask, patience: Duration) -> Result<Body, Error> {
        let kind = ask.kind();
        let is_poll = matches!(ask, Ask::Subscribe { .. });
        let Keyset { subscribe_key, user, auth, .. } = &*self.keyset;
        let caller = Caller { user: Some(user.clone()), auth: auth.clone() };
        let target = Request { subscribe_key: subscribe_key.clone(), caller, ask }.encode()?;
        loop {
            let taken = lock(&self.line.budget).take(is_poll, self.line.clock.now());
            match taken {
                Ok(()) => break,
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
        let reply = self.line.http.get(kind, &target, patience).await;
        let failed = reply.as_ref().map_or(true, |r| r.status >= 300);
        lock(&self.line.ledger).note(kind, failed);
        let reply = reply?;
        let body = match String::from_utf8(reply.body) {
            Ok(text) => Body { text, patched: false },
            Err(e) => Body { text: String::from_utf8_lossy(e.as_bytes()).into_owned(), patched: true },
        };
        if (200..300).contains(&reply.status) {
            return Ok(body);
        }
        let refusal = Refusal::parse(reply.status, &body.text);
        Err(Error::Refused { refusal, retry_after: reply.retry_after })
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
        Ok(parse_ack("heartbeat", &body.text)?)
    }

    /// Say that we are no longer there.
    pub async fn leave(&self, places: &[Subscription]) -> Result<(), Error> {
        let body = self.send(Ask::Leave { names: Names::of(places) }, PATIENCE).await?;
        Ok(parse_ack("leave", &body.text)?)
    }

    /// Replace our own state.
    pub async fn set_state(&self, places: &[Subscription], state: &crate::presence::State) -> Result<(), Error> {
        let user = self.keyset.user.clone();
        let ask = Ask::SetState { names: Names::of(places), user, state: state.as_json().to_owned() };
        let body = self.send(ask, PATIENCE).await?;
        Ok(parse_ack("set state", &body.text)?)
    }

    /// The service's time; a sign of life that costs nothing.
    pub async fn time(&self) -> Result<Timetoken, Error> {
        let told = parse_time(&self.send(Ask::Time, PATIENCE).await?.text)?;
        self.hear_time(told, self.line.clock.now());
        Ok(told)
    }

    /// Who is there, with states, page by page. No places: everywhere.
    pub async fn here_now(&self, places: &[Subscription]) -> Result<Vec<Snapshot>, Error> {
        let asked_at = lock(&self.line.service_clock).lower_bound(self.line.clock.now());
        let mut pages = Pages::new(places, PAGE);
        while let Some((names, page)) = pages.next() {
            let single = names.single().cloned();
            let ask = Ask::HereNow { names, user_ids: true, state: true, page };
            let body = self.send(ask, PATIENCE).await?;
            pages.add(HereNow::parse(&body.text, single.as_deref())?);
        }
        Ok(pages.snapshots(asked_at))
    }
}
