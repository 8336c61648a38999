//! JSON as text: scanned where it stands, laid out anew, and written so that a terminal obeys nothing in it.

mod layout;
mod scanner;
mod text;

pub use layout::{json_in_a_line, json_in_lines};
pub(crate) use scanner::{JsonScanner, take_once};
pub use text::{to_json_line, write_escaped, write_string};
