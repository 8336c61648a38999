//! One subscribe request, and what goes on beside it while the service holds it.

use std::time::Duration;

use super::{
    live::{Follower, Stop, wait_for_change},
    next_poll::{NextPoll, PollTask, wait_for_reply},
};
use crate::{
    client::{AnswerText, Error},
    presence::LinkChange,
    wire::Cursor,
};

/// How often a silent poll is checked, by asking for the time. A dead link is so noticed within a minute, instead of
/// after the 310 s of a poll.
const PULSE: Duration = Duration::from_secs(20);

/// How many checks in a row fail before the poll is given up. One may be lost on a bad network.
const PULSES_MISSED: u32 = 2;

/// After an answer that could not be read, a poll that stays open for so long is a sign that the stream is sound again.
const SOUND: Duration = Duration::from_secs(2);

impl Follower {
    fn start_poll(&self, cursor: Option<Cursor>) -> PollTask {
        let (client, names, at_once) = (self.client.clone(), self.names(), self.follows);
        PollTask::new(tokio::spawn(async move { client.poll(names, cursor, at_once).await }))
    }

    /// Ask for what follows a full reply before its events are read, so that the service answers meanwhile. The reply is
    /// known to be whole: one that is torn is asked for again.
    pub(super) async fn poll_ahead(&mut self, cursor: Cursor) {
        self.next_poll = Some(NextPoll { cursor, reply: self.start_poll(Some(cursor)) });
        // The request is on its way before this goes on.
        tokio::task::yield_now().await;
    }

    /// One subscribe request, with a pulse beside it when it is long.
    pub(super) async fn request(&mut self, cursor: Option<Cursor>) -> Result<Result<AnswerText, Error>, Stop> {
        let request = match self.next_poll.take().filter(|poll| Some(poll.cursor) == cursor) {
            Some(poll) => poll.reply,
            None => self.start_poll(cursor),
        };
        let request = wait_for_reply(request);
        tokio::pin!(request);
        let mut missed = 0;
        let clock = self.client.clock();
        let (sound, second_try) = (clock.now().plus(SOUND), self.second_try);
        loop {
            tokio::select! {
                reply = &mut request => return Ok(reply),
                () = self.notices.wait_until_closed() => return Err(Stop::ReceiverGone),
                () = wait_for_change(&mut self.asked, &mut self.changed) => return Err(Stop::Changed),
                () = clock.sleep_until(sound), if cursor.is_some() && self.untold.is_some() => self.tell_live().await?,
                // The poll is given up, and goes on from the same place after the second try.
                () = clock.sleep_until(second_try), if cursor.is_some() && !self.refused.is_empty() => {
                    return Err(Stop::Changed);
                }
                () = tokio::time::sleep(PULSE), if cursor.is_some() => {
                    let asked = clock.now();
                    // The poll goes on beside the check: whichever answers first, nothing is lost.
                    let pulse = tokio::select! {
                        reply = &mut request => return Ok(reply),
                        pulse = self.client.time() => pulse,
                    };
                    match pulse {
                        Ok(_) => {
                            missed = 0;
                            let round_trip = clock.now().since(asked);
                            self.report(LinkChange::Alive { round_trip, ledger: self.client.ledger() }).await?;
                        }
                        // A service that refuses the question is alive.
                        Err(Error::Refused { .. }) => missed = 0,
                        Err(error) => {
                            missed += 1;
                            if missed >= PULSES_MISSED {
                                return Ok(Err(error));
                            }
                        }
                    }
                }
            }
        }
    }
}
