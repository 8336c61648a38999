//! One request after the other: budget, ledger, log, and what came back.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{AskedOperation, Budget, Error, HttpReply, Keyset, Transport, hide::hide, http::Http};
use crate::{
    clock::Clock,
    presence::{Ledger, Moment, ServiceClock, Timetoken, UserId},
    wire::{Caller, Malformed, Operation, Refusal, Request, excerpt},
};

/// Bytes of why an answer could not be read that are kept.
const WHY_KEPT: usize = 300;

/// An answer's text.
#[derive(Debug)]
pub struct AnswerText {
    /// The text.
    pub text: String,
    /// Some of its bytes were not UTF-8: they are U+FFFD in `text`.
    pub patched: bool,
}

struct Shared {
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
    shared: Arc<Shared>,
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
        Ok(Self::over(Arc::new(http), keyset, per_second, clock))
    }

    /// As [`new`](Self::new), over another transport.
    pub fn over(transport: Arc<dyn Transport>, keyset: Keyset, per_second: u32, clock: Clock) -> Self {
        let shared = Shared {
            transport,
            clock,
            budget: Mutex::new(Budget::new(per_second)),
            ledger: Mutex::default(),
            service_clock: Mutex::default(),
            ending: AtomicBool::new(false),
            failures: Mutex::default(),
        };
        Self { keyset: Arc::new(keyset), shared: Arc::new(shared) }
    }

    /// The same client in the name of another user.
    pub fn as_user(&self, user: UserId) -> Self {
        Self { keyset: Arc::new(Keyset { user, ..(*self.keyset).clone() }), shared: self.shared.clone() }
    }

    /// Whom we ask, and as whom.
    pub fn keyset(&self) -> &Keyset {
        &self.keyset
    }

    /// Our clock.
    pub fn clock(&self) -> Clock {
        self.shared.clock
    }

    /// What was sent so far.
    pub fn ledger(&self) -> Ledger {
        lock(&self.shared.ledger).clone()
    }

    /// From here on a leave is sent at once, though the budget may be used up: it is the last request, and
    /// whoever waits for it wants to be gone.
    pub fn end(&self) {
        self.shared.ending.store(true, Ordering::Relaxed);
    }

    /// Learn the service's time from a cursor.
    pub fn note_service_time(&self, told: Timetoken, now: Moment) {
        lock(&self.shared.service_clock).hear(told, now);
    }

    /// The service's time now, at least; `None` before anything was heard of it.
    pub(super) fn service_time_at_least(&self) -> Option<Timetoken> {
        lock(&self.shared.service_clock).lower_bound(self.shared.clock.now())
    }

    pub(super) async fn send(&self, operation: Operation, patience: Duration) -> Result<AnswerText, Error> {
        let kind = operation.kind();
        let nobody_waits = matches!(operation, Operation::Subscribe { .. } | Operation::HereNow { .. });
        let leaves = matches!(operation, Operation::Leave { .. });
        let Keyset { subscribe_key, user, auth, .. } = &*self.keyset;
        let with_token = auth.is_some();
        let caller = Caller { user: Some(user.clone()), auth: auth.clone() };
        let target = Request { subscribe_key: subscribe_key.clone(), caller, operation }.encode()?;
        loop {
            let taken = lock(&self.shared.budget).take(nobody_waits, self.shared.clock.now());
            match taken {
                Ok(()) => break,
                Err(_) if leaves && self.shared.ending.load(Ordering::Relaxed) => break,
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
        let begun = self.shared.clock.now();
        let reply = self.shared.transport.get(kind, &target, patience).await;
        let failed = reply.as_ref().map_or(true, |r| r.status >= 300);
        lock(&self.shared.ledger).note(kind, failed);
        self.log_request(kind, &reply, self.shared.clock.now().since(begun));
        let reply = reply?;
        let body = match String::from_utf8(reply.body) {
            Ok(text) => AnswerText { text, patched: false },
            Err(e) => AnswerText { text: String::from_utf8_lossy(e.as_bytes()).into_owned(), patched: true },
        };
        if (200..300).contains(&reply.status) {
            return Ok(body);
        }
        let refusal = Box::new(Refusal::parse_hiding(reply.status, &body.text, |said| hide(said, &self.keyset)));
        Err(Error::Refused { refusal, retry_after: reply.retry_after, asked: AskedOperation { kind, with_token } })
    }

    /// An answer that could not be read, told without the secrets that it may repeat.
    pub fn malformed(&self, malformed: &Malformed) -> Error {
        Malformed { what: malformed.what, why: excerpt(&hide(&malformed.why, &self.keyset), WHY_KEPT) }.into()
    }

    /// Tell the log how a request ended, and how often in a row one of its kind was tried.
    fn log_request(&self, kind: &'static str, reply: &Result<HttpReply, Error>, took: Duration) {
        let (status, bytes) = reply.as_ref().map_or((0, 0), |reply| (reply.status, reply.body.len()));
        let is_good = (200..300).contains(&status);
        let attempt = {
            let mut failures = lock(&self.shared.failures);
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
}
