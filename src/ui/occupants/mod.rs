//! The list of occupants: its order, its filter, and the rows in view.

mod fields;
mod first_rows;
mod index;
mod list;
mod numbers;
mod order;
mod rows;
mod walk;
mod window;

pub(super) use self::window::{do_due_for_list, move_selection, sort_by};
pub use self::{
    fields::StateField,
    list::OccupantList,
    order::{SortKey, SortOrder},
    window::OccupantRow,
};
