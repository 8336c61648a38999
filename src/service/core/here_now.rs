//! Here now: who is present, page by page, from the cache if that is imitated. Pure.

use std::collections::BTreeMap;

use super::{
    Core, Decision,
    decision::{answer_ok, refuse},
    key_state::KeyState,
};
use crate::{
    presence::{Channel, Moment, PNPRES, SubscribeKey, rules},
    wire::{ChannelOccupants, HereNow, HereNowShape, Names, Page},
};

/// How the service refuses a page, in its own words.
fn refuse_page(page: Page) -> Option<Decision> {
    let most = rules::HERE_NOW_PAGE;
    let Page { limit, offset } = page;
    if limit.is_some_and(|limit| usize::try_from(limit).is_ok_and(|limit| limit > most)) {
        return Some(refuse(400, format!("Cannot return more than {most} uuids at a time")));
    }
    if limit.is_some_and(|limit| limit < 0) {
        return Some(refuse(400, "Limit must be greater than or equal to 0"));
    }
    offset.filter(|offset| *offset < 0).map(|_| refuse(400, "Offset must be greater than or equal to 0"))
}

/// The channels to report on. A single name is always reported on, even one where nobody can be present.
fn channels_to_report(key_state: &KeyState, names: &Names) -> Vec<Channel> {
    let channels: Vec<Channel> = if names.is_empty() {
        key_state.registry.channels().cloned().collect()
    } else {
        key_state.find_channels(names).into_iter().collect()
    };
    match names.single().filter(|_| channels.is_empty()) {
        Some(name) => vec![Channel::from_wire(&format!("{name}{PNPRES}"))],
        None => channels,
    }
}

impl Core {
    pub(super) fn here_now(
        &mut self,
        key: &SubscribeKey,
        names: Names,
        user_ids: bool,
        state: bool,
        page: Page,
        now: Moment,
    ) -> Decision {
        if let Some(refused) = refuse_page(page) {
            return refused;
        }
        if names.is_empty() && !self.settings.global_here_now {
            return refuse(402, "here now for all channels is not enabled for this key");
        }
        let cached_for = self.settings.guesses.here_now_cache;
        if cached_for.is_zero() {
            return answer_ok(self.list_occupants(key, &names, user_ids, state, page));
        }
        let cache_key = (key.clone(), names, user_ids, state, page);
        if let Some(body) = self.cache.get(&cache_key, now) {
            return answer_ok(body);
        }
        let body = self.list_occupants(key, &cache_key.1, user_ids, state, page);
        self.cache.put(cache_key, body.clone(), now.plus(cached_for), now);
        answer_ok(body)
    }

    fn list_occupants(
        &mut self,
        key: &SubscribeKey,
        names: &Names,
        user_ids: bool,
        with_state: bool,
        page: Page,
    ) -> String {
        let limit = page.limit.map_or(rules::HERE_NOW_PAGE, |limit| usize::try_from(limit).unwrap_or(0));
        let offset = usize::try_from(page.offset.unwrap_or(0)).unwrap_or(usize::MAX);
        let single = names.single().is_some();
        let list_empty = single || self.settings.guesses.empty_channels_are_listed;
        let key_state = self.key_state(key);
        let mut channels = BTreeMap::new();
        for channel in channels_to_report(key_state, names) {
            let occupancy = key_state.registry.occupancy(&channel);
            if occupancy > 0 || list_empty {
                let listed = (user_ids && limit > 0).then(|| key_state.registry.occupants(&channel, offset, limit));
                channels.insert(
                    channel,
                    ChannelOccupants { occupancy: occupancy as u64, listed, unread: 0, first_unread: None },
                );
            }
        }
        let shape = if single { HereNowShape::Flat } else { HereNowShape::ByChannel };
        HereNow { channels, unread: 0 }.encode(shape, with_state)
    }
}
