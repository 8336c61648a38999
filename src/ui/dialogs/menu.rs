//! A menu of a few items, and the actions that need a choice or a yes.

use std::sync::Arc;

use super::FuzzyList;
use crate::{
    presence::{Direction, SceneLine, SceneStatus},
    ui::Action,
    world::Removal,
};

/// An action that is carried out after a choice or a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfirmedAction {
    /// An action from the table.
    Act(Action),
    /// Remove something from view.
    Remove(Removal),
    /// Switch to the keyset with this name.
    Switch(Arc<str>),
}

/// An item of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// Its label. Foreign text.
    pub label: String,
    /// A remark beside the label. Foreign text.
    pub remark: String,
    /// A warning beside the label, if there is one.
    pub alarm: &'static str,
    /// The action carried out when it is chosen.
    pub action: ConfirmedAction,
}

/// The title of the menu of scenes.
const SCENES: &str = "scenes";

/// A menu of a few items.
#[derive(Debug, Clone)]
pub struct Menu {
    /// What the person chooses.
    pub title: &'static str,
    /// All of them.
    pub items: Vec<MenuItem>,
    /// What is typed to narrow the items, and the selected one.
    pub list: FuzzyList,
}

impl Menu {
    /// A menu with nothing typed and the item at `chosen` selected.
    pub fn new(title: &'static str, items: Vec<MenuItem>, chosen: usize) -> Self {
        Self { title, items, list: FuzzyList { chosen, ..FuzzyList::default() } }
    }

    /// The scenes that a simulated crowd can go to, by their numbers, so that few keys lead to any.
    pub(in crate::ui) fn of_scenes(status: &SceneStatus) -> Self {
        let item = |(place, scene): (u16, &SceneLine)| MenuItem {
            label: format!("{} {}", place + 1, scene.title),
            remark: if usize::from(place) == status.scene {
                format!("now · {}", scene.about)
            } else {
                scene.about.clone().into_owned()
            },
            alarm: "",
            action: ConfirmedAction::Act(Action::Direct(Direction::Scene(place))),
        };
        Self::new(SCENES, (0..).zip(status.scenes.iter()).map(item).collect(), status.scene)
    }

    /// Whether these are the scenes, and nothing is typed.
    pub(in crate::ui) fn is_fresh_scenes(&self) -> bool {
        self.title == SCENES && self.list.field.text().is_empty()
    }

    /// The items that match what is typed.
    pub fn list_matches(&self) -> Vec<&MenuItem> {
        let found = self.list.list_matches(self.items.iter().map(|item| item.label.as_str()));
        found.into_iter().filter_map(|place| self.items.get(place)).collect()
    }

    /// The action of the selected item.
    pub(super) fn chosen_action(&self) -> Option<ConfirmedAction> {
        self.list_matches().get(self.list.chosen).map(|item| item.action.clone())
    }
}
