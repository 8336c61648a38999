//! What a person looks at: a pane, a channel, a user, a place in the log.

use crate::presence::{Roster, UserId};

/// A part of the screen that takes the arrow keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// The channels.
    Channels,
    /// The occupants of the selected channel.
    #[default]
    Occupants,
    /// The event log.
    Log,
}

impl Pane {
    /// The pane that follows, in the order of the screen.
    pub const fn next(self) -> Self {
        match self {
            Self::Channels => Self::Occupants,
            Self::Occupants => Self::Log,
            Self::Log => Self::Channels,
        }
    }

    /// The pane before.
    pub const fn previous(self) -> Self {
        match self {
            Self::Channels => Self::Log,
            Self::Occupants => Self::Channels,
            Self::Log => Self::Occupants,
        }
    }
}

/// How the screen is divided, in percent of the body between status and footer. What does not fit is
/// drawn within the bounds of the layout all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// The width of the channels.
    pub channels: u16,
    /// The height of the log.
    pub log: u16,
    /// The width of the detail.
    pub detail: u16,
}

impl Default for Shares {
    fn default() -> Self {
        Self { channels: 30, log: 33, detail: 28 }
    }
}

/// Where the person is.
#[derive(Debug, Default)]
pub struct Focus {
    /// Which pane.
    pub pane: Pane,
    /// Which channel, by its place in the list.
    pub channel: usize,
    /// Which user; sticks to the id, not to the row.
    pub user: Option<UserId>,
    /// The pane fills the body.
    pub zoom: bool,
    /// How the screen is divided.
    pub shares: Shares,
    /// The log tells of the selected channel only.
    pub log_of_channel: bool,
}

impl Focus {
    /// Move the selection by `rows` in a roster; past an end it stays there.
    pub fn move_user(&mut self, roster: &Roster, rows: isize) {
        let here = self.user.as_ref();
        let steps = rows.unsigned_abs();
        let next = if rows >= 0 {
            // The user selected may be gone: then the next one after where they stood is a step.
            let stands = here.is_some_and(|user| roster.get(user).is_some());
            let skip = if here.is_some() && stands { steps } else { steps.saturating_sub(1) };
            roster.from(here).take(skip + 1).last().or_else(|| roster.iter().next_back())
        } else {
            roster.before(here).rev().take(steps).last().or_else(|| roster.iter().next())
        };
        self.user = next.map(|(user, _)| user.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::{Channel, Counted, Snapshot, Timetoken};

    #[test]
    fn the_selection_sticks_to_the_user_and_stops_at_the_ends() {
        let mut roster = Roster::default();
        let listed = ["a", "b", "c", "d"].map(|u| Counted { user: UserId::heard(u), state: None });
        roster.fold(&Snapshot {
            channel: Channel::heard("x"),
            occupancy: 4,
            listed: Some(listed.to_vec()),
            with_state: true,
            as_of: Timetoken::new(1),
            complete: true,
        });
        let mut focus = Focus::default();
        let mut go = |rows| {
            focus.move_user(&roster, rows);
            focus.user.as_ref().map(|u| u.as_str().to_owned()).unwrap()
        };
        assert_eq!([go(1), go(1), go(1), go(9)], ["a", "b", "c", "d"]);
        assert_eq!([go(-1), go(-9), go(-1)], ["c", "a", "a"]);
        // Somebody between b and c who is gone.
        focus.user = Some(UserId::heard("bb"));
        focus.move_user(&roster, 1);
        assert_eq!(focus.user, Some(UserId::heard("c")));
    }
}
