//! What a person looks at.

pub(crate) mod action;
pub(crate) mod detail;
pub(crate) mod dialogs;
pub(crate) mod effect;
pub(crate) mod focus;
pub(crate) mod freeze;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod model;
pub(crate) mod navigate;
pub(crate) mod occupants;
pub(crate) mod perform;
pub(crate) mod state_tree;
pub(crate) mod status_message;
pub(crate) mod table_data;
pub(crate) mod update;
pub(crate) mod wakes;
pub(crate) mod watch_list;
