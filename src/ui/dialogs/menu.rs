//! A few things to choose from, and what is done with the one that is chosen.

use std::sync::Arc;

use crate::model::{Action, Chooser, Model, Open, Removal, act, keysets, watching};
use crate::presence::{Command, Moment};

/// Something that is done after a choice or a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// What an action does.
    Act(Action),
    /// Something is watched no more.
    Remove(Removal),
    /// Another keyset is looked at, by its name.
    Switch(Arc<str>),
}

/// One of the things to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is called. Foreign text.
    pub label: String,
    /// What is to be known of it. Foreign text.
    pub remark: String,
    /// What is to be feared of it, if anything.
    pub alarm: &'static str,
    /// What is done if it is chosen.
    pub deed: Deed,
}

/// A few things to choose from.
#[derive(Debug, Clone)]
pub struct Pick {
    /// What is chosen.
    pub title: &'static str,
    /// All of them.
    pub items: Vec<Item>,
    /// Narrows them.
    pub chooser: Chooser,
}

impl Pick {
    /// Nothing is typed yet, and the `chosen`th is chosen.
    pub fn new(title: &'static str, items: Vec<Item>, chosen: usize) -> Self {
        Self { title, items, chooser: Chooser { chosen, ..Chooser::default() } }
    }

    /// Those that fit what is typed.
    pub fn found(&self) -> Vec<&Item> {
        let found = self.chooser.found(self.items.iter().map(|item| item.label.as_str()));
        found.into_iter().filter_map(|place| self.items.get(place)).collect()
    }

    /// What is done with the one that is chosen.
    pub(crate) fn chosen(&self) -> Option<Deed> {
        self.found().get(self.chooser.chosen).map(|item| item.deed.clone())
    }
}

/// Do it, or ask first.
pub(crate) fn done(model: &mut Model, deed: Deed, now: Moment) -> Vec<Command> {
    let question = match &deed {
        Deed::Act(action) => return act::act(model, *action, now),
        Deed::Remove(removal) => watching::question(model, removal),
        Deed::Switch(name) => keysets::question(model, name),
    };
    match question {
        Some(question) => {
            model.open = Some(Open::Confirm { deed, question });
            Vec::new()
        }
        None => done_confirmed(model, deed, now),
    }
}

/// Do it: who was to be asked has said yes.
pub(crate) fn done_confirmed(model: &mut Model, deed: Deed, now: Moment) -> Vec<Command> {
    match deed {
        Deed::Act(action) => act::act_confirmed(model, action, now),
        Deed::Remove(removal) => watching::remove(model, &removal, now),
        Deed::Switch(name) => {
            keysets::switch(model, name, now);
            Vec::new()
        }
    }
}
