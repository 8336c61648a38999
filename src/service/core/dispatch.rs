//! From a request to the method that answers it, if its key is served and its caller may.

use super::{
    Answer, Core, Fact,
    reply::{ok, refuse},
};
use crate::{
    presence::{Moment, State, SubscribeKey},
    wire::{Ask, GroupChannels, Refusal, Request, WhereNow, groups_list, groups_ok, leave_ok, state_set, time_now},
};

impl Core {
    /// Why this key is not served, if it is not.
    fn refuse_key(&mut self, key: &SubscribeKey, now: Moment) -> Option<Answer> {
        if self.settings.keys.as_ref().is_some_and(|keys| !keys.contains(key)) {
            let refusal = Refusal {
                status: 400,
                message: "Invalid Subscribe Key".into(),
                service: "Access Manager".into(),
                ..Refusal::default()
            };
            return Some(Answer::Now(400, refusal.encode()));
        }
        let most = self.settings.bounds.keys;
        if self.spaces.contains_key(key) || self.spaces.len() < most {
            return None;
        }
        let settings = self.settings.clone();
        self.spaces.retain(|_, space| !space.is_idle(now, &settings));
        if self.spaces.len() >= most {
            let deserted = self.spaces.iter().filter(|(_, space)| space.is_deserted());
            let oldest = deserted.min_by_key(|(_, space)| space.newest()).map(|(key, _)| key.clone());
            oldest.and_then(|key| self.spaces.remove(&key));
        }
        (self.spaces.len() >= most).then(|| refuse(503, format!("{most} subscribe keys are in use, as many as fit")))
    }

    /// Answer a request, or tell its caller to wait.
    pub fn answer(&mut self, request: Request, now: Moment) -> Answer {
        self.advance(now);
        let Request { subscribe_key: key, caller, ask } = request;
        if ask == Ask::Time {
            return ok(time_now(self.mint(now)));
        }
        if let Some(refused) = self.refuse_key(&key, now) {
            return refused;
        }
        if let Some(refusal) = self.access.refuse(&ask, caller.auth.as_ref(), now) {
            return Answer::Now(refusal.status, refusal.encode());
        }
        let settings = self.settings.clone();
        match ask {
            Ask::Subscribe { names, cursor, timeout, state, filter } => {
                self.subscribe(key, caller.user, names, cursor, (timeout, state, filter), now)
            }
            Ask::Heartbeat { names, timeout, state } => {
                let Some(user) = caller.user else { return refuse(400, "Missing uuid") };
                self.heartbeat(&key, &user, &names, timeout, state.as_deref(), now)
            }
            Ask::Leave { names } => {
                let Some(user) = caller.user else { return refuse(400, "Missing uuid") };
                let space = self.space(&key);
                let mut facts = Vec::new();
                for channel in space.places(&names) {
                    facts.extend(space.say_goodbye(channel, &user, &settings, now));
                }
                self.tell(&key, facts, now);
                ok(leave_ok())
            }
            Ask::HereNow { names, user_ids, state, page } => self.here_now(&key, names, user_ids, state, page, now),
            Ask::WhereNow { user } => {
                ok(WhereNow { channels: self.space(&key).registry.places(&user), unread: 0 }.encode())
            }
            Ask::SetState { names, user, state } => match State::parse(&state) {
                Ok(state) => {
                    let space = self.space(&key);
                    let places = space.places(&names);
                    let facts: Vec<Fact> =
                        places.iter().filter_map(|c| space.registry.set_state(c, &user, &state)).collect();
                    self.tell(&key, facts, now);
                    ok(state_set(&state))
                }
                Err(why) => refuse(400, why.to_string()),
            },
            Ask::GetState { names, user } => self.get_state(&key, &names, &user),
            Ask::ListGroups => ok(groups_list(self.space(&key).groups.names())),
            Ask::ListGroup { group } => {
                let channels = self.space(&key).groups.members(&group).cloned().collect();
                ok(GroupChannels { channels, unread: 0 }.encode(&group))
            }
            Ask::AddToGroup { group, channels } => {
                match self.space(&key).groups.add(&group, &channels, &settings.bounds) {
                    Ok(new) => self.group_grew(&key, &group, &new, now),
                    Err(full) => {
                        let refusal =
                            Refusal { service: "channel-registry".into(), ..Refusal::presence(400, full.to_string()) };
                        return Answer::Now(400, refusal.encode());
                    }
                }
                ok(groups_ok())
            }
            Ask::RemoveFromGroup { group, channels } => {
                let members = self.space(&key).groups.remove(&group, &channels);
                self.group_shrank(&key, &group, &members, now);
                ok(groups_ok())
            }
            Ask::DeleteGroup { group } => {
                let members = self.space(&key).groups.delete(&group);
                self.group_shrank(&key, &group, &members, now);
                ok(groups_ok())
            }
            Ask::Publish { message, .. } => self.publish_message(&key, &message, caller.user.as_ref(), now),
            Ask::Time => ok(time_now(self.mint(now))),
        }
    }
}
