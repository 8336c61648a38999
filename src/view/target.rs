//! What the mouse points at.

use ratatui::layout::Rect;

use super::{Part, Splitter, Spot, channels, layout::inside, occupants, screen::cut_screen, tabs};
use crate::{
    presence::{Moment, UserId},
    ui::{Pane, Screen},
};

/// What a click at a position of the screen means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A channel, by its place in the list.
    Channel(usize),
    /// An occupant of the selected channel.
    User(UserId),
    /// A pane, nothing special in it.
    Pane(Pane),
    /// A line between panes that can be moved.
    Splitter(Splitter),
}

/// Find what is at a position of the screen, if it is anything that can be meant.
pub fn find_target(screen: &Screen<'_>, now: Moment, area: Rect, column: u16, row: u16) -> Option<Target> {
    let layout = cut_screen(screen, area);
    let (part, within) = match layout.find_spot(column, row)? {
        Spot::Splitter(splitter) => return Some(Target::Splitter(splitter)),
        Spot::On(part, within) => (part, within),
    };
    let inner = |area: Option<Rect>| area.map(|area| inside(area).unwrap_or(area)).unwrap_or_default();
    let in_pane = |pane: Pane, found: Option<Target>| Some(found.unwrap_or(Target::Pane(pane)));
    match part {
        Part::Tabs => tabs::find_tab(screen, layout.tabs.unwrap_or_default(), within?.x).map(Target::Channel),
        Part::Channels => {
            let place = within.and_then(|at| channels::find_channel(screen, inner(layout.channels), at.y));
            in_pane(Pane::Channels, place.map(Target::Channel))
        }
        Part::Occupants => {
            let user = within.and_then(|at| occupants::find_user(screen, now, inner(layout.occupants), at.y));
            in_pane(Pane::Occupants, user.map(Target::User))
        }
        Part::Log => Some(Target::Pane(Pane::Log)),
        Part::Header | Part::Gauge | Part::Detail | Part::Footer => None,
    }
}
