//! The subscribe loop: connect, follow, recover.
//!
//! ```text
//!             handshake ok                 reply
//! connecting ──────────────▶ live ◀──────────────┐
//!     ▲  ▲                    │ └── poll ────────┘
//!     │  └─ wait ◀── lost ◀───┘ no answer, bad answer, no sign of life
//!     └──── wait ◀── refused    4xx: less is asked for, or asked seldom
//! ```
//!
//! What was refused by name is asked for again once in a while, beside the loop: a token may have been
//! renewed, a rule changed.
//!
//! The cursor outlives every loss: after a new handshake the loop goes on from where it was, so that
//! what the service still keeps is heard. It outlives a change of what is wanted as well: the open poll
//! is given up, and the next one asks for the rest from the same place on. Only an answer that can't be read,
//! however often it is asked for, is passed over: then the loop goes on from where the stream is now, and
//! says that it had a gap.

use std::{collections::HashSet, time::Duration};

use tokio::sync::{mpsc::Sender, watch};

use super::Reader;
use crate::{
    client::{Body, Client, Error, Retry},
    presence::{LinkChange, Moment, Notice, Subscription},
    wire::{Cursor, Names, Refusal, Reply},
};

/// How many notices may wait for the model; then the source waits, and the service keeps the rest.
pub const QUEUE: usize = 1024;

/// A silent poll is checked this often by asking for the time.
const PULSE: Duration = Duration::from_secs(20);

/// So many checks in a row may fail before the poll is given up.
const PULSES_MISSED: u32 = 2;

/// After so many polls in a row whose answers could not be read, what is kept at their cursor is given up.
const UNREADABLE: u32 = 3;

/// What was refused by name is tried again so much later, between two polls.
const SECOND_TRY: Duration = Duration::from_secs(60);

struct Follower {
    poll: usize,
    client: Client,
    notices: Sender<Notice>,
    /// What the loop is to follow, as that changes.
    asked: watch::Receiver<Vec<Subscription>>,
    /// It has changed.
    changed: bool,
    /// What of that is asked for.
    wanted: Vec<Subscription>,
    /// Refused by name while the rest was allowed, and when to try again.
    refused: Vec<Subscription>,
    second_try: Moment,
    reader: Reader,
    cursor: Option<Cursor>,
    attempt: u32,
    /// Polls in a row that were answered with what can't be read.
    unreadable: u32,
}

/// Nobody listens to us any more.
struct Ended;

/// Why a request ended.
enum Ask {
    /// It was answered, or failed.
    Answered(Result<Body, Error>),
    /// Something else is wanted now.
    Changed,
}

/// Follow what `asked` holds, as it changes, through one poll loop, until the notices' receiver is gone.
/// Loops that are followed together share a `reader`. Only the presence twins are asked for, so that
/// watching makes nobody present.
pub async fn follow(
    poll: usize,
    asked: watch::Receiver<Vec<Subscription>>,
    client: Client,
    reader: Reader,
    notices: Sender<Notice>,
) {
    let mut follower = Follower {
        poll,
        client,
        notices,
        asked,
        changed: true,
        wanted: Vec::new(),
        refused: Vec::new(),
        second_try: Moment::default(),
        reader,
        cursor: None,
        attempt: 0,
        unreadable: 0,
    };
    while follower.step().await.is_ok() {}
}

/// Wait until something else is asked for; for ever, if nobody is left to ask for it.
async fn changed(asked: &mut watch::Receiver<Vec<Subscription>>, noted: &mut bool) {
    if asked.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
    *noted = true;
}

/// Whether a refusal names this.
fn names(refusal: &Refusal, wanted: &Subscription) -> bool {
    let names = if matches!(wanted, Subscription::Group(_)) { &refusal.groups } else { &refusal.channels };
    names.iter().any(|n| n.strip_suffix(crate::presence::PNPRES).unwrap_or(n) == wanted.as_str())
}

impl Follower {
    async fn tell(&self, change: LinkChange) -> Result<(), Ended> {
        let at = self.client.clock().now();
        self.log(&change);
        self.notices.send(Notice::Link { poll: self.poll, change, at }).await.map_err(|_| Ended)
    }

    /// Tell the log what became of the link.
    fn log(&self, change: &LinkChange) {
        let poll = self.poll;
        match change {
            LinkChange::Connecting => tracing::debug!(poll, names = self.wanted.len(), "connecting"),
            LinkChange::Live { resumed, round_trip } => {
                let ms = u64::try_from(round_trip.as_millis()).unwrap_or(u64::MAX);
                tracing::info!(poll, names = self.wanted.len(), ms, resumed = resumed.is_some(), "live");
            }
            LinkChange::Lost { trouble, attempt, .. } => tracing::warn!(poll, attempt, why = trouble.sentence, "lost"),
            LinkChange::Refused { trouble, what, everything } => {
                tracing::warn!(poll, names = what.len(), everything, why = trouble.sentence, "refused");
            }
            LinkChange::Allowed { what } => tracing::info!(poll, names = what.len(), "allowed again"),
            LinkChange::Ended => tracing::info!(poll, "ended"),
            LinkChange::Alive { .. } => tracing::trace!(poll, "alive"),
        }
    }

    fn names(&self) -> Names {
        Names::watching(&self.wanted)
    }

    /// What is wanted from here on; what the service refused stays refused.
    fn take_change(&mut self) {
        if !std::mem::take(&mut self.changed) && !self.asked.has_changed().unwrap_or(false) {
            return;
        }
        let all = self.asked.borrow_and_update().clone();
        let before: HashSet<Subscription> = std::mem::take(&mut self.refused).into_iter().collect();
        (self.refused, self.wanted) = all.into_iter().partition(|subscription| before.contains(subscription));
        if self.wanted.is_empty() {
            std::mem::swap(&mut self.refused, &mut self.wanted);
        }
    }

    /// One conversation: connect, follow until it breaks, wait.
    async fn step(&mut self) -> Result<(), Ended> {
        self.take_change();
        if self.wanted.is_empty() {
            // Nothing to follow, until there is.
            return tokio::select! {
                () = self.notices.closed() => Err(Ended),
                () = changed(&mut self.asked, &mut self.changed) => Ok(()),
            };
        }
        self.tell(LinkChange::Connecting).await?;
        let Err(error) = self.converse().await? else { return Ok(()) };
        self.attempt += 1;
        if let Error::Refused { refusal, .. } = &error
            && !error.is_passing()
        {
            return self.refused(&error, refusal).await;
        }
        self.pause(&error).await
    }

    async fn pause(&mut self, error: &Error) -> Result<(), Ended> {
        let delay = Retry::default().delay(self.attempt, error, fastrand::f64());
        let clock = self.client.clock();
        let retry_at = clock.now().plus(delay);
        self.tell(LinkChange::Lost { trouble: error.trouble(), attempt: self.attempt, retry_at }).await?;
        tokio::select! {
            () = clock.sleep_until(retry_at) => Ok(()),
            () = changed(&mut self.asked, &mut self.changed) => Ok(()),
            () = self.notices.closed() => Err(Ended),
        }
    }

    /// Go on without what was refused; if that can't be told, ask again seldom.
    async fn refused(&mut self, error: &Error, refusal: &Refusal) -> Result<(), Ended> {
        let (refused, allowed): (Vec<_>, Vec<_>) = self.wanted.iter().cloned().partition(|w| names(refusal, w));
        let everything = refused.is_empty() || allowed.is_empty();
        let what = if everything { self.wanted.clone() } else { refused };
        if !everything {
            self.refused.extend(what.iter().cloned());
            self.second_try = self.client.clock().now().plus(SECOND_TRY);
        }
        self.tell(LinkChange::Refused { trouble: error.trouble(), what, everything }).await?;
        if everything {
            return self.pause(error).await;
        }
        self.wanted = allowed;
        self.attempt = 0;
        Ok(())
    }

    /// Whether some of what was refused by name is allowed now; then it is wanted again.
    async fn allowed_now(&mut self) -> Result<bool, Ended> {
        let now = self.client.clock().now();
        if self.refused.is_empty() || now < self.second_try {
            return Ok(false);
        }
        self.second_try = now.plus(SECOND_TRY);
        let still_refused = |subscription: &Subscription, answer: &Result<Body, Error>| match answer {
            Ok(_) => false,
            Err(Error::Refused { refusal, .. }) if !refusal.channels.is_empty() || !refusal.groups.is_empty() => {
                names(refusal, subscription)
            }
            Err(_) => true,
        };
        // A handshake for these alone: it is answered at once, yes or no.
        let answer = self.client.subscribe(Names::watching(&self.refused), None).await;
        let all = std::mem::take(&mut self.refused);
        let (refused, allowed): (Vec<_>, Vec<_>) = all.into_iter().partition(|s| still_refused(s, &answer));
        self.refused = refused;
        if allowed.is_empty() {
            return Ok(false);
        }
        self.wanted.extend(allowed.iter().cloned());
        self.tell(LinkChange::Allowed { what: allowed }).await?;
        Ok(true)
    }

    /// Handshake and polls, until one fails, or until there is more to ask for.
    async fn converse(&mut self) -> Result<Result<(), Error>, Ended> {
        let clock = self.client.clock();
        let started = clock.now();
        let handshake = match self.ask(None).await? {
            Ask::Answered(Ok(body)) => body,
            Ask::Answered(Err(error)) => return Ok(Err(error)),
            Ask::Changed => return Ok(Ok(())),
        };
        let fresh = match Reply::parse(&handshake.text) {
            Ok(reply) => reply.cursor,
            Err(garbled) => return Ok(Err(self.client.garbled(&garbled))),
        };
        let now = clock.now();
        self.client.hear_time(fresh.timetoken, now);
        let mut resumed = self.cursor.map(|saved| saved.timetoken);
        if self.unreadable >= UNREADABLE && resumed.is_some() {
            let poll = self.poll;
            tracing::warn!(poll, from = ?resumed, to = %fresh.timetoken, "passed over what can't be read");
            self.unreadable = 0;
            resumed = Some(fresh.timetoken);
        }
        // Catch up: the saved timetoken, in the region we are in now.
        let mut cursor = Cursor { timetoken: resumed.unwrap_or(fresh.timetoken), region: fresh.region };
        self.cursor = Some(cursor);
        self.tell(LinkChange::Live { resumed, round_trip: now.since(started) }).await?;
        loop {
            if self.allowed_now().await? {
                return Ok(Ok(()));
            }
            let body = match self.ask(Some(cursor)).await? {
                Ask::Answered(Ok(body)) => body,
                Ask::Answered(Err(error)) => {
                    self.unreadable += u32::from(matches!(error, Error::TooLarge { .. }));
                    return Ok(Err(error));
                }
                Ask::Changed => {
                    // The same place in the stream: of the rest nothing is missed.
                    self.take_change();
                    continue;
                }
            };
            let now = clock.now();
            crate::failpoint::panic_at("source");
            match self.reader.read(&body.text, body.patched, self.poll, now) {
                Ok((next, batch)) => {
                    // The clock of the service was at least here when it answered.
                    self.client.hear_time(next.timetoken, now);
                    cursor = next;
                    self.cursor = Some(next);
                    self.attempt = 0;
                    self.unreadable = 0;
                    let (poll, heard, duplicates) = (self.poll, batch.heard.len(), batch.duplicates);
                    tracing::trace!(poll, heard, duplicates, cursor = %next.timetoken, "reply");
                    self.notices.send(Notice::Batch(batch)).await.map_err(|_| Ended)?;
                }
                Err(garbled) => {
                    self.unreadable += 1;
                    return Ok(Err(self.client.garbled(&garbled)));
                }
            }
        }
    }

    /// One subscribe request, with a pulse beside it when it is long.
    async fn ask(&mut self, cursor: Option<Cursor>) -> Result<Ask, Ended> {
        let client = self.client.clone();
        let request = client.subscribe(self.names(), cursor);
        tokio::pin!(request);
        let mut missed = 0;
        loop {
            let clock = self.client.clock();
            tokio::select! {
                reply = &mut request => return Ok(Ask::Answered(reply)),
                () = self.notices.closed() => return Err(Ended),
                () = changed(&mut self.asked, &mut self.changed) => return Ok(Ask::Changed),
                () = tokio::time::sleep(PULSE), if cursor.is_some() => {
                    let asked = clock.now();
                    // The poll goes on beside the check: whichever answers first, nothing is lost.
                    let pulse = tokio::select! {
                        reply = &mut request => return Ok(Ask::Answered(reply)),
                        pulse = self.client.time() => pulse,
                    };
                    match pulse {
                        Ok(_) => {
                            missed = 0;
                            let round_trip = clock.now().since(asked);
                            self.tell(LinkChange::Alive { round_trip, ledger: self.client.ledger() }).await?;
                        }
                        // A service that refuses the question is alive.
                        Err(Error::Refused { .. }) => missed = 0,
                        Err(error) => {
                            missed += 1;
                            if missed >= PULSES_MISSED {
                                return Ok(Ask::Answered(Err(error)));
                            }
                        }
                    }
                }
            }
        }
    }
}
