//! Who is here on one channel.

mod fold_list;
mod list;
mod listing;
mod name_set;
mod unsteady;

pub use list::{Applied, Departed, Roster};
pub use unsteady::Unsteadiness;
