//! What lies over the panes and takes the keys: the help, the palette, a question. One at a time.

use super::{Chooser, Deed, Editor, PickList, QuestionLine, Reading, Wardrobe};
use crate::world::EntryKind;

/// What is open.
#[derive(Debug, Clone)]
pub enum Open {
    /// All actions with their keys, to be read and searched.
    Help(Chooser),
    /// All actions, to do one.
    Palette(Chooser),
    /// The themes, to wear one.
    Themes(Wardrobe),
    /// All that is known of the selected occupant; which of its rows is looked at.
    Detail(usize),
    /// What occupants can be sorted by, to choose it.
    Sort(Chooser),
    /// The kinds that the log shows, to be chosen.
    Kinds(Chooser),
    /// An entry of the log, to be read.
    Reading(Reading),
    /// The watch list; the place of the chosen line.
    WatchList(usize),
    /// What is wrong, and what was asked of the service; the first finding in sight, or behind
    /// the last one the requests.
    Doctor(usize),
    /// A question to be answered with a line of text, in the footer.
    Line(QuestionLine),
    /// A question to be answered with yes before something is done.
    Confirm {
        /// What will be done.
        deed: Deed,
        /// What is asked. Safe to show.
        question: String,
    },
    /// One thing of several.
    Pick(PickList),
    /// Our own state, being edited.
    Editor(Box<Editor>),
}

impl Open {
    /// Whether keys are text to it.
    pub fn is_typed(&self) -> bool {
        match self {
            Self::Help(_)
            | Self::Palette(_)
            | Self::Themes(_)
            | Self::Sort(_)
            | Self::Kinds(_)
            | Self::Line(_)
            | Self::Confirm { .. }
            | Self::Pick(_)
            | Self::Editor(_) => true,
            Self::Detail(_) | Self::Reading(_) | Self::WatchList(_) | Self::Doctor(_) => false,
        }
    }
}

/// The kinds that fit what is typed; `None` stands for all of them together.
pub fn kinds_found(chooser: &Chooser) -> Vec<Option<EntryKind>> {
    let names = std::iter::once("all kinds").chain(EntryKind::ALL.into_iter().map(EntryKind::name));
    let found = chooser.found(names);
    found.into_iter().map(|place| place.checked_sub(1).and_then(|place| EntryKind::ALL.get(place).copied())).collect()
}
