//! FILES: written whole or not at all, and opened without being held up by what is no file.

mod careful;
mod whole;

pub use careful::{FileError, FileText, open_to_append, read_file, read_text};
pub use whole::{replace_whole, require_replaceable, write_new, write_whole};
