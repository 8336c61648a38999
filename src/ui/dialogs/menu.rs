//! A few things to choose from.

use std::sync::Arc;

use super::Chooser;
use crate::{ui::Action, world::Removal};

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
    pub(super) fn chosen(&self) -> Option<Deed> {
        self.found().get(self.chooser.chosen).map(|item| item.deed.clone())
    }
}
