//! The event log, and what of it is shown.

pub(crate) mod ring;
pub(crate) mod view;
