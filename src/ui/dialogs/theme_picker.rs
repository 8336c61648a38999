//! Choosing a theme, with a preview of the selected one.

use super::FuzzyList;

/// The names of all themes, the default first. The view defines their colours.
pub const THEMES: [&str; 6] = ["terminal", "dark", "light", "high-contrast", "colour-blind", "monochrome"];

/// What can be chosen.
const CHOICES: [&str; THEMES.len() + 1] = {
    let [terminal, dark, light, high_contrast, colour_blind, monochrome] = THEMES;
    [ThemePicker::AUTO, terminal, dark, light, high_contrast, colour_blind, monochrome]
};

/// The list of themes.
#[derive(Debug, Clone)]
pub struct ThemePicker {
    /// What is typed, and the selected theme.
    pub list: FuzzyList,
    /// What was chosen before, to return to on cancel.
    pub(super) before: &'static str,
}

impl ThemePicker {
    /// What is chosen in place of a theme: light or dark, as the terminal's background is.
    pub const AUTO: &str = "auto";

    /// Open the list with what is chosen now selected.
    pub(in crate::ui) fn open(current: &'static str) -> Self {
        let chosen = CHOICES.iter().position(|name| *name == current).unwrap_or(0);
        Self { list: FuzzyList { chosen, ..FuzzyList::default() }, before: current }
    }

    /// So many can be chosen.
    pub const fn count_all() -> usize {
        CHOICES.len()
    }

    /// The names that match what is typed.
    pub fn list_matches(&self) -> Vec<&'static str> {
        let found = self.list.list_matches(CHOICES.into_iter());
        found.into_iter().filter_map(|place| CHOICES.get(place).copied()).collect()
    }
}
