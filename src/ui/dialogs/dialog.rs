//! What lies over the panes and takes the keys: the help, the palette, a question. One at a time.

use crate::model::{
    ACTIONS, Chooser, Deed, Editor, Kind, Meaning, Model, PickList, Reading, Typing, Wardrobe, act::act, editor,
    people, pick, question::Line,
};
use crate::presence::{Command, Moment};

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
    Watchlist(usize),
    /// What is wrong, and what was asked of the service; the first finding in sight, or behind
    /// the last one the requests.
    Doctor(usize),
    /// A question to be answered with a line of text, in the footer.
    Line(Line),
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
            Self::Detail(_) | Self::Reading(_) | Self::Watchlist(_) | Self::Doctor(_) => false,
        }
    }
}

impl Model {
    /// The actions that mean something now, in the order of the help.
    pub fn offered(&self) -> impl Iterator<Item = &'static Meaning> {
        ACTIONS.iter().filter(|meaning| self.offers(meaning.action))
    }

    /// The actions that fit what is typed into the help or the palette, the best first.
    pub fn found(&self, chooser: &Chooser) -> Vec<&'static Meaning> {
        let offered: Vec<&Meaning> = self.offered().collect();
        // A name counts for more than an explanation.
        let mut found = chooser.found(offered.iter().map(|meaning| meaning.name));
        // In a sentence, letters in order stand nearly everywhere.
        let needle = chooser.field.text().trim().to_lowercase();
        let explained = (0..offered.len()).filter(|place| offered[*place].help.to_lowercase().contains(&needle));
        let others: Vec<usize> = explained.filter(|place| !found.contains(place)).collect();
        found.extend(others);
        found.into_iter().filter_map(|place| offered.get(place).copied()).collect()
    }
}

/// The kinds that fit what is typed; `None` stands for all of them together.
pub fn kinds_found(chooser: &Chooser) -> Vec<Option<Kind>> {
    let names = std::iter::once("all kinds").chain(Kind::ALL.into_iter().map(Kind::name));
    let found = chooser.found(names);
    found.into_iter().map(|place| place.checked_sub(1).and_then(|place| Kind::ALL.get(place).copied())).collect()
}

/// Take in what was typed where keys are text.
pub(crate) fn typed(model: &mut Model, typing: &Typing, now: Moment) -> Vec<Command> {
    let Some(mut open) = model.open.take() else { return Vec::new() };
    if let Open::Editor(editor) = open {
        return model.in_the_world(|model| editor::typed(model, *editor, typing));
    }
    if let Open::Themes(wardrobe) = open {
        wardrobe.typed(model, typing);
        return Vec::new();
    }
    if let Open::Line(line) = open {
        return line.typed(model, typing, now);
    }
    if *typing == Typing::Cancel {
        return Vec::new();
    }
    match &mut open {
        Open::Line(_)
        | Open::Themes(_)
        | Open::Detail(_)
        | Open::Reading(_)
        | Open::Editor(_)
        | Open::Watchlist(_)
        | Open::Doctor(_) => {}
        Open::Kinds(chooser) => {
            let found = kinds_found(chooser);
            if matches!(typing, Typing::Enter | Typing::Char(' ') | Typing::Tab) {
                let mut shown = model.log.journal().shown().clone();
                match found.get(chooser.chosen) {
                    Some(Some(kind)) => shown.toggle(*kind),
                    Some(None) => shown.toggle_all(),
                    None => {}
                }
                model.log.show(shown);
            } else {
                chooser.typed(typing, found.len());
            }
        }
        Open::Help(chooser) => {
            if *typing == Typing::Enter {
                return Vec::new();
            }
            let found = model.found(chooser).len();
            chooser.typed(typing, found);
        }
        Open::Palette(chooser) => {
            let found = model.found(chooser);
            if *typing == Typing::Enter {
                return found.get(chooser.chosen).map_or(Vec::new(), |meaning| act(model, meaning.action, now));
            }
            chooser.typed(typing, found.len());
        }
        Open::Sort(chooser) => {
            let found = model.sortable(chooser);
            if *typing == Typing::Enter {
                if let Some(by) = found.into_iter().nth(chooser.chosen) {
                    people::sort_by(model, by);
                }
                return Vec::new();
            }
            chooser.typed(typing, found.len());
        }
        Open::Pick(pick) => {
            if *typing == Typing::Enter {
                return pick.chosen().map_or(Vec::new(), |deed| pick::done(model, deed, now));
            }
            let found = pick.found().len();
            pick.chooser.typed(typing, found);
        }
        Open::Confirm { deed, .. } => {
            if matches!(typing, Typing::Char('y' | 'Y')) {
                return pick::done_confirmed(model, deed.clone(), now);
            }
            // Anything else is a no.
            return Vec::new();
        }
    }
    model.open = Some(open);
    Vec::new()
}
