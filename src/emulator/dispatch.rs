//! From a request to the method that answers it, if its key is served and its caller may.

use super::{
    Core, Decision,
    decision::{answer_ok, refuse},
    pieces::{AnswerPieces, BegunAnswer},
    subscribe::SubscribeRequest,
};
use crate::{
    presence::{Moment, SubscribeKey, UserId},
    wire::{Operation, Refusal, Request, encode_time},
};

impl Core {
    /// The refusal, if this key is not served.
    fn refuse_key(&mut self, key: &SubscribeKey, now: Moment) -> Option<Decision> {
        if self.settings.keys.as_ref().is_some_and(|keys| !keys.contains(key)) {
            return Some(Decision::Answer(400, Refusal::invalid_key().encode()));
        }
        let most = self.settings.bounds.keys;
        if self.key_states.contains_key(key) || self.key_states.len() < most {
            return None;
        }
        let settings = self.settings.clone();
        self.key_states.retain(|_, key_state| !key_state.is_idle(now, &settings));
        if self.key_states.len() >= most {
            let deserted = self.key_states.iter().filter(|(_, key_state)| key_state.is_deserted());
            let oldest = deserted.min_by_key(|(_, key_state)| key_state.newest()).map(|(key, _)| key.clone());
            oldest.and_then(|key| self.key_states.remove(&key));
        }
        (self.key_states.len() >= most)
            .then(|| refuse(503, format!("{most} subscribe keys are in use, as many as fit")))
    }

    /// Answer a request, or let its poll wait. Lets everything due by `now` happen first.
    pub fn answer(&mut self, request: Request, now: Moment) -> Decision {
        match self.begin_answer(request, now) {
            BegunAnswer::Decided(decision) => decision,
            BegunAnswer::Pieces(pieces) => answer_ok(pieces.collect(self, usize::MAX).unwrap_or_default()),
        }
    }

    /// As [`answer`](Self::answer), but what may be long is only begun.
    pub fn begin_answer(&mut self, request: Request, now: Moment) -> BegunAnswer {
        self.advance(now);
        let Request { subscribe_key: key, caller, operation } = request;
        if operation == Operation::Time {
            return answer_ok(encode_time(self.next_timetoken(now))).into();
        }
        if let Some(refused) = self.refuse_names(&key, caller.user.as_ref(), &operation, now) {
            return refused.into();
        }
        if let Some(refused) = self.refuse_key(&key, now) {
            return refused.into();
        }
        let leave_needs_it = self.settings.guesses.leave_needs_permission;
        if let Some(refusal) = self.access.refuse(&operation, &caller, leave_needs_it, now) {
            return Decision::Answer(refusal.status, refusal.encode()).into();
        }
        let begun = self.dispatch(&key, caller.user, operation, now);
        if let BegunAnswer::Decided(Decision::Wait(id, _)) = &begun
            && let Some(poll) = self.polls.get_mut(id)
        {
            poll.auth = caller.auth;
        }
        self.trim_backlogs();
        begun
    }

    fn dispatch(&mut self, key: &SubscribeKey, user: Option<UserId>, operation: Operation, now: Moment) -> BegunAnswer {
        let decision = match operation {
            Operation::Subscribe { names, cursor, timeout, state, filter, form } => {
                self.subscribe(key, user, SubscribeRequest { names, cursor, timeout, state, filter, form }, now)
            }
            Operation::Heartbeat { names, timeout, state } => match user {
                Some(user) => self.heartbeat(key, &user, &names, timeout, state.as_deref(), now),
                None => refuse(400, "Missing uuid"),
            },
            Operation::Leave { names } => match user {
                Some(user) => self.leave(key, &user, &names, now),
                None => refuse(400, "Missing uuid"),
            },
            Operation::SetState { names, user, state } => self.set_state(key, &names, &user, &state, now),
            Operation::ListGroups => self.list_groups(key),
            Operation::ListGroup { group } => self.list_group(key, &group),
            Operation::AddToGroup { group, channels } => self.add_to_group(key, &group, &channels, now),
            Operation::RemoveFromGroup { group, channels } => self.remove_from_group(key, &group, &channels, now),
            Operation::DeleteGroup { group } => self.delete_group(key, &group, now),
            Operation::Publish { message, .. } => self.publish_message(key, &message, user.as_ref(), now),
            Operation::HereNow { names, user_ids, state, page } => {
                return self.here_now(key, names, user_ids, state, page, now);
            }
            Operation::WhereNow { user } => return BegunAnswer::Pieces(AnswerPieces::where_now(key, &user)),
            Operation::GetState { names, user } => return self.get_state(key, &names, &user),
            Operation::Time => answer_ok(encode_time(self.next_timetoken(now))),
        };
        decision.into()
    }
}
