//! Answers to here now that are given again for some seconds, as PubNub's cache does. Pure.

use std::collections::HashMap;

use crate::{
    presence::{Moment, SubscribeKey},
    wire::{Names, Page},
};

/// So many answers are kept.
const MOST: usize = 1_000;

/// Key, names, with user ids, with state, page.
pub(super) type Question = (SubscribeKey, Names, bool, bool, Page);

#[derive(Default)]
pub(super) struct Cache {
    answers: HashMap<Question, (Moment, String)>,
}

impl Cache {
    pub fn get(&self, question: &Question, now: Moment) -> Option<String> {
        self.answers.get(question).filter(|(until, _)| now < *until).map(|(_, body)| body.clone())
    }

    pub fn put(&mut self, question: Question, body: String, until: Moment, now: Moment) {
        if self.answers.len() >= MOST {
            self.answers.retain(|_, (until, _)| now < *until);
        }
        if self.answers.len() < MOST {
            self.answers.insert(question, (until, body));
        }
    }
}
