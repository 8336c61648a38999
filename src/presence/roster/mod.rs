//! Who is here on one channel.

mod fold_list;
mod list;
mod listing;
mod name_set;

pub use list::{Applied, Departed, Roster};
