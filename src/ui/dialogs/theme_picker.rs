//! Choosing a theme, with each shown as one comes to it.

use crate::model::{Chooser, Model, Open, Typing, Wish};

/// The names of all themes, the default first. What they look like is the view's.
pub const THEMES: [&str; 6] = ["terminal", "dark", "light", "high-contrast", "colour-blind", "monochrome"];

/// A theme is being chosen.
#[derive(Debug, Clone)]
pub struct Wardrobe {
    /// What is typed, and which is chosen.
    pub chooser: Chooser,
    /// What was worn before.
    before: &'static str,
}

impl Wardrobe {
    /// Open, at what is worn now.
    pub(crate) fn open(worn: &'static str) -> Self {
        let chosen = THEMES.iter().position(|name| *name == worn).unwrap_or(0);
        Self { chooser: Chooser { chosen, ..Chooser::default() }, before: worn }
    }

    /// The names that fit what is typed.
    pub fn found(&self) -> Vec<&'static str> {
        let found = self.chooser.found(THEMES.into_iter());
        found.into_iter().filter_map(|place| THEMES.get(place).copied()).collect()
    }

    /// Take in what was typed: what is chosen is worn at once, and what was worn before comes back if one
    /// thinks better of it.
    pub(crate) fn typed(mut self, model: &mut Model, typing: &Typing) {
        match typing {
            Typing::Cancel => return wear(model, self.before),
            Typing::Enter => return,
            _ => {
                let found = self.found().len();
                self.chooser.typed(typing, found);
            }
        }
        if let Some(chosen) = self.found().get(self.chooser.chosen) {
            wear(model, chosen);
        }
        model.open = Some(Open::Themes(self));
    }
}

fn wear(model: &mut Model, name: &'static str) {
    if model.theme != name {
        model.theme = name;
        model.wishes.push(Wish::Theme(name));
    }
}
