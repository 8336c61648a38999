//! Which occupants are listed, in which order, and where a person is among them.

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
