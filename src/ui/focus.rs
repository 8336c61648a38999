//! What is selected: a pane, a channel, a user.

use crate::{
    presence::{Channel, Subscription, UserId},
    world::{Departure, TimeSpan},
};

/// A part of the screen that takes the arrow keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pane {
    /// The channels.
    #[default]
    Channels,
    /// The occupants of the selected channel.
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

/// A row of the channels that sums up several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelSum {
    /// All channels.
    All,
    /// Those of a pattern or group.
    Of(Subscription),
}

/// What a person pointed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pointed {
    /// A pane, and nothing in it.
    Pane(Pane),
    /// A row of the channels; the sum of all comes behind the others.
    ChannelRow(usize),
    /// An occupant of the selected channel.
    User(UserId),
    /// A channel of the selected sum, or somebody on it.
    On(Channel, Option<UserId>),
}

/// What is selected, and how the panes are arranged.
#[derive(Debug, Default)]
pub struct Focus {
    /// The focused pane.
    pub pane: Pane,
    /// The selected channel; `None` selects the first.
    pub channel: Option<Channel>,
    /// The sum that is selected in the place of a channel.
    pub sum: Option<ChannelSum>,
    /// The selected user. The selection follows the user, not the row.
    pub user: Option<UserId>,
    /// How the selected user departed, if they did.
    pub gone: Option<Departure>,
    /// Whether the focused pane fills the body.
    pub zoom: bool,
    /// Whether the wall view is shown instead of the panes.
    pub wall: bool,
    /// How the screen is divided.
    pub shares: PaneShares,
    /// Whether the log shows the selected channel only.
    pub log_of_channel: bool,
    /// The span that the screen shows, if one was chosen.
    pub span: Option<TimeSpan>,
}

impl Focus {
    /// The departure of the selected user, if they departed.
    pub fn selected_departure(&self) -> Option<&Departure> {
        self.gone.as_ref().filter(|gone| self.user.as_ref() == Some(&gone.user))
    }

    /// Select another channel.
    pub fn go_to(&mut self, channel: &Channel) {
        (self.channel, self.sum, self.user, self.gone) = (Some(channel.clone()), None, None, None);
    }

    /// Select a sum.
    pub fn select_sum(&mut self, sum: ChannelSum) {
        (self.channel, self.sum, self.user, self.gone) = (None, Some(sum), None, None);
    }
}
