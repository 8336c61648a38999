//! Output for other programs: entries as JSON [`lines`], what a pane shows as a file by
//! [`export`], claims as `JUnit`'s XML, numbers for Prometheus ([`metrics`]). Pure: text or bytes come out.

pub mod export;
mod junit;
pub mod lines;
pub mod metrics;
mod table_data;

pub use self::{
    junit::{JunitCase, JunitOutcome, format_junit},
    table_data::{ChannelRow, Export, ExportFormat, ListedOccupant, MOST_COPIED, TableData},
};
