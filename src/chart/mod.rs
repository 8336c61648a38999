//! NUMBERS AS CELLS: occupancy over time as lines of dots and blocks, and the scales beside them. Pure.
//!
//! It knows neither colours nor panes; what it returns are characters.

mod braille;
mod scale;
mod spark;

pub use braille::{draw_dots, find_row};
pub use scale::{choose_scale, choose_times};
pub use spark::{draw_blocks, draw_spark};
