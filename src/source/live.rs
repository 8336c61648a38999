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

use std::convert::Infallible;

use tokio::sync::watch;

use super::{Outlet, ParsedReply, ReplyReader, inlet::InletClosed, next_poll::NextPoll};
use crate::{
    client::{Client, Error, Retry},
    presence::{LinkChange, Moment, Notice, ReplyItem, Subscription},
    wire::{Cursor, Names, RawReply},
};

/// How many notices may wait to be taken in. Then the source waits, and the service keeps the rest.
pub const QUEUE: usize = 1024;

/// After how many unreadable answers in a row their cursor is given up: asking again will not make them readable.
const UNREADABLE: u32 = 3;

pub(super) struct Follower {
    poll: usize,
    pub(super) client: Client,
    pub(super) notices: Outlet,
    /// What the loop is to follow, as that changes.
    pub(super) asked: watch::Receiver<Vec<Subscription>>,
    /// It has changed.
    pub(super) changed: bool,
    /// What of that is asked for.
    pub(super) wanted: Vec<Subscription>,
    /// Refused by name while the rest was allowed, and when to try again.
    pub(super) refused: Vec<Subscription>,
    pub(super) second_try: Moment,
    /// How often in a row that was tried.
    pub(super) second_tries: u32,
    reader: ReplyReader,
    cursor: Option<Cursor>,
    /// The last reply was full and brought something new, so that the next poll follows at once.
    pub(super) follows: bool,
    /// The next poll, if it is under way already.
    pub(super) next_poll: Option<NextPoll>,
    pub(super) attempt: u32,
    /// Polls in a row that were answered with what can't be read.
    unreadable: u32,
    /// The last poll was, so that a handshake alone does not make the link live.
    doubted: bool,
    /// The handshake succeeded, and that the link is live is told when a poll does, too.
    pub(super) untold: Option<LinkChange>,
}

/// Why a conversation with the service stopped.
pub(super) enum Stop {
    /// Nobody receives our notices any more.
    ReceiverGone,
    /// Something else is wanted now.
    Changed,
    /// A request failed, or its answer could not be read.
    Failed(Error),
}

impl From<InletClosed> for Stop {
    fn from(_: InletClosed) -> Self {
        Self::ReceiverGone
    }
}

/// Follow what `asked` holds, as it changes, through one poll loop, until the notices' receiver is gone.
/// Loops that are followed together share a `reader`. Only the presence twins are asked for, so that
/// watching makes nobody present.
pub async fn follow(
    poll: usize,
    asked: watch::Receiver<Vec<Subscription>>,
    client: Client,
    reader: ReplyReader,
    notices: impl Into<Outlet>,
) {
    let mut follower = Follower {
        poll,
        client,
        notices: notices.into(),
        asked,
        changed: true,
        wanted: Vec::new(),
        refused: Vec::new(),
        second_try: Moment::default(),
        second_tries: 0,
        reader,
        cursor: None,
        follows: false,
        next_poll: None,
        attempt: 0,
        unreadable: 0,
        doubted: false,
        untold: None,
    };
    while follower.step().await.is_ok() {}
}

/// Wait until something else is asked for; for ever, if nobody is left to ask for it.
pub(super) async fn wait_for_change(asked: &mut watch::Receiver<Vec<Subscription>>, noted: &mut bool) {
    if asked.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
    *noted = true;
}

impl Follower {
    pub(super) async fn report(&self, change: LinkChange) -> Result<(), InletClosed> {
        let at = self.client.clock().now();
        self.log(&change);
        self.notices.send(Notice::Link { poll: self.poll, change, at }).await
    }

    /// Log a change of the link.
    fn log(&self, change: &LinkChange) {
        let poll = self.poll;
        match change {
            LinkChange::Connecting => tracing::debug!(poll, names = self.wanted.len(), "connecting"),
            LinkChange::Live { resumed, round_trip } => {
                let ms = u64::try_from(round_trip.as_millis()).unwrap_or(u64::MAX);
                tracing::info!(poll, names = self.wanted.len(), ms, resumed = resumed.is_some(), "live");
            }
            LinkChange::Lost { trouble, attempt, .. } => {
                tracing::warn!(poll, attempt, why = &*trouble.sentence, "lost");
            }
            LinkChange::Refused { trouble, what, everything } => {
                tracing::warn!(poll, names = what.len(), everything, why = &*trouble.sentence, "refused");
            }
            LinkChange::Allowed { what } => tracing::info!(poll, names = what.len(), "allowed again"),
            LinkChange::Ended => tracing::info!(poll, "ended"),
            LinkChange::Alive { .. } => tracing::trace!(poll, "alive"),
        }
    }

    pub(super) fn names(&self) -> Names {
        Names::watching(&self.wanted)
    }

    /// One conversation: connect, follow until it breaks, wait.
    async fn step(&mut self) -> Result<(), InletClosed> {
        self.take_change();
        if self.wanted.is_empty() {
            // Nothing to follow, until there is.
            return tokio::select! {
                () = self.notices.wait_until_closed() => Err(InletClosed),
                () = wait_for_change(&mut self.asked, &mut self.changed) => Ok(()),
            };
        }
        self.report(LinkChange::Connecting).await?;
        let error = match self.run_poll_loop().await {
            Err(Stop::Failed(error)) => error,
            Err(Stop::Changed) => return Ok(()),
            Err(Stop::ReceiverGone) => return Err(InletClosed),
        };
        self.attempt += 1;
        if let Error::Refused { refusal, .. } = &error
            && !error.is_passing()
        {
            return self.go_on_without(&error, refusal).await;
        }
        self.pause(&error).await
    }

    pub(super) async fn pause(&mut self, error: &Error) -> Result<(), InletClosed> {
        let delay = Retry::default().delay(self.attempt, error, fastrand::f64());
        let clock = self.client.clock();
        let retry_at = clock.now().plus(delay);
        self.report(LinkChange::Lost { trouble: error.trouble(), attempt: self.attempt, retry_at }).await?;
        tokio::select! {
            () = clock.sleep_until(retry_at) => Ok(()),
            () = wait_for_change(&mut self.asked, &mut self.changed) => Ok(()),
            () = self.notices.wait_until_closed() => Err(InletClosed),
        }
    }

    /// Connect and poll until something stops it.
    async fn run_poll_loop(&mut self) -> Result<Infallible, Stop> {
        let mut cursor = self.connect().await?;
        loop {
            if self.retry_refused().await? {
                return Err(Stop::Changed);
            }
            cursor = self.poll(cursor).await?;
        }
    }

    /// Do the handshake, and say where in the stream to go on.
    async fn connect(&mut self) -> Result<Cursor, Stop> {
        (self.follows, self.next_poll) = (false, None);
        let clock = self.client.clock();
        let started = clock.now();
        let handshake = self.request(None).await?.map_err(Stop::Failed)?;
        let fresh = match handshake.read(RawReply::parse) {
            Ok(reply) => reply.cursor,
            Err(malformed) => return Err(Stop::Failed(self.client.explain_malformed(&malformed, &handshake))),
        };
        let now = clock.now();
        self.client.note_service_time(fresh.timetoken, now);
        let mut resumed = self.cursor.map(|saved| saved.timetoken);
        if self.unreadable >= UNREADABLE && resumed.is_some() {
            let poll = self.poll;
            tracing::warn!(poll, from = ?resumed, to = %fresh.timetoken, "passed over what can't be read");
            self.unreadable = 0;
            resumed = Some(fresh.timetoken);
        }
        // Catch up: the saved timetoken, in the region we are in now.
        let cursor = Cursor { timetoken: resumed.unwrap_or(fresh.timetoken), region: fresh.region };
        self.cursor = Some(cursor);
        let live = LinkChange::Live { resumed, round_trip: now.since(started) };
        self.untold = Some(live);
        if !self.doubted {
            self.tell_live().await?;
        }
        Ok(cursor)
    }

    /// Tell that the link is live, unless that was done.
    pub(super) async fn tell_live(&mut self) -> Result<(), InletClosed> {
        match self.untold.take() {
            Some(live) => self.report(live).await,
            None => Ok(()),
        }
    }

    /// Wait for what is newer than the cursor, and report it. Returns where to go on.
    async fn poll(&mut self, cursor: Cursor) -> Result<Cursor, Stop> {
        let body = match self.request(Some(cursor)).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) => {
                self.note_unreadable(matches!(error, Error::TooLarge { .. }));
                return Err(Stop::Failed(error));
            }
            Err(Stop::Changed) => {
                // The same place in the stream: of the rest nothing is missed.
                self.take_change();
                return Ok(cursor);
            }
            Err(stop) => return Err(stop),
        };
        let now = self.client.clock().now();
        crate::failpoint::panic_at("source");
        let reply = match ParsedReply::parse(&body) {
            Ok(reply) => reply,
            Err(malformed) => {
                self.note_unreadable(true);
                return Err(Stop::Failed(self.client.explain_malformed(&malformed, &body)));
            }
        };
        let next = reply.cursor();
        let moves = next.timetoken > cursor.timetoken;
        if self.follows && reply.is_full() && moves {
            self.poll_ahead(next).await;
        }
        // The whole reply is known to be one before any event of it counts as received.
        let batch = self.reader.read(&reply, &body, self.poll, now);
        // The clock of the service was at least here when it answered.
        self.client.note_service_time(next.timetoken, now);
        // A service that repeats itself, or stays where it is, is not asked faster for it.
        let is_new = |heard: &ReplyItem| matches!(heard, ReplyItem::Event(_));
        self.follows = batch.full && moves && batch.heard.iter().any(is_new);
        self.cursor = Some(next);
        self.attempt = 0;
        (self.unreadable, self.doubted) = (0, false);
        self.tell_live().await?;
        let (poll, heard, copies, repeats) = (self.poll, batch.heard.len(), batch.copies, batch.repeats);
        tracing::trace!(poll, heard, copies, repeats, cursor = %next.timetoken, "reply");
        self.notices.send(Notice::from(batch)).await?;
        Ok(next)
    }

    /// Note that a poll failed, and whether that was because of its answer.
    fn note_unreadable(&mut self, unreadable: bool) {
        self.unreadable += u32::from(unreadable);
        self.doubted |= unreadable;
        self.untold = None;
    }
}
