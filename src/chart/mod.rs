//! Charts: occupancy over time as lines of dots and blocks, the scales beside them, and large digits. Pure.
//!
//! It knows neither colours nor panes; what it returns are characters.

mod axis;
mod big_digits;
mod braille;
mod ground;
mod lane;
mod scale;
mod spark;
mod timeline_row;

pub use axis::{AxisMark, draw_axis};
pub use big_digits::{DIGIT_ROWS, draw_digits};
pub use braille::{draw_dots, find_row};
pub use ground::{GROUND, are_high_dots, fill_ground};
pub use lane::place_marks;
pub use scale::{choose_tick, choose_times, choose_top, place_numbers};
pub use spark::{draw_blocks, draw_spark, is_spark};
pub use timeline_row::{TimelineCell, draw_timeline_rows};
