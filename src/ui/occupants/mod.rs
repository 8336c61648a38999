//! Which occupants are listed, in which order, and where a person is among them.

pub(crate) mod index;
pub(crate) mod list;
pub(crate) mod order;
pub(crate) mod window;
