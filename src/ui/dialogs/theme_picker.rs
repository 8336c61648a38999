//! Choosing a theme, with a preview of the selected one.

use super::FuzzyList;

/// The names of all themes, the default first. The view defines their colours.
pub const THEMES: [&str; 6] = ["terminal", "dark", "light", "high-contrast", "colour-blind", "monochrome"];

/// The list of themes.
#[derive(Debug, Clone)]
pub struct ThemePicker {
    /// What is typed, and the selected theme.
    pub list: FuzzyList,
    /// The theme to return to on cancel.
    pub(super) before: &'static str,
}

impl ThemePicker {
    /// Open the list with the current theme selected.
    pub(in crate::ui) fn open(worn: &'static str) -> Self {
        let chosen = THEMES.iter().position(|name| *name == worn).unwrap_or(0);
        Self { list: FuzzyList { chosen, ..FuzzyList::default() }, before: worn }
    }

    /// The names that match what is typed.
    pub fn list_matches(&self) -> Vec<&'static str> {
        let found = self.list.list_matches(THEMES.into_iter());
        found.into_iter().filter_map(|place| THEMES.get(place).copied()).collect()
    }
}
