//! What the mouse points at.

use ratatui::layout::Rect;

use super::{
    Appearance, ScreenPart, Splitter, Spot, channels::ChannelWindow, everyone, footer, occupants, screen::cut_screen,
    wall,
};
use crate::{
    presence::{Channel, Moment, UserId},
    ui::{Action, BlockLine, Pane, Screen},
};

/// What a click at a position of the screen means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClickTarget {
    /// A row of the channels; the sum of all comes behind the others.
    ChannelRow(usize),
    /// An occupant of the selected channel.
    User(UserId),
    /// A channel of the selected sum, or somebody on it.
    On(Channel, Option<UserId>),
    /// An action that the footer offers.
    Act(Action),
    /// A pane, nothing special in it.
    Pane(Pane),
    /// A line between panes that can be moved.
    Splitter(Splitter),
}

/// Find the channel, or who is on it, at a position of the blocks of a sum.
fn find_in_blocks(screen: &Screen<'_>, now: Moment, inner: Rect, at: (u16, u16)) -> Option<ClickTarget> {
    Some(match everyone::find_line(screen, now, inner, at)? {
        BlockLine::Channel(watched) | BlockLine::Continued(watched) => ClickTarget::On(watched.channel.clone(), None),
        BlockLine::Person(watched, user, _) => ClickTarget::On(watched.channel.clone(), Some(user.clone())),
    })
}

/// Find what is at a position of the screen, if it is anything that can be meant.
pub fn find_target(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    area: Rect,
    column: u16,
    row: u16,
) -> Option<ClickTarget> {
    let layout = cut_screen(screen, now, area);
    let (part, within) = match layout.find_spot(column, row)? {
        Spot::Splitter(splitter) => return Some(ClickTarget::Splitter(splitter)),
        Spot::On(part, within) => (part, within),
    };
    let inner = |area: Option<Rect>| area.map(|area| layout.inner(part, area)).unwrap_or_default();
    let in_pane = |pane: Pane, found: Option<ClickTarget>| Some(found.unwrap_or(ClickTarget::Pane(pane)));
    match part {
        ScreenPart::Channels => {
            let window = ChannelWindow::find(screen, usize::from(inner(layout.channels).height));
            let row = within.and_then(|at| window.find_row(usize::from(at.y)));
            in_pane(Pane::Channels, row.map(ClickTarget::ChannelRow))
        }
        ScreenPart::Occupants => {
            let inner = inner(layout.occupants);
            let found = match screen.ui.focus.sum {
                Some(_) => within.and_then(|at| find_in_blocks(screen, now, inner, (at.x, at.y))),
                None => within.and_then(|at| occupants::find_user(screen, now, inner, at)).map(ClickTarget::User),
            };
            in_pane(Pane::Occupants, found)
        }
        ScreenPart::Elsewhere => within
            .and_then(|at| find_in_blocks(screen, now, inner(layout.elsewhere), (at.x, at.y)))
            .or(Some(ClickTarget::Pane(Pane::Channels))),
        ScreenPart::Log => Some(ClickTarget::Pane(Pane::Log)),
        ScreenPart::Header => within.filter(|at| at.y == 1).map(|_| ClickTarget::Act(Action::Incident)),
        ScreenPart::Line | ScreenPart::Gauge | ScreenPart::Detail => None,
        ScreenPart::Footer if wall::shows_wall(screen, area) => None,
        ScreenPart::Footer => footer::find_offer(screen, look, layout.footer, column).map(ClickTarget::Act),
    }
}
