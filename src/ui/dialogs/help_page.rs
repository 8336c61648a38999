//! The page of the help.

use super::{EditKey, FuzzyList};

/// The page of the help: it is read, and searched from `/` on.
#[derive(Debug, Clone, Default)]
pub struct HelpPage {
    /// What is searched, and the first line in sight.
    pub list: FuzzyList,
    /// Whether letters are text.
    pub searching: bool,
}

impl HelpPage {
    /// Whether a key leads on to the manual.
    pub(super) fn opens_manual(&self, edit: &EditKey) -> bool {
        !self.searching && *edit == EditKey::Char('m')
    }

    /// Take a key, with the number of lines there may be. Returns no page if it closes.
    pub(super) fn take_key(mut self, edit: &EditKey, lines: usize) -> Option<Self> {
        match edit {
            EditKey::Cancel | EditKey::Enter => return None,
            EditKey::Char('q' | '?') if !self.searching => return None,
            EditKey::Char('/') if !self.searching => self.searching = true,
            EditKey::Char('j') if !self.searching => drop(self.list.take_key(&EditKey::Down, lines)),
            EditKey::Char('k') if !self.searching => drop(self.list.take_key(&EditKey::Up, lines)),
            // Letters that were meant for the panes below do nothing.
            EditKey::Char(_) | EditKey::Paste(_) if !self.searching => {}
            edit => drop(self.list.take_key(edit, lines)),
        }
        Some(self)
    }
}
