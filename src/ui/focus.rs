//! What is selected: a pane, a channel, a user.

use crate::{
    presence::{Channel, UserId},
    world::{Departure, TimeSpan},
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
    /// The next pane, in the order of the screen.
    pub const fn next(self) -> Self {
        match self {
            Self::Channels => Self::Occupants,
            Self::Occupants => Self::Log,
            Self::Log => Self::Channels,
        }
    }

    /// The previous pane.
    pub const fn previous(self) -> Self {
        match self {
            Self::Channels => Self::Log,
            Self::Occupants => Self::Channels,
            Self::Log => Self::Occupants,
        }
    }
}

/// How the screen is divided, in percent of the body between status and footer. The layout keeps each share within
/// its bounds.
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

/// What a person pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pointed {
    /// A pane, and nothing in it.
    Pane(Pane),
    /// A channel, by its place in the list.
    Channel(usize),
    /// An occupant of the selected channel.
    User(UserId),
}

/// What is selected, and how the panes are arranged.
#[derive(Debug, Default)]
pub struct Focus {
    /// The focused pane.
    pub pane: Pane,
    /// The selected channel; `None` selects the first.
    pub channel: Option<Channel>,
    /// The selected user. The selection follows the user, not the row.
    pub user: Option<UserId>,
    /// How the selected user departed, if they did.
    pub gone: Option<Departure>,
    /// Whether the focused pane fills the body.
    pub zoom: bool,
    /// How the screen is divided.
    pub shares: PaneShares,
    /// Whether the log shows the selected channel only.
    pub log_of_channel: bool,
    /// The span that charts show, if one was chosen.
    pub span: Option<TimeSpan>,
}

impl Focus {
    /// The departure of the selected user, if they departed.
    pub fn selected_departure(&self) -> Option<&Departure> {
        self.gone.as_ref().filter(|gone| self.user.as_ref() == Some(&gone.user))
    }

    /// Select another channel.
    pub fn go_to(&mut self, channel: &Channel) {
        (self.channel, self.user, self.gone) = (Some(channel.clone()), None, None);
    }
}
