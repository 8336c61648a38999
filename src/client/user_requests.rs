//! What a user asked of herenow's own service last.

use super::{Client, Error};
use crate::{
    presence::{UserId, UserRequests},
    wire::UserRequestsQuery,
};

/// What the ledger calls it.
const KIND: &str = "ledger";

/// Requests that are asked for.
const LIMIT: usize = 12;

impl Client {
    /// Ask what a user asked last; `None`, if the origin is no service of herenow's. It is asked on this machine only:
    /// to any other origin nothing is sent.
    ///
    /// # Errors
    /// If there was no answer, or one that may be another the next time.
    pub async fn user_requests(&self, user: &UserId) -> Result<Option<UserRequests>, Error> {
        if !self.keyset().origin.is_loopback() {
            return Ok(None);
        }
        let subscribe_key = Some(self.keyset().subscribe_key.clone());
        let query = UserRequestsQuery { user: user.clone(), subscribe_key, limit: LIMIT };
        let (status, body) = self.ask_in_spare_time(KIND, &query.encode()).await?;
        match status {
            200..300 => Ok(body.read(UserRequests::parse).ok()),
            429 | 500.. => {
                let refusal = body.read_refusal(status, |_| false);
                Err(self.explain_refusal(refusal, body.retry_after(), KIND))
            }
            _ => Ok(None),
        }
    }
}
