//! The export of a pane to a file. Pure: rows go in, bytes come out.
//!
//! JSON lines are exact: every text as it came, states and events as their JSON came. CSV and Markdown are
//! for people: what a terminal or a spreadsheet might obey is made harmless. No keys are in any of them.
//! Times are UTC.

mod csv;
mod json_lines;
mod markdown;
mod table;

use std::io::{self, Write};

use crate::{
    incident::Incident,
    output::{ExportFormat, TableData, lines::write_incident},
    presence::Moment,
};

/// Write all rows.
///
/// # Errors
/// What `out` says.
pub fn write_table(table: &TableData, format: ExportFormat, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    match format {
        ExportFormat::JsonLines => json_lines::write_table(table, out),
        ExportFormat::Csv => table::for_each_row(table, |cells| csv::write_row(cells, out)),
        ExportFormat::Markdown => {
            let mut first = true;
            table::for_each_row(table, |cells| {
                markdown::write_row(cells, out)?;
                if std::mem::take(&mut first) { markdown::write_rule(cells.len(), out) } else { Ok(()) }
            })
        }
    }
}

/// Write what was unusual, if anything was, as a section behind the rows: as JSON lines like those of
/// [`lines`](crate::output::lines).
///
/// # Errors
/// What `out` says.
pub fn write_incidents(
    incidents: &[Incident],
    format: ExportFormat,
    now: Moment,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    if incidents.is_empty() {
        return Ok(());
    }
    match format {
        ExportFormat::JsonLines => {
            let mut text = String::new();
            for incident in incidents {
                write_incident(&mut text, incident, now);
            }
            out.write_all(text.as_bytes())
        }
        ExportFormat::Csv => {
            out.write_all(b"\r\n")?;
            table::for_each_incident(incidents, |cells| csv::write_row(cells, out))
        }
        ExportFormat::Markdown => {
            out.write_all(b"\n## Incidents\n\n")?;
            let mut first = true;
            table::for_each_incident(incidents, |cells| {
                markdown::write_row(cells, out)?;
                if std::mem::take(&mut first) { markdown::write_rule(cells.len(), out) } else { Ok(()) }
            })
        }
    }
}

#[cfg(test)]
mod tests;
