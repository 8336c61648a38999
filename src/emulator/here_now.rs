//! Here now: who is present, page by page, from the cache if that is imitated. Pure.

use super::{
    Core, Decision,
    cache::LARGEST_CACHED,
    decision::{answer_ok, refuse},
    pieces::{AnswerPieces, BegunAnswer, HereNowSource},
};
use crate::{
    presence::{Channel, Moment, PNPRES, SubscribeKey, rules},
    wire::{HereNowShape, HereNowWriter, Names, Page},
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

impl Core {
    pub(super) fn here_now(
        &mut self,
        key: &SubscribeKey,
        names: Names,
        user_ids: bool,
        state: bool,
        page: Page,
        now: Moment,
    ) -> BegunAnswer {
        if let Some(refused) = refuse_page(page) {
            return refused.into();
        }
        if names.is_empty() && !self.settings.global_here_now {
            return refuse(402, "here now for all channels is not enabled for this key").into();
        }
        if let Some(refused) = self.refuse_many_channels(key, &names) {
            return refused.into();
        }
        let cached_for = self.settings.guesses.here_now_cache;
        if cached_for.is_zero() {
            return BegunAnswer::Pieces(self.list_occupants(key, &names, user_ids, state, page));
        }
        let cache_key = (key.clone(), names, user_ids, state, page);
        if let Some(body) = self.cache.get(&cache_key, now) {
            return answer_ok(body.to_string()).into();
        }
        let pieces = self.list_occupants(key, &cache_key.1, user_ids, state, page);
        let Some(body) = pieces.collect(self, LARGEST_CACHED) else {
            return BegunAnswer::Pieces(self.list_occupants(key, &cache_key.1, user_ids, state, page));
        };
        if self.memory.fits(body.len()) {
            self.cache.put(cache_key, &body, now.plus(cached_for), now, &self.memory.lasting);
        }
        answer_ok(body).into()
    }

    fn list_occupants(
        &mut self,
        key: &SubscribeKey,
        names: &Names,
        user_ids: bool,
        with_state: bool,
        page: Page,
    ) -> AnswerPieces {
        let limit = page.limit.map_or(rules::HERE_NOW_PAGE, |limit| usize::try_from(limit).unwrap_or(0));
        let offset = usize::try_from(page.offset.unwrap_or(0)).unwrap_or(usize::MAX);
        let is_single = names.single().is_some();
        let mut channels: Vec<Channel> = self.key_state(key).find_channels(names).into_iter().collect();
        // A single name is always reported on, even one where nobody can be present.
        channels.extend(
            names.single().filter(|_| channels.is_empty()).map(|name| Channel::from_wire(&format!("{name}{PNPRES}"))),
        );
        let source = HereNowSource {
            names: (!names.is_empty()).then(|| channels.into_iter()),
            last: None,
            lists_empty: is_single || self.settings.guesses.empty_channels_are_listed,
            page: (if user_ids { limit } else { 0 }, offset),
        };
        let shape = if is_single { HereNowShape::Flat } else { HereNowShape::ByChannel };
        AnswerPieces::here_now(key, source, HereNowWriter::new(shape, with_state))
    }
}
