//! Files: written whole or not at all, opened without being held up by what is no file, and read as text in
//! whatever way an editor saved it.

mod careful;
mod error;
mod lines;
mod owner;
mod rotating;
mod text;
mod whole;

pub use careful::{
    FileText, create_to_append, is_under_name, open_large, open_to_append, read_bytes, read_file, read_text,
};
pub use error::FileError;
#[cfg(test)]
pub(crate) use lines::INDEXED;
pub use lines::LineIndex;
pub use owner::explain_strangers;
pub use rotating::RotatingFile;
pub use text::decode_text;
pub use whole::{require_replaceable, write_new, write_whole};
