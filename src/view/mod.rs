//! THE PICTURE. The screen and the time go in, cells come out. Pure: draws into any ratatui buffer,
//! knows no terminal and asks no clock.
//!
//! One pane, one file; each shows its sketch on top. Foreign text comes in through
//! `format.rs` only, where it is made safe.
//!
//! Invariant: any screen at any size draws without a panic, and only visible rows are built.

mod channels;
mod detail;
mod doctor;
mod editor;
mod entry;
mod footer;
mod format;
mod frame;
mod gauge;
mod header;
mod help;
mod layout;
mod log;
mod occupants;
mod palette;
mod pieces;
mod popup;
mod spark;
mod svg;
mod symbols;
mod table;
mod theme;
mod ticker;
mod watchlist;

pub use format::{age, cut, pad, state_in_words};
pub use layout::{Layout, ScreenPart, Size, Splitter, Spot};
pub use log::plain;
pub use palette::Depth;
pub use svg::svg;
pub use symbols::Symbols;
pub use theme::{Appearance, Theme};

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect},
    style::{Modifier, Style},
};

use crate::{
    presence::{Moment, UserId},
    ui::{Dialog, Pane, PaneShares, Screen},
};

/// From so many rows on a box leaves the first and the last one free.
const ROOMY: u16 = 16;

/// The screen as it is cut for this screen.
pub fn layout(screen: &Screen<'_>, area: Rect) -> Layout {
    let second = header::second_line(screen, area.width).is_some();
    let mut shares = screen.ui.focus.shares;
    if shares.channels == PaneShares::default().channels {
        // Nobody has said otherwise: as wide as what stands there.
        shares.channels = channels::share(screen, area.width);
    }
    Layout::of(area, screen.ui.focus.pane, second, screen.ui.focus.zoom, shares)
}

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

/// What is at a position of the screen, if it is anything that can be meant.
pub fn target(screen: &Screen<'_>, now: Moment, area: Rect, column: u16, row: u16) -> Option<ClickTarget> {
    let layout = layout(screen, area);
    let (part, within) = match layout.at(column, row)? {
        Spot::Splitter(splitter) => return Some(ClickTarget::Splitter(splitter)),
        Spot::On(part, within) => (part, within),
    };
    let inner = |area: Option<Rect>| area.map(|area| layout::inside(area).unwrap_or(area)).unwrap_or_default();
    let in_pane = |pane: Pane, found: Option<ClickTarget>| Some(found.unwrap_or(ClickTarget::Pane(pane)));
    match part {
        ScreenPart::Tabs => {
            channels::in_column(screen, layout.tabs.unwrap_or_default(), within?.x).map(ClickTarget::Channel)
        }
        ScreenPart::Channels => {
            let place = within.and_then(|at| channels::in_row(screen, inner(layout.channels), at.y));
            in_pane(Pane::Channels, place.map(ClickTarget::Channel))
        }
        ScreenPart::Occupants => {
            let user = within.and_then(|at| occupants::in_row(screen, now, inner(layout.occupants), at.y));
            in_pane(Pane::Occupants, user.map(ClickTarget::User))
        }
        ScreenPart::Log => Some(ClickTarget::Pane(Pane::Log)),
        ScreenPart::Header | ScreenPart::Gauge | ScreenPart::Detail | ScreenPart::Footer => None,
    }
}

/// Draw the whole screen.
pub fn draw(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let now = screen.as_of(now);
    let layout = layout(screen, area);
    if layout.size == Size::Ticker {
        ticker::draw(screen, look, now, layout.header, buf);
    } else {
        header::draw(screen, look, now, layout.header, buf);
    }
    if let Some(area) = layout.tabs {
        channels::draw_tabs(screen, look, now, area, buf);
    }
    if let Some(area) = layout.channels {
        channels::draw(screen, look, now, area, buf);
    }
    if let Some(area) = layout.gauge {
        gauge::draw(screen, look, now, area, buf);
    }
    if let Some(area) = layout.occupants {
        occupants::draw(screen, look, now, area, buf);
    }
    if let Some(area) = layout.detail {
        detail::draw(screen, look, now, area, buf);
    }
    if let Some(area) = layout.log {
        log::draw(screen, look, now, area, buf);
    }
    if gauge::lost_since(screen).is_some() || screen.ui.dialog.as_ref().is_some_and(covers) {
        buf.set_style(layout.body, Style::new().add_modifier(Modifier::DIM));
    }
    footer::draw(screen, look, layout.footer, buf);
    draw_box(screen, look, now, area, buf);
    look.settle(buf);
}

/// Draw what lies over the panes, if anything does.
fn draw_box(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let over = over_the_panes(area);
    match &screen.ui.dialog {
        Some(Dialog::Help(list)) => help::draw(screen, list, look, over, buf),
        Some(Dialog::Detail(row)) => detail::draw_open(screen, *row, look, now, over, buf),
        Some(Dialog::Sort(list)) => occupants::draw_sort(screen, list, look, over, buf),
        Some(Dialog::Palette(list)) => help::draw_palette(screen, list, look, over, buf),
        Some(Dialog::Themes(picker)) => help::draw_themes(picker, look, over, buf),
        Some(Dialog::Kinds(list)) => help::draw_kinds(screen, list, look, over, buf),
        Some(Dialog::Entry(viewer)) => entry::draw(viewer, look, over, buf),
        Some(Dialog::Menu(menu)) => help::draw_menu(menu, look, over, buf),
        Some(Dialog::Editor(editor)) => editor::draw(screen, editor, look, over, buf),
        Some(Dialog::Doctor(first)) => doctor::draw(screen, *first, look, now, over, buf),
        Some(Dialog::WatchList(chosen)) => watchlist::draw(screen, *chosen, look, now, over, buf),
        // These are in the footer.
        Some(Dialog::Prompt(_) | Dialog::Confirm { .. }) | None => {}
    }
}

/// Whether a position of the screen is beside the box that lies over the panes. Never, if there is none:
/// what is asked in the footer is no box.
pub fn beside_box(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, column: u16, row: u16) -> bool {
    /// Nothing draws a character that is none.
    const UNTOUCHED: &str = "\u{10ffff}";
    let here = Position::new(column, row);
    if !area.contains(here) || matches!(screen.ui.dialog, Some(Dialog::Prompt(_) | Dialog::Confirm { .. }) | None) {
        return false;
    }
    let mut buf = Buffer::filled(area, Cell::new(UNTOUCHED));
    draw_box(screen, look, screen.as_of(now), area, &mut buf);
    buf[here].symbol() == UNTOUCHED
}

/// Whether something is read before the panes, which step back. A theme is chosen by looking at them.
const fn covers(dialog: &Dialog) -> bool {
    !matches!(dialog, Dialog::Themes(_) | Dialog::Prompt(_) | Dialog::Confirm { .. })
}

/// Where boxes may lie: what the link does and which keys mean something stays in sight, where there is room.
fn over_the_panes(area: Rect) -> Rect {
    if area.height < ROOMY { area } else { Rect { y: area.y + 1, height: area.height - 2, ..area } }
}
