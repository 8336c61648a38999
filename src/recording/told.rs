//! Whose lists were told as a whole, since lines are missing: of those, what is known is what was known.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::{
    presence::{Channel, CommandAnswer, Snapshot},
    world::Input,
};

/// Whose lists were told as a whole.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ToldLists {
    told: HashSet<Channel>,
    /// Of some, the first page was told and others are to follow.
    begun: HashSet<Channel>,
}

impl ToldLists {
    /// Take what an input tells.
    pub fn take_input(&mut self, input: &Input) {
        for snapshot in list_snapshots(input).into_iter().flatten().filter(|one| one.listed.is_some()) {
            let channel = &snapshot.channel;
            if snapshot.part.before == 0 && snapshot.part.more {
                self.begun.insert(channel.clone());
            } else if !snapshot.part.more {
                let is_begun = self.begun.remove(channel) || snapshot.part.before == 0;
                if is_begun && snapshot.complete {
                    self.told.insert(channel.clone());
                }
            }
        }
    }

    /// Whether this one was.
    pub fn contains(&self, channel: &Channel) -> bool {
        self.told.contains(channel)
    }

    /// This one was not after all.
    pub fn forget(&mut self, channel: &Channel) {
        self.told.remove(channel);
        self.begun.remove(channel);
    }
}

/// What an input tells of lists, if it is an answer to here now.
pub(super) fn list_snapshots(input: &Input) -> Option<&[Snapshot]> {
    let Input::Outcome(outcome) = input else { return None };
    match &outcome.result {
        Ok(CommandAnswer::HereNow(snapshots) | CommandAnswer::Page(snapshots)) => Some(snapshots),
        _ => None,
    }
}
