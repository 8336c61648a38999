//! WHAT HAPPENED AND WHAT IS KNOWN, FOR OTHER PROGRAMS: entries as JSON lines, and what a pane shows as a file.
//! Pure: bytes come out.

pub mod export;
pub mod lines;
mod table_data;

pub use self::table_data::{ChannelRow, Export, ExportFormat, ListedOccupant, MOST_COPIED, TableData};
