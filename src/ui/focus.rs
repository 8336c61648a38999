//! What a person looks at: a pane, a channel, a user, a place in the log.

use crate::{
    presence::{Channel, UserId},
    world::Departure,
};

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
pub struct PaneShares {
    /// The width of the channels.
    pub channels: u16,
    /// The height of the log.
    pub log: u16,
    /// The width of the detail.
    pub detail: u16,
}

impl Default for PaneShares {
    fn default() -> Self {
        Self { channels: 34, log: 33, detail: 25 }
    }
}

/// What can be pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pointed {
    /// A pane, nothing special in it.
    Pane(Pane),
    /// A channel, by its place in the list.
    Channel(usize),
    /// An occupant of the selected channel.
    User(UserId),
}

/// Where the person is.
#[derive(Debug, Default)]
pub struct Focus {
    /// Which pane.
    pub pane: Pane,
    /// Which channel; nothing: the first.
    pub channel: Option<Channel>,
    /// Which user; sticks to the id, not to the row.
    pub user: Option<UserId>,
    /// They have gone while they were selected.
    pub gone: Option<Departure>,
    /// The pane fills the body.
    pub zoom: bool,
    /// How the screen is divided.
    pub shares: PaneShares,
    /// The log tells of the selected channel only.
    pub log_of_channel: bool,
}

impl Focus {
    /// The selected user, if they have gone since.
    pub fn tombstone(&self) -> Option<&Departure> {
        self.gone.as_ref().filter(|gone| self.user.as_ref() == Some(&gone.user))
    }

    /// Look at another channel.
    pub fn go_to(&mut self, channel: &Channel) {
        (self.channel, self.user, self.gone) = (Some(channel.clone()), None, None);
    }
}
