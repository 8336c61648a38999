//! What the client of a user asks of herenow's own service, as that service tells it, and what is wrong with it.

mod judge;
mod ledger;
mod sentence;

pub use self::{
    judge::{HeartbeatGap, UserRequestFault, judge_requests},
    ledger::{KnownRequests, ServiceLedger},
    sentence::RequestSentence,
};
