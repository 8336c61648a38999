//! Notes about the watching itself: facts first, sentences made from them.

mod facts;
mod names;
mod order_result;
mod sentence;

pub use self::{
    facts::{AlertNote, Note},
    names::{NAMES_TOLD, list_names, write_names},
    order_result::OrderResult,
};
