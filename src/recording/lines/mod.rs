//! The lines of a recording, as text: one type here for each that is recorded, with the names of its members spelled
//! out, so that the format stays when a type of the program changes.

mod command;
mod event;
mod header;
mod line;
mod link;
mod order;
mod reply;
mod scene;
mod snapshot;
mod user_requests;
mod words;

#[cfg(test)]
mod tests;

pub use self::line::{BadLine, FORMAT, RecordLine, RecordedCheck, read_line, read_line_head, write_line};
