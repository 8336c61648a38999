//! Answers to here now that are repeated for some seconds, as PubNub's cache does. Pure.

use std::collections::HashMap;

use crate::{
    presence::{Moment, SubscribeKey},
    wire::{Names, Page},
};

/// How many answers are kept. Beyond them the cache is of no use, and clients only get fresher answers.
const MOST_ANSWERS: usize = 1_000;

/// Key, names, with user ids, with state, page.
pub(super) type HereNowKey = (SubscribeKey, Names, bool, bool, Page);

#[derive(Default)]
pub(super) struct HereNowCache {
    answers: HashMap<HereNowKey, (Moment, String)>,
}

impl HereNowCache {
    pub fn get(&self, key: &HereNowKey, now: Moment) -> Option<String> {
        self.answers.get(key).filter(|(until, _)| now < *until).map(|(_, body)| body.clone())
    }

    pub fn put(&mut self, key: HereNowKey, body: String, until: Moment, now: Moment) {
        if self.answers.len() >= MOST_ANSWERS {
            self.answers.retain(|_, (until, _)| now < *until);
        }
        if self.answers.len() < MOST_ANSWERS {
            self.answers.insert(key, (until, body));
        }
    }
}
