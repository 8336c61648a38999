//! What lies over the panes and takes the keys: the help, the palette, a question. One at a time.

use super::{ConfirmedAction, Editor, EntryViewer, FuzzyList, Menu, Prompt, ThemePicker};
use crate::world::EntryKind;

/// What is open.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// All actions with their keys, to be read and searched.
    Help(FuzzyList),
    /// All actions, to do one.
    Palette(FuzzyList),
    /// The themes, to wear one.
    Themes(ThemePicker),
    /// All that is known of the selected occupant; which of its rows is looked at.
    Detail(usize),
    /// What occupants can be sorted by, to choose it.
    Sort(FuzzyList),
    /// The kinds that the log shows, to be chosen.
    Kinds(FuzzyList),
    /// An entry of the log, to be read.
    Entry(EntryViewer),
    /// The watch list; the place of the chosen line.
    WatchList(usize),
    /// What is wrong, and what was asked of the service; the first finding in sight, or behind
    /// the last one the requests.
    Doctor(usize),
    /// A question to be answered with a line of text, in the footer.
    Prompt(Prompt),
    /// A question to be answered with yes before something is done.
    Confirm {
        /// What will be done.
        action: ConfirmedAction,
        /// What is asked. Safe to show.
        question: String,
    },
    /// One thing of several.
    Menu(Menu),
    /// Our own state, being edited.
    Editor(Box<Editor>),
}

impl Dialog {
    /// Whether keys are text to it.
    pub fn takes_text(&self) -> bool {
        match self {
            Self::Help(_)
            | Self::Palette(_)
            | Self::Themes(_)
            | Self::Sort(_)
            | Self::Kinds(_)
            | Self::Prompt(_)
            | Self::Confirm { .. }
            | Self::Menu(_)
            | Self::Editor(_) => true,
            Self::Detail(_) | Self::Entry(_) | Self::WatchList(_) | Self::Doctor(_) => false,
        }
    }
}

/// The kinds that fit what is typed; `None` stands for all of them together.
pub fn list_matching_kinds(list: &FuzzyList) -> Vec<Option<EntryKind>> {
    let names = std::iter::once("all kinds").chain(EntryKind::ALL.into_iter().map(EntryKind::name));
    let found = list.list_matches(names);
    found.into_iter().map(|place| place.checked_sub(1).and_then(|place| EntryKind::ALL.get(place).copied())).collect()
}
