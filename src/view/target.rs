//! What the mouse points at.

use ratatui::layout::Rect;

use super::{ScreenPart, Splitter, Spot, channels, layout::inside, occupants, screen::cut_screen, tabs};
use crate::{
    presence::{Moment, UserId},
    ui::{Pane, Screen},
};

/// What a click at a position of the screen means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClickTarget {
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
pub fn find_target(screen: &Screen<'_>, now: Moment, area: Rect, column: u16, row: u16) -> Option<ClickTarget> {
    let layout = cut_screen(screen, area);
    let (part, within) = match layout.find_spot(column, row)? {
        Spot::Splitter(splitter) => return Some(ClickTarget::Splitter(splitter)),
        Spot::On(part, within) => (part, within),
    };
    let inner = |area: Option<Rect>| area.map(|area| inside(area).unwrap_or(area)).unwrap_or_default();
    let in_pane = |pane: Pane, found: Option<ClickTarget>| Some(found.unwrap_or(ClickTarget::Pane(pane)));
    match part {
        ScreenPart::Tabs => {
            tabs::find_tab(screen, layout.tabs.unwrap_or_default(), within?.x).map(ClickTarget::Channel)
        }
        ScreenPart::Channels => {
            let place = within.and_then(|at| channels::find_channel(screen, inner(layout.channels), at.y));
            in_pane(Pane::Channels, place.map(ClickTarget::Channel))
        }
        ScreenPart::Occupants => {
            let user = within.and_then(|at| occupants::find_user(screen, now, inner(layout.occupants), at.y));
            in_pane(Pane::Occupants, user.map(ClickTarget::User))
        }
        ScreenPart::Log => Some(ClickTarget::Pane(Pane::Log)),
        ScreenPart::Header | ScreenPart::Gauge | ScreenPart::Detail | ScreenPart::Footer => None,
    }
}
