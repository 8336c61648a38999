//! The table of keys: which key means what, in one place. The help, the footer and the palette are
//! drawn from it. Pure.

mod key;
mod table;

pub use self::{key::Key, table::Keys};
