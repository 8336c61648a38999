//! What of a request is taken on: what it already has is renewed, whatever else is refused. Pure.

use std::collections::BTreeSet;

use super::{Core, Decision, decision::refuse, key_state::KeyState, registry::weigh_presence};
use crate::{
    presence::{Channel, SubscribeKey, UserId},
    wire::Names,
};

/// How many times the bound of channels a request that is refused is looked through for what it already has.
const LOOKS_BEYOND: usize = 5;

/// What may be done for a user on the channels of a request.
pub(super) struct Admission {
    /// The channels with presence: all of them, or where something is refused those where the user is already.
    pub channels: BTreeSet<Channel>,
    /// Why nothing new is taken on.
    pub refused: Option<Decision>,
}

impl Core {
    /// The refusal, if a request means more channels than are worked on at once.
    pub(super) fn refuse_many_channels(&mut self, key: &SubscribeKey, names: &Names) -> Option<Decision> {
        let (most, count) = (self.settings.bounds.channels, self.key_state(key).count_channels(names));
        let why = || format!("The request is for {count} channels, its groups unfolded; at most {most} fit into one");
        (count > most).then(|| refuse(400, why()))
    }

    /// The refusal, if so many bytes more do not fit.
    pub(super) fn refuse_bytes(&self, more: usize) -> Option<Decision> {
        let megabytes = self.memory.most >> 20;
        let why = || format!("The memory of the service, {megabytes} MiB, is full");
        (!self.memory.fits(more)).then(|| refuse(503, why()))
    }

    /// The refusal, if `user` would be new on one of these channels and there is no room, or none for `more` bytes.
    fn refuse_if_full(
        &mut self,
        key: &SubscribeKey,
        user: &UserId,
        channels: &BTreeSet<Channel>,
        more: usize,
    ) -> Option<Decision> {
        let most = self.settings.bounds.present;
        let registry = &self.key_state(key).registry;
        let new = channels.iter().filter(|channel| !registry.is_present(channel, user));
        let (count, bytes) = new.fold((0, 0), |(count, bytes), new| (count + 1, bytes + weigh_presence(new, user)));
        if count > 0 && self.memory.present.sum() + count > most {
            return Some(refuse(503, format!("{most} users are present, as many as fit")));
        }
        if bytes + more > 0 { self.refuse_bytes(bytes + more) } else { None }
    }

    /// What may be done for a user on the channels of a request, which brings `more` bytes besides.
    pub(super) fn admit(&mut self, key: &SubscribeKey, user: &UserId, names: &Names, more: usize) -> Admission {
        let settings = self.settings.clone();
        let mut refused = self.refuse_many_channels(key, names);
        if refused.is_none() {
            let channels = self.key_state(key).channels_with_presence(names, &settings);
            refused = self.refuse_if_full(key, user, &channels, more);
            if refused.is_none() {
                return Admission { channels, refused };
            }
        }
        let looks = settings.bounds.channels.saturating_mul(LOOKS_BEYOND);
        let key_state = self.key_state(key);
        let channels = key_state.find_present(names, user, looks).into_iter().filter(|c| settings.has_presence(c));
        Admission { channels: channels.collect(), refused }
    }

    /// Forget the oldest events of all keys until everything fits.
    pub(super) fn trim_backlogs(&mut self) {
        while self.memory.is_full() {
            let Some((oldest, key)) = self.oldest_backlogs.pop_first() else { return };
            let Some(key_state) = self.key_states.get_mut(&key) else { continue };
            if key_state.oldest_backlog() == Some(oldest) {
                key_state.forget_oldest_backlog();
            }
            let next = key_state.oldest_backlog();
            self.oldest_backlogs.extend(next.map(|next| (next, key)));
        }
    }

    /// Publish on a key, and note which of its backlogs is the first to be forgotten.
    pub(super) fn publish_on<T>(&mut self, key: &SubscribeKey, publish: impl FnOnce(&mut KeyState) -> T) -> T {
        let key_state = self.key_state(key);
        let before = key_state.oldest_backlog();
        let result = publish(key_state);
        let after = key_state.oldest_backlog();
        if before != after {
            if let Some(before) = before {
                self.oldest_backlogs.remove(&before);
            }
            self.oldest_backlogs.extend(after.map(|after| (after, key.clone())));
        }
        self.trim_backlogs();
        result
    }
}
