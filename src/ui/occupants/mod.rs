//! The list of occupants: its order, its filter, and the rows in view.

mod index;
mod list;
mod order;
mod window;

pub(super) use self::window::{move_selection, sort_by};
pub use self::{
    list::OccupantList,
    order::{SortKey, SortOrder},
    window::OccupantRow,
};
