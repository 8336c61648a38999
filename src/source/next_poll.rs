//! A subscribe request that is under way in a task of its own.

use tokio_util::task::AbortOnDropHandle;

use crate::{
    client::{AnswerText, Error},
    wire::Cursor,
};

/// The poll that goes on from a reply, under way while the events of that reply are read.
pub(super) struct NextPoll {
    pub cursor: Cursor,
    pub reply: PollTask,
}

/// A subscribe request; given up when this is dropped.
pub(super) type PollTask = AbortOnDropHandle<Result<AnswerText, Error>>;

/// Wait for the reply. A panic in there is one of our own.
pub(super) async fn wait_for_reply(poll: PollTask) -> Result<AnswerText, Error> {
    match poll.await {
        Ok(reply) => reply,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime ends, and with it this task.
            Err(_) => std::future::pending().await,
        },
    }
}
