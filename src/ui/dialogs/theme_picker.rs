//! Choosing a theme, with each shown as one comes to it.

use super::FuzzyList;

/// The names of all themes, the default first. What they look like is the view's.
pub const THEMES: [&str; 6] = ["terminal", "dark", "light", "high-contrast", "colour-blind", "monochrome"];

/// A theme is being chosen.
#[derive(Debug, Clone)]
pub struct ThemePicker {
    /// What is typed, and which is chosen.
    pub list: FuzzyList,
    /// What was worn before.
    pub(super) before: &'static str,
}

impl ThemePicker {
    /// Open, at what is worn now.
    pub(in crate::ui) fn open(worn: &'static str) -> Self {
        let chosen = THEMES.iter().position(|name| *name == worn).unwrap_or(0);
        Self { list: FuzzyList { chosen, ..FuzzyList::default() }, before: worn }
    }

    /// The names that fit what is typed.
    pub fn list_matches(&self) -> Vec<&'static str> {
        let found = self.list.list_matches(THEMES.into_iter());
        found.into_iter().filter_map(|place| THEMES.get(place).copied()).collect()
    }
}
