//! The view: screen and time in, cells out. Pure: draws into any ratatui buffer,
//! knows no terminal and asks no clock.
//!
//! | what is drawn | by |
//! |---|---|
//! | the whole, and what the mouse points at | `screen`, `layout` with `arrangements`, `target` |
//! | the first rows, and the last | `header` of `link` and `standing`, and `verdict`; `footer` |
//! | the panes | `channels` of `channel_columns`, `channel_line`, `gauge`, `occupants` with `table` and `departures`, `detail`, `log` |
//! | of the log | `log_columns`, `log_row` |
//! | of the detail | `facts`, `short_detail`, `channel_detail` |
//! | what lies over them | `help`, `pickers`, `editor`, `entry`, `incident`, `doctor` with `requests`, `watchlist`, `join_in` |
//! | where there is no room for panes | `ticker` |
//! | what a room reads from afar | `wall` with `wall_parts` and `wall_sentences` |
//! | what these are made of | `frame`, `scroll_bar`, `popup`, `choices`, `rows`, `pieces`, `marks`, `members` |
//! | how it looks | `look`, and the room `theme` |
//!
//! Each file that draws shows its sketch on top. What strangers wrote goes through `format`, which makes it safe.
//!
//! Invariant: any screen at any size draws without a panic, and only visible rows are built.

mod arrangements;
mod channel_columns;
mod channel_detail;
mod channel_line;
mod channels;
mod choices;
mod departures;
mod detail;
mod doctor;
mod editor;
mod entry;
mod everyone;
mod facts;
mod footer;
mod format;
mod frame;
mod gauge;
mod header;
mod help;
mod incident;
mod join_in;
mod layout;
mod legend;
mod link;
mod log;
mod log_columns;
mod log_row;
mod look;
mod manual;
mod marks;
mod members;
mod occupants;
mod pickers;
mod pieces;
mod popup;
mod prompt;
mod rank;
mod requests;
mod rows;
mod screen;
mod scroll_bar;
mod short_detail;
mod standing;
mod status_row;
mod table;
mod target;
mod ticker;
mod timeline;
mod verdict;
mod wall;
mod wall_parts;
mod wall_sentences;
mod watchlist;

pub use format::{age, cut, cut_foreign, pad, state_in_words};
pub use layout::{Contents, Layout, ScreenPart, Size, Splitter, Spot};
pub use log_row::show_plain_entry;
pub use look::Appearance;
pub use screen::{cut_screen, draw_screen, is_beside_box};
pub use target::{ClickTarget, find_target};

pub use crate::theme::{Depth, Symbols, Theme};
