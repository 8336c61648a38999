//! CSV by RFC 4180: for spreadsheets, which take some texts for formulas.

use std::io::{self, Write};

use super::table::ExportCell;

pub(super) fn write_row(cells: &[ExportCell<'_>], out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    for (nth, cell) in cells.iter().enumerate() {
        if nth > 0 {
            out.write_all(b",")?;
        }
        let text = cell.make_safe();
        // What a spreadsheet would calculate: a quote in front makes a text of it. It looks past blanks.
        let formula = !matches!(cell, ExportCell::Ours(_))
            && text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        let guard = if formula { "'" } else { "" };
        if text.contains([',', '"', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
            write!(out, "\"{guard}{}\"", text.replace('"', "\"\""))?;
        } else {
            write!(out, "{guard}{text}")?;
        }
    }
    out.write_all(b"\r\n")
}
