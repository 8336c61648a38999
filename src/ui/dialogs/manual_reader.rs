//! The manual: its pages, to choose one, and the one that is read.

use super::{EditKey, FuzzyList, TextField};
use crate::manual::{ManualPage, PAGES, lay_out_page};

/// The width of a line on the smallest screen worth reading on, in cells.
const NARROW: usize = 30;

/// Lines that a page is turned by.
const TURN: isize = 10;

/// The manual, opened over the help.
#[derive(Debug, Clone, Default)]
pub struct ManualReader {
    /// The pages, to choose one.
    pub list: FuzzyList,
    /// The page that is read, if one is.
    pub open: Option<OpenPage>,
}

/// A page that is read.
#[derive(Debug, Clone)]
pub struct OpenPage {
    /// The page.
    pub page: &'static ManualPage,
    /// What is searched in it; nothing, if it is empty.
    pub search: TextField,
    /// Whether letters are text to search for.
    pub searching: bool,
    /// From where it is looked at.
    anchor: PageAnchor,
    /// Lines below that, or above it if negative. Never more than the page has where it is narrow.
    by: isize,
}

/// A place of a page, whatever the width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PageAnchor {
    /// Its beginning.
    Top,
    /// Its last lines.
    End,
    /// So many lines with what is searched come before; beyond the last one it begins again.
    Found(usize),
}

impl ManualReader {
    /// The pages that match what is typed.
    pub fn list_pages(&self) -> Vec<&'static ManualPage> {
        let names: Vec<String> = PAGES.iter().map(|page| format!("{} {}", page.topic, page.title())).collect();
        self.list.list_matches(names.iter().map(String::as_str)).into_iter().map(|place| &PAGES[place]).collect()
    }

    /// Take a key. Returns no manual where it leads back to the help.
    pub(super) fn take_key(mut self, edit: &EditKey) -> Option<Self> {
        if let Some(open) = self.open.take() {
            self.open = open.take_key(edit);
            return Some(self);
        }
        let found = self.list_pages();
        match edit {
            EditKey::Cancel => return None,
            EditKey::Enter => self.open = found.get(self.list.chosen).map(|page| OpenPage::new(page)),
            edit => drop(self.list.take_key(edit, found.len())),
        }
        Some(self)
    }
}

impl OpenPage {
    fn new(page: &'static ManualPage) -> Self {
        Self { page, search: TextField::new(""), searching: false, anchor: PageAnchor::Top, by: 0 }
    }

    /// The first line in sight of a page laid out in some width: `found` are its lines with what is searched, and the line
    /// `below` is the first one in sight at its end.
    pub fn find_first_line(&self, found: &[usize], below: usize) -> usize {
        let anchor = match self.anchor {
            PageAnchor::Top => 0,
            PageAnchor::End => below,
            PageAnchor::Found(_) => self.count_found(found.len()).map_or(0, |before| found[before]),
        };
        anchor.min(below).saturating_add_signed(self.by).min(below)
    }

    /// How many of so many lines with what is searched come before the one that is looked at, if one is.
    pub fn count_found(&self, all: usize) -> Option<usize> {
        self.count_before().and_then(|before| before.checked_rem(all))
    }

    /// Take a key. Returns no page if it closes.
    fn take_key(mut self, edit: &EditKey) -> Option<Self> {
        match edit {
            EditKey::Cancel if self.searching => {
                (self.search, self.searching) = (TextField::new(""), false);
                self.go_to(PageAnchor::Top);
            }
            EditKey::Cancel => return None,
            EditKey::Enter => self.searching = false,
            EditKey::Up => self.scroll_by(-1),
            EditKey::Down => self.scroll_by(1),
            EditKey::PageUp => self.scroll_by(-TURN),
            EditKey::PageDown => self.scroll_by(TURN),
            edit if self.searching => {
                self.search.take_key(edit);
                self.go_to(PageAnchor::Found(0));
            }
            EditKey::Char('q') => return None,
            edit => self.take_letter(edit),
        }
        Some(self)
    }

    /// Take a key that is no text.
    fn take_letter(&mut self, edit: &EditKey) {
        match edit {
            EditKey::Char('k') => self.scroll_by(-1),
            EditKey::Char('j') => self.scroll_by(1),
            EditKey::Clear => self.scroll_by(-TURN),
            EditKey::Delete | EditKey::Char(' ') => self.scroll_by(TURN),
            EditKey::Home => self.go_to(PageAnchor::Top),
            EditKey::End | EditKey::Char('G') => self.go_to(PageAnchor::End),
            EditKey::Char('/') => (self.search, self.searching) = (TextField::new(""), true),
            EditKey::Char('n') => self.go_to(PageAnchor::Found(self.count_before().map_or(0, |before| before + 1))),
            EditKey::Char('N') => self.go_to(PageAnchor::Found(self.count_before().unwrap_or(0).saturating_sub(1))),
            _ => {}
        }
    }

    /// The same, beyond the last one too.
    const fn count_before(&self) -> Option<usize> {
        match self.anchor {
            PageAnchor::Found(before) => Some(before),
            PageAnchor::Top | PageAnchor::End => None,
        }
    }

    const fn go_to(&mut self, anchor: PageAnchor) {
        (self.anchor, self.by) = (anchor, 0);
    }

    fn scroll_by(&mut self, lines: isize) {
        let most = count_narrow_lines(self.page);
        let (least, most) = match self.anchor {
            PageAnchor::Top => (0, most),
            PageAnchor::End => (-most, 0),
            PageAnchor::Found(_) => (-most, most),
        };
        self.by = (self.by + lines).clamp(least, most);
    }
}

/// How many lines a page has where it is narrow; an example that is wider goes on below.
fn count_narrow_lines(page: &ManualPage) -> isize {
    let lines = lay_out_page(page, NARROW);
    let rows: usize = lines.iter().map(|line| line.text.chars().count() / NARROW + 1).sum();
    isize::try_from(rows).unwrap_or(isize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(reader: ManualReader, keys: &[EditKey]) -> Option<ManualReader> {
        keys.iter().try_fold(reader, ManualReader::take_key)
    }

    #[test]
    fn a_page_is_found_by_what_is_typed_and_left_for_the_list() {
        let typed: Vec<EditKey> = "claims".chars().map(EditKey::Char).collect();
        let found = press(ManualReader::default(), &typed).unwrap();
        let reader = press(found, &[EditKey::Enter]).unwrap();
        assert_eq!(reader.open.as_ref().map(|open| open.page.topic), Some("claims"));
        let back = press(reader, &[EditKey::Cancel]).unwrap();
        assert!(back.open.is_none() && press(back, &[EditKey::Cancel]).is_none());
    }

    #[test]
    fn a_page_does_not_scroll_beyond_its_ends_and_a_search_is_left_before_the_page() {
        let reader = press(ManualReader::default(), &[EditKey::Enter, EditKey::Up, EditKey::Char('k')]).unwrap();
        assert_eq!(reader.open.as_ref().unwrap().by, 0);
        let reader = press(reader, &[EditKey::End, EditKey::PageDown, EditKey::Up]).unwrap();
        assert_eq!((reader.open.as_ref().unwrap().anchor, reader.open.as_ref().unwrap().by), (PageAnchor::End, -1));
        let keys = [EditKey::Char('/'), EditKey::Char('q'), EditKey::Enter, EditKey::Char('n')];
        let reader = press(reader, &keys).unwrap();
        let open = reader.open.as_ref().unwrap();
        assert_eq!((open.search.text(), open.anchor, open.by, open.searching), ("q", PageAnchor::Found(1), 0, false));
        let reader = press(reader, &[EditKey::Char('/'), EditKey::Cancel]).unwrap();
        assert_eq!(reader.open.unwrap().search.text(), "");
    }
}
