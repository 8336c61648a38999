//! THE PICTURE. The screen and the time go in, cells come out. Pure: draws into any ratatui buffer,
//! knows no terminal and asks no clock.
//!
//! One pane, one file; each shows its sketch on top. Foreign text comes in through
//! `format.rs` only, where it is made safe.
//!
//! Invariant: any screen at any size draws without a panic, and only visible rows are built.

mod channel_detail;
mod channels;
mod choices;
mod depth;
mod detail;
mod doctor;
mod editor;
mod entry;
mod facts;
mod footer;
mod format;
mod frame;
mod gauge;
mod header;
mod help;
mod layout;
mod link;
mod log;
mod look;
mod marks;
mod occupants;
mod palette;
mod pickers;
mod pieces;
mod popup;
mod rank;
mod requests;
mod rows;
mod scene;
mod screen;
mod short_detail;
mod spark;
mod standing;
mod symbols;
mod table;
mod tabs;
mod target;
mod theme;
mod ticker;
mod watchlist;

pub use depth::Depth;
pub use format::{age, cut, pad, state_in_words};
pub use layout::{Layout, ScreenPart, Size, Splitter, Spot};
pub use log::show_plain_entry;
pub use look::Appearance;
pub use screen::{cut_screen, draw_screen, is_beside_box};
pub use symbols::Symbols;
pub use target::{ClickTarget, find_target};
pub use theme::Theme;
