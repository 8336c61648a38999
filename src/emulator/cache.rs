//! Answers to here now that are repeated for some seconds, as PubNub's cache does. Pure.

use std::{collections::HashMap, sync::Arc};

use super::memory::{Share, Total};
use crate::{
    presence::{Moment, SubscribeKey},
    wire::{Names, Page},
};

/// How many answers are kept. Beyond them the cache is of no use, and clients only get fresher answers.
const MOST_ANSWERS: usize = 1_000;

/// The most bytes of all of them, and of one.
const MOST_BYTES: usize = 16 << 20;
pub(super) const LARGEST_CACHED: usize = 1 << 20;

/// What an answer takes besides its text and its names, and a name besides its text.
const ANSWER_BYTES: usize = 300;
const NAME_BYTES: usize = 50;

/// Key, names, with user ids, with state, page.
pub(super) type HereNowKey = (SubscribeKey, Names, bool, bool, Page);

struct CachedAnswer {
    until: Moment,
    body: Arc<str>,
    /// Its part of the cache, and of all that the service holds.
    _bytes: (Share, Share),
}

/// The answers, by what they answer.
#[derive(Default)]
pub(super) struct HereNowCache {
    answers: HashMap<HereNowKey, CachedAnswer>,
    bytes: Total,
}

fn weigh_answer((_, names, ..): &HereNowKey, body: &str) -> usize {
    let names = names.channels.iter().chain(&names.groups).map(|name| NAME_BYTES + name.len()).sum::<usize>();
    ANSWER_BYTES + names + body.len()
}

impl HereNowCache {
    pub fn get(&self, key: &HereNowKey, now: Moment) -> Option<Arc<str>> {
        self.answers.get(key).filter(|answer| now < answer.until).map(|answer| answer.body.clone())
    }

    /// Keep an answer for a time, if there is room for it; its bytes are a part of `total`.
    pub fn put(&mut self, key: HereNowKey, body: &str, until: Moment, now: Moment, total: &Total) {
        let bytes = weigh_answer(&key, body);
        self.answers.retain(|_, answer| now < answer.until);
        let fits = self.answers.len() < MOST_ANSWERS && self.bytes.sum() + bytes <= MOST_BYTES;
        if fits {
            let bytes = (self.bytes.share(bytes), total.share(bytes));
            self.answers.insert(key, CachedAnswer { until, body: body.into(), _bytes: bytes });
        }
    }
}

/// The account once more, from nothing.
#[cfg(test)]
impl HereNowCache {
    pub fn recount(&self) -> usize {
        self.answers.iter().map(|(key, answer)| weigh_answer(key, &answer.body)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_bounded_in_bytes() {
        let (mut cache, total) = (HereNowCache::default(), Total::default());
        let key = |n: usize| {
            let names = Names { channels: vec![format!("c{n}").into()], groups: vec![] };
            (SubscribeKey::from_wire("k"), names, true, false, Page::default())
        };
        let at = |seconds: u64| Moment::from_micros(seconds * 1_000_000);
        let body = "x".repeat(LARGEST_CACHED / 2);
        (0..100).for_each(|n| cache.put(key(n), &body, at(3), at(0), &total));
        assert!(total.sum() <= MOST_BYTES && total.sum() > MOST_BYTES / 10 * 9);
        assert!(cache.get(&key(0), at(2)).is_some() && cache.get(&key(0), at(3)).is_none());
        cache.put(key(200), "new", at(9), at(4), &total);
        assert!(cache.get(&key(200), at(5)).is_some());
        assert_eq!(total.sum(), weigh_answer(&key(200), "new"), "what is over makes room");
    }
}
