//! The dialog over the panes, which takes the keys. There is at most one.

use super::{ConfirmedAction, Editor, EntryViewer, FuzzyList, HelpPage, ManualReader, Menu, Prompt, ThemePicker};
use crate::world::EntryKind;

/// The open dialog.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// All actions with their keys, to read and search.
    Help(HelpPage),
    /// The manual, to read.
    Manual(Box<ManualReader>),
    /// All actions, to choose one.
    Palette(FuzzyList),
    /// The themes, to choose one.
    Themes(ThemePicker),
    /// All that is known about the selected occupant; the selected row.
    Detail(usize),
    /// The sort keys, to choose one.
    Sort(FuzzyList),
    /// The fields of states, to choose which have a column.
    Columns(FuzzyList),
    /// The orders of channels, to choose one.
    SortChannels(FuzzyList),
    /// The kinds of entries, to choose which the log shows.
    Kinds(FuzzyList),
    /// An entry of the log, to read.
    Entry(EntryViewer),
    /// The watch list; the place of the selected item.
    WatchList(usize),
    /// The findings and the requests; the first finding in sight, or the place behind the last one for the requests.
    Doctor(usize),
    /// The evidence of an incident, by its number; the lines scrolled out of sight.
    Incident {
        /// The number of the incident.
        number: u64,
        /// The lines above.
        top: usize,
    },
    /// How another client joins our own service.
    JoinIn,
    /// A question answered by a line of text, in the footer.
    Prompt(Prompt),
    /// A question answered by yes or no, before an action is carried out.
    Confirm {
        /// The action to carry out.
        action: ConfirmedAction,
        /// The question. Safe to show.
        question: String,
    },
    /// A menu of a few items.
    Menu(Menu),
    /// The editor of our own state.
    Editor(Box<Editor>),
}

impl Dialog {
    /// Whether keys are text for it.
    pub fn takes_text(&self) -> bool {
        match self {
            Self::Help(_)
            | Self::Manual(_)
            | Self::Palette(_)
            | Self::Themes(_)
            | Self::Sort(_)
            | Self::Columns(_)
            | Self::SortChannels(_)
            | Self::Kinds(_)
            | Self::Prompt(_)
            | Self::Confirm { .. }
            | Self::Menu(_)
            | Self::Editor(_) => true,
            Self::Detail(_)
            | Self::Entry(_)
            | Self::WatchList(_)
            | Self::Doctor(_)
            | Self::JoinIn
            | Self::Incident { .. } => false,
        }
    }
}

/// The kinds that match what is typed; `None` stands for all kinds together.
pub fn list_matching_kinds(list: &FuzzyList) -> Vec<Option<EntryKind>> {
    let names = std::iter::once("all kinds").chain(EntryKind::ALL.into_iter().map(EntryKind::name));
    let found = list.list_matches(names);
    found.into_iter().map(|place| place.checked_sub(1).and_then(|place| EntryKind::ALL.get(place).copied())).collect()
}
