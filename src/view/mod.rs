//! THE PICTURE. The model and the time go in, cells come out. Pure: draws into any ratatui buffer,
//! knows no terminal and asks no clock.
//!
//! One pane, one file; each shows its sketch on top. Foreign text comes in through
//! `format.rs` only, where it is made safe.
//!
//! Invariant: any model at any size draws without a panic, and only visible rows are built.

mod channels;
mod doctor;
mod footer;
mod format;
mod gauge;
mod header;
mod help;
mod layout;
mod log;
mod occupants;
mod palette;
mod popup;
mod svg;
mod symbols;
mod theme;
mod watchlist;

pub use format::{age, cut, pad, state_in_words};
pub use layout::{Layout, Size};
pub use palette::Depth;
pub use svg::svg;
pub use symbols::Symbols;
pub use theme::{Look, Theme};

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    model::{Model, Open},
    presence::Moment,
};

/// Draw the whole screen.
pub fn draw(model: &Model, look: &Look, now: Moment, area: Rect, buf: &mut Buffer) {
    let layout = Layout::of(area, model.focus.pane, header::second_line(model, area.width >= 100).is_some());
    header::draw(model, look, now, layout.header, buf);
    if let Some(area) = layout.tabs {
        channels::draw_tabs(model, look, now, area, buf);
    }
    if let Some(area) = layout.channels {
        channels::draw(model, look, now, area, buf);
    }
    if let Some(area) = layout.gauge {
        gauge::draw(model, look, area, buf);
    }
    if let Some(area) = layout.occupants {
        occupants::draw(model, look, now, area, buf);
    }
    if let Some(area) = layout.log {
        log::draw(model, look, now, area, buf);
    }
    footer::draw(model, look, now, layout.footer, buf);
    match &model.open {
        Some(Open::Help(chooser)) => help::draw(model, chooser, look, area, buf),
        Some(Open::Palette(chooser)) => help::draw_palette(model, chooser, look, area, buf),
        Some(Open::Doctor(first)) => doctor::draw(model, *first, look, now, area, buf),
        Some(Open::Watchlist(chosen)) => watchlist::draw(model, *chosen, look, now, area, buf),
        // These are in the footer.
        Some(Open::Line(_) | Open::Confirm { .. }) | None => {}
    }
    look.settle(buf);
}
