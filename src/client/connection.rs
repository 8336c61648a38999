//! Sends requests within the budget, and keeps the ledger and the log of them.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    AnswerText, AskedOperation, Authorities, Budget, Error, HttpReply, Keyset, Purpose, Transport, http::Http,
};
use crate::{
    clock::Clock,
    presence::{Ledger, MOST_NAMES, Moment, ServiceClock, Timetoken, UserId},
    redact::Secrets,
    wire::{Caller, Malformed, Operation, Refusal, Request},
};

/// How long any request but a long poll may take. The SDKs wait 10 to 15 s.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Characters of an answer that could not be read that an error shows.
const SHOWN: usize = 80;

/// Where the service asks to be asked again at once, that is done a moment later, and each time a longer one.
const LEAST_WAIT: Duration = Duration::from_secs(1);

struct ClientShared {
    transport: Arc<dyn Transport>,
    clock: Clock,
    budget: Mutex<Budget>,
    /// Whether the poll after a full reply may go beside the budget.
    follows: AtomicBool,
    ledger: Mutex<Ledger>,
    service_clock: Mutex<ServiceClock>,
    /// Whether we are about to end: then a leave does not wait for the budget.
    ending: AtomicBool,
    /// How many requests of a kind have failed in a row.
    failures: Mutex<BTreeMap<&'static str, u32>>,
}

/// Who is told, in a sentence, what the answer does not say: that a request waits, that names are missing.
type Teller = Arc<dyn Fn(&str) + Send + Sync>;

/// Makes requests for one keyset. Cheap to clone; clones share budget, ledger and connections.
///
/// ```
/// use std::time::Duration;
///
/// use herenow::{
///     client::{Client, Keyset, Origin},
///     clock::Clock,
///     presence::{Channel, SubscribeKey, Subscription, UserId},
///     service::ServiceOptions,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = ServiceOptions::default().start().await?;
/// let keyset = Keyset {
///     origin: Origin::loopback(service.address),
///     subscribe_key: SubscribeKey::parse("demo")?,
///     user: UserId::parse("ann")?,
///     auth: None,
/// };
/// let client = Client::new(keyset, 5, Clock::start())?;
/// let lobby = Channel::parse("lobby")?;
/// client.heartbeat(&[Subscription::Channel(lobby.clone())], Duration::from_secs(300)).await?;
/// assert_eq!(client.where_now(&UserId::parse("ann")?).await?, [lobby]);
/// service.end().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    keyset: Arc<Keyset>,
    secrets: Arc<Secrets>,
    shared: Arc<ClientShared>,
    /// For who asks once: a request that is told to come back within its time limit does so.
    once: Option<Teller>,
    /// The most user ids per channel that a here now collects.
    most_names: usize,
    /// Whether what a service says in its own words is repeated nowhere.
    withholds_words: bool,
}

/// A panic while a lock is held leaves nothing half done, so the data stays usable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What must not be told of a keyset, and what may be shown in its place.
fn list_secrets(keyset: &Keyset) -> Secrets {
    let masked = keyset.subscribe_key.to_string();
    let token = keyset.auth.as_ref().map(|auth| (auth.expose(), "…"));
    Secrets::new(token.into_iter().chain([(keyset.subscribe_key.as_str(), masked.as_str())]))
}

impl Client {
    /// A client that makes at most `per_second` requests, all together, unless it is told to
    /// [follow streams](Self::follow_streams).
    ///
    /// # Errors
    /// If no HTTP client can be made, as on a machine without certificates.
    pub fn new(keyset: Keyset, per_second: u32, clock: Clock) -> Result<Self, Error> {
        Self::trusting(None, keyset, per_second, clock)
    }

    /// As [`new`](Self::new), and it trusts these authorities besides the system's.
    ///
    /// # Errors
    /// If no HTTP client can be made, as on a machine without certificates, or what the environment says of proxies
    /// can't be meant.
    pub fn trusting(
        authorities: Option<&Authorities>,
        keyset: Keyset,
        per_second: u32,
        clock: Clock,
    ) -> Result<Self, Error> {
        let http = Http::new(keyset.origin.clone(), authorities)?;
        Ok(Self::over(Arc::new(http), keyset, per_second, clock))
    }

    /// As [`new`](Self::new), over another transport.
    pub fn over(transport: Arc<dyn Transport>, keyset: Keyset, per_second: u32, clock: Clock) -> Self {
        let shared = ClientShared {
            transport,
            clock,
            budget: Mutex::new(Budget::new(per_second)),
            follows: AtomicBool::new(false),
            ledger: Mutex::default(),
            service_clock: Mutex::default(),
            ending: AtomicBool::new(false),
            failures: Mutex::default(),
        };
        let secrets = Arc::new(list_secrets(&keyset));
        let (keyset, shared) = (Arc::new(keyset), Arc::new(shared));
        Self { keyset, secrets, shared, once: None, most_names: MOST_NAMES, withholds_words: false }
    }

    /// The same client, of which the poll after a full reply does not wait for the budget, nor use it up: it fetches what
    /// the service would drop otherwise. All else keeps the budget.
    pub fn follow_streams(self) -> Self {
        self.shared.follows.store(true, Ordering::Relaxed);
        self
    }

    /// The same client as another user.
    pub fn as_user(&self, user: UserId) -> Self {
        Self { keyset: Arc::new(Keyset { user, ..(*self.keyset).clone() }), ..self.clone() }
    }

    /// The same client with another limit than [`MOST_NAMES`] to the user ids per channel that a here now collects.
    pub fn with_most_names(self, most_names: usize) -> Self {
        Self { most_names, ..self }
    }

    /// The same client, of which no sentence repeats what a service said in its own words: it may name people.
    pub fn withhold_words(self) -> Self {
        Self { withholds_words: true, ..self }
    }

    pub(super) const fn most_names(&self) -> usize {
        self.most_names
    }

    /// The same client for who asks once and has nobody to ask again: where the service says how long to wait
    /// (`Retry-After`), and that fits into the 10 s that a request may take, it waits and asks again. `tell` is given
    /// a sentence each time, and where an answer lacks names.
    pub fn ask_once(self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { once: Some(Arc::new(tell)), ..self }
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

    pub(super) fn tell(&self, sentence: &str) {
        if let Some(tell) = &self.once {
            tell(sentence);
        }
    }

    /// Send a request and read its answer. Asks again where the service says when, if that is wanted and does not take
    /// too long.
    pub(super) async fn ask<T>(
        &self,
        operation: Operation,
        read: impl Fn(&AnswerText) -> Result<T, Malformed>,
    ) -> Result<T, Error> {
        let clock = self.shared.clock;
        let deadline = clock.now().plus(PATIENCE);
        let mut least = LEAST_WAIT;
        loop {
            let error = match self.send(operation.clone(), PATIENCE).await {
                Ok(body) => match read(&body) {
                    Ok(answer) => return Ok(answer),
                    Err(malformed) => self.explain_malformed(&malformed, &body),
                },
                Err(error) => error,
            };
            let wait = error.is_passing().then(|| error.retry_after()).flatten();
            let Some(wait) = wait.filter(|_| self.once.is_some()) else { return Err(error) };
            let wait = wait.max(least);
            let next = clock.now().plus(wait);
            if next > deadline {
                return Err(error);
            }
            self.tell(&format!("{error}; asking again in {} s", wait.as_secs()));
            clock.sleep_until(next).await;
            least *= 2;
        }
    }

    pub(super) async fn send(&self, operation: Operation, patience: Duration) -> Result<AnswerText, Error> {
        self.send_when(false, operation, patience).await
    }

    /// Send a request within the budget, or beside it: `at_once`, if the client follows streams.
    pub(super) async fn send_when(
        &self,
        at_once: bool,
        operation: Operation,
        patience: Duration,
    ) -> Result<AnswerText, Error> {
        let at_once = at_once && self.shared.follows.load(Ordering::Relaxed);
        let kind = operation.kind();
        let purpose = match operation {
            Operation::Subscribe { .. } => Purpose::Poll,
            Operation::HereNow { .. } => Purpose::Background,
            _ => Purpose::Person,
        };
        let leaves = matches!(operation, Operation::Leave { .. });
        let Keyset { subscribe_key, user, auth, .. } = &*self.keyset;
        let caller = Caller { user: Some(user.clone()), auth: auth.clone() };
        let request = Request { subscribe_key: subscribe_key.clone(), caller, operation };
        let target = request.encode()?;
        if !at_once {
            self.wait_for_budget(purpose, leaves).await;
        }
        let (status, body) = self.exchange(kind, &target, at_once, patience).await?;
        if (200..300).contains(&status) {
            return Ok(body);
        }
        let refusal = body.read_refusal(status, |name| request.operation.names(name));
        Err(self.explain_refusal(refusal, body.retry_after(), kind))
    }

    /// Ask what is no operation of the protocol, once the budget has room to spare. Returns the status and the body.
    pub(super) async fn ask_in_spare_time(&self, kind: &'static str, target: &str) -> Result<(u16, AnswerText), Error> {
        self.wait_for_budget(Purpose::Background, false).await;
        self.exchange(kind, target, false, PATIENCE).await
    }

    /// Send a request now, and note it in ledger and log.
    async fn exchange(
        &self,
        kind: &'static str,
        target: &str,
        at_once: bool,
        patience: Duration,
    ) -> Result<(u16, AnswerText), Error> {
        let begun = self.shared.clock.now();
        let reply = self.shared.transport.get(kind, target, patience).await.map_err(|error| self.hide_secrets(error));
        let failed = reply.as_ref().map_or(true, |r| r.status >= 300);
        {
            let mut ledger = lock(&self.shared.ledger);
            ledger.note(kind, failed);
            ledger.followed += u64::from(at_once);
        }
        self.log_request(kind, &reply, self.shared.clock.now().since(begun));
        let reply = reply?;
        let retry_after = reply.retry_after.map(|asked| asked.from(self.shared.clock.now()));
        Ok((reply.status, AnswerText::decode(reply.body, retry_after, self.secrets.clone())))
    }

    /// Wait until the budget has room for a request, unless it is a leave and we are about to end.
    async fn wait_for_budget(&self, purpose: Purpose, leaves: bool) {
        loop {
            let taken = lock(&self.shared.budget).take(purpose, self.shared.clock.now());
            match taken {
                Ok(()) => return,
                Err(_) if leaves && self.shared.ending.load(Ordering::Relaxed) => return,
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
    }

    pub(super) fn explain_refusal(&self, refusal: Refusal, retry_after: Option<Duration>, kind: &'static str) -> Error {
        let refusal = if self.withholds_words { refusal.without_words() } else { refusal };
        let asked = AskedOperation { kind, with_token: self.keyset.auth.is_some() };
        Error::Refused { refusal: Box::new(refusal), retry_after, asked }
    }

    /// The error for an answer that is none, although HTTP called it a success: the refusal that it holds, or why it
    /// could not be read and how it begins; without the secrets that it may repeat. The request counts as failed.
    pub fn explain_malformed(&self, malformed: &Malformed, body: &AnswerText) -> Error {
        lock(&self.shared.ledger).note_failure(malformed.what);
        if let Some(refusal) = body.find_refusal() {
            let error = self.explain_refusal(refusal, body.retry_after(), malformed.what);
            tracing::warn!(kind = malformed.what, why = %error, "request refused behind HTTP 200");
            return error;
        }
        if self.withholds_words {
            return Malformed::new(malformed.what, "it can't be read").into();
        }
        let begin = body.quote_beginning(SHOWN);
        let shown = if begin.is_empty() { String::new() } else { format!("; it begins with `{begin}`") };
        Malformed::new(malformed.what, format!("{}{shown}", malformed.why)).into()
    }

    /// A failure to reach the service, without what libraries repeat of the request.
    fn hide_secrets(&self, error: Error) -> Error {
        match error {
            Error::Unreachable { origin, why } => Error::Unreachable { origin, why: self.secrets.hide(&why).into() },
            other => other,
        }
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
