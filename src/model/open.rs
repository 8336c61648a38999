//! What lies over the panes and takes the keys: the help, the palette, a question. One at a time.

use super::{ACTIONS, Action, Chooser, Meaning, Model, Typing, question::Line, update::act, watchlist};
use crate::presence::{Command, Moment};

/// What is open.
#[derive(Debug, Clone)]
pub enum Open {
    /// All actions with their keys, to be read and searched.
    Help(Chooser),
    /// All actions, to do one.
    Palette(Chooser),
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
        action: Action,
        /// What is asked. Safe to show.
        question: String,
    },
}

impl Open {
    /// Whether keys are text to it.
    pub fn is_typed(&self) -> bool {
        match self {
            Self::Help(_) | Self::Palette(_) | Self::Line(_) | Self::Confirm { .. } | Self::Watchlist(_) => true,
            Self::Doctor(_) => false,
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

/// Take in what was typed where keys are text.
pub(super) fn typed(model: &mut Model, typing: &Typing, now: Moment) -> Vec<Command> {
    let Some(mut open) = model.open.take() else { return Vec::new() };
    if *typing == Typing::Cancel {
        return Vec::new();
    }
    if let Open::Line(line) = open {
        return line.typed(model, typing, now);
    }
    if let Open::Watchlist(chosen) = open {
        watchlist::typed(model, chosen, typing, now);
        return Vec::new();
    }
    match &mut open {
        Open::Line(_) | Open::Watchlist(_) | Open::Doctor(_) => {}
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
        Open::Confirm { action, .. } => {
            if matches!(typing, Typing::Char('y' | 'Y')) {
                return super::update::act_confirmed(model, *action, now);
            }
            // Anything else is a no.
            return Vec::new();
        }
    }
    model.open = Some(open);
    Vec::new()
}
