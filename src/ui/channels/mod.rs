//! The list of channels: its order, its filter, and the rows of patterns and groups.

mod list;
mod order;
mod rows;
mod window;

pub use self::{
    list::ChannelList,
    order::ChannelSort,
    rows::{ChannelListRow, Heading},
};
pub(super) use self::{
    rows::brings_channel,
    window::{do_due_for_channels, fold_selected, move_selection, point_at, select_found, sort_by, step_channel},
};
