//! Who may do what, changed while the service runs. Pure.

use super::{Access, AccessFull, AccessRule, Core, Grant, PollId, poll::Poll};
use crate::presence::Moment;

impl Core {
    /// Carry out rules of access, all or none of them.
    ///
    /// Open polls that are not permitted any more are answered at once, with nothing and with the cursor that they have:
    /// their next subscribe is refused with 403. Nobody knows what PubNub does with such a poll; its documentation
    /// allows a minute until a revoked token is refused.
    ///
    /// # Errors
    /// If there would be more rules than fit.
    pub fn change_access(&mut self, rules: Vec<AccessRule>, now: Moment) -> Result<(), AccessFull> {
        self.advance(now);
        let mut changed = self.access.clone();
        rules.into_iter().try_for_each(|rule| changed.apply(rule, now))?;
        self.put_access_in_force(changed, now);
        Ok(())
    }

    /// Undo what was changed: the rules that the service began with are in force again.
    pub fn reset_access(&mut self, now: Moment) {
        self.advance(now);
        self.put_access_in_force(self.first_access.clone(), now);
    }

    /// Have the polls answered that are not permitted any more.
    fn put_access_in_force(&mut self, access: Access, now: Moment) {
        self.access = access;
        let is_denied = |poll: &Poll| self.access.refuse_poll(&poll.names, &poll.caller(), now).is_some();
        let denied: Vec<PollId> = self.polls.iter().filter(|(_, poll)| is_denied(poll)).map(|(id, _)| *id).collect();
        for id in denied {
            self.end_poll(id);
        }
    }

    /// The rules for names as they are written, the tokens, masked, with what they are worth, and whether tokens of
    /// Access Manager v3 are read.
    pub fn list_access(&self) -> (Vec<String>, Vec<(String, Grant)>, bool) {
        (self.access.list_names().collect(), self.access.list_tokens().collect(), self.access.does_read_tokens())
    }
}
