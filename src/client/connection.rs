//! Sends requests within the budget, and keeps the ledger and the log of them.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{AskedOperation, Budget, Error, HttpReply, Keyset, Transport, http::Http};
use crate::{
    clock::Clock,
    presence::{Ledger, Moment, ServiceClock, Timetoken, UserId},
    redact::redact_secrets,
    wire::{Caller, Malformed, Operation, Refusal, Request},
    wording::excerpt,
};

/// Bytes of the reason why an answer could not be read that an error keeps.
const WHY_KEPT: usize = 300;

/// The text of an answer.
#[derive(Debug)]
pub struct AnswerText {
    /// The body.
    pub text: String,
    /// Whether some of its bytes were not UTF-8: they are U+FFFD in `text`.
    pub patched: bool,
}

struct ClientShared {
    transport: Arc<dyn Transport>,
    clock: Clock,
    budget: Mutex<Budget>,
    ledger: Mutex<Ledger>,
    service_clock: Mutex<ServiceClock>,
    /// Whether we are about to end: then a leave does not wait for the budget.
    ending: AtomicBool,
    /// How many requests of a kind have failed in a row.
    failures: Mutex<BTreeMap<&'static str, u32>>,
}

/// Makes requests for one keyset. Cheap to clone; clones share budget, ledger and connections.
#[derive(Clone)]
pub struct Client {
    keyset: Arc<Keyset>,
    shared: Arc<ClientShared>,
}

/// A panic while a lock is held leaves nothing half done, so the data stays usable.
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
        let shared = ClientShared {
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

    /// The same client as another user.
    pub fn as_user(&self, user: UserId) -> Self {
        Self { keyset: Arc::new(Keyset { user, ..(*self.keyset).clone() }), shared: self.shared.clone() }
    }

    /// Which application is asked, where, and as which user.
    pub fn keyset(&self) -> &Keyset {
        &self.keyset
    }

    /// Our clock.
    pub fn clock(&self) -> Clock {
        self.shared.clock
    }

    /// The requests sent so far.
    pub fn ledger(&self) -> Ledger {
        lock(&self.shared.ledger).clone()
    }

    /// From now on, send a leave at once even if the budget is used up: it is the last request, and somebody waits for
    /// the program to end.
    pub fn end(&self) {
        self.shared.ending.store(true, Ordering::Relaxed);
    }

    /// Note the service's time, as a cursor or an answer to time tells it.
    pub fn note_service_time(&self, told: Timetoken, now: Moment) {
        lock(&self.shared.service_clock).hear(told, now);
    }

    /// A lower bound of the service's time now; `None` before anything was noted.
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
        let refusal = Box::new(Refusal::parse_hiding(reply.status, &body.text, |said| self.redact(said)));
        Err(Error::Refused { refusal, retry_after: reply.retry_after, asked: AskedOperation { kind, with_token } })
    }

    /// The error for an answer that could not be read, without the secrets that the answer may repeat.
    pub fn explain_malformed(&self, malformed: &Malformed) -> Error {
        Malformed { what: malformed.what, why: excerpt(&self.redact(&malformed.why), WHY_KEPT) }.into()
    }

    /// What a service or a gateway says, without our keys and our token, which it may repeat.
    fn redact(&self, text: &str) -> String {
        let masked = self.keyset.subscribe_key.to_string();
        let key = (self.keyset.subscribe_key.as_str(), masked.as_str());
        let token = self.keyset.auth.as_ref().map(|auth| (auth.expose(), "…"));
        redact_secrets(text, &token.into_iter().chain([key]).collect::<Vec<_>>())
    }

    /// Log how a request ended, and how often in a row its kind was tried.
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
