//! A few things to choose from.

use std::sync::Arc;

use super::FuzzyList;
use crate::{ui::Action, world::Removal};

/// Something that is done after a choice or a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfirmedAction {
    /// What an action does.
    Act(Action),
    /// Something is watched no more.
    Remove(Removal),
    /// Another keyset is looked at, by its name.
    Switch(Arc<str>),
}

/// One of the things to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// What it is called. Foreign text.
    pub label: String,
    /// What is to be known of it. Foreign text.
    pub remark: String,
    /// What is to be feared of it, if anything.
    pub alarm: &'static str,
    /// What is done if it is chosen.
    pub action: ConfirmedAction,
}

/// A few things to choose from.
#[derive(Debug, Clone)]
pub struct Menu {
    /// What is chosen.
    pub title: &'static str,
    /// All of them.
    pub items: Vec<MenuItem>,
    /// Narrows them.
    pub list: FuzzyList,
}

impl Menu {
    /// Nothing is typed yet, and the `chosen`th is chosen.
    pub fn new(title: &'static str, items: Vec<MenuItem>, chosen: usize) -> Self {
        Self { title, items, list: FuzzyList { chosen, ..FuzzyList::default() } }
    }

    /// Those that fit what is typed.
    pub fn list_matches(&self) -> Vec<&MenuItem> {
        let found = self.list.list_matches(self.items.iter().map(|item| item.label.as_str()));
        found.into_iter().filter_map(|place| self.items.get(place)).collect()
    }

    /// What is done with the one that is chosen.
    pub(super) fn chosen_action(&self) -> Option<ConfirmedAction> {
        self.list_matches().get(self.list.chosen).map(|item| item.action.clone())
    }
}
